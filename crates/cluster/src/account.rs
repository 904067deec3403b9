//! Programs of PostgreSQL, and the account that its server runs under.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::ClusterError;

/// The account of the system under which the server runs where the tests run as root, which it refuses;
/// Debian's package makes it.
const SERVER_ACCOUNT: &str = "postgres";

/// Where Debian puts the programs of each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

pub(crate) fn silent(said: &str) -> ClusterError {
    ClusterError::Program("pg_ctl", said.to_owned())
}

/// Under which account the server runs.
#[derive(Debug)]
pub(crate) enum Account {
    /// Whose process this is.
    Own,
    /// Root's process: this one, with its numbers.
    Of(u32, u32),
}

impl Account {
    pub(crate) fn of_server() -> Result<Self, ClusterError> {
        if id(&["-u"])? != 0 {
            return Ok(Self::Own);
        }
        Ok(Self::Of(id(&["-u", SERVER_ACCOUNT])?, id(&["-g", SERVER_ACCOUNT])?))
    }

    /// Gives the account a folder.
    pub(crate) fn own(&self, folder: &Path) -> Result<(), ClusterError> {
        match *self {
            Self::Own => Ok(()),
            Self::Of(user, group) => std::os::unix::fs::chown(folder, Some(user), Some(group))
                .map_err(|error| ClusterError::System("give PostgreSQL its folder", error)),
        }
    }

    pub(crate) fn program(&self, name: &str) -> Command {
        let wanted = program(name);
        match self {
            Self::Own => wanted,
            Self::Of(user, group) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={user}"), format!("--regid={group}")]);
                command.args(["--clear-groups", "--"]).arg(wanted.get_program());
                command
            }
        }
    }
}

fn id(of: &[&str]) -> Result<u32, ClusterError> {
    let output = succeed("id", Command::new("id").args(of))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim()
        .parse()
        .map_err(|_| ClusterError::Program("id", text.into_owned()))
}

/// A program of the newest PostgreSQL that Debian has installed, else whatever is on the path.
pub(crate) fn program(name: &str) -> Command {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let found = versions
        .map(|version| version.path())
        .filter(|version| version.join("bin").join(name).is_file())
        .max_by_key(|version| {
            version
                .file_name()
                .and_then(|number| number.to_str()?.parse::<u32>().ok())
        });
    found.map_or_else(
        || Command::new(name),
        |version| Command::new(version.join("bin").join(name)),
    )
}

pub(crate) fn succeed(name: &'static str, command: &mut Command) -> Result<Output, ClusterError> {
    let output = command
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| ClusterError::System("run a program of PostgreSQL", error))?;
    if output.status.success() {
        Ok(output)
    } else {
        let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
        // Some programs complain on their standard output.
        let _ = output.stdout.as_slice().read_to_string(&mut said);
        Err(ClusterError::Program(name, said))
    }
}

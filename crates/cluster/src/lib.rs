//! A real PostgreSQL cluster for tests and benchmarks, from Debian's package `postgresql`.
//!
//! It lives in a temporary folder and answers on a Unix socket there, nowhere else. A shell in the
//! background owns it: when this process ends, however it ends, the shell's standard input closes, and it
//! stops the server that it started and removes the folder.

mod recovery;

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub use recovery::{Archive, Recovered};

/// The account that owns everything inside the cluster.
const SUPERUSER: &str = "postgres";

/// The account of the system under which the server runs where the tests run as root, which it refuses;
/// Debian's package makes it.
const SERVER_ACCOUNT: &str = "postgres";

/// Where Debian puts the programs of each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Starts the server, says so, waits for the end of its own standard input, stops the server and removes
/// the folder. Signals from a terminal go to the whole group, and the folder still has to be removed.
const WATCHDOG: &str = r#"
trap '' INT HUP TERM
folder=$1
shift
if "$@" --log="$folder/log" --wait --timeout=60 start </dev/null >/dev/null 2>&1; then
    echo ready
    cat >/dev/null
fi
"$@" --mode=immediate stop </dev/null >/dev/null 2>&1
cat "$folder/log"
rm -rf "$folder"
"#;

/// Why there is no cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// A program could not be run, or a file not be made.
    #[error("could not {0}")]
    System(&'static str, #[source] io::Error),
    /// A program said no.
    #[error("{0} failed: {1}")]
    Program(&'static str, String),
}

/// How much a commit is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing survives a power cut: for tests, which ask for answers only.
    None,
    /// As delivered: `fsync` and `synchronous_commit` on.
    Full,
}

/// A database of a cluster.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// A running cluster. It goes when this is dropped or the process ends.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    watchdog: Child,
    /// Closed first when the cluster is dropped.
    alive: Option<ChildStdin>,
}

impl Cluster {
    /// Makes and starts one.
    pub fn start(durability: Durability) -> Result<Self, ClusterError> {
        let folder = tempfile::Builder::new()
            .prefix("dran-pg-")
            .tempdir()
            .map_err(|error| ClusterError::System("make a folder for PostgreSQL", error))?;
        let account = Account::of_server()?;
        account.own(folder.path())?;
        let data = folder.path().join("data");
        let mut initdb = account.program("initdb");
        initdb.args([
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--username",
            SUPERUSER,
        ]);
        initdb.args(["--no-sync", "--no-instructions", "--pgdata"]).arg(&data);
        succeed("initdb", &mut initdb)?;
        // From here on the watchdog removes it.
        let folder = folder.keep();

        configure(&data, &folder, durability)
            .map_err(|error| ClusterError::System("write the configuration of PostgreSQL", error))?;
        let mut server = account.program("pg_ctl");
        server.arg("--pgdata").arg(&data);
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "dran-pg-watchdog"]).arg(&folder);
        watchdog
            .arg(server.get_program())
            .args(server.get_args())
            .current_dir("/");
        watchdog
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut watchdog = watchdog
            .spawn()
            .map_err(|error| ClusterError::System("start the watchdog of PostgreSQL", error))?;
        let said = watchdog.stdout.take();
        let cluster = Self {
            folder,
            alive: watchdog.stdin.take(),
            watchdog,
        };
        let mut said = BufReader::new(said.ok_or_else(|| silent("has no output"))?);
        let mut line = String::new();
        let _ = said.read_line(&mut line);
        if line.trim() == "ready" {
            return Ok(cluster);
        }
        let _ = said.read_to_string(&mut line);
        Err(silent(&line))
    }

    /// The one cluster of this process, without durability. It is stopped when the process has ended.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            #[expect(clippy::panic, reason = "a test without its database has failed, and says why")]
            Self::start(Durability::None)
                .unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
        })
    }

    /// Makes a database like `template`, or an empty one, under a name of its own.
    pub fn create_database(&self, template: Option<&str>) -> Result<Database, ClusterError> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("dran_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let template = template.unwrap_or("template0");
        self.sql(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"),
        )?;
        Ok(Database {
            url: self.url(&name),
            name,
        })
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{SUPERUSER}@/{database}?host={}", self.folder.display())
    }

    /// Runs SQL in a database as the superuser and answers what it printed: a row a line, `|` between
    /// columns.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, ClusterError> {
        let mut psql = program("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", SUPERUSER, "-h"]);
        psql.arg(&self.folder).args(["-d", database, "-c", sql]);
        let output = succeed("psql", &mut psql)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// The folder of the socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// One of the cluster's programs (`pgbench`), set up to reach it.
    pub fn client(&self, name: &str) -> Command {
        let mut client = program(name);
        client.args(["-U", SUPERUSER, "-h"]).arg(&self.folder);
        client
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.alive = None;
        // It has been told; nothing is left to do if it cannot be waited for.
        let _ = self.watchdog.wait();
    }
}

fn configure(data: &Path, socket: &Path, durability: Durability) -> io::Result<()> {
    let durability = match durability {
        Durability::None => "fsync = off\nfull_page_writes = off\nautovacuum = off",
        Durability::Full => "fsync = on\nmax_wal_size = 4GB",
    };
    let settings = format!(
        "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 400\nshared_buffers = 256MB\n\
         log_min_messages = fatal\nlog_min_error_statement = panic\n{durability}\n",
        socket.display()
    );
    let mut file = fs::OpenOptions::new().append(true).open(data.join("postgresql.conf"))?;
    file.write_all(settings.as_bytes())
}

fn silent(said: &str) -> ClusterError {
    ClusterError::Program("pg_ctl", said.to_owned())
}

/// Under which account the server runs.
enum Account {
    /// Whose process this is.
    Own,
    /// Root's process: this one, with its numbers.
    Of(u32, u32),
}

impl Account {
    fn of_server() -> Result<Self, ClusterError> {
        if id(&["-u"])? != 0 {
            return Ok(Self::Own);
        }
        Ok(Self::Of(id(&["-u", SERVER_ACCOUNT])?, id(&["-g", SERVER_ACCOUNT])?))
    }

    /// Gives the account a folder.
    fn own(&self, folder: &Path) -> Result<(), ClusterError> {
        match *self {
            Self::Own => Ok(()),
            Self::Of(user, group) => std::os::unix::fs::chown(folder, Some(user), Some(group))
                .map_err(|error| ClusterError::System("give PostgreSQL its folder", error)),
        }
    }

    fn program(&self, name: &str) -> Command {
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
fn program(name: &str) -> Command {
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

fn succeed(name: &'static str, command: &mut Command) -> Result<Output, ClusterError> {
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_answers_and_leaves_nothing_behind() {
        let cluster = Cluster::start(Durability::None).unwrap();
        let Database { name, .. } = cluster.create_database(None).unwrap();
        assert_eq!(cluster.sql(&name, "SHOW server_encoding").unwrap(), "UTF8");
        let folder = cluster.folder().to_owned();
        assert!(folder.is_dir());
        drop(cluster);
        assert!(!folder.exists());
    }
}

//! Where the workspace is, and how other programs are run in it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The places xtask works in, found once at the start.
#[derive(Clone)]
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder, wherever `CARGO_TARGET_DIR` put it.
    pub target: PathBuf,
    /// The program `dran`, after it was built in the dev profile.
    pub dran: PathBuf,
    ci: bool,
}

impl Workspace {
    /// Finds the workspace from what `cargo run` tells its child.
    pub fn locate() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("start xtask as `cargo xtask`")?;
        let root = Path::new(&manifest)
            .parent()
            .context("xtask lies in the workspace")?
            .to_path_buf();
        // Taken now: when a later step rebuilds xtask, the running program has no path any more.
        let myself = std::env::current_exe().context("failed to find the path of xtask")?;
        let profile_folder = myself.parent().context("xtask lies in a folder")?;
        let target = profile_folder
            .parent()
            .context("the profile's folder lies in the target folder")?
            .to_path_buf();
        Ok(Self {
            root,
            target,
            dran: profile_folder.join("dran"),
            ci: std::env::var_os("CI").is_some(),
        })
    }

    /// The same workspace with the settings of a build server.
    pub fn with_ci_settings(&self) -> Self {
        Self {
            ci: true,
            ..self.clone()
        }
    }

    /// `cargo` with these arguments, in the root.
    pub fn cargo<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = self.program(cargo);
        command.args(arguments);
        command
    }

    /// Any program, in the root, without standard input.
    pub fn program(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(name);
        command.current_dir(&self.root).stdin(Stdio::null());
        // `cargo run` describes xtask in these variables. Build scripts (ring's) watch them and would build anew.
        for (variable, _) in std::env::vars_os() {
            if describes_xtask(&variable.to_string_lossy()) {
                command.env_remove(variable);
            }
        }
        if self.ci {
            // Nothing is built twice on a build server, so what incremental builds keep is only weight.
            command.env("CI", "true").env("CARGO_INCREMENTAL", "0");
        }
        command
    }
}

fn describes_xtask(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_")
        || [
            "CARGO_MANIFEST_DIR",
            "CARGO_MANIFEST_PATH",
            "CARGO_CRATE_NAME",
            "CARGO_BIN_NAME",
            "CARGO_PRIMARY_PACKAGE",
        ]
        .contains(&variable)
}

/// Runs to the end and fails when the program does.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("failed to start {}", shown(command)))?;
    if !status.success() {
        bail!("{} failed: {status}", shown(command));
    }
    Ok(())
}

/// Whether the program can be started and ends well; its output is thrown away.
pub fn succeeds_quietly(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What the program prints, when it ends well.
pub fn output_of(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("failed to start {}", shown(command)))?;
    if !output.status.success() {
        bail!(
            "{} failed: {}\n{}",
            shown(command),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cargo_run_says_about_xtask_is_hidden() {
        assert!(describes_xtask("CARGO_MANIFEST_DIR"));
        assert!(describes_xtask("CARGO_PKG_VERSION_MAJOR"));
        assert!(!describes_xtask("CARGO_TARGET_DIR"));
        assert!(!describes_xtask("CARGO_HOME"));
    }

    #[test]
    fn a_program_that_fails_is_named_with_its_arguments() {
        let message = succeed(Command::new("false").arg("--loudly")).map_err(|error| error.to_string());
        assert_eq!(message, Err("`false --loudly` failed: exit status: 1".to_owned()));
    }

    #[test]
    fn a_program_that_does_not_exist_does_not_succeed() {
        assert!(!succeeds_quietly(&mut Command::new("dran-no-such-program")));
        assert!(succeeds_quietly(&mut Command::new("true")));
    }
}

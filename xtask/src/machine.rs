//! What a machine needs beyond Rust and a C compiler, and how it gets it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::shell::{Workspace, output_of, succeed, succeeds_quietly};

/// A Debian package, the command that proves that it is there, and why it is needed.
struct DebianPackage {
    name: &'static str,
    proof: &'static [&'static str],
    why: &'static str,
}

const GIT: DebianPackage = DebianPackage {
    name: "git",
    proof: &["git", "--version"],
    why: "tidy looks at the files git tracks",
};

const NODEJS: DebianPackage = DebianPackage {
    name: "nodejs",
    proof: &["node", "--version"],
    why: "runs the browser tests",
};

/// After `nodejs`: the node packages of some sources bring npm with them.
const NPM: DebianPackage = DebianPackage {
    name: "npm",
    proof: &["npm", "--version"],
    why: "installs Playwright and axe for the browser tests",
};

const CHROMIUM: DebianPackage = DebianPackage {
    name: "chromium-headless-shell",
    proof: &["chromium-headless-shell", "--version"],
    why: "the browser of the browser tests: Debian's Chromium without its windows, in half the time",
};

const AIOSMTPD: DebianPackage = DebianPackage {
    name: "python3-aiosmtpd",
    proof: &["/usr/bin/python3", "-c", "import aiosmtpd"],
    why: "a real SMTP server for the e-mail tests",
};

const KANNEL: DebianPackage = DebianPackage {
    name: "kannel",
    proof: &["test", "-x", "/usr/sbin/smsbox"],
    why: "a real SMS gateway for the SMS tests",
};

const KANNEL_EXTRAS: DebianPackage = DebianPackage {
    name: "kannel-extras",
    proof: &["test", "-x", "/usr/lib/kannel/test/fakesmsc"],
    why: "the operator behind the SMS gateway of the SMS tests",
};

const NGINX: DebianPackage = DebianPackage {
    name: "nginx-light",
    proof: &["sh", "-c", "PATH=$PATH:/usr/sbin command -v nginx"],
    why: "a real proxy in front of the service, for the test of its configuration",
};

const HAPROXY: DebianPackage = DebianPackage {
    name: "haproxy",
    proof: &["sh", "-c", "PATH=$PATH:/usr/sbin command -v haproxy"],
    why: "a real balancer in front of two nodes, for the test of its configuration",
};

const POSTGRESQL: DebianPackage = DebianPackage {
    name: "postgresql",
    proof: &["sh", "-c", "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb"],
    why: "a real cluster for the tests of the second engine",
};

const FAKETIME: DebianPackage = DebianPackage {
    name: "faketime",
    proof: &["faketime", "--version"],
    why: "sets the clock of one node wrong, for the faults and their selection in the tests",
};

const OPENSSL: DebianPackage = DebianPackage {
    name: "openssl",
    proof: &["openssl", "version"],
    why: "makes the certificate of the SMTP tests' server",
};

const CXX: DebianPackage = DebianPackage {
    name: "g++",
    proof: &["c++", "--version"],
    why: "libFuzzer, which the fuzz targets run in, is C++",
};

/// The oldest Node that Playwright runs on; Debian 12 has an older one.
const NODE_MAJOR_MIN: u32 = 20;

/// The Node that is fetched from npm where the system's is too old.
const NODE_FROM_NPM: &str = "node@22";

/// Fixed, so that the checks of today are the checks of tomorrow.
const CARGO_DENY_VERSION: &str = "0.20.2";

/// How long the advisory database may take to answer before it counts as out of reach, in seconds.
const ADVISORIES_TIMEOUT_S: &str = "60";

/// Everything that `cargo xtask test` needs.
pub fn prepare(workspace: &Workspace) -> Result<()> {
    install_missing(
        workspace,
        &[
            GIT,
            AIOSMTPD,
            FAKETIME,
            HAPROXY,
            KANNEL,
            KANNEL_EXTRAS,
            NGINX,
            OPENSSL,
            POSTGRESQL,
        ],
    )?;
    prepare_for_browser(workspace)?;
    add_rust_components(workspace)?;
    install_cargo_deny(workspace)
}

/// What the browser tests need: node, npm, Chromium and the packages of `e2e/package-lock.json`.
pub fn prepare_for_browser(workspace: &Workspace) -> Result<()> {
    install_missing(workspace, &[NODEJS, NPM, CHROMIUM])?;
    install_newer_node(workspace)?;
    install_npm_packages(workspace)
}

/// What the faults need.
pub fn prepare_for_faults(workspace: &Workspace) -> Result<()> {
    install_missing(workspace, &[POSTGRESQL, FAKETIME])
}

/// What a day on both engines needs.
pub fn prepare_for_day(workspace: &Workspace) -> Result<()> {
    install_missing(workspace, &[POSTGRESQL])
}

/// What the fuzz targets need.
pub fn prepare_for_fuzzing(workspace: &Workspace) -> Result<()> {
    install_missing(workspace, &[CXX])
}

/// A program of the Node world: with the newer Node first on the path where one had to be fetched.
pub fn node_program(workspace: &Workspace, name: &str) -> Result<Command> {
    let mut command = workspace.program(name);
    let fetched = fetched_node(workspace).join("bin");
    if fetched.is_dir() {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(fetched).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders).context("failed to extend PATH")?);
    }
    // Playwright would download browsers of its own; Debian's Chromium is the one that is tested.
    command
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .current_dir(workspace.root.join("e2e"));
    Ok(command)
}

/// Fetches the advisory database; false when it is out of reach.
pub fn fetch_advisories(workspace: &Workspace) -> bool {
    let mut fetch = workspace.program("timeout");
    fetch
        .args([ADVISORIES_TIMEOUT_S, "cargo", "deny", "fetch", "db"])
        .env("GIT_TERMINAL_PROMPT", "0");
    succeeds_quietly(&mut fetch)
}

fn install_missing(workspace: &Workspace, packages: &[DebianPackage]) -> Result<()> {
    let mut lists_are_fresh = false;
    for package in packages {
        if is_there(workspace, package) {
            continue;
        }
        println!("    installing the Debian package {}: {}", package.name, package.why);
        if !lists_are_fresh {
            succeed(&mut apt_get(workspace, &["update", "-qq"])?)?;
            lists_are_fresh = true;
        }
        let install = ["install", "-y", "-qq", "--no-install-recommends", package.name];
        succeed(apt_get(workspace, &install)?.stdout(Stdio::null()))?;
        if !is_there(workspace, package) {
            bail!(
                "{} was installed, but `{}` still fails",
                package.name,
                package.proof.join(" ")
            );
        }
    }
    Ok(())
}

fn is_there(workspace: &Workspace, package: &DebianPackage) -> bool {
    let Some((program, arguments)) = package.proof.split_first() else {
        return false;
    };
    succeeds_quietly(workspace.program(program).args(arguments))
}

/// `apt-get`, through `sudo` for everybody but root.
fn apt_get(workspace: &Workspace, arguments: &[&str]) -> Result<Command> {
    if !succeeds_quietly(workspace.program("apt-get").arg("--version")) {
        bail!("there is no apt-get here: install the packages named above by hand, then start again");
    }
    let is_root = output_of(workspace.program("id").arg("-u"))?.trim() == "0";
    let mut command = if is_root {
        workspace.program("env")
    } else {
        let mut sudo = workspace.program("sudo");
        sudo.args(["--non-interactive", "env"]);
        sudo
    };
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .args(arguments);
    Ok(command)
}

fn fetched_node(workspace: &Workspace) -> PathBuf {
    workspace.target.join("xtask-node/node_modules/node")
}

fn install_newer_node(workspace: &Workspace) -> Result<()> {
    let version = output_of(workspace.program("node").arg("--version"))?;
    if major_version(&version).is_some_and(|major| major >= NODE_MAJOR_MIN) || fetched_node(workspace).is_dir() {
        return Ok(());
    }
    println!(
        "    installing {NODE_FROM_NPM} into the target folder: Playwright does not run on {}",
        version.trim()
    );
    let folder = workspace.target.join("xtask-node");
    fs::create_dir_all(&folder).with_context(|| format!("failed to create {}", folder.display()))?;
    let mut install = workspace.program("npm");
    install
        .args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
        .arg(&folder)
        .arg(NODE_FROM_NPM);
    succeed(&mut install)
}

/// The first number of a version such as `v20.20.2`.
fn major_version(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

fn install_npm_packages(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("e2e");
    let wanted = fs::read(folder.join("package-lock.json")).context("failed to read e2e/package-lock.json")?;
    // A copy of the lock file, left after a complete installation, says what is installed.
    let installed = folder.join("node_modules/.installed-package-lock.json");
    if fs::read(&installed).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    println!(
        "    installing the npm packages of e2e/package-lock.json: Playwright drives the browser, axe checks pages"
    );
    succeed(node_program(workspace, "npm")?.args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&installed, wanted).with_context(|| format!("failed to write {}", installed.display()))
}

/// rustup's minimal profile comes without them.
fn add_rust_components(workspace: &Workspace) -> Result<()> {
    for (program, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !succeeds_quietly(&mut workspace.cargo([program, "--version"])) {
            println!("    adding the Rust component {component}: `cargo {program}` is one of the checks");
            succeed(workspace.program("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// cargo-deny has no features to leave out; its own release profile (fat LTO, one codegen unit) is what takes long
/// (about 5 minutes on two cores). Built as below it takes half of that.
fn install_cargo_deny(workspace: &Workspace) -> Result<()> {
    if succeeds_quietly(&mut workspace.cargo(["deny", "--version"])) {
        return Ok(());
    }
    println!("    installing cargo-deny {CARGO_DENY_VERSION}: checks licences, banned crates, sources and advisories");
    let mut install = workspace.cargo(["install", "cargo-deny", "--locked", "--version", CARGO_DENY_VERSION]);
    install
        .env("CARGO_TARGET_DIR", workspace.target.join("cargo-deny"))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    succeed(&mut install)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_compared_by_their_first_number() {
        assert_eq!(major_version("v20.20.2\n"), Some(20));
        assert_eq!(major_version("18.19.0"), Some(18));
        assert_eq!(major_version("not a version"), None);
    }
}

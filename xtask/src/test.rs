//! `cargo xtask test`: what a fresh machine needs, and everything that is proved.

use anyhow::Result;

use crate::shell::{Workspace, succeed};
use crate::steps::Steps;
use crate::{browser, machine, tidy};

/// Installs what is missing and runs all checks; the first failure ends it.
pub fn everything(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::of(8);
    steps.step("machine", || machine::prepare(workspace))?;
    steps.step("format", || format(workspace))?;
    steps.step("tidy", || tidy::check(&workspace.root))?;
    steps.step("clippy", || clippy(workspace))?;
    steps.step("deny", || deny(workspace))?;
    steps.step("tests", || {
        succeed(&mut workspace.cargo(["test", "--workspace", "--locked", "--no-fail-fast"]))
    })?;
    steps.step("documentation", || documentation(workspace))?;
    steps.step("browser", || browser::run(workspace, &[]))?;
    println!("\nxtask test: all passed, {}", steps.summary());
    Ok(())
}

fn format(workspace: &Workspace) -> Result<()> {
    succeed(&mut workspace.cargo(["fmt", "--all", "--check"]))?;
    // The fuzz targets are a workspace of their own.
    succeed(&mut workspace.cargo(["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"]))
}

fn clippy(workspace: &Workspace) -> Result<()> {
    succeed(&mut workspace.cargo([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
}

fn deny(workspace: &Workspace) -> Result<()> {
    let mut check = workspace.cargo(["deny", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    if machine::fetch_advisories(workspace) {
        println!("    checking: banned crates, licences, sources, advisories (database fetched now)");
        check.arg("advisories");
    } else {
        println!("    checking: banned crates, licences, sources");
        println!("    NOT checked: advisories, because the advisory database is out of reach");
    }
    succeed(&mut check)
}

fn documentation(workspace: &Workspace) -> Result<()> {
    // Private items too: most of dran is private, and a link inside it should lead somewhere. Where they are documented,
    // a public page may link to them.
    let mut document = workspace.cargo([
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
        "--locked",
    ]);
    succeed(document.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"))
}

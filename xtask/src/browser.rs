//! `cargo xtask e2e`: the browser tests against the program as it is built for tests.

use anyhow::Result;

use crate::machine::node_program;
use crate::shell::{Workspace, succeed};

/// Builds dran in the dev profile and hands it to Playwright, with these arguments for Playwright.
pub fn run(workspace: &Workspace, playwright_arguments: &[String]) -> Result<()> {
    // The whole workspace, as in the tests: the same features, so that no dependency is built twice.
    succeed(&mut workspace.cargo(["build", "--workspace", "--bins", "--locked"]))?;
    let mut playwright = node_program(workspace, "npx")?;
    playwright
        .args(["--no-install", "playwright", "test"])
        .args(playwright_arguments);
    succeed(playwright.env("DRAN_BINARY", &workspace.dran))
}

//! `cargo xtask day`: one seeded day of 100,000 people on both engines.

use anyhow::Result;

use crate::machine;
use crate::shell::{Workspace, succeed};

/// Builds what plays the day, and plays it.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    machine::prepare_for_day(workspace)?;
    succeed(&mut workspace.cargo(["build", "--locked", "-p", "dran-day"]))?;
    let mut day = workspace.program(workspace.dran.with_file_name("dran-day"));
    succeed(day.args(arguments))
}

//! `cargo xtask faults`: the nodes are built, and everything happens to them that can.

use anyhow::Result;

use crate::machine;
use crate::shell::{Workspace, succeed};

/// Builds the program under test and the harness, and plays rounds.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    machine::prepare_for_faults(workspace)?;
    succeed(&mut workspace.cargo(["build", "--locked", "-p", "dran", "-p", "dran-faults"]))?;
    let mut faults = workspace.program(workspace.dran.with_file_name("dran-faults"));
    succeed(faults.arg("--out").arg(workspace.target.join("faults")).args(arguments))
}

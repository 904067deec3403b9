//! `dran draw`: the public value typed in, and the draw checked by anyone with one document.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use dran_core::ids::{CampaignId, PoolId, TicketNumber};
use dran_core::line::proof::{PoolProof, ProofDocument, Verdict};
use dran_core::line::ticket::place_told;
use dran_service::planning;

use crate::commands::{open_store, wait};
use crate::config::{Deployment, DeploymentArgs};
use crate::sources;

/// `dran draw …`
#[derive(Subcommand)]
pub enum DrawCommand {
    /// Type in the public value that a campaign waits for
    Value {
        /// The campaign
        #[arg(long)]
        campaign: String,
        /// drand: the round's JSON, or its signature in hexadecimal; a lottery: its numbers
        #[arg(long, value_name = "TEXT")]
        value: String,
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// Check a draw from its proof document, saved from /line/proof.json?campaign=…; needs nothing else
    Verify {
        /// The document
        file: PathBuf,
        /// A ticket whose position is told: POOL:NUMBER, the ticket's string, or its short code
        #[arg(long)]
        ticket: Option<String>,
    },
}

/// Carries a command out.
pub fn run(command: &DrawCommand) -> Result<ExitCode> {
    match command {
        DrawCommand::Value {
            campaign,
            value,
            deployment,
        } => take_in_value(campaign, value, deployment),
        DrawCommand::Verify { file, ticket } => verify(file, ticket.as_deref()),
    }
}

fn take_in_value(campaign: &str, typed: &str, deployment: &DeploymentArgs) -> Result<ExitCode> {
    let store = open_store(&Deployment::resolve(deployment)?)?;
    let (campaign, now) = (CampaignId::new(campaign), sources::system_clock().now());
    let value = wait(async { Ok(planning::take_in_value(&*store, &campaign, typed, now).await?) })?;
    println!("the public value of {campaign} is: {value}");
    println!("a running `dran serve` draws the order within seconds");
    Ok(ExitCode::SUCCESS)
}

fn verify(file: &Path, ticket: Option<&str>) -> Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let proof: ProofDocument =
        serde_json::from_str(&text).with_context(|| format!("{} is not a proof of a draw", file.display()))?;
    let findings = proof.check(dran_drand::signed);
    println!("the draw of {}", proof.campaign);
    for finding in &findings {
        let (word, text) = match &finding.verdict {
            Verdict::Holds(text) => ("holds", text),
            Verdict::Fails(text) => ("FAILS", text),
            Verdict::Open(text) => ("open", text),
        };
        println!("{word:<6} {text}");
    }
    match ticket {
        Some(ticket) => tell_ticket(&proof, ticket)?,
        None => tell_lines(&proof),
    }
    Ok(if findings.iter().any(dran_core::line::proof::Finding::fails) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// How many places of each line are printed.
const PLACES_SHOWN: usize = 5;

fn tell_lines(proof: &ProofDocument) {
    for pool in &proof.pools {
        let Some(n) = pool.n else {
            println!("{}: not frozen yet", pool.pool);
            continue;
        };
        println!("{}: {n} tickets took part", pool.pool);
        let positions = proof.positions(&pool.pool).unwrap_or_default();
        for (ticket, position) in positions.iter().take(PLACES_SHOWN).enumerate() {
            println!("  ticket {ticket} has place {}", u64::from(*position) + 1);
        }
        if positions.len() > PLACES_SHOWN {
            println!("  … use --ticket {}:NUMBER for any other", pool.pool);
        }
    }
}

fn tell_ticket(proof: &ProofDocument, typed: &str) -> Result<()> {
    let (pool, number) = ticket_of(proof, typed)?;
    let (name, number) = (&pool.pool, number.0);
    let Some(positions) = proof.positions(name) else {
        bail!("the order of {name} is not drawn yet");
    };
    let place = positions.get(number as usize).copied();
    match place {
        Some(position) => println!("ticket {number} of {name} has place {}", u64::from(position) + 1),
        None => println!(
            "ticket {number} of {name} came after the draw and has place {}",
            u64::from(number) + 1
        ),
    }
    Ok(())
}

/// The pool and number that somebody has typed in one of three ways.
fn ticket_of<'a>(proof: &'a ProofDocument, typed: &str) -> Result<(&'a PoolProof, TicketNumber)> {
    if let Some((pool, number)) = typed.split_once(':') {
        let number = number
            .trim()
            .parse()
            .context("after the colon stands the ticket's number")?;
        let found = proof.pool(&PoolId::new(pool.trim()));
        let found = found.with_context(|| format!("the document has no pool {pool}"))?;
        return Ok((found, TicketNumber(number)));
    }
    let id = place_told(typed).ok_or_else(|| anyhow!("`{typed}` is no ticket; write POOL:NUMBER"))?;
    let pool = proof.pool_of_line(id.line);
    let pool = pool.context("this ticket stands in the line of another campaign")?;
    Ok((pool, id.number))
}

//! `dran campaign …`

use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use dran_core::hex;
use dran_core::ids::{AttemptKey, CampaignId, CentreId, GroupId};
use dran_core::line::randomness::{DRAND_AFTER_S, Randomness};
use dran_core::phone::PhonePolicy;
use dran_core::staff::Reason;
use dran_core::staff::log::Actor;
use dran_service::planning::{self, CampaignOrder, RandomnessOrder};
use dran_store::{CampaignStep, Failure, OpeningRefusal, Operation, OperationOrder, OperationRefusal, StepRefusal};
use jiff::civil::DateTime;

use crate::commands::{open_store, read_region, wait};
use crate::config::{Deployment, DeploymentArgs};
use crate::sources;

/// `dran campaign …`
#[derive(Subcommand)]
pub enum CampaignCommand {
    /// Create a campaign and publish the commitment to its draw
    Create {
        /// Its name: lower-case letters, digits, hyphens
        id: String,
        /// When it opens, in the region's civil time: 2021-01-12T08:00
        #[arg(long)]
        opens_at: DateTime,
        /// Its centres, separated by commas; all of the region if none is named
        #[arg(long, value_delimiter = ',')]
        centres: Vec<String>,
        /// The priority groups it is open to, separated by commas
        #[arg(long, value_delimiter = ',', required = true)]
        groups: Vec<String>,
        /// Take the public value of the draw from this drand network: quicknet or default
        #[arg(long, value_name = "NETWORK", conflicts_with = "lottery")]
        drand: Option<String>,
        /// The drand round is the first one so many seconds after the opening
        #[arg(long, value_name = "SECONDS", default_value_t = DRAND_AFTER_S, requires = "drand")]
        drand_after_s: u32,
        /// Take the public value from an official lottery: which draw, on which day, which of its numbers
        #[arg(long, value_name = "DRAW")]
        lottery: Option<String>,
        /// Whom agents may let in: one-line (a caller takes a ticket like anybody) or first-come (whoever is on the
        /// line may come in at once; each is a line of the public account)
        #[arg(long, value_name = "POLICY", default_value = "one-line", value_parser = phone_policy)]
        phone: PhonePolicy,
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// Open a campaign now: the order is drawn within seconds, or when its public value is known
    Open {
        /// Its name
        id: String,
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// Call and let in nobody until it is resumed; who is inside goes on
    Pause(CampaignName),
    /// Call people again
    Resume(CampaignName),
    /// End it for good: nobody joins, is called or let in; who is inside goes on
    Close(CampaignName),
    /// List campaigns and their lines
    List {
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
}

/// Which campaign.
#[derive(Args)]
pub struct CampaignName {
    /// Its name
    id: String,
    /// Why, for the audit log
    #[arg(long, default_value = "by command, without a reason")]
    reason: String,
    #[command(flatten)]
    deployment: DeploymentArgs,
}

fn phone_policy(word: &str) -> Result<PhonePolicy, String> {
    PhonePolicy::of_word(word).ok_or_else(|| "one-line or first-come".to_owned())
}

/// Runs one of them.
pub fn run(command: CampaignCommand) -> Result<ExitCode> {
    match command {
        CampaignCommand::Create {
            id,
            opens_at,
            centres,
            groups,
            drand,
            drand_after_s,
            lottery,
            phone,
            deployment,
        } => {
            let deployment = Deployment::resolve(&deployment)?;
            let region = read_region(&deployment.region)?;
            let store = open_store(&deployment)?;
            let opens_at = region
                .time_zone
                .to_timestamp(opens_at)
                .context("there is no such time")?;
            let order = CampaignOrder {
                id: CampaignId::new(id),
                opens_at,
                centres: centres.into_iter().map(CentreId::new).collect(),
                groups: groups.into_iter().map(GroupId::new).collect(),
                randomness: match (drand, lottery) {
                    (Some(chain), _) => RandomnessOrder::Drand {
                        chain,
                        after_s: drand_after_s,
                    },
                    (None, Some(draw)) => RandomnessOrder::Lottery(draw),
                    (None, None) => RandomnessOrder::None,
                },
                phone,
            };
            let (secret, now) = (sources::system_entropy().bytes(), sources::system_clock().now());
            let created = wait(async { Ok(planning::create_campaign(&region, &*store, order, secret, now).await?) })?;
            println!("created {} with {} lines", created.campaign.id, created.lines.len());
            println!("commitment to the draw: {}", hex::encode(&created.draw_commitment));
            print_source(&created.randomness);
        }
        CampaignCommand::Open { id, deployment } => {
            let store = open_store(&Deployment::resolve(&deployment)?)?;
            let (id, now) = (CampaignId::new(id), sources::system_clock().now());
            let opened = wait(async { Ok(planning::set_opening(&*store, &id, now, now).await) })?;
            opened.map_err(|failure| match failure {
                Failure::Refused(OpeningRefusal::UnknownCampaign) => anyhow!("there is no campaign {id}"),
                Failure::Refused(_) => anyhow!("{id} is open already; its order is drawn or being drawn"),
                Failure::Fault(fault) => fault.into(),
            })?;
            println!("{id} opens now: a running `dran serve` draws its order within seconds,");
            println!("or when the public value of the draw is known, if it has named one");
        }
        CampaignCommand::Pause(name) => take_step(name, CampaignStep::Pause, "is paused")?,
        CampaignCommand::Resume(name) => take_step(name, CampaignStep::Resume, "goes on")?,
        CampaignCommand::Close(name) => take_step(name, CampaignStep::Close, "has ended")?,
        CampaignCommand::List { deployment } => {
            let store = open_store(&Deployment::resolve(&deployment)?)?;
            for stored in wait(async { Ok(store.campaigns().await?) })? {
                println!(
                    "{}  {:?}  opens {}",
                    stored.campaign.id, stored.state, stored.campaign.opens_at
                );
                print_source(&stored.randomness);
                for (pool, line) in stored.campaign.pools.iter().zip(&stored.lines) {
                    println!(
                        "  {:<20} {:>9} tickets leased {:>9} called",
                        pool.id, line.next_number, line.called
                    );
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn take_step(name: CampaignName, step: CampaignStep, done: &str) -> Result<()> {
    let store = open_store(&Deployment::resolve(&name.deployment)?)?;
    let (id, now) = (CampaignId::new(name.id), sources::system_clock().now());
    let operation = Operation {
        attempt_key: AttemptKey(sources::system_entropy().bytes()),
        actor: Actor::Command,
        reason: Reason::parse(&name.reason)?,
        order: OperationOrder::Step(id.clone(), step),
        now,
    };
    let taken = wait(async { Ok(store.operations().operate(operation).await) })?;
    taken.map_err(|failure| match failure {
        Failure::Refused(OperationRefusal::Step(StepRefusal::NotFrom(state))) => {
            anyhow!("{id} is {}; nothing was changed", format!("{state:?}").to_lowercase())
        }
        Failure::Refused(_) => anyhow!("there is no campaign {id}"),
        Failure::Fault(fault) => fault.into(),
    })?;
    println!("{id} {done}: a running `dran serve` follows within two seconds");
    Ok(())
}

/// Says where the public value of a draw comes from.
fn print_source(randomness: &Randomness) {
    match randomness {
        Randomness::None => println!("  public randomness: none, the secret alone makes the order"),
        Randomness::Lottery { draw } => println!("  public randomness: {draw}"),
        Randomness::Drand(named) => println!(
            "  public randomness: drand {}, round {}, on {}",
            named.chain.name,
            named.round,
            named.at()
        ),
    }
}

//! What goes wrong, and how it is mended.

use std::time::Duration;

use anyhow::{Context, Result};
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::task::block_in_place;

use crate::clock::Stopwatch;
use crate::deployment::ACCOUNT;
use crate::proxy::Road;
use crate::world::{Needs, World};

/// How long most faults last, in milliseconds.
const LASTS_MS: std::ops::Range<u64> = 2_000..8_000;
/// How long a paused node is away, in milliseconds: longer than anything that it holds for a time.
const PAUSED_MS: std::ops::Range<u64> = 12_000..18_000;
/// How much later bytes arrive on a slow road, in milliseconds.
const SLOW_MS: std::ops::Range<u64> = 50..300;
/// How long the database may take to come back: it recovers by its log.
const RECOVERY_MAX: Duration = Duration::from_secs(120);
/// The clock that is off.
const CLOCK_OFFSETS: [&str; 2] = ["+3600s", "-3600s"];

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Fault {
    /// A node is killed and started again.
    KillNode,
    /// The node that leads is.
    KillLeader,
    /// The database is, with all its processes.
    KillPrimary,
    /// The database is killed and its synchronous standby promoted.
    Promote,
    /// The connections of a node to the database are reset, new ones too.
    CutDatabase,
    /// Nothing arrives between a node and the database.
    DropDatabase,
    /// New connections of a node to the database lead nowhere.
    HalfOpenDatabase,
    /// Everything between a node and the database takes longer.
    SlowDatabase,
    /// The connections of visitors to a node are reset, new ones too.
    CutClients,
    /// Nothing arrives between visitors and a node.
    DropClients,
    /// A node stands still, longer than its leases last, and goes on.
    PauseNode,
    /// The disk of the database is full.
    FillDisk,
    /// The database takes no more connections, and ends those that there are.
    ConnectionLimit,
    /// The clock of a node is an hour off.
    ClockOff,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Struck {
    /// In words.
    pub what: String,
    /// How long it lasted.
    pub lasted: Duration,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::KillNode,
        Self::KillLeader,
        Self::KillPrimary,
        Self::Promote,
        Self::CutDatabase,
        Self::DropDatabase,
        Self::HalfOpenDatabase,
        Self::SlowDatabase,
        Self::CutClients,
        Self::DropClients,
        Self::PauseNode,
        Self::FillDisk,
        Self::ConnectionLimit,
        Self::ClockOff,
    ];

    /// Its name on the command line.
    pub fn name(self) -> String {
        let name = clap::ValueEnum::to_possible_value(&self).map(|value| value.get_name().to_owned());
        name.unwrap_or_default()
    }

    /// What it needs of the database.
    pub fn needs(self) -> Needs {
        Needs {
            standby: self == Self::Promote,
            small_disk: self == Self::FillDisk,
        }
    }

    /// Lets it happen, waits, and mends it.
    ///
    /// # Errors
    /// When it cannot be done or mended.
    pub async fn strike(self, world: &mut World, rng: &mut StdRng) -> Result<Struck> {
        let node = rng.random_range(0..world.nodes.len());
        let lasts = Duration::from_millis(rng.random_range(LASTS_MS));
        let began = Stopwatch::start();
        let what = match self {
            Self::KillNode => kill_node(world, node, lasts).await?,
            Self::KillLeader => {
                let leader = block_in_place(|| world.leader());
                kill_node(world, leader, lasts).await?
            }
            Self::KillPrimary => {
                block_in_place(|| world.primary().kill())?;
                tokio::time::sleep(lasts).await;
                block_in_place(|| world.primary().start_again())?;
                "the database was killed and started again".to_owned()
            }
            Self::Promote => promote(world, lasts).await?,
            Self::CutDatabase => on_back_road(world, node, Road::Cut, lasts).await,
            Self::DropDatabase => on_back_road(world, node, Road::Silent, lasts).await,
            Self::HalfOpenDatabase => {
                // Who is connected goes on; so the connections end first.
                world.set_back_road(node, Road::Cut);
                tokio::time::sleep(Duration::from_millis(200)).await;
                on_back_road(world, node, Road::HalfOpen, lasts).await
            }
            Self::SlowDatabase => {
                let delay = Duration::from_millis(rng.random_range(SLOW_MS));
                on_back_road(world, node, Road::Slow(delay), lasts).await
            }
            Self::CutClients => on_front_road(world, node, Road::Cut, lasts).await?,
            Self::DropClients => on_front_road(world, node, Road::Silent, lasts).await?,
            Self::PauseNode => {
                let lasts = Duration::from_millis(rng.random_range(PAUSED_MS));
                let paused = world.nodes.get(node).context("no such node")?;
                paused.pause()?;
                tokio::time::sleep(lasts).await;
                paused.resume()?;
                format!("node {node} stood still")
            }
            Self::FillDisk => fill_disk(world, lasts).await?,
            Self::ConnectionLimit => limit_connections(world, lasts).await?,
            Self::ClockOff => {
                let offset = CLOCK_OFFSETS[rng.random_range(0..CLOCK_OFFSETS.len())];
                set_clock(world, node, Some(offset))?;
                // A clock that is off is a state, not an accident: it lasts as long as a pause.
                tokio::time::sleep(Duration::from_millis(rng.random_range(PAUSED_MS))).await;
                set_clock(world, node, None)?;
                format!("the clock of node {node} was off by {offset}")
            }
        };
        Ok(Struck {
            what,
            lasted: began.elapsed(),
        })
    }
}

async fn kill_node(world: &mut World, number: usize, lasts: Duration) -> Result<String> {
    let node = world.nodes.get_mut(number).context("no such node")?;
    block_in_place(|| node.kill());
    tokio::time::sleep(lasts).await;
    block_in_place(|| node.start())?;
    Ok(format!("node {number} was killed and started again"))
}

async fn promote(world: &mut World, lasts: Duration) -> Result<String> {
    block_in_place(|| world.primary().kill())?;
    tokio::time::sleep(lasts).await;
    block_in_place(|| world.promote())?;
    let third = block_in_place(|| world.primary().synchronous_standby())?;
    world.third = Some(third);
    Ok("the primary was killed, its standby promoted and given a standby".to_owned())
}

async fn on_back_road(world: &World, node: usize, road: Road, lasts: Duration) -> String {
    world.set_back_road(node, road);
    tokio::time::sleep(lasts).await;
    world.set_back_road(node, Road::Open);
    format!("the road between node {node} and the database was {road:?}")
}

async fn on_front_road(world: &World, number: usize, road: Road, lasts: Duration) -> Result<String> {
    let node = world.nodes.get(number).context("no such node")?;
    node.front.set(road);
    tokio::time::sleep(lasts).await;
    node.front.set(Road::Open);
    Ok(format!("the road between visitors and node {number} was {road:?}"))
}

async fn fill_disk(world: &World, lasts: Duration) -> Result<String> {
    block_in_place(|| world.primary().fill_disk())?;
    tokio::time::sleep(lasts).await;
    block_in_place(|| world.primary().free_disk())?;
    let recovered = Stopwatch::start();
    let mut ended = "";
    // A server whose log cannot be written ends; whoever made room starts it again.
    while !block_in_place(|| world.primary().answers()) {
        if block_in_place(|| world.primary().start_again()).is_ok() {
            ended = ", which ended";
        }
        anyhow::ensure!(recovered.elapsed() < RECOVERY_MAX, "the database does not come back");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(format!("the disk of the database{ended} was full"))
}

async fn limit_connections(world: &World, lasts: Duration) -> Result<String> {
    let limit = |connections: i32| {
        let sql = format!("ALTER ROLE {ACCOUNT} CONNECTION LIMIT {connections}");
        block_in_place(|| world.primary().sql("postgres", &sql))
    };
    limit(0)?;
    block_in_place(|| world.primary().sql("postgres", include_str!("end_connections.sql")))?;
    tokio::time::sleep(lasts).await;
    limit(-1)?;
    Ok("the database took no more connections".to_owned())
}

fn set_clock(world: &mut World, number: usize, offset: Option<&str>) -> Result<()> {
    let node = world.nodes.get_mut(number).context("no such node")?;
    block_in_place(|| {
        node.kill();
        node.set_clock_offset(offset);
        node.start()
    })
}

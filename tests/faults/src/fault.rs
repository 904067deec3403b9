//! What goes wrong, and how it is mended.

use std::time::Duration;

use anyhow::{Context, Result};
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::task::block_in_place;

use crate::clock::{Stopwatch, now_ms};
use crate::deployment::ACCOUNT;
use crate::proxy::Road;
use crate::world::{Needs, World};

/// How long most faults last, in milliseconds.
const LASTS_MS: std::ops::Range<u64> = 2_000..8_000;
/// How long a paused node is away, in milliseconds: longer than anything that it holds for a time.
const PAUSED_MS: std::ops::Range<u64> = 12_000..18_000;
/// How much later bytes arrive on a slow road, in milliseconds.
const SLOW_MS: std::ops::Range<u64> = 100..400;
/// So many connections of all nodes the database still takes when it is said to be full.
const CONNECTIONS_LEFT: std::ops::Range<u32> = 0..8;
/// How long the connections of visitors are reset before what they ask is carried out and not answered.
const CUT_FIRST: Duration = Duration::from_millis(100);
/// How long another node may take to lead and call, before the one that led comes back all the same.
const TAKEOVER_MAX: Duration = Duration::from_secs(60);
/// How often a leader is killed at most so that the node whose clock is off leads.
const LEADERS_MAX: u32 = 6;
/// How often it is looked whether something has come about.
const LOOK_EVERY: Duration = Duration::from_millis(100);
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
    /// The answers to the commits of a node are lost with their connection, every other one.
    LoseCommits,
    /// Everything between the nodes and the database takes longer.
    SlowDatabase,
    /// The connections of visitors to a node are reset in the middle of requests: the answers are lost.
    CutClients,
    /// Nothing arrives between visitors and a node.
    DropClients,
    /// A node stands still, longer than its leases last, and goes on.
    PauseNode,
    /// The node that leads does.
    PauseLeader,
    /// The disk of the database is full.
    FillDisk,
    /// The database ends all connections and takes few or none anew.
    ConnectionLimit,
    /// The clock of a node is an hour off, in every other round that of the node that leads.
    ClockOff,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Struck {
    /// In words.
    pub what: String,
    /// How long it lasted.
    pub lasted: Duration,
    /// The node that led was not there, if it was its turn.
    pub leaderless: Option<Leaderless>,
    /// When a standby was told to be the primary, in unix milliseconds.
    pub promoted_ms: Option<i64>,
}

/// When the node that led was away, in unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaderless {
    /// It is killed or stands still.
    pub from_ms: i64,
    /// It comes back.
    pub to_ms: i64,
}

impl From<String> for Struck {
    fn from(what: String) -> Self {
        Self {
            what,
            lasted: Duration::ZERO,
            leaderless: None,
            promoted_ms: None,
        }
    }
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::KillNode,
        Self::KillLeader,
        Self::KillPrimary,
        Self::Promote,
        Self::CutDatabase,
        Self::DropDatabase,
        Self::HalfOpenDatabase,
        Self::LoseCommits,
        Self::SlowDatabase,
        Self::CutClients,
        Self::DropClients,
        Self::PauseNode,
        Self::PauseLeader,
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

    /// Whether the database may have done something long before a node hears of it.
    pub fn delays_database(self) -> bool {
        matches!(
            self,
            Self::KillPrimary
                | Self::Promote
                | Self::DropDatabase
                | Self::LoseCommits
                | Self::SlowDatabase
                | Self::FillDisk
        )
    }

    /// Lets it happen, waits, and mends it.
    ///
    /// # Errors
    /// When it cannot be done or mended.
    pub async fn strike(self, world: &mut World, rng: &mut StdRng) -> Result<Struck> {
        let node = rng.random_range(0..world.nodes.len());
        let lasts = Duration::from_millis(rng.random_range(LASTS_MS));
        let began = Stopwatch::start();
        let struck: Struck = match self {
            Self::KillNode => kill_node(world, node, lasts).await?.into(),
            Self::KillLeader => kill_leader(world, lasts).await?,
            Self::KillPrimary => {
                block_in_place(|| world.primary().kill())?;
                tokio::time::sleep(lasts).await;
                block_in_place(|| world.primary().start_again())?;
                "the database was killed and started again".to_owned().into()
            }
            Self::Promote => promote(world, lasts).await?,
            Self::CutDatabase => on_back_road(world, node, Road::Cut, lasts).await.into(),
            Self::DropDatabase => on_back_road(world, node, Road::Silent, lasts).await.into(),
            Self::HalfOpenDatabase => {
                // Who is connected goes on; so the connections end first.
                world.set_back_road(node, Road::Cut);
                tokio::time::sleep(Duration::from_millis(200)).await;
                on_back_road(world, node, Road::HalfOpen, lasts).await.into()
            }
            Self::LoseCommits => on_back_road(world, node, Road::LosesCommits, lasts).await.into(),
            Self::SlowDatabase => {
                let delay = Duration::from_millis(rng.random_range(SLOW_MS));
                slow_database(world, delay, lasts).await.into()
            }
            Self::CutClients => {
                set_front_road(world, node, Road::Cut)?;
                tokio::time::sleep(CUT_FIRST).await;
                on_front_road(world, node, Road::Unanswered, lasts).await?.into()
            }
            Self::DropClients => on_front_road(world, node, Road::Silent, lasts).await?.into(),
            Self::PauseNode => pause_node(world, node, rng).await?.into(),
            Self::PauseLeader => pause_leader(world, rng).await?,
            Self::FillDisk => fill_disk(world, lasts).await?.into(),
            Self::ConnectionLimit => {
                let left = rng.random_range(CONNECTIONS_LEFT);
                limit_connections(world, left, lasts).await?.into()
            }
            Self::ClockOff => clock_off(world, node, rng).await?.into(),
        };
        Ok(Struck {
            lasted: began.elapsed(),
            ..struck
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

/// The node that leads is away until another one leads and has called somebody, and for as long at least as others
/// are. The checker sees by the account whether it did.
async fn kill_leader(world: &mut World, lasts: Duration) -> Result<Struck> {
    let leader = world.wait_for_leader().await?;
    let calls = block_in_place(|| world.calls())?;
    let from_ms = now_ms();
    let node = world.nodes.get_mut(leader).context("no such node")?;
    block_in_place(|| node.kill());
    let (next, ()) = tokio::join!(next_leader(world, leader, calls), tokio::time::sleep(lasts));
    let to_ms = now_ms();
    let node = world.nodes.get_mut(leader).context("no such node")?;
    block_in_place(|| node.start())?;
    let what = format!("node {leader}, which led, was killed and started again; {next}");
    Ok(Struck {
        leaderless: Some(Leaderless { from_ms, to_ms }),
        ..what.into()
    })
}

async fn pause_leader(world: &World, rng: &mut StdRng) -> Result<Struck> {
    let leader = world.wait_for_leader().await?;
    let lasts = Duration::from_millis(rng.random_range(PAUSED_MS));
    let calls = block_in_place(|| world.calls())?;
    let from_ms = now_ms();
    let node = world.nodes.get(leader).context("no such node")?;
    node.pause()?;
    let (next, ()) = tokio::join!(next_leader(world, leader, calls), tokio::time::sleep(lasts));
    let to_ms = now_ms();
    node.resume()?;
    let what = format!("node {leader}, which led, stood still; {next}");
    Ok(Struck {
        leaderless: Some(Leaderless { from_ms, to_ms }),
        ..what.into()
    })
}

/// Waits until another node leads and the account has more calls than these; who does, in words.
async fn next_leader(world: &World, leader: usize, calls: u32) -> String {
    let leads = async {
        loop {
            if let Some(next) = block_in_place(|| world.leader())
                && next != leader
                && block_in_place(|| world.calls()).is_ok_and(|now| now > calls)
            {
                return next;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    match tokio::time::timeout(TAKEOVER_MAX, leads).await {
        Ok(next) => format!("node {next} took over"),
        Err(_) => "nobody took over".to_owned(),
    }
}

async fn pause_node(world: &World, number: usize, rng: &mut StdRng) -> Result<String> {
    let paused = world.nodes.get(number).context("no such node")?;
    paused.pause()?;
    tokio::time::sleep(Duration::from_millis(rng.random_range(PAUSED_MS))).await;
    paused.resume()?;
    Ok(format!("node {number} stood still"))
}

async fn promote(world: &mut World, lasts: Duration) -> Result<Struck> {
    block_in_place(|| world.primary().kill())?;
    tokio::time::sleep(lasts).await;
    let promoted_ms = now_ms();
    block_in_place(|| world.promote())?;
    let third = block_in_place(|| world.primary().synchronous_standby())?;
    world.third = Some(third);
    let what = "the primary was killed, its standby promoted and given a standby".to_owned();
    Ok(Struck {
        promoted_ms: Some(promoted_ms),
        ..what.into()
    })
}

async fn slow_database(world: &World, delay: Duration, lasts: Duration) -> String {
    for node in 0..world.nodes.len() {
        world.set_back_road(node, Road::Slow(delay));
    }
    tokio::time::sleep(lasts).await;
    for node in 0..world.nodes.len() {
        world.set_back_road(node, Road::Open);
    }
    format!("everything between the nodes and the database took {delay:?} more in each direction")
}

async fn on_back_road(world: &World, node: usize, road: Road, lasts: Duration) -> String {
    world.set_back_road(node, road);
    tokio::time::sleep(lasts).await;
    world.set_back_road(node, Road::Open);
    format!("the road between node {node} and the database was {road:?}")
}

async fn on_front_road(world: &World, number: usize, road: Road, lasts: Duration) -> Result<String> {
    set_front_road(world, number, road)?;
    tokio::time::sleep(lasts).await;
    set_front_road(world, number, Road::Open)?;
    Ok(format!("the road between visitors and node {number} was {road:?}"))
}

fn set_front_road(world: &World, number: usize, road: Road) -> Result<()> {
    world.nodes.get(number).context("no such node")?.front.set(road);
    Ok(())
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

async fn limit_connections(world: &World, left: u32, lasts: Duration) -> Result<String> {
    let limit = |connections: i64| {
        let sql = format!("ALTER ROLE {ACCOUNT} CONNECTION LIMIT {connections}");
        block_in_place(|| world.primary().sql("postgres", &sql))
    };
    limit(left.into())?;
    block_in_place(|| world.primary().sql("postgres", include_str!("end_connections.sql")))?;
    tokio::time::sleep(lasts).await;
    limit(-1)?;
    Ok(format!("the database took no more than {left} connections"))
}

/// A clock that is off is a state, not an accident: it lasts as long as a pause.
async fn clock_off(world: &mut World, node: usize, rng: &mut StdRng) -> Result<String> {
    let offset = CLOCK_OFFSETS[rng.random_range(0..CLOCK_OFFSETS.len())];
    let leads = rng.random_bool(0.5);
    let lasts = Duration::from_millis(rng.random_range(PAUSED_MS));
    set_clock(world, node, Some(offset))?;
    let mut led = "";
    for _ in 0..LEADERS_MAX {
        let leader = world.wait_for_leader().await?;
        if leader == node {
            led = ", which led,";
        }
        if leader == node || !leads {
            break;
        }
        kill_node(world, leader, Duration::ZERO).await?;
    }
    tokio::time::sleep(lasts).await;
    set_clock(world, node, None)?;
    Ok(format!("the clock of node {node}{led} was off by {offset}"))
}

fn set_clock(world: &mut World, number: usize, offset: Option<&str>) -> Result<()> {
    let node = world.nodes.get_mut(number).context("no such node")?;
    block_in_place(|| {
        node.kill();
        node.set_clock_offset(offset);
        node.start()
    })
}

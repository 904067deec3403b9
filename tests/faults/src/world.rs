//! The database with its standby, the nodes, and who leads them.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use dran_cluster::{Cluster, Durability, Options};
use tokio::task::block_in_place;

use crate::deployment::{ACCOUNT, DATABASE, Deployment};
use crate::node::Node;
use crate::proxy::Road;

/// What the rest of a disk that will be full may hold: the database, its log, and room for both to grow.
const DISK_MIB: u32 = 320;
/// How long it may take until a node leads.
const LEADER_WITHIN: Duration = Duration::from_secs(60);
/// How often it is looked whether one does.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What a round needs of the database.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// A synchronous standby.
    pub standby: bool,
    /// A disk that can be full.
    pub small_disk: bool,
}

/// Everything that a fault can happen to.
pub struct World {
    /// Nodes before what they are connected to, so that they go first.
    pub nodes: Vec<Node>,
    /// The server that was the primary in the beginning.
    pub first: Cluster,
    /// Its standby.
    pub second: Option<Cluster>,
    /// The standby of the standby, once that is the primary.
    pub third: Option<Cluster>,
    /// Whether the standby was promoted.
    pub is_promoted: bool,
    /// The deployment.
    pub deployment: Deployment,
}

impl World {
    /// Starts everything.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn start(folder: &Path, needs: Needs, nodes: usize, doses: u32, days: i32) -> Result<Self> {
        let first = Cluster::start_with(&Options {
            durability: Durability::Full,
            on_tcp: true,
            disk_mib: needs.small_disk.then_some(DISK_MIB),
        })?;
        first.sql("postgres", &format!("CREATE ROLE {ACCOUNT} LOGIN"))?;
        first.sql("postgres", &format!("CREATE DATABASE {DATABASE} OWNER {ACCOUNT}"))?;
        let second = needs.standby.then(|| first.synchronous_standby()).transpose()?;
        let url = format!("postgres://{ACCOUNT}@{}/{DATABASE}", first.address());
        let deployment = Deployment::make(folder, &url, doses, days)?;
        let hosts: Vec<_> = std::iter::once(&first).chain(&second).map(Cluster::address).collect();
        let mut world = Self {
            nodes: Vec::new(),
            first,
            second,
            third: None,
            is_promoted: false,
            deployment,
        };
        for number in 0..nodes {
            let mut node = Node::new(number, &world.deployment, &hosts).await?;
            node.start()?;
            world.nodes.push(node);
        }
        Ok(world)
    }

    /// Who writes now.
    pub fn primary(&self) -> &Cluster {
        match &self.second {
            Some(second) if self.is_promoted => second,
            _ => &self.first,
        }
    }

    /// The URL of the database for an operator, past the proxies.
    pub fn url(&self) -> String {
        format!("postgres://{ACCOUNT}@{}/{DATABASE}", self.primary().address())
    }

    /// Makes the standby the primary, with a standby of its own.
    ///
    /// # Errors
    /// When there is none, or it cannot be promoted.
    pub fn promote(&mut self) -> Result<()> {
        self.second.as_ref().context("there is no standby")?.promote()?;
        self.is_promoted = true;
        Ok(())
    }

    /// The node that leads, if one does and the database says so.
    pub fn leader(&self) -> Option<usize> {
        let said = self.primary().sql(DATABASE, include_str!("leader.sql")).ok()?;
        let number = said.lines().next()?.strip_prefix("node-")?.parse().ok()?;
        (number < self.nodes.len()).then_some(number)
    }

    /// Waits until a node leads.
    ///
    /// # Errors
    /// When none does in time.
    pub async fn wait_for_leader(&self) -> Result<usize> {
        let leads = async {
            loop {
                match block_in_place(|| self.leader()) {
                    Some(leader) => return leader,
                    None => tokio::time::sleep(LOOK_EVERY).await,
                }
            }
        };
        let in_time = tokio::time::timeout(LEADER_WITHIN, leads).await;
        in_time.context("no node leads")
    }

    /// How many calls the account has.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn calls(&self) -> Result<u32> {
        let said = self.primary().sql(DATABASE, include_str!("calls.sql"))?;
        said.parse().context("a number of calls")
    }

    /// Sets the road of a node to all hosts of the database.
    pub fn set_back_road(&self, node: usize, road: Road) {
        for proxy in self.nodes.get(node).into_iter().flat_map(|node| &node.back) {
            proxy.set(road);
        }
    }
}

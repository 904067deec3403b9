//! The database with its standby, the nodes, and who leads them.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use dran_cluster::{Cluster, Durability, Options};

use crate::deployment::{ACCOUNT, DATABASE, Deployment};
use crate::node::Node;
use crate::proxy::Road;

/// What the rest of a disk that will be full may hold: the database, its log, and room for both to grow.
const DISK_MIB: u32 = 320;

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

    /// The node that holds a lock of a session: the leader. The lock of a batch belongs to a transaction, and
    /// is left out. The first node if none leads by a lock.
    pub fn leader(&self) -> usize {
        let sql = include_str!("leader.sql");
        let said = self.primary().sql(DATABASE, sql).unwrap_or_default();
        let found = said
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("node-")?.parse().ok());
        found.filter(|number| *number < self.nodes.len()).unwrap_or(0)
    }

    /// Sets the road of a node to all hosts of the database.
    pub fn set_back_road(&self, node: usize, road: Road) {
        for proxy in self.nodes.get(node).into_iter().flat_map(|node| &node.back) {
            proxy.set(road);
        }
    }

    /// Waits until the server in place of the primary answers.
    ///
    /// # Errors
    /// When it does not within the deadline.
    pub async fn primary_answers(&self, deadline: Duration) -> Result<()> {
        let answers = async {
            while !self.primary().answers() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let in_time = tokio::time::timeout(deadline, answers).await;
        in_time.context("the database does not answer after the fault")
    }
}

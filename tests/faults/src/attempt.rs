//! Asking one of the nodes, and again when nobody answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::Value;

use crate::client::{Call, Client};
use crate::history::{Deed, History, Outcome};
use crate::phones::Phones;

/// What all visitors share.
pub struct Town {
    /// Their browsers' connections.
    pub client: Client,
    /// What they asked and were told.
    pub history: History,
    /// The front doors of the nodes.
    pub fronts: Vec<SocketAddr>,
    /// Their telephones.
    pub phones: Phones,
}

/// How long somebody waits before asking again, in milliseconds.
const AGAIN_AFTER_MS: std::ops::Range<u64> = 100..500;

/// Problems that say: not done, ask again. While nothing can be stored, bookings rest.
const AGAIN: [&str; 3] = ["unavailable", "too-many-requests", "read-only"];

/// The problem that says: whether it was done is not known yet.
const NOT_KNOWN: &str = "outcome-unknown";

/// One visitor's way of asking.
pub struct Asker {
    /// Their number.
    pub visitor: u32,
    /// Decides for them.
    pub rng: StdRng,
    /// Where they live.
    pub town: Arc<Town>,
}

impl Asker {
    /// Asks one of the nodes once.
    pub async fn once(&mut self, deed: Deed, key: &str, call: &Call) -> Outcome {
        let node = self.rng.random_range(0..self.town.fronts.len());
        self.once_at(node, deed, key, call).await
    }

    /// Asks this node once.
    pub async fn once_at(&self, node: usize, deed: Deed, key: &str, call: &Call) -> Outcome {
        let Town {
            client,
            history,
            fronts,
            ..
        } = &*self.town;
        let Some(front) = fronts.get(node) else {
            return Outcome::Failed("no such node".to_owned());
        };
        let asked = history.invoke(self.visitor, deed, node, key);
        let outcome = match client.send(*front, self.visitor, call).await {
            Ok(answer) if answer.status.is_success() => Outcome::Ok(answer.body),
            Ok(answer) if answer.problem() == NOT_KNOWN => Outcome::Unknown(NOT_KNOWN.to_owned()),
            Ok(answer) if !answer.problem().is_empty() => Outcome::Failed(answer.problem().to_owned()),
            Ok(answer) => Outcome::Unknown(format!("status {}", answer.status.as_u16())),
            Err(why) => Outcome::Unknown(why),
        };
        history.answer(asked, outcome.clone());
        outcome
    }

    /// Asks until somebody says that it was done, or why not.
    pub async fn until_answered(&mut self, deed: Deed, key: &str, call: &Call) -> Result<Value, String> {
        loop {
            match self.once(deed, key, call).await {
                Outcome::Ok(value) => return Ok(value),
                // So many codes an hour, and who asked in vain has asked: the place is kept without.
                Outcome::Failed(kind) if deed == Deed::Contact && kind != "unavailable" => return Err(kind),
                Outcome::Failed(kind) if !AGAIN.contains(&&*kind) => return Err(kind),
                Outcome::Failed(_) | Outcome::Unknown(_) => self.pause().await,
            }
        }
    }

    /// Asks for something that no promise is about; whether a node has answered, and did not put it off.
    pub async fn is_answered(&mut self, call: &Call) -> bool {
        let node = self.rng.random_range(0..self.town.fronts.len());
        let Some(front) = self.town.fronts.get(node) else {
            return false;
        };
        let answer = self.town.client.send(*front, self.visitor, call).await;
        answer.is_ok_and(|answer| answer.problem() != "unavailable")
    }

    /// Waits a moment.
    pub async fn pause(&mut self) {
        let pause = self.rng.random_range(AGAIN_AFTER_MS);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }

    /// A new attempt key.
    pub fn attempt_key(&mut self) -> String {
        format!("{:032x}", self.rng.random::<u128>())
    }
}

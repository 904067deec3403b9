//! What was asked and what was answered, as it happened.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;

use crate::clock::now_ms;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// A place in the line.
    Join,
    /// Where a ticket stands.
    Poll,
    /// A contact for a ticket.
    Contact,
    /// A permit.
    Enter,
    /// A registration.
    Register,
    /// Its code.
    Verify,
    /// Proposals.
    Propose,
    /// A hold.
    Hold,
    /// A booking.
    Book,
    /// A booking cancelled.
    Cancel,
    /// A booking moved.
    Move,
    /// The numbers of all lines.
    Status,
}

/// What an operation was answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "event", content = "answer")]
pub enum Outcome {
    /// It was done.
    Ok(Value),
    /// It was not done, and the kind of the problem says why.
    Failed(String),
    /// Nobody said.
    Unknown(String),
}

/// Something asked of one node.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    /// Counts all operations.
    pub id: usize,
    /// Who asks.
    pub visitor: u32,
    /// What for.
    pub deed: Deed,
    /// Of which node.
    pub node: usize,
    /// What it is about: an attempt key, a ticket, a booking code.
    pub key: String,
    /// When it was asked, in unix milliseconds.
    pub invoked_ms: i64,
    /// When it was answered or given up.
    pub returned_ms: i64,
    /// How.
    #[serde(flatten)]
    pub outcome: Outcome,
}

#[derive(Serialize)]
struct Invocation<'a> {
    event: &'static str,
    id: usize,
    visitor: u32,
    deed: Deed,
    node: usize,
    key: &'a str,
    invoked_ms: i64,
}

/// All operations of a round, and their file.
pub struct History(Mutex<Kept>);

struct Kept {
    file: BufWriter<File>,
    asked: usize,
    operations: Vec<Operation>,
}

/// Something asked that was not answered yet.
pub struct Asked(Operation);

impl History {
    /// One that is written to this file, a JSON object a line.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(Mutex::new(Kept {
            file: BufWriter::new(file),
            asked: 0,
            operations: Vec::new(),
        })))
    }

    /// Notes that something is asked now.
    pub fn invoke(&self, visitor: u32, deed: Deed, node: usize, key: &str) -> Asked {
        let mut kept = self.lock();
        let (id, invoked_ms) = (kept.asked, now_ms());
        kept.asked += 1;
        kept.write(&Invocation {
            event: "invoke",
            id,
            visitor,
            deed,
            node,
            key,
            invoked_ms,
        });
        Asked(Operation {
            id,
            visitor,
            deed,
            node,
            key: key.to_owned(),
            invoked_ms,
            returned_ms: invoked_ms,
            outcome: Outcome::Unknown(String::new()),
        })
    }

    /// Notes the answer.
    pub fn answer(&self, Asked(operation): Asked, outcome: Outcome) {
        let operation = Operation {
            returned_ms: now_ms(),
            outcome,
            ..operation
        };
        let mut kept = self.lock();
        kept.write(&operation);
        kept.operations.push(operation);
    }

    /// Everything that was answered so far, in the order of the answers.
    pub fn operations(&self) -> Vec<Operation> {
        let mut kept = self.lock();
        // A file that is not whole is worth something still.
        let _ = kept.file.flush();
        kept.operations.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn write(&mut self, line: &impl Serialize) {
        // The check rests on what is in memory; a full disk of the harness is no fault of dran.
        let written = serde_json::to_writer(&mut self.file, line).is_ok();
        let _ = written && self.file.write_all(b"\n").is_ok();
    }
}

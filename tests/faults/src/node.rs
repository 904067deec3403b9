//! A `dran serve` process with its roads.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::deployment::{Deployment, program};
use crate::proxy::Proxy;

/// How long a node may take to listen or to end: a slow machine, and a database that is being recovered.
const PROCESS_DEADLINE: Duration = Duration::from_secs(120);

/// One node. It is killed when it is dropped.
pub struct Node {
    number: usize,
    config: PathBuf,
    log: PathBuf,
    /// From visitors to the node.
    pub front: Proxy,
    /// From the node to each host of the database.
    pub back: Vec<Proxy>,
    running: Option<Child>,
    clock_offset: Option<String>,
}

impl Node {
    /// A node that is not started yet, with roads to these hosts of the database.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub async fn new(number: usize, deployment: &Deployment, hosts: &[SocketAddr]) -> Result<Self> {
        let mut back = Vec::new();
        for host in hosts {
            back.push(Proxy::listen(Some(*host)).await?);
        }
        let addresses: Vec<SocketAddr> = back.iter().map(Proxy::address).collect();
        let config = deployment.configure_node(number, &addresses)?;
        Ok(Self {
            number,
            log: config.with_extension("log"),
            config,
            front: Proxy::listen(None).await?,
            back,
            running: None,
            clock_offset: None,
        })
    }

    /// From now on it is started with a clock that is off: `+3600s`.
    pub fn set_clock_offset(&mut self, offset: Option<&str>) {
        self.clock_offset = offset.map(str::to_owned);
    }

    /// Whether it was started and has not been killed.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Where its log is.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Starts it and waits until it listens.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(&mut self) -> Result<()> {
        let mut command = program()?;
        if let Some(offset) = &self.clock_offset {
            command.envs(clock_that_is_off(offset)?);
        }
        command.args(["serve", "--config"]).arg(&self.config);
        let log = File::options().create(true).append(true).open(&self.log)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().context("cannot start a node")?;
        let stdout = child.stdout.take();
        self.running = Some(child);
        let mut stdout = BufReader::new(stdout.context("a node without an output")?);
        let (said, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = stdout.read_line(&mut line);
            // Who no longer listens knows already that this failed.
            let _ = said.send(line);
            let _ = stdout.read_to_string(&mut String::new());
        });
        let line = heard.recv_timeout(PROCESS_DEADLINE).context("a node says nothing")?;
        let address = line.trim().strip_prefix("listening on http://").map(str::parse);
        let Some(Ok(address)) = address else {
            self.kill();
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            bail!("node {} said `{}`: {log}", self.number, line.trim());
        };
        self.front.lead_to(Some(address));
        Ok(())
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        self.front.lead_to(None);
        if let Some(mut child) = self.running.take() {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it in the middle of whatever it does, as a machine does that is being moved.
    ///
    /// # Errors
    /// When the signal cannot be sent.
    pub fn pause(&self) -> Result<()> {
        self.signal("-STOP")
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When the signal cannot be sent.
    pub fn resume(&self) -> Result<()> {
        self.signal("-CONT")
    }

    /// Asks it to end, as an operator does, and waits until it has.
    ///
    /// # Errors
    /// When it does not, or not well.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.running.take() else {
            return Ok(());
        };
        signal(&child, "-TERM")?;
        let started = crate::clock::Stopwatch::start();
        loop {
            match child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("node {} ended with {status}", self.number),
                None if started.elapsed() > PROCESS_DEADLINE => {
                    let _ = child.kill();
                    let _ = child.wait();
                    bail!("node {} did not stop", self.number);
                }
                None => std::thread::yield_now(),
            }
        }
    }

    fn signal(&self, name: &str) -> Result<()> {
        let child = self.running.as_ref().context("the node does not run")?;
        signal(child, name)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The environment in which the wall's clock is off, and no machine's monotonic clock is. `faketime` itself would
/// stay between the harness and the node, and be killed in its place.
fn clock_that_is_off(offset: &str) -> Result<Vec<(String, String)>> {
    let mut faketime = Command::new("faketime");
    faketime.args(["-m", "--exclude-monotonic", "-f", offset, "env"]);
    let output = faketime.output().context("cannot run faketime")?;
    let printed = String::from_utf8(output.stdout)?;
    let variables = printed.lines().filter_map(|line| line.split_once('='));
    let wanted = variables.filter(|(name, _)| {
        [
            "LD_PRELOAD",
            "FAKETIME",
            "DONT_FAKE_MONOTONIC",
            "FAKETIME_DONT_FAKE_MONOTONIC",
        ]
        .contains(name)
    });
    Ok(wanted
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

fn signal(child: &Child, name: &str) -> Result<()> {
    let mut kill = Command::new("sh");
    let sent = kill
        .args(["-c", "kill \"$0\" \"$1\"", name, &child.id().to_string()])
        .status()?;
    if !sent.success() {
        bail!("no signal {name} to a node");
    }
    Ok(())
}

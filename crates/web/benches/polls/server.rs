//! A server as the generator sees it: a process whose time and memory can be told from its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::Outcome;

pub const SERVE_DRAN: &str = "serve-dran";
pub const SERVE_BARE: &str = "serve-bare";

/// A tick of `/proc/PID/stat`: `USER_HZ` is 100 on every Linux.
const TICK: Duration = Duration::from_millis(10);
/// A page of memory, as `/proc/PID/statm` counts: 4 KiB on x86-64 and most others.
const PAGE_BYTES: u64 = 4_096;

/// A server in a process of its own; it ends when its standard input does.
pub struct Server {
    /// How it was started.
    pub name: String,
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts this program as a server; gives the tickets that it knows, and before them what else it tells.
    pub fn start(arguments: &[&str]) -> Outcome<(Self, Vec<String>)> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("a piped output")?).lines();
        let address = line(&mut lines)?.parse()?;
        let mut tickets = Vec::new();
        loop {
            match line(&mut lines)? {
                ticket if ticket.is_empty() => break,
                ticket => tickets.push(ticket),
            }
        }
        let name = arguments.join(" ");
        Ok((Self { name, child, address }, tickets))
    }

    /// A program that serves without telling anything; it is asked to stop in the end.
    pub fn of(name: String, child: Child, address: SocketAddr) -> Self {
        Self { name, child, address }
    }

    /// The processor time it has used, its workers included.
    pub fn cpu_time(&self) -> Outcome<Duration> {
        let pid = self.child.id();
        let workers = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
        let workers = workers.split_whitespace().map(str::parse);
        let mut sum = cpu_time(pid)?;
        for worker in workers {
            sum += cpu_time(worker?)?;
        }
        Ok(sum)
    }
}

/// The processor time of a process.
pub fn cpu_time(pid: u32) -> Outcome<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The program's name may have blanks; proc(5) counts utime as field 14 and stime as 15.
    let (_, from_third) = stat.rsplit_once(')').ok_or("a stat file")?;
    let mut ticks = 0;
    for field in from_third.split_whitespace().skip(11).take(2) {
        ticks += field.parse::<u32>()?;
    }
    Ok(TICK * ticks)
}

impl Server {
    /// The memory it has.
    pub fn resident_bytes(&self) -> Outcome<u64> {
        resident_bytes(self.child.id())
    }
}

/// The memory of a process.
pub fn resident_bytes(pid: u32) -> Outcome<u64> {
    let statm = std::fs::read_to_string(format!("/proc/{pid}/statm"))?;
    let pages: u64 = statm.split_whitespace().nth(1).ok_or("a statm file")?.parse()?;
    Ok(pages * PAGE_BYTES)
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.stdin.take().is_none() {
            let pid = self.child.id().to_string();
            let _ = Command::new("kill").arg(pid).status(); // a program that does not wait for its input
        }
        let _ = self.child.wait(); // it has ended, or was never there
    }
}

fn line(lines: &mut std::io::Lines<BufReader<ChildStdout>>) -> Outcome<String> {
    Ok(lines.next().ok_or("a server ended before it was ready")??)
}

/// Says where it listens and which tickets there are; returns when the generator is done.
pub fn serve_until_done(address: SocketAddr, tickets: &[String]) -> Outcome<()> {
    let mut output = std::io::stdout().lock();
    writeln!(
        output,
        "{address}\n{}",
        tickets.iter().map(|ticket| format!("{ticket}\n")).collect::<String>()
    )?;
    output.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

//! Position polls and joins per second, and the server's CPU time for each: dran's listener with a line of a
//! million tickets, beside a bare hyper server whose constant answer is as long as a poll's, and beside
//! nginx with a static file of that length.
//!
//! Both servers are processes of their own (this program again, with another first argument), so that
//! their CPU time can be told from the generator's. The rounds take turns: what the machine does
//! besides hits both. Prints one JSON object a line, the rounds on standard error. Nothing is asserted
//! but that every answer is a 200 (or a 201 for a join): it measures. A number as argument sets the
//! requests of a round (0: none is run), a second one the connections that rest (each needs an open file on
//! either side).

use std::net::Ipv4Addr;
use std::sync::Arc;

#[path = "polls/bare.rs"]
mod bare;
#[path = "polls/dran.rs"]
mod dran;
#[path = "polls/generator.rs"]
mod generator;
#[path = "polls/machine.rs"]
mod machine;
#[path = "polls/nginx.rs"]
mod nginx;
#[path = "polls/rounds.rs"]
mod rounds;
#[path = "polls/server.rs"]
mod server;

use generator::{Connection, join_request, poll_request};
use machine::{cores, now, runtime};
use rounds::{Round, mean_body_bytes, median, round};
use server::{SERVE_BARE, SERVE_DRAN, Server};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Connections kept open by the generator, each with one request under way.
const CONNECTIONS: [usize; 2] = [64, 512];
/// Tickets in the lines.
const TICKETS: usize = 1_000_000;
/// Polls of a round, unless told otherwise.
const POLLS: usize = 200_000;
/// Each figure is the median of so many rounds, dran and yardstick in turn.
const ROUNDS: usize = 3;
/// Connections that are opened, ask once, and rest, unless told otherwise.
const RESTING: usize = 15_000;
/// The first address that they come from, 127.0.1.1, and how many come from each.
const FIRST_SOURCE: u32 = 0x7f00_0101;
const CONNECTIONS_OF_A_SOURCE: usize = 5_000;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(SERVE_DRAN) => dran::serve(TICKETS),
        Some(SERVE_BARE) => bare::serve(arguments.get(1).ok_or("how long is the answer?")?.parse()?),
        _ => {
            let mut numbers = arguments.iter().filter_map(|argument| argument.parse().ok());
            let (polls, rest) = (numbers.next().unwrap_or(POLLS), numbers.next().unwrap_or(RESTING));
            runtime()?.block_on(measure(polls, rest))
        }
    }
}

async fn measure(polls: usize, rest: usize) -> Outcome<()> {
    let (dran, told) = Server::start(&[SERVE_DRAN])?;
    let tickets = told.iter().filter(|line| !line.starts_with(dran::TOLD));
    let requests: Arc<[Vec<u8>]> = tickets.map(|ticket| poll_request(ticket)).collect();
    let body_bytes = mean_body_bytes(&dran, &requests).await?;
    let (bare, _) = Server::start(&[SERVE_BARE, &body_bytes.to_string()])?;
    if polls > 0 {
        measure_rounds(&dran, &bare, body_bytes, polls, &requests).await?;
    }
    let (ours, theirs) = (
        resting(&dran, rest, &requests[0]).await?,
        resting(&bare, rest, &requests[0]).await?,
    );
    println!(
        "{{\"name\":\"bytes_per_resting_connection_of_{rest}\",\"value\":{ours:.0},\"unit\":\"B\",\"yardstick\":\"bare hyper\",\
         \"yardstick_value\":{theirs:.0},\"ratio\":{:.3}}}",
        ours / theirs
    );
    Ok(())
}

/// Polls and joins of dran, the same of the yardsticks, in turn.
async fn measure_rounds(
    dran: &Server,
    bare: &Server,
    body_bytes: usize,
    polls: usize,
    requests: &Arc<[Vec<u8>]>,
) -> Outcome<()> {
    let joins: Arc<[Vec<u8>]> = [join_request()].into();
    let static_file: Arc<[Vec<u8>]> = [poll_request("x")].into();
    let nginx = nginx::start(body_bytes, "/api/v1/line/x")?;
    if nginx.is_none() {
        eprintln!("not measured: nginx, which is not on this machine");
    }
    let resident_before = dran.resident_bytes()?;
    for server in [dran, bare] {
        round(server, CONNECTIONS[0], polls / 10, requests).await?; // to warm up
    }
    for connections in CONNECTIONS {
        let (mut polled, mut joined, mut bared, mut filed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            polled.push(round(dran, connections, polls, requests).await?);
            bared.push(round(bare, connections, polls, requests).await?);
            joined.push(round(dran, connections, polls, &joins).await?);
            if let Some((nginx, _)) = &nginx {
                filed.push(round(nginx, connections, polls, &static_file).await?);
            }
        }
        let yardstick = format!("polls of bare hyper, constant answer of {body_bytes} bytes");
        let print = |name: &str, unit: &str, rounds: &[Round], figure: fn(&Round) -> f64| {
            let (value, yardstick_value) = (median(rounds, figure), median(&bared, figure));
            println!(
                "{{\"name\":\"{name}_{connections}\",\"value\":{value:.2},\"unit\":\"{unit}\",\
                 \"yardstick\":\"{yardstick}\",\"yardstick_value\":{yardstick_value:.2},\"ratio\":{:.3}}}",
                value / yardstick_value
            );
        };
        let (per_s, cpu) = (|round: &Round| round.per_s, |round: &Round| round.cpu_us);
        print("polls_per_s", "polls/s", &polled, per_s);
        print("cpu_us_per_poll", "µs", &polled, cpu);
        print("joins_per_s", "joins/s", &joined, per_s);
        print("cpu_us_per_join", "µs", &joined, cpu);
        if !filed.is_empty() {
            print("static_files_of_nginx_per_s", "files/s", &filed, per_s);
            print("cpu_us_per_static_file_of_nginx", "µs", &filed, cpu);
        }
    }
    println!(
        "{{\"name\":\"resident_mib_with_a_million_tickets\",\"value\":{:.1},\"unit\":\"MiB\",\"yardstick\":\"the same \
         process before the polls\",\"yardstick_value\":{:.1},\"ratio\":{:.3}}}",
        mib(dran.resident_bytes()?),
        mib(resident_before),
        mib(dran.resident_bytes()?) / mib(resident_before)
    );
    Ok(())
}

/// How much more memory a server has for each connection that has asked once and rests.
async fn resting(server: &Server, connections: usize, request: &[u8]) -> Outcome<f64> {
    let before = server.resident_bytes()?;
    let mut open = Vec::with_capacity(connections);
    for number in 0..connections {
        // The kernel looks for a free port by trying one after the other; with few in use it finds one at once.
        let source = Ipv4Addr::from(FIRST_SOURCE + (number / CONNECTIONS_OF_A_SOURCE) as u32);
        let mut connection = Connection::open_from(source, server.address).await?;
        connection.ask(request).await?;
        open.push(connection.rest());
        if (number + 1) % CONNECTIONS_OF_A_SOURCE == 0 {
            let grown = server.resident_bytes()?.saturating_sub(before);
            eprintln!(
                "{} connections rest: {} bytes each",
                number + 1,
                grown / (number as u64 + 1)
            );
        }
    }
    let after = server.resident_bytes()?;
    Ok(after.saturating_sub(before) as f64 / connections as f64)
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

//! Ten times the crowd: lines of ten thousand to ten million tickets, and what each ticket costs.
//!
//! For each size a process of its own: Hessen's opening with so many tickets, everybody joined before it, the order
//! drawn. Prints what a join costs the processor, what the draw takes, what a poll costs over kept connections, and
//! how many bytes of memory there are for each ticket; beside each figure that of the size before, a tenth of it, so
//! that a ratio of 1 is what should be. One JSON object a line; nothing is asserted: it measures.
//!
//! `cargo xtask bench crowd -- [LARGEST [POLLS]]`: up to so many tickets, with so many polls of each.

use std::sync::Arc;

use serde_json::json;

#[path = "polls/dran.rs"]
mod dran;
#[path = "polls/generator.rs"]
#[expect(dead_code, reason = "the other bench uses more of it")]
mod generator;
#[path = "polls/machine.rs"]
mod machine;
#[path = "polls/rounds.rs"]
#[expect(dead_code, reason = "the other bench uses more of it")]
mod rounds;
#[path = "polls/server.rs"]
#[expect(dead_code, reason = "the other bench uses more of it")]
mod server;

use generator::poll_request;
use machine::{cores, now, runtime};
use rounds::{Round, median, round};
use server::{SERVE_DRAN, Server};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The smallest crowd; each next one is ten times as large.
const SMALLEST: usize = 10_000;
/// The largest, unless told otherwise: more than Hessen has inhabitants of any age.
const LARGEST: usize = 10_000_000;
/// Polls of a round, unless told otherwise, and rounds.
const POLLS: usize = 100_000;
const ROUNDS: usize = 3;
const CONNECTIONS: usize = 64;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse().ok());
    if arguments.first().is_some_and(|first| first == SERVE_DRAN) {
        return dran::serve(numbers.next().ok_or("how many tickets?")?);
    }
    let (largest, polls) = (numbers.next().unwrap_or(LARGEST), numbers.next().unwrap_or(POLLS));
    let sizes = std::iter::successors(Some(SMALLEST), |size| size.checked_mul(10));
    let mut smaller = None;
    for tickets in sizes.take_while(|size| *size <= largest) {
        let size = runtime()?.block_on(Size::measure(tickets, polls))?;
        size.print(smaller.as_ref());
        smaller = Some(size);
    }
    Ok(())
}

/// What a crowd of one size costs.
struct Size {
    tickets: usize,
    /// Of the processor for a join, in microseconds.
    join_us: f64,
    /// The draw, for each ticket, in microseconds; and in all, in seconds.
    draw_us: f64,
    draw_s: f64,
    /// Of the processor for a poll, in microseconds.
    poll_us: f64,
    /// Memory for each ticket, in bytes, without what there is when nobody waits.
    bytes: f64,
}

impl Size {
    async fn measure(tickets: usize, polls: usize) -> Outcome<Self> {
        let (server, told) = Server::start(&[SERVE_DRAN, &tickets.to_string()])?;
        let (made, told): (Vec<&String>, Vec<&String>) = told.iter().partition(|line| line.starts_with(dran::TOLD));
        let made: Vec<f64> = made[0][dran::TOLD.len()..]
            .split(' ')
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let [joins_s, draw_s, before, after] = made[..] else {
            return Err("a server tells four figures".into());
        };
        let requests: Arc<[Vec<u8>]> = told.iter().map(|ticket| poll_request(ticket)).collect();
        round(&server, CONNECTIONS, polls / 10, &requests).await?; // to warm up
        let mut polled: Vec<Round> = Vec::new();
        for _ in 0..ROUNDS {
            polled.push(round(&server, CONNECTIONS, polls, &requests).await?);
        }
        let each = 1e6 / tickets as f64;
        Ok(Self {
            tickets,
            join_us: joins_s * each,
            draw_us: draw_s * each,
            draw_s,
            poll_us: median(&polled, |round| round.cpu_us),
            bytes: (after - before).max(0.0) / tickets as f64,
        })
    }

    /// Prints it beside the size before.
    fn print(&self, smaller: Option<&Self>) {
        let tickets = self.tickets;
        let figure = |name: &str, unit: &str, of: fn(&Self) -> f64| {
            let (value, yardstick) = (of(self), smaller.map(of));
            let line = json!({
                "name": format!("{name} of {tickets} tickets"), "value": value, "unit": unit,
                "yardstick": smaller.map(|smaller| format!("of {} tickets", smaller.tickets)),
                "yardstick_value": yardstick,
                "ratio": yardstick.filter(|yardstick| *yardstick > 0.0).map(|yardstick| value / yardstick),
            });
            println!("{line}");
        };
        figure("processor for a join", "µs", |size| size.join_us);
        figure("processor for a poll", "µs", |size| size.poll_us);
        figure("memory for each ticket", "B", |size| size.bytes);
        figure("draw, for each ticket", "µs", |size| size.draw_us);
        figure("draw", "s", |size| size.draw_s);
    }
}

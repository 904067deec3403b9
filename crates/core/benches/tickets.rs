//! What a forged ticket costs to refuse, beside what a ticket costs to make.
//!
//! Prints one JSON object a line. Nothing is asserted: it measures.

use std::hint::black_box;
use std::time::Instant;

use dran_core::ids::{LineNo, Party, TicketId, TicketNumber};
use dran_core::line::ticket::Ticket;
use dran_core::token::{KeyRing, KeyRingError};
use jiff::Timestamp;

/// Calls in one run: some tens of milliseconds.
const CALLS: u32 = 200_000;
/// Each figure is the median of so many runs, making and refusing in turn.
const RUNS: usize = 15;

fn main() -> Result<(), KeyRingError> {
    let keys = KeyRing::new(vec![(1, [7; 32])])?;
    let ticket = Ticket {
        id: TicketId {
            line: LineNo(3),
            number: TicketNumber(123_456),
        },
        party: Party::One,
        birth_year: 1935,
        joined_at: Timestamp::UNIX_EPOCH,
    };
    let genuine = ticket.seal(&keys);
    let other_keys = KeyRing::new(vec![(1, [8; 32])])?;
    let foreign = KeyRing::new(vec![(2, [7; 32])])?;
    let texts = [
        ("open_genuine", genuine.clone()),
        ("refuse_wrong_signature", ticket.seal(&other_keys)),
        ("refuse_unknown_key", ticket.seal(&foreign)),
        ("refuse_cut_off", genuine[..genuine.len() - 1].to_owned()),
        ("refuse_no_ticket", "x".repeat(genuine.len())),
    ];
    let mut seals = Vec::new();
    let mut opens = vec![Vec::new(); texts.len()];
    for _ in 0..RUNS {
        seals.push(nanoseconds(|| {
            black_box(black_box(&ticket).seal(&keys));
        }));
        for ((_, text), figures) in texts.iter().zip(&mut opens) {
            figures.push(nanoseconds(|| {
                let _ = black_box(Ticket::open(black_box(text), &keys));
            }));
        }
    }
    let seal = median(seals);
    for ((name, _), figures) in texts.iter().zip(opens) {
        let open = median(figures);
        println!(
            "{{\"name\":\"ticket_{name}\",\"value\":{open:.0},\"unit\":\"ns\",\"yardstick\":\"sealing a ticket\",\
             \"yardstick_value\":{seal:.0},\"ratio\":{:.3}}}",
            open / seal
        );
    }
    Ok(())
}

/// The time of one call.
fn nanoseconds(mut call: impl FnMut()) -> f64 {
    #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
    let start = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

//! The portal's main pages: rendered in the process, and asked for over kept connections.
//!
//! Rendered: every page in every state that the samples show, texts and numbers included, beside copying the same
//! bytes. Asked for: requests and the server's processor time for each page, beside a bare hyper server whose constant
//! answer is as long. Prints one JSON object a line. Nothing is asserted but that every page is a 200: it measures.
//! A number as argument sets the requests of a round.

use std::hint::black_box;
use std::sync::Arc;

use dran_core::ids::Language;
use dran_i18n::Texts;
use dran_web::portal::views::samples;
use serde_json::json;

#[path = "polls/bare.rs"]
mod bare;
#[path = "polls/dran.rs"]
mod dran;
#[path = "polls/generator.rs"]
#[expect(dead_code, reason = "the other bench uses more of it")]
mod generator;
#[path = "polls/machine.rs"]
mod machine;
#[path = "polls/rounds.rs"]
mod rounds;
#[path = "polls/server.rs"]
#[expect(dead_code, reason = "the other bench uses more of it")]
mod server;

use generator::page_request;
use machine::{cores, now, runtime};
use rounds::{Round, mean_body_bytes, median, round};
use server::{SERVE_BARE, SERVE_DRAN, Server};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const LANGUAGES: [(&str, &str); 2] = [("de", "Deutsch"), ("en", "English")];
/// Times that all samples are rendered for one figure, and figures of which the median counts.
const TIMES: usize = 5;
const FIGURES: usize = 7;
/// Requests of a round, unless told otherwise, and rounds.
const PAGES: usize = 20_000;
const ROUNDS: usize = 3;
const CONNECTIONS: usize = 64;
/// Tickets in the lines: what a waiting page shows does not depend on how many there are.
const TICKETS: usize = 100_000;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = || arguments.iter().find_map(|argument| argument.parse().ok());
    match arguments.first().map(String::as_str) {
        Some(SERVE_DRAN) => dran::serve(TICKETS),
        Some(SERVE_BARE) => bare::serve(number().ok_or("how long is the answer?")?),
        _ => {
            rendered()?;
            runtime()?.block_on(asked_for(number().unwrap_or(PAGES)))
        }
    }
}

/// What rendering takes.
fn rendered() -> Outcome<()> {
    let texts = Texts::builtin()?;
    let speaker = texts.speaker(&Language::new("de"));
    let pages = samples::all(&speaker, &LANGUAGES)?;
    let (count, bytes) = (
        pages.len() as f64,
        pages.iter().map(|page| page.html.len()).sum::<usize>() as f64,
    );
    let (mut renders, mut copies) = (Vec::new(), Vec::new());
    for _ in 0..FIGURES {
        let started = now();
        for _ in 0..TIMES {
            black_box(samples::all(&speaker, &LANGUAGES)?);
        }
        renders.push(started.elapsed().as_secs_f64());
        let started = now();
        for _ in 0..TIMES {
            black_box(pages.clone());
        }
        copies.push(started.elapsed().as_secs_f64());
    }
    let each = |mut seconds: Vec<f64>| {
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2] * 1e6 / TIMES as f64 / count
    };
    let (render, copy) = (each(renders), each(copies));
    print(
        "rendering a page, the mean of all samples",
        render,
        "µs",
        "copying the same bytes",
        copy,
    );
    println!(
        "{}",
        json!({"name": "a page, the mean of all samples", "value": bytes / count, "unit": "B", "yardstick": null,
            "yardstick_value": null, "ratio": null})
    );
    Ok(())
}

/// What pages take that are asked for.
async fn asked_for(pages: usize) -> Outcome<()> {
    let (dran, told) = Server::start(&[SERVE_DRAN])?;
    let ticket = told.iter().find(|line| !line.starts_with(dran::TOLD));
    let waiting = format!("/platz/{}", ticket.ok_or("a ticket")?);
    let paths = [
        ("first page", "/"),
        ("joining page", "/anstellen/bench"),
        ("waiting page", &*waiting),
        ("state of the day", "/status"),
        ("draw", "/auslosung/bench"),
        ("looking up a booking", "/termin"),
    ];
    for (name, path) in paths {
        let requests: Arc<[Vec<u8>]> = [page_request(path)].into();
        let body_bytes = mean_body_bytes(&dran, &requests).await?;
        let (bare, _) = Server::start(&[SERVE_BARE, &body_bytes.to_string()])?;
        for server in [&dran, &bare] {
            round(server, CONNECTIONS, pages / 10, &requests).await?; // to warm up
        }
        let (mut ours, mut theirs): (Vec<Round>, Vec<Round>) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(round(&dran, CONNECTIONS, pages, &requests).await?);
            theirs.push(round(&bare, CONNECTIONS, pages, &requests).await?);
        }
        let yardstick = format!("bare hyper, constant answer of {body_bytes} bytes");
        for (what, unit, figure) in [
            ("in a second", "pages/s", (|round| round.per_s) as fn(&Round) -> f64),
            ("processor for one", "µs", |round| round.cpu_us),
        ] {
            let (value, beside) = (median(&ours, figure), median(&theirs, figure));
            print(&format!("{name}, {what}"), value, unit, &yardstick, beside);
        }
    }
    Ok(())
}

fn print(name: &str, value: f64, unit: &str, yardstick: &str, beside: f64) {
    let line = json!({"name": name, "value": value, "unit": unit, "yardstick": yardstick, "yardstick_value": beside,
        "ratio": value / beside});
    println!("{line}");
}

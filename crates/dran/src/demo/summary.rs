//! What the terminal shows while the day goes by, and what is left of it at the end.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use dran_service::Service;
use dran_store::{AuditReport, Counts};
use dran_storm::crowd::notes::Notes;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// Counts of the crowd.
#[derive(Debug)]
pub struct Summary {
    people: u32,
    notes: Mutex<Notes>,
}

impl Summary {
    /// Nobody has come yet.
    pub fn new(people: u32) -> Self {
        Self {
            people,
            notes: Mutex::default(),
        }
    }

    /// What has become of people so far.
    pub fn note(&self, notes: Notes) {
        *self.notes.lock().unwrap_or_else(PoisonError::into_inner) = notes;
    }

    fn notes(&self) -> Notes {
        *self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One JSON object with everything.
    pub fn json(&self, counts: &Counts, report: &AuditReport) -> Result<String> {
        let notes = self.notes();
        Ok(serde_json::to_string(&json!({
            "crowd": self.people,
            "joined": notes.joined,
            "join_retries": notes.joins_not_given,
            "went_away": notes.abandoned,
            "entered": notes.entered,
            "chose_again": notes.chose_again,
            "beyond_supply": notes.nothing_left,
            "booked": notes.booked,
            "series_released": counts.series_released,
            "series_booked": counts.series_booked,
            "series_held": counts.series_held,
            "series_free": counts.series_free,
            "messages_sent": counts.messages_sent,
            "messages_waiting": counts.messages_waiting,
            "audit_ok": report.ok(),
        }))?)
    }

    /// The day in two sentences.
    pub fn last_words(&self, counts: &Counts) -> String {
        let notes = self.notes();
        format!(
            "{} of {} people joined, {} persons of them booked, {} persons in all; {} of {} appointments are left, {} messages were sent.\n\
             On that day in 2021, 4,000 had an appointment by the afternoon. Every promise, checked:",
            notes.joined,
            self.people,
            notes.booked,
            counts.series_booked,
            counts.series_free,
            counts.series_released,
            counts.messages_sent
        )
    }
}

/// How often the terminal is brought up to date.
const EVERY: Duration = Duration::from_millis(500);
/// Where there is no terminal: a line after so many updates.
const LINE_EVERY: u64 = 10;

/// Shows the day until it is told to stop.
pub async fn show(summary: Arc<Summary>, service: Service, visible: bool, stop: CancellationToken) {
    if !visible {
        return stop.cancelled().await;
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar:.cyan/blue} {pos}/{len} appointments taken\n{msg}") {
        bar.set_style(style);
    }
    let mut ticks = tokio::time::interval(EVERY);
    for count in 0_u64.. {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => {}
        }
        let line = state(&summary, &service, &bar);
        if bar.is_hidden() && count.is_multiple_of(LINE_EVERY) {
            println!("{line}");
        }
        bar.set_message(line);
    }
    bar.abandon();
}

/// Joined, waiting, called, booking, booked, doses left.
fn state(summary: &Summary, service: &Service, bar: &ProgressBar) -> String {
    let supply = service.supply();
    let slots = supply.board.slots();
    let released: u64 = slots.iter().map(|slot| u64::from(slot.capacity)).sum();
    let free: u64 = slots.iter().map(|slot| u64::from(slot.free)).sum();
    let doses: u64 = slots
        .iter()
        .map(|slot| u64::from(slot.free) * if slot.second.is_some() { 2 } else { 1 })
        .sum();
    let in_use = service.in_use();
    bar.set_length(released);
    bar.set_position(released - free);
    let lines = service.campaigns().into_iter().flat_map(|campaign| campaign.lines);
    let (joined, called) = lines.fold((0_u64, 0_u64), |(joined, called), line| {
        (joined + u64::from(line.joined), called + u64::from(line.called))
    });
    let time = service.clock().now().to_zoned(service.region().time_zone.clone());
    format!(
        "{:02}:{:02}:{:02}  joined {joined} | waiting {} | called {called} | booking {} | booked {} | doses left {doses} | \
         crowd booked {}",
        time.hour(),
        time.minute(),
        time.second(),
        joined.saturating_sub(called),
        in_use.permits,
        (released - free).saturating_sub(u64::from(in_use.places_held)),
        summary.notes().booked,
    )
}

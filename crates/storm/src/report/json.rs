//! `report.json`.

use serde_json::{Value, json};

use crate::day::{Day, Percentiles, ms};
use crate::kind::{KINDS, Kind};
use crate::replay::{Doors, Plan, Replay};

/// The whole report as JSON: `{scenario, bars: [{name, goal, value, pass}], ...}`.
///
/// # Errors
/// Never in practice: everything in it can be written.
pub fn json(plan: &Plan, replay: &Replay) -> serde_json::Result<String> {
    let (notes, counts) = (replay.day.notes(), replay.day.all_counts());
    let bars: Vec<Value> = replay
        .verdicts
        .iter()
        .map(|verdict| {
            json!({ "name": verdict.measure.name(), "goal": verdict.goal.text(), "value": verdict.value, "pass": verdict.pass })
        })
        .collect();
    let kinds: Vec<Value> = KINDS
        .into_iter()
        .filter_map(|kind| of_kind(&replay.day, kind))
        .collect();
    let seconds: Vec<Value> = replay
        .day
        .moments
        .iter()
        .map(|moment| of_second(replay, moment))
        .collect();
    let report = json!({
        "scenario": plan.scenario.name,
        "bars": bars,
        "passed": replay.passed(),
        "cut_short": replay.cut_short,
        "service_gone": replay.service_gone,
        "against": plan.target.host,
        "campaign": replay.start.campaign,
        "speed": plan.speed,
        "scale": plan.scale,
        "seed": plan.seed,
        "thinks": plan.thinks,
        "threads": plan.threads,
        "codes_verified": replay.codes,
        "doors": replay.doors.word(),
        "was_open": replay.start.is_open,
        "took_s": replay.day.moments.last().map_or(0, |moment| moment.at_s + 1),
        "requests": { "sent": counts.sent, "good": counts.good, "refused": counts.refused,
            "error_pages": counts.error_pages, "no_answer": counts.no_answer, "not_sent": replay.day.not_sent },
        "lag_ms": { "p50": ms(replay.day.lag.value_at_quantile(0.5)), "p99": ms(replay.day.lag.value_at_quantile(0.99)),
            "max": ms(replay.day.lag.max()) },
        "people": { "came": notes.came, "joined": notes.joined, "joins_not_given": notes.joins_not_given,
            "called": notes.called, "entered": notes.entered, "booked": notes.booked,
            "booked_by_phone": notes.booked_by_phone, "nothing_left": notes.nothing_left, "abandoned": notes.abandoned,
            "callers_turned_away": notes.gave_up, "places_lost": notes.places_lost, "chose_again": notes.chose_again,
            "codes_typed": notes.codes_typed, "codes_missing": notes.codes_missing,
            "had_one_already": notes.had_one_already,
            "promised_callbacks": notes.promised },
        "desk": desk(replay),
        "service": { "booked_before": replay.start.before.booked, "free_before": replay.start.before.free,
            "booked_after": replay.after.as_ref().map(|after| after.booked),
            "free_after": replay.after.as_ref().map(|after| after.free) },
        "kinds": kinds,
        "seconds": seconds,
    });
    serde_json::to_string_pretty(&report)
}

fn desk(replay: &Replay) -> Option<Value> {
    let (notes, latency) = (replay.day.notes(), Percentiles::of(&replay.day.desk_latencies()));
    (replay.doors == Doors::Desk).then(|| {
        json!({ "agents_in": notes.agents_in, "agents_refused": notes.agents_refused,
            "unexpected_pages": notes.desk_surprises, "p50_ms": latency.map(|latency| latency.p50),
            "p99_ms": latency.map(|latency| latency.p99), "max_ms": latency.map(|latency| latency.max) })
    })
}

fn of_kind(day: &Day, kind: Kind) -> Option<Value> {
    let (counts, latencies) = (day.counts(kind), &day.latencies[kind.index()]);
    let at = |quantile| (!latencies.is_empty()).then(|| ms(latencies.value_at_quantile(quantile)));
    (counts.sent > 0).then(|| {
        json!({ "name": kind.name(), "sent": counts.sent, "good": counts.good, "refused": counts.refused,
            "error_pages": counts.error_pages, "no_answer": counts.no_answer, "p50_ms": at(0.5), "p99_ms": at(0.99),
            "p999_ms": at(0.999), "max_ms": at(1.0) })
    })
}

fn of_second(replay: &Replay, moment: &crate::day::Moment) -> Value {
    let sent: serde_json::Map<String, Value> = KINDS
        .into_iter()
        .map(|kind| (kind.name().to_owned(), moment.counts[kind.index()].sent))
        .filter(|(_, sent)| *sent > 0)
        .map(|(name, sent)| (name, sent.into()))
        .collect();
    let failed: u64 = moment.counts.iter().map(crate::tally::Counts::failed).sum();
    let scenario_s = replay.pace.scenario_s(u64::from(moment.at_s + 1) * 1_000_000);
    json!({ "at_s": moment.at_s, "scenario_s": (scenario_s * 10.0).round() / 10.0, "sent": sent, "failed": failed,
        "p50_ms": moment.latency.map(|latency| latency.p50), "p99_ms": moment.latency.map(|latency| latency.p99),
        "max_ms": moment.latency.map(|latency| latency.max), "lag_p99_ms": moment.lag_p99_ms,
        "joined": moment.notes.joined, "called": moment.notes.called, "booked": moment.notes.booked,
        "permits": moment.seen.map(|seen| seen.permits), "connections": moment.connections, "opened": moment.opened,
        "agents_busy": moment.agents_busy, "desk_p50_ms": moment.desk.map(|desk| desk.p50),
        "desk_p99_ms": moment.desk.map(|desk| desk.p99), "messages": moment.messages })
}

//! A small day on both engines, in every run of the tests.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use dran_cluster::Cluster;
use dran_day::{Ended, Engine, Plan, Report, markdown, play};
use dran_store::postgres::{PostgresOptions, PostgresStore};
use dran_store::sqlite::SqliteStore;

/// Every kind of command with every refusal that it knows, as far as a day has them.
const REFUSALS: [(&str, &[&str]); 15] = [
    ("freeze", &["AlreadyFrozen"]),
    ("record draw", &["AlreadyDrawn"]),
    ("step", &["NotFrom"]),
    ("release", &["UnknownCentre", "DeliveryExceeded", "DosesDoNotMatch"]),
    ("leave contact", &["TooMany"]),
    ("verify contact", &["NoContact", "Wrong"]),
    ("enter", &["UnknownLine", "NoFreePermit", "AlreadyBooked", "NotOpen"]),
    ("extend permit", &["NotActive", "TooManyExtensions"]),
    ("leave", &["NotActive"]),
    ("register", &["UnknownCampaign"]),
    ("verify", &["UnknownRegistration", "Wrong", "Expired"]),
    ("resend code", &["UnknownRegistration", "AlreadyVerified", "TooMany"]),
    ("hold", &["NoPermit", "SlotJustWent", "UnknownSlot", "WrongParty"]),
    (
        "confirm",
        &[
            "HoldOver",
            "UnknownRegistration",
            "NotVerified",
            "WrongParty",
            "PersonHasSeries",
            "CodeTaken",
        ],
    ),
    ("move", &["UnknownCode", "Cancelled", "SlotJustWent", "UnknownSlot"]),
];

async fn day(people: u32, seed: u64) -> Report {
    let database = Cluster::shared().create_database(None).unwrap();
    let create = PostgresOptions {
        create: true,
        ..PostgresOptions::default()
    };
    let engines = [
        Engine::new("SQLite", Arc::new(SqliteStore::open_temporary().unwrap())),
        Engine::new(
            "PostgreSQL",
            Arc::new(PostgresStore::open(&database.url, create).unwrap()),
        ),
    ];
    play(Plan { people, seed }, engines).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_give_the_same_answers_to_the_same_day_series_by_series() {
    let report = day(2_000, 1).await;
    assert!(report.holds(), "{}", markdown(&report));
    assert!(report.counts.series_booked > 1_000, "{}", markdown(&report));
    for (kind, refusals) in REFUSALS {
        assert!(report.ended(kind, &Ended::Done) > 0, "{kind}: {}", markdown(&report));
        for refusal in refusals {
            let met = report.ended(kind, &Ended::Refused((*refusal).to_owned()));
            assert!(met > 0, "nobody met {refusal} of {kind}: {}", markdown(&report));
        }
    }
}

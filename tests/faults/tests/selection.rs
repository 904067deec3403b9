//! A few faults on every build server; `cargo xtask faults` plays all of them for as long as one likes.

#![expect(clippy::unwrap_used, reason = "a round that cannot be played is a failed test")]

use std::sync::{Mutex, PoisonError};

use dran_faults::{Fault, Plan};

/// One round at a time: each is a crowd, a database with its standby and three nodes on what may be two cores.
static TURN: Mutex<()> = Mutex::new(());

#[track_caller]
fn holds(fault: Fault, seed: u64) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan {
        seed,
        fault,
        nodes: 3,
        visitors: 40,
        folder: folder.path().to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let round = runtime.block_on(dran_faults::run(&plan)).unwrap();
    assert_eq!(round.violations, [], "{fault:?} with seed {seed}: {:#?}", round.ends);
    assert!(
        round.ends.get("booked").is_some_and(|booked| *booked > 0),
        "{:?}",
        round.ends
    );
}

#[test]
fn another_node_leads_when_the_leader_is_killed() {
    holds(Fault::KillLeader, 1);
}

#[test]
fn a_promoted_standby_has_every_acknowledged_booking() {
    holds(Fault::Promote, 2);
}

#[test]
fn a_booking_whose_commit_was_not_answered_is_found_out() {
    holds(Fault::LoseCommits, 3);
}

/// With this seed it leads, and its clock is an hour ahead: what it wrote was due an hour later.
#[test]
fn a_node_whose_clock_is_off_goes_by_the_databases() {
    holds(Fault::ClockOff, 1015);
}

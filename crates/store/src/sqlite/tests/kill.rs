//! SIGKILL in the middle of bookings: what was acknowledged is there, and nothing is half there.
//!
//! The test starts its own binary again; the child books until it is killed and tells on its standard
//! output which booking codes it was given.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use dran_core::ids::{CampaignId, LineNo};

use super::{folder, open};
use crate::conformance::world::{PERMIT_S, World, second};
use crate::{SeriesState, Store};

/// Tells the child that it is one, and where the database is.
const CHILD_PATH: &str = "DRAN_STORE_KILL_TEST_PATH";

const TEST: &str = "sqlite::tests::kill::killed_in_the_middle_every_acknowledged_booking_is_there";

/// Acknowledged bookings after which the child is killed, one after the other on the same file.
const KILLED_AFTER: [usize; 3] = [1, 40, 150];

const PLACES: u32 = 5000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_every_acknowledged_booking_is_there() {
    if let Some(path) = std::env::var_os(CHILD_PATH) {
        book_until_killed(Path::new(&path)).await;
        return;
    }
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    let world = World::open(open(&path)).await;
    let slot = world.slot(PLACES).await;
    drop(world);

    let mut acknowledged = Vec::new();
    for bookings in KILLED_AFTER {
        acknowledged.extend(book_and_kill(&path, bookings));

        let store = open(&path);
        let report = store.audit(second(60)).await.unwrap();
        assert!(report.ok(), "{report:#?}");
        for code in &acknowledged {
            let series = store.series(code.clone()).await.unwrap();
            assert_eq!(series.map(|series| series.state), Some(SeriesState::Booked), "{code}");
        }
        while !store.expire(second(PERMIT_S)).await.unwrap().permits.is_empty() {}
        let counts = store.counts().await.unwrap();
        assert!(counts.series_booked >= acknowledged.len() as u64);
        let free = store
            .board()
            .await
            .unwrap()
            .iter()
            .find(|row| row.id == slot)
            .unwrap()
            .free;
        assert_eq!(
            u64::from(free),
            u64::from(PLACES) - counts.series_booked,
            "no place is lost"
        );
        assert_eq!((counts.series_held, counts.permits_active), (0, 0));
    }
}

/// Starts a child, reads the codes that it was given, and kills it after so many.
fn book_and_kill(path: &Path, bookings: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([TEST, "--exact", "--nocapture"])
        .env(CHILD_PATH, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut codes = Vec::new();
    let mut code = |line: String| {
        line.strip_prefix("booked ")
            .map(|code| codes.push(code.to_owned()))
            .is_some()
    };
    let mut seen = 0;
    while seen < bookings {
        seen += usize::from(code(lines.next().unwrap().unwrap()));
    }
    child.kill().unwrap();
    // What it had told before it died counts too.
    for line in lines {
        code(line.unwrap());
    }
    assert!(!child.wait().unwrap().success(), "killed");
    codes
}

/// Sixty-four visitors at a time enter, hold and confirm.
async fn book_until_killed(path: &Path) {
    let store = open(path);
    let slot = store.board().await.unwrap()[0].id;
    let used = store
        .permits()
        .await
        .unwrap()
        .iter()
        .map(|permit| permit.ticket.number.0 + 1)
        .max();
    let first = used.unwrap_or(0);
    let world = World::again(store, CampaignId::new("winter"), LineNo(1), LineNo(2));
    let mut visitors = tokio::task::JoinSet::new();
    for lane in 0..64 {
        let world = world.clone();
        visitors.spawn(async move {
            for round in 0..1000 {
                let (_, booked) = world.book(first + lane + round * 64, &[slot]).await;
                let mut told = std::io::stdout().lock();
                writeln!(told, "booked {}", booked.series[0].booking_code).unwrap();
            }
        });
    }
    visitors.join_all().await;
}

//! Backups of both engines: what is inside, where they go, and what is refused.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dran_cluster::Cluster;
use dran_core::ids::Party;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::{About, ArchiveReader, ArchiveWriter, BackupError, BackupSummary};
use crate::conformance::world::{World, booking_code, second};
use crate::{AccountHead, Database, SeriesState, Store};

/// Visitors who book at a time while the backup runs.
const LANES: u32 = 16;

/// Bookings acknowledged before the backup begins, and after it has ended.
const BEFORE: usize = 100;
const AFTER: usize = 20;

/// Backups that are taken until somebody was booked while one ran.
const BACKUPS_MAX: u32 = 50;

/// An engine, and the folder of its files.
struct Place {
    folder: TempDir,
    postgres: bool,
}

impl Place {
    fn all() -> [Self; 2] {
        [false, true].map(|postgres| Self {
            folder: tempfile::tempdir().unwrap(),
            postgres,
        })
    }

    /// A database that is not there yet, or holds nothing.
    fn empty(&self, name: &str) -> Database {
        if self.postgres {
            Database::Postgres(Cluster::shared().create_database(None).unwrap().url)
        } else {
            Database::Sqlite(self.file(name))
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A database with one booking, and its backup.
    async fn backed_up(&self) -> (Database, PathBuf) {
        let database = self.empty("source");
        let world = World::open(database.make().unwrap()).await;
        let slot = world.slot(3).await;
        world.book(1, &[slot]).await;
        drop(world);
        let file = self.file("backup");
        back_up(&database, &file).await.unwrap();
        (database, file)
    }
}

async fn back_up(database: &Database, file: &Path) -> Result<BackupSummary, BackupError> {
    let (database, file) = (database.clone(), file.to_owned());
    let work = tokio::task::spawn_blocking(move || database.backup(&file, second(0)));
    work.await.unwrap()
}

async fn restore(database: &Database, file: &Path) -> Result<BackupSummary, BackupError> {
    let (database, file) = (database.clone(), file.to_owned());
    tokio::task::spawn_blocking(move || database.restore(&file))
        .await
        .unwrap()
}

async fn open(database: &Database) -> Arc<dyn Store> {
    let database = database.clone();
    let opened = tokio::task::spawn_blocking(move || database.open(None));
    opened.await.unwrap().unwrap()
}

async fn is_booked(store: &dyn Store, code: &str) -> bool {
    let series = store.series(code.to_owned()).await.unwrap();
    series.is_some_and(|series| series.state == SeriesState::Booked)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_booking_acknowledged_before_a_backup_is_inside_while_others_are_booked() {
    for place in Place::all() {
        let source = place.empty("source");
        let world = World::open(source.make().unwrap()).await;
        let slot = world.slot(50_000).await;
        let (done, mut acknowledged) = mpsc::unbounded_channel();
        let over = Arc::new(AtomicBool::new(false));
        let mut lanes = JoinSet::new();
        for lane in 0..LANES {
            let (world, done, over) = (world.clone(), done.clone(), Arc::clone(&over));
            lanes.spawn(async move {
                let mut number = lane;
                while !over.load(Ordering::Relaxed) {
                    let (_, booked) = world.book(number, &[slot]).await;
                    done.send(booked.series[0].booking_code.clone()).unwrap();
                    number += LANES;
                }
            });
        }
        let mut before = Vec::new();
        while before.len() < BEFORE {
            before.push(acknowledged.recv().await.unwrap());
        }
        let mut backups = 0..BACKUPS_MAX;
        let (file, summary) = loop {
            let number = backups
                .next()
                .unwrap_or_else(|| panic!("nobody is booked while a backup runs"));
            let file = place.file(&format!("backup-{number}"));
            while let Ok(code) = acknowledged.try_recv() {
                before.push(code);
            }
            let summary = back_up(&source, &file).await.unwrap();
            if !acknowledged.is_empty() {
                break (file, summary);
            }
        };
        while acknowledged.try_recv().is_ok() {}
        for _ in 0..AFTER {
            acknowledged.recv().await.unwrap();
        }
        over.store(true, Ordering::Relaxed);
        lanes.join_all().await;

        let target = place.empty("target");
        assert_eq!(restore(&target, &file).await.unwrap(), summary);
        let restored = open(&target).await;
        let report = restored.audit(second(60)).await.unwrap();
        assert!(report.ok(), "{report:#?}");
        for code in &before {
            assert!(is_booked(&*restored, code).await, "{code}");
        }
        let (inside, all) = (restored.counts().await.unwrap(), world.store.counts().await.unwrap());
        assert!(inside.series_booked >= BEFORE as u64);
        assert!(inside.series_booked < all.series_booked, "it is one moment of the past");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_database_is_the_same_and_goes_on() {
    for place in Place::all() {
        let (source, file) = place.backed_up().await;
        let target = place.empty("target");
        restore(&target, &file).await.unwrap();
        let (source, target) = (open(&source).await, open(&target).await);
        assert_eq!(head(&*source).await, head(&*target).await);
        assert_eq!(source.counts().await, target.counts().await);
        assert_eq!(source.board().await, target.board().await);
        assert_eq!(source.recent_messages(9).await, target.recent_messages(9).await);
        assert_eq!(
            source.series(booking_code(1, 0)).await,
            target.series(booking_code(1, 0)).await
        );

        // Numbers go on where they stood, so that nothing new is taken for something old.
        let campaign = target.campaigns().await.unwrap()[0].clone();
        let lines = (campaign.lines[0].line, campaign.lines[1].line);
        let world = World::again(Arc::clone(&target), campaign.campaign.id, lines.0, lines.1);
        let slot = target.board().await.unwrap()[0].id;
        let visitor = world.visitor(2, Party::One).await;
        let hold = world.hold(&visitor, &[slot]).await.unwrap();
        world.confirm(&visitor, &hold).await.unwrap();
        assert_ne!(visitor.registration, dran_core::ids::RegistrationId(1));
        world.audit_is_clean().await;
    }
}

async fn head(store: &dyn Store) -> AccountHead {
    store.account_head().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_never_touches_a_database_that_holds_anything() {
    for place in Place::all() {
        let (source, file) = place.backed_up().await;
        let before = open(&source).await.counts().await.unwrap();
        assert!(matches!(restore(&source, &file).await, Err(BackupError::NotEmpty(_))));
        assert_eq!(open(&source).await.counts().await.unwrap(), before);
        assert!(matches!(back_up(&source, &file).await, Err(BackupError::FileExists(_))));
    }
    // The log of a database that is gone would be read into the new one.
    let [place, _] = Place::all();
    let (_, file) = place.backed_up().await;
    std::fs::write(place.file("target-wal"), "what was left").unwrap();
    assert!(matches!(
        restore(&place.empty("target"), &file).await,
        Err(BackupError::NotEmpty(_))
    ));
    assert!(!place.file("target").exists());
    // Tables of something else.
    let [_, place] = Place::all();
    let (_, file) = place.backed_up().await;
    let other = Cluster::shared().create_database(None).unwrap();
    Cluster::shared()
        .sql(&other.name, "CREATE TABLE recipe (name text)")
        .unwrap();
    let refused = restore(&Database::Postgres(other.url), &file).await;
    assert!(matches!(refused, Err(BackupError::NotEmpty(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_or_truncated_backup_is_refused_before_anything_is_written() {
    for place in Place::all() {
        let (_, file) = place.backed_up().await;
        let whole = std::fs::read(&file).unwrap();
        let mut changed = whole.clone();
        changed[whole.len() / 2] ^= 1;
        for (bytes, truncated) in [(&whole[..whole.len() - 1], true), (&changed[..], false)] {
            std::fs::write(&file, bytes).unwrap();
            let target = place.empty("target");
            let refused = restore(&target, &file).await.unwrap_err();
            assert!(matches!(refused, BackupError::Truncated) == truncated, "{refused}");
            assert!(
                matches!(refused, BackupError::Truncated | BackupError::Damaged),
                "{refused}"
            );
            assert!(!target.is_made().unwrap(), "something was written");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_schema_that_is_not_known_is_refused() {
    for place in Place::all() {
        let (_, file) = place.backed_up().await;
        let zeros = "00".repeat(32);
        let newer = retold(&file, |about| format!("{about}migration 9999_future {zeros}\n"));
        let target = place.empty("target");
        let refused = restore(&target, &newer).await.unwrap_err();
        assert!(matches!(refused, BackupError::NewerSchema { found, known } if found == known + 1));
        let other = retold(&file, |about| about.replace("0001_initial", "0001_another"));
        let refused = restore(&target, &other).await.unwrap_err();
        assert!(matches!(refused, BackupError::MigrationChanged(name) if name == "0001_another"));
        assert!(!target.is_made().unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_one_engine_is_not_restored_to_the_other() {
    let [sqlite, postgres] = Place::all();
    let (_, of_sqlite) = sqlite.backed_up().await;
    let (_, of_postgres) = postgres.backed_up().await;
    for (place, file) in [(&postgres, &of_sqlite), (&sqlite, &of_postgres)] {
        let target = place.empty("target");
        let refused = restore(&target, file).await.unwrap_err();
        assert!(matches!(refused, BackupError::OtherEngine { .. }), "{refused}");
        assert!(!target.is_made().unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_has_no_backup_and_leaves_none() {
    for place in Place::all() {
        let file = place.file("backup");
        assert!(matches!(
            back_up(&place.empty("nothing"), &file).await,
            Err(BackupError::Open(_))
        ));
        assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0);
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_one_file_that_only_its_owner_reads() {
    use std::os::unix::fs::PermissionsExt;
    let [place, _] = Place::all();
    let (_, file) = place.backed_up().await;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    restore(&place.empty("target"), &file).await.unwrap();
    let target = std::fs::metadata(place.file("target")).unwrap();
    assert_eq!(target.permissions().mode() & 0o777, 0o600);
    let mut names: Vec<_> = std::fs::read_dir(place.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["backup", "source", "target"], "and nothing is left beside it");
}

/// The same backup with another text about itself, under its own checksum.
fn retold(file: &Path, about: impl Fn(String) -> String) -> PathBuf {
    let to = tempfile::tempdir_in(file.parent().unwrap())
        .unwrap()
        .keep()
        .join("retold");
    let mut archive = ArchiveReader::open(file).unwrap();
    let mut copy = ArchiveWriter::create(&to).unwrap();
    while let Some(section) = archive.section().unwrap() {
        if section == About::SECTION {
            copy.text(&section, &about(archive.text().unwrap())).unwrap();
            continue;
        }
        copy.begin(&section).unwrap();
        let mut chunk = Vec::new();
        while archive.chunk(&mut chunk).unwrap() {
            copy.write(&chunk).unwrap();
        }
        copy.end().unwrap();
    }
    copy.finish().unwrap();
    to
}

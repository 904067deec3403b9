//! Point-in-time recovery as `docs/backup.md` describes it: the cluster is lost, and another is brought to
//! a moment between two bookings.

use std::sync::Arc;

use dran_cluster::{Cluster, Durability};

use super::{PostgresOptions, PostgresStore, create};
use crate::Store;
use crate::conformance::world::{World, booking_code, second};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recovered_to_a_time_between_two_bookings_the_first_is_there_and_the_second_is_not() {
    let archive = Cluster::start(Durability::None).unwrap().archive().unwrap();
    let database = archive.cluster().create_database(None).unwrap();
    let world = World::open(Arc::new(PostgresStore::open(&database.url, create()).unwrap())).await;
    let slot = world.slot(5).await;
    archive.base_backup().unwrap();
    world.book(1, &[slot]).await;
    let between = archive.now().unwrap();
    world.book(2, &[slot]).await;
    drop(world);
    archive.complete().unwrap();

    let recovered = archive.recover_to(&between).unwrap();
    let url = recovered.url(&database.name);
    let store: Arc<dyn Store> = Arc::new(PostgresStore::open(&url, PostgresOptions::default()).unwrap());
    assert!(store.series(booking_code(1, 0)).await.unwrap().is_some());
    assert_eq!(store.series(booking_code(2, 0)).await, Ok(None));
    assert_eq!(store.board().await.unwrap()[0].free, 4);
    let report = store.audit(second(60)).await.unwrap();
    assert!(report.ok(), "{report:#?}");

    // And it can be booked in again.
    let campaign = store.campaigns().await.unwrap()[0].clone();
    let lines = (campaign.lines[0].line, campaign.lines[1].line);
    let world = World::again(Arc::clone(&store), campaign.campaign.id, lines.0, lines.1);
    world.book(3, &[slot]).await;
    world.audit_is_clean().await;
}

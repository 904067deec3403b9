//! How the hot statements find their rows.

use std::sync::Arc;

use dran_cluster::Cluster;
use tokio_postgres::SimpleQueryMessage;

use super::{database, open};
use crate::conformance::world::World;
use crate::postgres::session::Tx;
use crate::{Fault, Store};

/// What was planned for the prepared statements of the writer's connection, a statement each.
async fn planned(tx: &Tx) -> Result<Vec<Vec<String>>, Fault> {
    let prepared = "SELECT 'EXPLAIN EXECUTE ' || name
                    || coalesce('(' || (SELECT string_agg('NULL', ',') FROM unnest(parameter_types)) || ')', '')
                    FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared_statements%'";
    let prepared = tx
        .client()
        .query(prepared, &[])
        .await
        .map_err(|error| tx.fault(&error))?;
    let mut plans = Vec::new();
    for row in prepared {
        let explain: String = row.try_get(0).map_err(|error| tx.fault(&error))?;
        let said = tx
            .client()
            .simple_query(&explain)
            .await
            .map_err(|error| tx.fault(&error))?;
        let lines = said.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(line) => line.get(0).map(str::to_owned),
            _ => None,
        });
        plans.push(lines.collect());
    }
    Ok(plans)
}

/// A plan is kept until there are new statistics; one that was made for empty tables goes on when they are full.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_is_found_by_its_key_even_if_the_tables_were_empty_when_that_was_planned() {
    let database = database();
    let world = World::open(open(&database) as Arc<dyn Store>).await;
    let slot = world.slot(100).await;
    Cluster::shared().sql(&database.name, "VACUUM ANALYZE").unwrap();
    let store = open(&database);
    let again = World::again(
        Arc::clone(&store) as Arc<dyn Store>,
        world.campaign.clone(),
        world.line,
        world.other_line,
    );
    again.book(1, &[slot]).await;
    let plans = store.writer.write(async |tx: &Tx| planned(tx).await).await.unwrap();
    let mut lookups = 0;
    for plan in plans {
        for (line, next) in plan.iter().zip(plan.iter().skip(1).chain([&String::new()])) {
            assert!(!line.contains("Seq Scan"), "goes through a table: {plan:#?}");
            if line.contains("Index Scan") || line.contains("Index Only Scan") {
                assert!(next.contains("Index Cond"), "goes through an index: {plan:#?}");
                lookups += 1;
            }
        }
    }
    assert!(lookups > 20, "only {lookups} lookups were planned");
}

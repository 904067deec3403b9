//! PostgreSQL under the suite of all engines, and what only this engine promises.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::sync::{Arc, OnceLock};

use dran_cluster::{Cluster, Database};

use super::references::{REFERENCES, Reference};
use super::{PostgresOptions, PostgresStore};

mod audit;
mod keys;
mod nodes;
mod opening;
mod plans;
mod recovery;
mod sets;
mod writer;

crate::conformance::conformance_suite!(crate::postgres::tests::with_foreign_keys());

/// The options of production, for a database that may have to be filled.
fn create() -> PostgresOptions {
    PostgresOptions {
        create: true,
        ..PostgresOptions::default()
    }
}

/// A database of its own that has the tables and nothing in them.
fn database() -> Database {
    static TEMPLATE: OnceLock<Database> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let template = Cluster::shared().create_database(None).unwrap();
        drop(PostgresStore::open(&template.url, create()).unwrap());
        template
    });
    Cluster::shared().create_database(Some(&template.name)).unwrap()
}

/// Another node on a database.
fn open(database: &Database) -> Arc<PostgresStore> {
    Arc::new(PostgresStore::open(&database.url, PostgresOptions::default()).unwrap())
}

/// A store of its own for a sentence of the suite, where the engine too keeps every reference that is the writer's:
/// a statement that would break one fails.
fn with_foreign_keys() -> Arc<PostgresStore> {
    static TEMPLATE: OnceLock<Database> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let template = database();
        let referred_to = "ALTER TABLE booking ADD UNIQUE (id); ALTER TABLE series_slot ADD UNIQUE (id)";
        Cluster::shared().sql(&template.name, referred_to).unwrap();
        for Reference { from, columns, to, key } in REFERENCES {
            let (columns, key) = (columns.join(", "), key.join(", "));
            let sql = format!("ALTER TABLE {from} ADD FOREIGN KEY ({columns}) REFERENCES {to} ({key})");
            Cluster::shared().sql(&template.name, &sql).unwrap();
        }
        template
    });
    open(&Cluster::shared().create_database(Some(&template.name)).unwrap())
}

/// A store of its own, as production has it.
fn empty() -> Arc<PostgresStore> {
    open(&database())
}

//! Connections: how they are set up, and made again when they are lost.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::{Client, Config, Connection, NoTls, Socket, Statement};

use super::open::OpenError;
use crate::Fault;

/// How long making a connection may take, all hosts of the URL together.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// How long one host may take, unless the URL says so (`connect_timeout`).
const CONNECT_HOST_MAX: Duration = Duration::from_secs(3);

/// How long the network may leave what was sent unacknowledged, unless the URL says so.
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(10);

/// What a command or a query sees: the connection, inside a transaction.
pub(super) struct Tx {
    client: Client,
    statements: RefCell<HashMap<&'static str, Statement>>,
    numbers: RefCell<HashMap<&'static str, VecDeque<i64>>>,
    board_changed: Cell<bool>,
    wrote: Cell<bool>,
    broken: Cell<bool>,
    conflict: Cell<bool>,
    lost: Cell<bool>,
}

impl Tx {
    /// Wraps a connection that is set up.
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            statements: RefCell::default(),
            numbers: RefCell::default(),
            board_changed: Cell::new(false),
            wrote: Cell::new(false),
            broken: Cell::new(false),
            conflict: Cell::new(false),
            lost: Cell::new(false),
        }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn statement(&self, sql: &'static str) -> Option<Statement> {
        self.statements.borrow().get(sql).cloned()
    }

    pub(super) fn keep_statement(&self, sql: &'static str, statement: Statement) {
        self.statements.borrow_mut().insert(sql, statement);
    }

    /// Takes up to so many of the numbers that were drawn ahead by a statement. Nobody else has them, whatever became of
    /// the transaction that drew them: a sequence does not go back.
    pub(super) fn take_numbers(&self, sql: &'static str, count: usize) -> Vec<i64> {
        let mut numbers = self.numbers.borrow_mut();
        let ahead = numbers.entry(sql).or_default();
        let taken = ahead.len().min(count);
        ahead.drain(..taken).collect()
    }

    /// Keeps numbers that were drawn ahead for the next batches.
    pub(super) fn keep_numbers(&self, sql: &'static str, drawn: impl Iterator<Item = i64>) {
        self.numbers.borrow_mut().entry(sql).or_default().extend(drawn);
    }

    /// Notes that the board will answer differently once this transaction is committed.
    pub(super) fn board_changed(&self) {
        self.board_changed.set(true);
    }

    /// Whether it will.
    pub(super) fn has_board_changed(&self) -> bool {
        self.board_changed.get()
    }

    /// Notes that the command may have written, so that it has to be undone if it is not carried out.
    pub(super) fn note_write(&self) {
        self.wrote.set(true);
    }

    /// Whether the command may have written.
    pub(super) fn wrote(&self) -> bool {
        self.wrote.get()
    }

    /// Whether a statement failed: until it is undone the engine takes no other.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// Whether the engine gave up this transaction for another one's sake; it may be run again.
    pub(super) fn has_conflict(&self) -> bool {
        self.conflict.get()
    }

    /// Whether the connection is of no use any more.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.get() || self.client.is_closed()
    }

    /// A transaction begins: nothing of the last one counts.
    pub(super) fn begins(&self) {
        self.board_changed.set(false);
        self.conflict.set(false);
        self.command_begins();
    }

    /// A command begins, or was undone.
    pub(super) fn command_begins(&self) {
        self.wrote.set(false);
        self.broken.set(false);
    }

    /// A command was undone: the board is as it was before it.
    pub(super) fn command_undone(&self, board_changed_before: bool) {
        self.board_changed.set(board_changed_before);
        self.command_begins();
    }

    /// Runs statements without parameters, one round trip for all of them.
    pub(super) async fn control(&self, sql: &str) -> Result<(), Fault> {
        let done = self.client.batch_execute(sql).await;
        done.map_err(|error| self.fault(&error))
    }

    /// What a failed statement means for the command, noting what it means for the transaction. The
    /// engine's details are left out: they quote rows, and rows name people.
    pub(super) fn fault(&self, error: &tokio_postgres::Error) -> Fault {
        self.broken.set(true);
        let Some(refusal) = error.as_db_error() else {
            // Something that could not be sent or read as it should leaves the connection as it is.
            if error.is_closed() || std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
            {
                self.lost.set(true);
            }
            return Fault::Failed(error.to_string());
        };
        if matches!(
            refusal.parsed_severity(),
            Some(Severity::Fatal | Severity::Panic) | None
        ) {
            self.lost.set(true);
        }
        let code = refusal.code();
        if [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE].contains(code) {
            self.conflict.set(true);
        }
        // A schema that moved on under prepared statements needs them prepared again.
        if *code == SqlState::FEATURE_NOT_SUPPORTED {
            self.statements.borrow_mut().clear();
        }
        if [SqlState::LOCK_NOT_AVAILABLE, SqlState::TOO_MANY_CONNECTIONS].contains(code) {
            return Fault::Busy;
        }
        Fault::Failed(format!("{} ({})", refusal.message(), code.code()))
    }
}

/// What every connection of the store has in common.
pub(super) fn prepared(mut config: Config) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_HOST_MAX);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNACKNOWLEDGED_MAX);
    }
    if config.get_application_name().is_none() {
        config.application_name("dran");
    }
    // Of several hosts the one that can be written to: after a failover it is another.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    config
}

/// Makes a connection; who polls it is up to the caller.
pub(super) async fn connect(
    config: &Config,
) -> Result<(Client, Connection<Socket, tokio_postgres::tls::NoTlsStream>), OpenError> {
    match tokio::time::timeout(CONNECT_MAX, config.connect(NoTls)).await {
        Ok(Ok(made)) => Ok(made),
        Ok(Err(error)) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => {
            Err(OpenError::Missing(config.get_dbname().unwrap_or_default().to_owned()))
        }
        Ok(Err(error)) => Err(OpenError::Engine(error)),
        Err(_) => Err(OpenError::Silent),
    }
}

/// A connection that is made when it is needed, and again after it was lost.
pub(super) struct Link {
    config: Config,
    set_up: String,
    tx: Option<Tx>,
}

impl Link {
    /// `set_up` are statements that each connection begins with.
    pub(super) fn new(config: Config, set_up: String) -> Self {
        Self {
            config,
            set_up,
            tx: None,
        }
    }

    /// The connection, made now if there is none that lives.
    pub(super) async fn tx(&mut self) -> Result<&Tx, OpenError> {
        let live = self.tx.take().filter(|tx| !tx.is_lost());
        let tx = match live {
            Some(tx) => tx,
            None => self.made().await?,
        };
        Ok(self.tx.insert(tx))
    }

    /// Whether there is one, or there has to be a new one.
    pub(super) fn is_live(&self) -> bool {
        self.tx.as_ref().is_some_and(|tx| !tx.is_lost())
    }

    /// Drops a connection that is of no use any more.
    pub(super) fn lose(&mut self) {
        self.tx = None;
    }

    async fn made(&self) -> Result<Tx, OpenError> {
        let (client, connection) = connect(&self.config).await?;
        tokio::task::spawn_local(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a connection to the database ended");
            }
        });
        client.batch_execute(&self.set_up).await?;
        Ok(Tx::new(client))
    }
}

/// Why there is no connection, for who waits for an answer of the store. Nothing was sent.
impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        if let OpenError::Engine(engine) = &error
            && let Some(refusal) = engine.as_db_error()
        {
            return Self::Failed(format!("no connection to the database: {}", refusal.message()));
        }
        Self::Failed(format!("no connection to the database: {error}"))
    }
}

//! Whether the board may have changed: by this node's own commits, and by those of others.

use std::future::poll_fn;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::time::Duration;

use tokio_postgres::{AsyncMessage, Client, Config};

use super::open::OpenError;
use super::session::connect;

/// How often the listening connection is tried, so that one that died silently is noticed. Between two
/// tries a notice may be missing; the board is read again after a new connection.
const TRY_EVERY: Duration = Duration::from_secs(1);

/// How long the answer to a try may take.
const TRY_MAX: Duration = Duration::from_secs(2);

/// The pause before a lost connection is made again.
const PAUSE: Duration = Duration::from_millis(250);

/// Moves whenever the board may answer differently.
#[derive(Default)]
pub(super) struct BoardVersion {
    version: AtomicU64,
    /// The server's process behind this node's writer: what it says is known here already.
    writer: AtomicI32,
}

impl BoardVersion {
    /// The end of a transaction after which the board answers differently: the other nodes hear of it
    /// when, and only if, it is committed.
    pub(super) const COMMIT: &str = "NOTIFY dran_board; COMMIT";

    /// The version now.
    pub(super) fn now(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// The board may have changed.
    pub(super) fn move_on(&self) {
        self.version.fetch_add(1, Ordering::Release);
    }

    /// Notes the writer's connection.
    pub(super) async fn own(&self, writer: &Client) -> Result<(), OpenError> {
        let row = writer.query_one("SELECT pg_backend_pid()", &[]).await?;
        self.writer.store(row.try_get(0)?, Ordering::Relaxed);
        Ok(())
    }

    /// Listens to the commits of other nodes, for ever.
    pub(super) async fn follow(&self, config: &Config) {
        loop {
            if let Err(error) = self.listen(config).await {
                tracing::warn!(%error, "not hearing of other nodes' commits");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn listen(&self, config: &Config) -> Result<(), OpenError> {
        let (client, mut connection) = connect(config).await?;
        let heard = async {
            while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
                if let AsyncMessage::Notification(notice) = message?
                    && notice.process_id() != self.writer.load(Ordering::Relaxed)
                {
                    self.move_on();
                }
            }
            Ok(())
        };
        let tried = async {
            client.batch_execute("LISTEN dran_board").await?;
            // What was missed while nobody listened.
            self.move_on();
            loop {
                tokio::time::sleep(TRY_EVERY).await;
                match tokio::time::timeout(TRY_MAX, client.batch_execute("")).await {
                    Ok(answered) => answered?,
                    Err(_) => return Err(OpenError::Silent),
                }
            }
        };
        tokio::select! {
            ended = heard => ended,
            ended = tried => ended,
        }
    }
}

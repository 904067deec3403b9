//! The road between a node and PostgreSQL, on which one COMMIT can be lost: as the one that carries something
//! out, known by what its transaction has sent.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use dran_cluster::{Cluster, Database};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Where on its way a COMMIT is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The server never gets it, and rolls back when the connection ends.
    OnTheWayThere,
    /// The server has committed; its answer never arrives.
    OnTheWayBack,
}

/// A COMMIT that is to be lost.
struct Plan {
    /// Stands in the values of the transaction that it ends.
    mark: Vec<u8>,
    lost: Lost,
    /// Whether no connection is possible from then on.
    stays_away: bool,
}

struct State {
    socket: PathBuf,
    plan: Mutex<Option<Plan>>,
    open: watch::Sender<bool>,
}

/// A listener that carries everything to the server of the tests. Ends when it is dropped.
pub struct Road {
    address: SocketAddr,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

impl Road {
    /// Listens on a free port.
    pub async fn build() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            socket: Cluster::shared().folder().join(".s.PGSQL.5432"),
            plan: Mutex::new(None),
            open: watch::Sender::new(true),
        });
        let seen = Arc::clone(&state);
        let accepting = tokio::spawn(async move {
            loop {
                // An accept that fails was a connection that ended meanwhile.
                if let Ok((node, _)) = listener.accept().await {
                    tokio::spawn(carry(node, Arc::clone(&seen)));
                }
            }
        });
        Self {
            address,
            state,
            accepting,
        }
    }

    /// A database of the tests, on this road.
    pub fn url(&self, database: &Database) -> String {
        format!("postgres://postgres@{}/{}", self.address, database.name)
    }

    /// Loses the COMMIT of the first transaction that writes such a value.
    pub fn lose(&self, mark: &[u8], lost: Lost, stays_away: bool) {
        let plan = Plan {
            mark: mark.to_vec(),
            lost,
            stays_away,
        };
        *self.state.plan.lock().unwrap() = Some(plan);
    }

    /// Whether the COMMIT that was to be lost has been.
    pub fn has_lost(&self) -> bool {
        self.state.plan.lock().unwrap().is_none()
    }

    /// The database can be reached again.
    pub fn open(&self) {
        self.state.open.send_replace(true);
    }
}

impl Drop for Road {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Carries a connection until it ends, the road is closed, or its COMMIT is lost.
async fn carry(mut node: TcpStream, state: Arc<State>) {
    let mut open = state.open.subscribe();
    if !*open.borrow() {
        return;
    }
    let mut server = UnixStream::connect(&state.socket).await.unwrap();
    let lost = {
        let (mut from_node, mut to_node) = node.split();
        let (mut from_server, mut to_server) = server.split();
        tokio::select! {
            lost = watched(&mut from_node, &mut to_server, &state) => lost,
            _ = tokio::io::copy(&mut from_server, &mut to_node) => None,
            _ = open.wait_for(|open| !open) => None,
        }
    };
    let Some((plan, commit)) = lost else { return };
    if plan.lost == Lost::OnTheWayBack {
        server.write_all(&commit).await.unwrap();
        let mut answer = Vec::new();
        while !contains(&answer, b"COMMIT\0") {
            assert!(
                server.read_buf(&mut answer).await.unwrap() > 0,
                "the server did not commit"
            );
        }
    }
    if plan.stays_away {
        state.open.send_replace(false);
    }
}

/// Carries what a node says, up to the COMMIT that is to be lost.
async fn watched(
    node: &mut (impl AsyncReadExt + Unpin),
    server: &mut (impl AsyncWriteExt + Unpin),
    state: &State,
) -> Option<(Plan, Vec<u8>)> {
    let (mut said, mut begun) = (Vec::new(), false);
    // Whether the transaction writes, and whether it is the one.
    let (mut writes, mut marked) = (false, false);
    while node.read_buf(&mut said).await.ok()? > 0 {
        while let Some(message) = message(&mut said, begun) {
            if begun {
                let is_query = message[0] == b'Q';
                if is_query && contains(&message, b"pg_advisory_xact_lock") {
                    (writes, marked) = (true, false);
                }
                let mut plan = state.plan.lock().unwrap();
                marked |= writes && plan.as_ref().is_some_and(|plan| contains(&message, &plan.mark));
                if is_query && marked && contains(&message, b"COMMIT") {
                    return plan.take().map(|plan| (plan, message));
                }
            }
            begun = true;
            server.write_all(&message).await.ok()?;
        }
    }
    None
}

/// The first message of what was said, if all of it has come. The very first has no kind before its length.
fn message(said: &mut Vec<u8>, begun: bool) -> Option<Vec<u8>> {
    let kind = usize::from(begun);
    let length = said.get(kind..kind + 4)?;
    let whole = kind + u32::from_be_bytes(length.try_into().unwrap()) as usize;
    (said.len() >= whole).then(|| said.drain(..whole).collect())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

//! The accept loop: one current-thread runtime per core, each with its own listening socket.
//!
//! A waiting room's traffic is many small answers: a runtime per core keeps a connection's work on one
//! core and its p99 low (`docs/decisions/0006-listener.md`). A connection rests without a buffer until
//! bytes arrive; polls and joins are answered where they were read, other plain requests go to the routes, and any
//! other request goes through hyper (`docs/decisions/0011-answers-at-once.md`). Every bound of a connection is here.

mod at_once;
mod connection;
mod proxies;
mod seats;
#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where its example is wrong"
)]
mod tests;
mod turn;

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::body::Body;
use dran_service::Clock;
use hyper::{Request, Response};
use socket2::{Domain, Protocol, Socket, TcpKeepalive, Type};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, LocalOptions};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use at_once::{Plain, PlainRequest, Reply};
pub use proxies::{Network, NotANetwork, TrustedProxies};

use at_once::Desk;
use connection::Connection;
use seats::Seats;

/// How many connections the kernel keeps ready for us while we are busy.
const BACKLOG: i32 = 4_096;
/// How long requests in flight may take to finish after a stop was asked for.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait after the system refused a connection (out of file descriptors).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// A connection that is silent for so long is asked by the kernel whether its other end is still there.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(60);
/// How often it is asked then, and after how many unanswered questions it is closed: a browser whose
/// power went is noticed within two minutes.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(20);
const KEEPALIVE_TRIES: u32 = 3;
/// How long bytes that were sent may stay unacknowledged before the connection is given up.
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(60);

/// The address of the client, as the connection (or a trusted proxy) tells it.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub SocketAddr);

/// Answers requests. Shared by all cores.
pub trait Answer: Clone + Send + 'static {
    /// Answers a plain request where it was read, without awaiting anything. False if it is for
    /// [`Answer::answer`]; then nothing may have been written.
    fn answer_at_once(&self, _request: &PlainRequest<'_>, _reply: &mut Reply<'_>) -> bool {
        false
    }

    /// Answers any request; never fails: every problem is a response.
    fn answer(&self, request: Request<Body>) -> impl Future<Output = Response<Body>>;
}

/// Listening sockets that nobody answers yet: their address is known, connections wait in the kernel.
pub struct Bound {
    address: SocketAddr,
    sockets: Vec<std::net::TcpListener>,
}

/// A running listener.
pub struct Listener {
    address: SocketAddr,
    threads: Vec<JoinHandle<()>>,
}

/// What bounds a listener.
#[derive(Clone, Debug)]
pub struct ListenerLimits {
    /// Connections open at once. For one more, the one that has rested longest goes; while none rests,
    /// further ones wait in the kernel's queue.
    pub connections_max: usize,
    /// How long a client may take to send the head of a request that has begun; slower ones are closed.
    pub head_timeout: Duration,
    /// How long a request may take from its first byte to the last byte of its answer.
    pub request_timeout: Duration,
    /// Whose word about the client's address counts.
    pub trusted_proxies: TrustedProxies,
    /// How far its threads step back for everything else that wants a processor, from 0 to 19 (`nice`): a page of staff
    /// should not wait for a thread that has a thousand polls in its queue.
    pub niceness: i32,
}

impl ListenerLimits {
    /// So many connections, and times that the slowest telephone keeps to: a page of 100 KB at 1 KB/s.
    pub fn of(connections_max: usize) -> Self {
        Self {
            connections_max,
            head_timeout: Duration::from_secs(15),
            request_timeout: Duration::from_secs(120),
            trusted_proxies: TrustedProxies::default(),
            niceness: 0,
        }
    }
}

impl Bound {
    /// Binds one socket for each thread. Port 0 takes a free port; [`Self::address`] tells which.
    ///
    /// # Errors
    /// The system's word when the address cannot be bound.
    pub fn new(address: SocketAddr, threads: usize) -> io::Result<Self> {
        let first = bind(address)?;
        let address = first.local_addr()?;
        let mut sockets = vec![first];
        for _ in 1..threads.max(1) {
            sockets.push(bind(address)?);
        }
        Ok(Self { address, sockets })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts to answer. What an answer says of its time (`Date`) is told by the wall clock, on whatever day the service
    /// may be: browsers reckon with it.
    ///
    /// # Errors
    /// The system's word when a thread cannot be started.
    pub fn start(
        self,
        limits: ListenerLimits,
        wall_clock: &Clock,
        answer: impl Answer,
        stop: &CancellationToken,
    ) -> io::Result<Listener> {
        let Self { address, sockets } = self;
        // The kernel spreads connections evenly over the sockets; each thread keeps its share of the bound.
        let limits = ListenerLimits {
            connections_max: limits.connections_max.div_ceil(sockets.len()).max(1),
            ..limits
        };
        let mut threads = Vec::with_capacity(sockets.len());
        for (core, socket) in sockets.into_iter().enumerate() {
            let (limits, answer, stop) = (limits.clone(), answer.clone(), stop.clone());
            let desk = Desk::new(wall_clock.clone());
            let thread = std::thread::Builder::new()
                .name(format!("http-{core}"))
                .spawn(move || {
                    step_back(limits.niceness);
                    if let Err(error) = run(socket, limits, desk, answer, stop) {
                        tracing::error!(%error, "a listening socket cannot be used");
                    }
                })?;
            threads.push(thread);
        }
        Ok(Listener { address, threads })
    }
}

impl Listener {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until all threads have stopped, after the stop token was cancelled.
    pub fn join(self) {
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("an HTTP thread panicked");
            }
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    // Linux hands these on to every accepted connection: set once, no call for each.
    socket.set_tcp_nodelay(true)?;
    socket.set_tcp_keepalive(
        &TcpKeepalive::new()
            .with_time(KEEPALIVE_AFTER)
            .with_interval(KEEPALIVE_EVERY)
            .with_retries(KEEPALIVE_TRIES),
    )?;
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_MAX))?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// On Linux a thread has a niceness of its own. To step back is everybody's right.
fn step_back(niceness: i32) {
    if niceness != 0
        && let Err(error) = rustix::process::setpriority_process(None, niceness)
    {
        tracing::warn!(%error, niceness, "the priority of an HTTP thread stays as it is");
    }
}

fn run(
    socket: std::net::TcpListener,
    limits: ListenerLimits,
    desk: Desk,
    answer: impl Answer,
    stop: CancellationToken,
) -> io::Result<()> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build_local(LocalOptions::default())?;
    runtime.block_on(async move {
        let socket = TcpListener::from_std(socket)?;
        accept(socket, limits, desk, answer, stop).await;
        Ok(())
    })
}

async fn accept(socket: TcpListener, limits: ListenerLimits, desk: Desk, answer: impl Answer, stop: CancellationToken) {
    let (tasks, seats) = (TaskTracker::new(), Rc::new(Seats::new(limits.connections_max)));
    let (limits, answer, desk) = (Rc::new(limits), Rc::new(answer), Rc::new(desk));
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = socket.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        // After accepting: nobody has to go for somebody who may never come.
        let seat = tokio::select! {
            () = stop.cancelled() => break,
            seat = seats.take() => seat,
        };
        let connection = Connection {
            peer,
            limits: Rc::clone(&limits),
            answer: Rc::clone(&answer),
            desk: Rc::clone(&desk),
            seat,
        };
        tasks.spawn_local(connection.serve(stream));
    }
    drop(socket);
    seats.stop();
    tasks.close();
    if timeout(DRAIN_TIMEOUT, tasks.wait()).await.is_err() {
        tracing::warn!("connections were cut because they did not finish in time");
    }
}

//! The accept loop: one current-thread runtime per core, each with its own listening socket.
//!
//! A waiting room's traffic is many small answers: a runtime per core keeps a connection's work on one
//! core and its p99 low (`docs/decisions/0006-listener.md`). Every bound of a connection is here.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a client may take to send the head of a request; slower ones are closed.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// The largest head of a request, in bytes: a ticket link, cookies and what browsers add.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How many connections the kernel keeps ready for us while we are busy.
const BACKLOG: i32 = 4_096;
/// How long requests in flight may take to finish after a stop was asked for.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait after the system refused a connection (out of file descriptors).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The address of the client, as the connection (or a trusted proxy) tells it.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub SocketAddr);

/// Answers one request. Shared by all cores.
pub trait Answer: Clone + Send + Sync + 'static {
    /// Answers; never fails: every problem is a response.
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Response<Body>>;
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
#[derive(Clone, Copy, Debug)]
pub struct ListenerLimits {
    /// Connections open at once; further ones wait in the kernel's queue.
    pub connections_max: usize,
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

    /// Starts to answer.
    ///
    /// # Errors
    /// The system's word when a thread cannot be started.
    pub fn start(self, limits: ListenerLimits, answer: impl Answer, stop: &CancellationToken) -> io::Result<Listener> {
        let Self { address, sockets } = self;
        let connections = Arc::new(Semaphore::new(limits.connections_max));
        let mut threads = Vec::with_capacity(sockets.len());
        for (core, socket) in sockets.into_iter().enumerate() {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let (answer, stop, connections) = (answer.clone(), stop.clone(), connections.clone());
            let thread = std::thread::Builder::new()
                .name(format!("http-{core}"))
                .spawn(move || {
                    runtime.block_on(async move {
                        match TcpListener::from_std(socket) {
                            Ok(socket) => accept(socket, connections, answer, stop).await,
                            Err(error) => tracing::error!(%error, "a listening socket cannot be used"),
                        }
                    });
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
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

async fn accept(socket: TcpListener, connections: Arc<Semaphore>, answer: impl Answer, stop: CancellationToken) {
    let tasks = TaskTracker::new();
    let local = tokio::task::LocalSet::new();
    let accepting = async {
        loop {
            let Ok(place) = connections.clone().acquire_owned().await else {
                break;
            };
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
            // A token of its own: the shared one is a lock that every wake of every connection would take.
            let (answer, stop) = (answer.clone(), stop.child_token());
            tasks.spawn_local(async move {
                serve(stream, peer, answer, stop).await;
                drop(place);
            });
        }
        tasks.close();
        if timeout(DRAIN_TIMEOUT, tasks.wait()).await.is_err() {
            tracing::warn!("connections were cut because they did not finish in time");
        }
    };
    local.run_until(accepting).await;
}

async fn serve(stream: TcpStream, peer: SocketAddr, answer: impl Answer, stop: CancellationToken) {
    if stream.set_nodelay(true).is_err() {
        return; // the client has gone already
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ClientAddress(peer));
        let answer = answer.clone();
        async move { Ok::<_, Infallible>(answer.answer(request).await) }
    });
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .max_buf_size(HEAD_BYTES_MAX)
            .pipeline_flush(true)
            .serve_connection(TokioIo::new(stream), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

//! A road between two processes that can be closed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// What becomes of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// They arrive.
    Open,
    /// They arrive so much later.
    Slow(Duration),
    /// Connections are reset, new ones too.
    Cut,
    /// Nothing arrives and nobody is told: what was sent arrives when the road is open again.
    Silent,
    /// Connections go on; a new one is accepted and leads nowhere, for good.
    HalfOpen,
    /// What is asked arrives; in place of the answer the connection is reset.
    Unanswered,
    /// The answer to every other COMMIT is lost with its connection.
    LosesCommits,
}

/// A listener that forwards to one address, as its road allows. Ends when it is dropped.
pub struct Proxy {
    address: SocketAddr,
    road: watch::Sender<Road>,
    upstream: watch::Sender<Option<SocketAddr>>,
    accepting: JoinHandle<()>,
}

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 16 << 10;
/// Chunks that are on their way at once, in each direction of a connection.
const CHUNKS_MAX: usize = 64;
/// How PostgreSQL is asked to commit, wherever it stands in a message.
const COMMIT: &[u8] = b"COMMIT";

/// What passes here in one direction of a connection.
struct Toll {
    /// Whether these are the answers.
    is_answers: bool,
    /// Whether the next answer is lost, in both directions of the connection.
    loses_answer: Arc<AtomicBool>,
    /// The commits of all connections.
    commits: Arc<AtomicU32>,
}

impl Toll {
    /// Notes what passes; whether it may.
    fn lets(&self, road: Road, bytes: &[u8]) -> bool {
        if self.is_answers {
            return road != Road::Unanswered && !self.loses_answer.load(Ordering::Relaxed);
        }
        if road == Road::LosesCommits
            && bytes.windows(COMMIT.len()).any(|word| word == COMMIT)
            && self.commits.fetch_add(1, Ordering::Relaxed).is_multiple_of(2)
        {
            self.loses_answer.store(true, Ordering::Relaxed);
        }
        true
    }
}

impl Proxy {
    /// Listens on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub async fn listen(upstream: Option<SocketAddr>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.context("cannot listen for the proxy")?;
        let address = listener.local_addr()?;
        let (road, seen) = watch::channel(Road::Open);
        let (upstream, target) = watch::channel(upstream);
        let accepting = tokio::spawn(async move {
            let commits = Arc::<AtomicU32>::default();
            // An accept that fails was a connection that ended meanwhile.
            loop {
                if let Ok((inbound, _)) = listener.accept().await {
                    tokio::spawn(carry(inbound, seen.clone(), target.clone(), commits.clone()));
                }
            }
        });
        Ok(Self {
            address,
            road,
            upstream,
            accepting,
        })
    }

    /// Where to connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the road, for connections that there are as well.
    pub fn set(&self, road: Road) {
        self.road.send_replace(road);
    }

    /// Where new connections lead from now on.
    pub fn lead_to(&self, upstream: Option<SocketAddr>) {
        self.upstream.send_replace(upstream);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(
    mut inbound: TcpStream,
    mut road: watch::Receiver<Road>,
    target: watch::Receiver<Option<SocketAddr>>,
    commits: Arc<AtomicU32>,
) {
    let began = *road.borrow();
    if began == Road::HalfOpen {
        // It leads nowhere even when later ones do again.
        let _ = road
            .wait_for(|road| !matches!(road, Road::HalfOpen | Road::Silent))
            .await;
        return reset(&inbound);
    }
    let carried = async {
        passable(&mut road.clone()).await?;
        let to = (*target.borrow())?;
        let mut outbound = TcpStream::connect(to).await.ok()?;
        // Small messages of a protocol that waits for answers.
        let _ = (inbound.set_nodelay(true), outbound.set_nodelay(true));
        let whole = {
            let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
                (inbound.split(), outbound.split());
            let loses_answer = Arc::<AtomicBool>::default();
            let toll = |is_answers| Toll {
                is_answers,
                loses_answer: loses_answer.clone(),
                commits: commits.clone(),
            };
            let there = pump(&mut from_client, &mut to_server, road.clone(), toll(false));
            let back = pump(&mut from_server, &mut to_client, road.clone(), toll(true));
            let both = async { tokio::try_join!(there, back) };
            tokio::select! {
                both = both => both.is_ok(),
                _ = is_cut(road.clone()) => false,
            }
        };
        if !whole {
            reset(&outbound);
        }
        whole.then_some(())
    };
    let whole = carried.await.is_some();
    if !whole {
        reset(&inbound);
    }
}

/// Waits until the road is cut.
async fn is_cut(mut road: watch::Receiver<Road>) {
    if road.wait_for(|road| *road == Road::Cut).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Waits until bytes may pass; None when the road is cut.
async fn passable(road: &mut watch::Receiver<Road>) -> Option<()> {
    let road = road.wait_for(|road| *road != Road::Silent).await.ok()?;
    (*road != Road::Cut).then_some(())
}

/// Carries bytes in one direction. Each chunk has its own delay, and those behind it need not wait to be read.
async fn pump(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    mut road: watch::Receiver<Road>,
    toll: Toll,
) -> std::io::Result<()> {
    let broken = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let (under_way, mut arriving) = mpsc::channel(CHUNKS_MAX);
    let leaving = async move {
        loop {
            let mut bytes = vec![0; CHUNK_BYTES];
            let read = from.read(&mut bytes).await?;
            bytes.truncate(read);
            passable(&mut road).await.ok_or_else(broken)?;
            let now = *road.borrow();
            if !toll.lets(now, &bytes) {
                return Err(broken());
            }
            let delay = match now {
                Road::Slow(delay) => delay,
                _ => Duration::ZERO,
            };
            let arrival = tokio::time::sleep(delay);
            under_way.send((arrival, bytes)).await.map_err(|_| broken())?;
            if read == 0 {
                return Ok(());
            }
        }
    };
    let writing = async {
        while let Some((arrival, bytes)) = arriving.recv().await {
            arrival.await;
            if bytes.is_empty() {
                return to.shutdown().await;
            }
            to.write_all(&bytes).await?;
        }
        Ok(())
    };
    tokio::try_join!(leaving, writing).map(|_| ())
}

/// Ends a connection with a reset as soon as it is dropped.
fn reset(stream: &TcpStream) {
    // Otherwise it ends in order, which its peer has to be ready for as well.
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    /// Far more than a byte needs on this machine.
    const PATIENCE: Duration = Duration::from_secs(30);

    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.split();
                    tokio::io::copy(&mut read, &mut write).await
                });
            }
        });
        address
    }

    async fn says(stream: &mut TcpStream) -> std::io::Result<u8> {
        stream.write_all(b"x").await?;
        tokio::time::timeout(PATIENCE, stream.read_u8()).await?
    }

    #[tokio::test]
    async fn a_silent_road_keeps_what_was_sent_until_it_is_open() {
        let proxy = Proxy::listen(Some(echo().await)).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(says(&mut stream).await.unwrap(), b'x');
        proxy.set(Road::Silent);
        stream.write_all(b"y").await.unwrap();
        let nothing = tokio::time::timeout(Duration::from_millis(200), stream.read_u8()).await;
        assert!(nothing.is_err(), "{nothing:?}");
        proxy.set(Road::Open);
        assert_eq!(
            tokio::time::timeout(PATIENCE, stream.read_u8()).await.unwrap().unwrap(),
            b'y'
        );
    }

    #[tokio::test]
    async fn a_cut_road_resets_old_connections_and_new_ones_until_it_is_open() {
        let proxy = Proxy::listen(Some(echo().await)).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        says(&mut stream).await.unwrap();
        proxy.set(Road::Cut);
        let lost = tokio::time::timeout(PATIENCE, stream.read_u8()).await.unwrap();
        assert_eq!(lost.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
        let mut refused = TcpStream::connect(proxy.address()).await.unwrap();
        says(&mut refused).await.unwrap_err();
        proxy.set(Road::Open);
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(says(&mut stream).await.unwrap(), b'x');
    }

    #[tokio::test]
    async fn a_half_open_road_carries_who_is_on_it_and_nobody_else() {
        let proxy = Proxy::listen(Some(echo().await)).await.unwrap();
        let mut early = TcpStream::connect(proxy.address()).await.unwrap();
        says(&mut early).await.unwrap();
        proxy.set(Road::HalfOpen);
        let mut late = TcpStream::connect(proxy.address()).await.unwrap();
        late.write_all(b"x").await.unwrap();
        assert_eq!(says(&mut early).await.unwrap(), b'x');
        let nothing = tokio::time::timeout(Duration::from_millis(200), late.read_u8()).await;
        assert!(nothing.is_err(), "{nothing:?}");
        proxy.set(Road::Open);
        tokio::time::timeout(PATIENCE, late.read_u8())
            .await
            .unwrap()
            .unwrap_err();
    }

    #[tokio::test]
    async fn an_unanswered_road_carries_what_is_asked_and_loses_the_answer() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy = Proxy::listen(Some(listener.local_addr().unwrap())).await.unwrap();
        proxy.set(Road::Unanswered);
        let mut asking = TcpStream::connect(proxy.address()).await.unwrap();
        let (mut asked, _) = listener.accept().await.unwrap();
        asking.write_all(b"x").await.unwrap();
        assert_eq!(asked.read_u8().await.unwrap(), b'x');
        asked.write_all(b"y").await.unwrap();
        let lost = tokio::time::timeout(PATIENCE, asking.read_u8()).await.unwrap();
        assert_eq!(lost.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn a_road_that_loses_commits_loses_the_answer_to_every_other() {
        let proxy = Proxy::listen(Some(echo().await)).await.unwrap();
        proxy.set(Road::LosesCommits);
        let mut lost = Vec::new();
        for _ in 0..4 {
            let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
            assert_eq!(says(&mut stream).await.unwrap(), b'x');
            stream.write_all(b"Q\0\0\0\x0bCOMMIT\0").await.unwrap();
            let answer = tokio::time::timeout(PATIENCE, stream.read_u8()).await.unwrap();
            lost.push(answer.is_err());
        }
        assert_eq!(lost, [true, false, true, false]);
    }

    #[tokio::test]
    async fn a_slow_road_delays_every_byte_and_keeps_their_order() {
        let proxy = Proxy::listen(Some(echo().await)).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        proxy.set(Road::Slow(Duration::from_millis(300)));
        stream.write_all(b"a").await.unwrap();
        let nothing = tokio::time::timeout(Duration::from_millis(200), stream.read_u8()).await;
        assert!(nothing.is_err(), "{nothing:?}");
        stream.write_all(b"b").await.unwrap();
        proxy.set(Road::Open);
        stream.write_all(b"c").await.unwrap();
        let mut three = [0; 3];
        tokio::time::timeout(PATIENCE, stream.read_exact(&mut three))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(&three, b"abc");
    }
}

//! One turn through hyper: a connection is lent to it for a request, and taken back when the answer has
//! been sent, so that it rests outside of it without its buffers.
//!
//! hyper gives a connection back when it is over, not between two requests. When it is safe to take it
//! is seen from outside: the request's body was read to its end, the response's body was taken to its
//! end, and hyper has flushed its socket since, which it does only when nothing is left to write. What
//! it has read of the next request comes back with the socket. A connection for which that cannot be
//! said (a body of unknown length that nobody read) stays with hyper.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use hyper::header::HeaderValue;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, Version, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::connection::Connection;
use super::proxies::FORWARDED_FOR;
use super::{Answer, ClientAddress};

/// The largest head of a request, in bytes: a ticket link, cookies and what browsers add.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Lets hyper answer what begins with the bytes `read`. The connection and what was read of the next
/// request, unless it is over.
pub(super) async fn through_hyper<A: Answer>(
    of: &Connection<A>,
    stream: TcpStream,
    read: Vec<u8>,
) -> Option<(TcpStream, Vec<u8>)> {
    let seen = Arc::new(Seen::default());
    let io = Lent {
        read: read.into(),
        stream: TokioIo::new(stream),
        seen: Arc::clone(&seen),
    };
    let (answer, peer, proxies) = (&of.answer, of.peer, &of.limits.trusted_proxies);
    let service = service_fn(|request: Request<hyper::body::Incoming>| {
        seen.begin(&request);
        let mut request = request.map(|body| {
            if body.is_end_stream() {
                Body::empty()
            } else {
                Body::new(Watched {
                    body,
                    end: Arc::clone(&seen),
                    note: Seen::request_dropped,
                })
            }
        });
        let named = request.headers().get_all(FORWARDED_FOR).iter();
        let client = proxies.client_of(peer, named.map(HeaderValue::as_bytes));
        request.extensions_mut().insert(ClientAddress(client));
        let seen = Arc::clone(&seen);
        async move {
            let response = answer.answer(request).await;
            Ok::<Response<Watched<Body>>, Infallible>(response.map(|body| Watched {
                body,
                end: seen,
                note: Seen::response_dropped,
            }))
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(of.limits.head_timeout)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(io, service);
    let mut too_long = pin!(sleep(of.limits.request_timeout));
    let back = poll_fn(|cx| {
        let mut connection = Pin::new(&mut connection);
        if of.seat.poll_busy(cx).is_ready() {
            connection.as_mut().graceful_shutdown();
        }
        if let Poll::Ready(ended) = connection.poll(cx) {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
            return Poll::Ready(false);
        }
        if seen.is_between_requests() {
            return Poll::Ready(true);
        }
        too_long.as_mut().poll(cx).map(|()| false)
    });
    if !back.await {
        return None;
    }
    let parts = connection.into_parts();
    // hyper takes the bytes lent with its first reads, so what it did not take comes after what it did.
    let mut left = parts.read_buf.to_vec();
    left.extend_from_slice(&parts.io.read);
    Some((parts.io.stream.into_inner(), left))
}

/// What was seen of the request in hand.
#[derive(Default)]
struct Seen {
    /// It allows another one after it.
    keeps: AtomicBool,
    /// Its body was read to the end.
    request_read: AtomicBool,
    /// The body of its response was taken to the end.
    response_taken: AtomicBool,
    /// All that was written has been flushed since.
    flushed: AtomicBool,
}

// Only one thread looks; atomics because axum's bodies may cross threads.
const ORDER: Ordering = Ordering::Relaxed;

impl Seen {
    fn begin<B: HttpBody>(&self, request: &Request<B>) {
        let keeps = request.version() == Version::HTTP_11 && !request.headers().contains_key(header::UPGRADE);
        let closes = request
            .headers()
            .get_all(header::CONNECTION)
            .iter()
            .any(|value| !value.as_bytes().eq_ignore_ascii_case(b"keep-alive"));
        self.keeps.store(keeps && !closes, ORDER);
        self.request_read.store(request.body().is_end_stream(), ORDER);
        self.response_taken.store(false, ORDER);
        self.flushed.store(false, ORDER);
    }

    fn request_dropped(&self, to_its_end: bool) {
        self.request_read.store(to_its_end, ORDER);
    }

    /// hyper drops a response's body when it has taken all of it, or when the connection broke.
    fn response_dropped(&self, _to_its_end: bool) {
        self.response_taken.store(true, ORDER);
    }

    fn note_flush(&self) {
        if self.response_taken.load(ORDER) {
            self.flushed.store(true, ORDER);
        }
    }

    fn is_between_requests(&self) -> bool {
        self.flushed.load(ORDER) && self.request_read.load(ORDER) && self.keeps.load(ORDER)
    }
}

/// A body that says when it is dropped, and whether it had come to its end by then.
struct Watched<B: HttpBody> {
    body: B,
    end: Arc<Seen>,
    note: fn(&Seen, bool),
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for Watched<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: HttpBody> Drop for Watched<B> {
    fn drop(&mut self) {
        (self.note)(&self.end, self.body.is_end_stream());
    }
}

/// The socket as hyper sees it: first what was read already, then the rest.
struct Lent {
    read: Bytes,
    stream: TokioIo<TcpStream>,
    seen: Arc<Seen>,
}

impl Read for Lent {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        if self.read.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let taken = self.read.len().min(buf.remaining());
        let bytes = self.read.split_to(taken);
        buf.put_slice(&bytes);
        Poll::Ready(Ok(()))
    }
}

impl Write for Lent {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if flushed.is_ready() {
            self.seen.note_flush();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

//! What is read where it comes: a plain request that needs nothing but memory is answered at once, without a task, a
//! header map or a body in between; any other plain one goes to the routes as it is. Whatever is not that plain is
//! left to hyper.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::http::response;
use dran_service::Clock;
use http_body_util::BodyExt;
use httparse::{EMPTY_HEADER, Header, Status};
use hyper::header::{CONTENT_LENGTH, DATE, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::net::TcpStream;

use super::connection::Connection;
use super::proxies::FORWARDED_FOR;
use super::{Answer, ClientAddress, TrustedProxies};

/// The most that is read at a time, in bytes: several polls of a proxy that sends them together.
const READ_BYTES_MAX: usize = 16 * 1024;
/// A plain request has no more headers than this; others go to hyper.
const HEADERS_MAX: usize = 32;
/// Headers that say how the message is framed or what becomes of the connection: hyper knows them all.
const FOR_HYPER: [&str; 3] = ["transfer-encoding", "expect", "upgrade"];

/// What a plain request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain<'a> {
    /// A GET without a body.
    Get,
    /// A POST whose body has come whole.
    Post(&'a [u8]),
    /// Something else that the routes may know.
    Other,
}

/// A request on a connection that is kept, with nothing about it that only hyper knows.
pub struct PlainRequest<'a> {
    /// What is to be done.
    pub plain: Plain<'a>,
    /// Path and query.
    pub target: &'a str,
    headers: &'a [Header<'a>],
    peer: SocketAddr,
    proxies: &'a TrustedProxies,
}

impl PlainRequest<'_> {
    /// The value of a header, if it is text and there is one only. The name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name));
        let (value, more) = (found.next()?.value, found.next());
        more.is_none().then(|| std::str::from_utf8(value).ok())?
    }

    /// Where it comes from: the peer, or whom a trusted proxy names.
    pub fn client(&self) -> SocketAddr {
        let named = self
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(FORWARDED_FOR));
        self.proxies.client_of(self.peer, named.map(|header| header.value))
    }

    /// The same as the routes take it. None where hyper's own reading would find something to refuse.
    fn for_the_routes(&self, method: Method, body: &[u8]) -> Option<Request<Body>> {
        let body = if body.is_empty() {
            Body::empty()
        } else {
            Body::from(Bytes::copy_from_slice(body))
        };
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = self.target.parse().ok()?;
        let headers = request.headers_mut();
        headers.reserve(self.headers.len());
        for header in self.headers {
            let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
            headers.append(name, HeaderValue::from_bytes(header.value).ok()?);
        }
        request.extensions_mut().insert(ClientAddress(self.client()));
        Some(request)
    }
}

/// Where an answer at once is written.
pub struct Reply<'a> {
    out: &'a mut Vec<u8>,
    date: &'a str,
}

impl Reply<'_> {
    /// Writes a response: its status (`200 OK`), header lines that each end in CR LF, its body.
    pub fn write(&mut self, status: &str, header_lines: &[&[u8]], body: &[u8]) {
        let out = &mut *self.out;
        out.extend_from_slice(b"HTTP/1.1 ");
        out.extend_from_slice(status.as_bytes());
        out.extend_from_slice(b"\r\n");
        header_lines.iter().for_each(|line| out.extend_from_slice(line));
        out.extend_from_slice(b"content-length: ");
        out.extend_from_slice(itoa::Buffer::new().format(body.len()).as_bytes());
        out.extend_from_slice(b"\r\ndate: ");
        out.extend_from_slice(self.date.as_bytes());
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(body);
    }

    /// Writes that what the client has is still what it would get (RFC 9110 § 15.4.5): no body, and no
    /// length of one.
    pub fn not_modified(&mut self, header_lines: &[&[u8]]) {
        let out = &mut *self.out;
        out.extend_from_slice(b"HTTP/1.1 304 Not Modified\r\n");
        header_lines.iter().for_each(|line| out.extend_from_slice(line));
        out.extend_from_slice(b"date: ");
        out.extend_from_slice(self.date.as_bytes());
        out.extend_from_slice(b"\r\n\r\n");
    }
}

/// What became of the bytes that had come.
pub(super) enum Outcome {
    /// Nothing had come after all.
    Nothing,
    /// The other end is gone.
    Closed,
    /// All is answered; this is what the kernel did not take yet.
    Answered(Vec<u8>),
    /// After this has been sent, the routes are to answer this.
    Call(Vec<u8>, Box<Request<Body>>),
    /// What is left is for hyper, after this has been sent.
    Other(Vec<u8>),
}

/// What was done with the first request of some bytes.
enum First {
    /// Answered; it was so many bytes.
    Answered(usize),
    /// It is for the routes, and was so many bytes.
    Call(Box<Request<Body>>, usize),
    /// It is for hyper, or not all of it has come.
    Other,
}

/// The buffers that all connections of a thread share: a connection that rests has none.
pub(super) struct Desk {
    wall_clock: Clock,
    buffers: RefCell<Buffers>,
    /// Answers since others were given the processor.
    answers: Cell<u32>,
}

/// Answers of polls and joins, a tenth of a millisecond of them, after which others may have the processor. What goes
/// through hyper is as much work by itself.
pub(super) const ANSWERS_OF_A_TURN: u32 = 8;
/// What the routes answer is as much work as so many polls.
pub(super) const ANSWERS_OF_A_CALL: u32 = 4;

struct Buffers {
    input: Box<[u8]>,
    output: Vec<u8>,
    date: Date,
}

impl Desk {
    pub(super) fn new(wall_clock: Clock) -> Self {
        let buffers = Buffers {
            input: vec![0; READ_BYTES_MAX].into(),
            output: Vec::with_capacity(READ_BYTES_MAX),
            date: Date::default(),
        };
        Self {
            wall_clock,
            buffers: RefCell::new(buffers),
            answers: Cell::new(0),
        }
    }

    /// Counts what was answered. Whether it was enough for a turn, which is over then.
    pub(super) fn has_had_a_turn(&self, answers: u32) -> bool {
        let answers = self.answers.get() + answers;
        let over = answers >= ANSWERS_OF_A_TURN;
        self.answers.set(if over { 0 } else { answers });
        over
    }

    /// Reads what has come, unless something is `left` over, and answers what can be answered at once.
    /// What cannot is in `left` afterwards.
    pub(super) fn answer<A: Answer>(&self, of: &Connection<A>, stream: &TcpStream, left: &mut Vec<u8>) -> Outcome {
        let Buffers { input, output, date } = &mut *self.buffers.borrow_mut();
        output.clear();
        let date = date.at(self.wall_clock.now());
        let read = if left.is_empty() {
            match stream.try_read(input) {
                Ok(0) => return Outcome::Closed,
                Ok(read) => &input[..read],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Outcome::Nothing,
                Err(_) => return Outcome::Closed,
            }
        } else {
            &left[..]
        };
        let (mut rest, mut call) = (read, None);
        while !rest.is_empty() && call.is_none() {
            let taken = match first_of(of, rest, output, date) {
                First::Answered(taken) => taken,
                First::Call(request, taken) => {
                    call = Some(request);
                    taken
                }
                First::Other => break,
            };
            rest = &rest[taken..];
        }
        *left = rest.to_vec();
        let Ok(unsent) = send(stream, output) else {
            return Outcome::Closed;
        };
        match call {
            Some(request) => Outcome::Call(unsent, request),
            None if left.is_empty() => Outcome::Answered(unsent),
            None => Outcome::Other(unsent),
        }
    }

    /// Lets the routes answer, and sends what they say. What the kernel did not take yet.
    ///
    /// # Errors
    /// The other end is gone, or a body broke off.
    pub(super) async fn answer_call<A: Answer>(
        &self,
        of: &Connection<A>,
        stream: &TcpStream,
        request: Request<Body>,
    ) -> io::Result<Vec<u8>> {
        let (head, body) = of.answer.answer(request).await.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let Buffers { output, date, .. } = &mut *self.buffers.borrow_mut();
        output.clear();
        write_response(output, &head, date.at(self.wall_clock.now()), &body);
        let unsent = send(stream, output)?;
        // A page of pictures is rare; polls need less.
        output.shrink_to(READ_BYTES_MAX);
        Ok(unsent)
    }
}

/// Gives the kernel what it takes, and answers the rest.
fn send(stream: &TcpStream, output: &[u8]) -> io::Result<Vec<u8>> {
    if output.is_empty() {
        return Ok(Vec::new());
    }
    match stream.try_write(output) {
        Ok(sent) => Ok(output[sent..].to_vec()),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(output.to_vec()),
        Err(error) => Err(error),
    }
}

/// Writes a response whose body is known: its length is said, but where there is no body by definition (RFC 9110
/// § 8.6).
fn write_response(out: &mut Vec<u8>, head: &response::Parts, date: &str, body: &[u8]) {
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(head.status.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(head.status.canonical_reason().unwrap_or_default().as_bytes());
    out.extend_from_slice(b"\r\n");
    for (name, value) in head
        .headers
        .iter()
        .filter(|(name, _)| **name != CONTENT_LENGTH && **name != DATE)
    {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    if head.status != StatusCode::NO_CONTENT && head.status != StatusCode::NOT_MODIFIED {
        out.extend_from_slice(b"content-length: ");
        out.extend_from_slice(itoa::Buffer::new().format(body.len()).as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"date: ");
    out.extend_from_slice(date.as_bytes());
    out.extend_from_slice(b"\r\n\r\n");
    out.extend_from_slice(body);
}

/// Reads the first request of some bytes, and answers it if that needs memory only.
fn first_of<A: Answer>(of: &Connection<A>, bytes: &[u8], out: &mut Vec<u8>, date: &str) -> First {
    read_first(of, bytes, out, date).unwrap_or(First::Other)
}

fn read_first<A: Answer>(of: &Connection<A>, bytes: &[u8], out: &mut Vec<u8>, date: &str) -> Option<First> {
    let mut headers = [EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    let Ok(Status::Complete(head_bytes)) = request.parse(bytes) else {
        return None;
    };
    let (method, target) = (method(request.method?)?, request.path?);
    if request.version != Some(1) || !target.starts_with('/') || !request.headers.iter().all(is_plain) {
        return None;
    }
    let length = body_bytes(request.headers)?;
    if method == Method::GET && length.is_some() {
        return None;
    }
    let body = bytes[head_bytes..].get(..length.unwrap_or(0))?;
    let taken = head_bytes + body.len();
    let asked = PlainRequest {
        plain: match (&method, length) {
            (&Method::GET, _) => Plain::Get,
            (&Method::POST, Some(_)) => Plain::Post(body),
            _ => Plain::Other,
        },
        target,
        headers: request.headers,
        peer: of.peer,
        proxies: &of.limits.trusted_proxies,
    };
    if of.answer.answer_at_once(&asked, &mut Reply { out, date }) {
        return Some(First::Answered(taken));
    }
    Some(First::Call(Box::new(asked.for_the_routes(method, body)?), taken))
}

/// What the routes know; anything else is hyper's to judge.
fn method(name: &str) -> Option<Method> {
    match name {
        "GET" => Some(Method::GET),
        "POST" => Some(Method::POST),
        "PUT" => Some(Method::PUT),
        "PATCH" => Some(Method::PATCH),
        "DELETE" => Some(Method::DELETE),
        _ => None,
    }
}

/// Whether a header changes nothing about framing and connection, but for the length of the body.
fn is_plain(header: &Header<'_>) -> bool {
    if header.name.eq_ignore_ascii_case("connection") {
        return header.value.eq_ignore_ascii_case(b"keep-alive");
    }
    !FOR_HYPER.iter().any(|name| header.name.eq_ignore_ascii_case(name))
}

/// The length that a body is said to have, `Some(None)` without one. None where it is not said once and
/// in digits, which is for hyper to judge.
fn body_bytes(headers: &[Header<'_>]) -> Option<Option<usize>> {
    let mut lengths = headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case(CONTENT_LENGTH.as_str()));
    let Some(length) = lengths.next() else {
        return Some(None);
    };
    let all_digits = !length.value.is_empty() && length.value.iter().all(u8::is_ascii_digit);
    if lengths.next().is_some() || !all_digits {
        return None;
    }
    let digits = std::str::from_utf8(length.value).ok()?;
    Some(Some(digits.parse().ok()?))
}

/// The text of the `Date` header, made once a second.
#[derive(Default)]
struct Date {
    second: i64,
    text: String,
}

impl Date {
    fn at(&mut self, now: Timestamp) -> &str {
        if self.second != now.as_second() || self.text.is_empty() {
            self.second = now.as_second();
            // Fails for years beyond 9999 only; then the header is empty, which is what it is worth.
            self.text = DateTimePrinter::new()
                .timestamp_to_rfc9110_string(&now)
                .unwrap_or_default();
        }
        &self.text
    }
}

//! Answers at once: a plain request that needs nothing but memory is answered where it was read, without
//! a task, a header map or a body in between. Whatever is not that plain is left to hyper.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;

use httparse::{EMPTY_HEADER, Header, Status};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::net::TcpStream;

use super::connection::Connection;
use super::proxies::FORWARDED_FOR;
use super::{Answer, TrustedProxies};

/// The most that is read at a time, in bytes: several polls of a proxy that sends them together.
const READ_BYTES_MAX: usize = 16 * 1024;
/// A plain request has no more headers than this; others go to hyper.
const HEADERS_MAX: usize = 32;
/// Headers that say how the message is framed or what becomes of the connection: hyper knows them all.
const FOR_HYPER: [&str; 3] = ["transfer-encoding", "expect", "upgrade"];
/// The one way of framing a body that is read here.
const CONTENT_LENGTH: &str = "content-length";

/// What a plain request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain<'a> {
    /// A GET without a body.
    Get,
    /// A POST whose body has come whole.
    Post(&'a [u8]),
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
}

/// Where an answer at once is written.
pub struct Reply<'a> {
    out: &'a mut Vec<u8>,
    date: &'a mut Date,
}

impl Reply<'_> {
    /// Writes a response: the time, its status (`200 OK`), header lines that each end in CR LF, its body.
    pub fn write(&mut self, now: Timestamp, status: &str, header_lines: &[&[u8]], body: &[u8]) {
        let out = &mut *self.out;
        out.extend_from_slice(b"HTTP/1.1 ");
        out.extend_from_slice(status.as_bytes());
        out.extend_from_slice(b"\r\n");
        header_lines.iter().for_each(|line| out.extend_from_slice(line));
        out.extend_from_slice(b"content-length: ");
        out.extend_from_slice(itoa::Buffer::new().format(body.len()).as_bytes());
        out.extend_from_slice(b"\r\ndate: ");
        out.extend_from_slice(self.date.at(now).as_bytes());
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(body);
    }

    /// Writes that what the client has is still what it would get (RFC 9110 § 15.4.5): no body, and no
    /// length of one.
    pub fn not_modified(&mut self, now: Timestamp, header_lines: &[&[u8]]) {
        let out = &mut *self.out;
        out.extend_from_slice(b"HTTP/1.1 304 Not Modified\r\n");
        header_lines.iter().for_each(|line| out.extend_from_slice(line));
        out.extend_from_slice(b"date: ");
        out.extend_from_slice(self.date.at(now).as_bytes());
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
    /// What is left is for hyper, after this has been sent.
    Other(Vec<u8>),
}

/// The buffers that all connections of a thread share: a connection that rests has none.
pub(super) struct Desk {
    buffers: RefCell<Buffers>,
    /// Answers since others were given the processor.
    answers: Cell<u32>,
}

/// Answers of polls and joins, a tenth of a millisecond of them, after which others may have the processor. Any other
/// answer is as much work by itself.
pub(super) const ANSWERS_OF_A_TURN: u32 = 8;

struct Buffers {
    input: Box<[u8]>,
    output: Vec<u8>,
    date: Date,
}

impl Default for Desk {
    fn default() -> Self {
        let buffers = Buffers {
            input: vec![0; READ_BYTES_MAX].into(),
            output: Vec::with_capacity(READ_BYTES_MAX),
            date: Date::default(),
        };
        Self {
            buffers: RefCell::new(buffers),
            answers: Cell::new(0),
        }
    }
}

impl Desk {
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
        let mut rest = read;
        while !rest.is_empty() {
            let Some(taken) = answer_one(of, rest, output, date) else {
                break;
            };
            rest = &rest[taken..];
        }
        let all = rest.is_empty();
        *left = rest.to_vec();
        let sent = if output.is_empty() {
            0
        } else {
            match stream.try_write(output) {
                Ok(sent) => sent,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
                Err(_) => return Outcome::Closed,
            }
        };
        let unsent = output[sent..].to_vec();
        if all {
            Outcome::Answered(unsent)
        } else {
            Outcome::Other(unsent)
        }
    }
}

/// Answers the first request of some bytes. How many bytes it was, or none if it is for hyper.
fn answer_one<A: Answer>(of: &Connection<A>, bytes: &[u8], out: &mut Vec<u8>, date: &mut Date) -> Option<usize> {
    let posts = bytes.starts_with(b"POST /");
    if !posts && !bytes.starts_with(b"GET /") {
        return None;
    }
    let mut headers = [EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    let Ok(Status::Complete(head_bytes)) = request.parse(bytes) else {
        return None;
    };
    if request.version != Some(1) || !request.headers.iter().all(is_plain) {
        return None;
    }
    let (plain, body_bytes) = match (posts, body_bytes(request.headers)?) {
        (false, None) => (Plain::Get, 0),
        (true, Some(length)) => (Plain::Post(bytes[head_bytes..].get(..length)?), length),
        (false, Some(_)) | (true, None) => return None,
    };
    let request = PlainRequest {
        plain,
        target: request.path?,
        headers: request.headers,
        peer: of.peer,
        proxies: &of.limits.trusted_proxies,
    };
    let mut reply = Reply { out, date };
    of.answer
        .answer_at_once(&request, &mut reply)
        .then_some(head_bytes + body_bytes)
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
        .filter(|header| header.name.eq_ignore_ascii_case(CONTENT_LENGTH));
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

//! The side that asks.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::Outcome;

/// Room for an answer, head and body: some 400 bytes are usual. It grows for a page.
const ANSWER_BYTES: usize = 4_096;
/// The longest one.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// What a browser sends with every request, as far as servers look at it.
const USUAL_HEADERS: &str = "host: termine.hessen.example\r\n\
    user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:84.0) Gecko/20100101 Firefox/84.0\r\n\
    accept: application/json\r\naccept-language: de,en;q=0.5\r\n";

/// What a waiting page sends.
pub fn poll_request(ticket: &str) -> Vec<u8> {
    page_request(&format!("/api/v1/line/{ticket}"))
}

/// What a browser sends for a page.
pub fn page_request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\n{USUAL_HEADERS}\r\n").into_bytes()
}

/// What a client sends that takes a place in the bench's campaign.
pub fn join_request() -> Vec<u8> {
    let body = r#"{"campaign":"bench","postcode":"34117","birth_year":1935}"#;
    let length = body.len();
    format!(
        "POST /api/v1/line HTTP/1.1\r\n{USUAL_HEADERS}content-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A kept connection of the generator.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Opens a connection.
    pub async fn open(address: SocketAddr) -> Outcome<Self> {
        Self::open_from(Ipv4Addr::LOCALHOST, address).await
    }

    /// Opens a connection from one of the addresses of this machine.
    pub async fn open_from(source: Ipv4Addr, address: SocketAddr) -> Outcome<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((source, 0).into())?;
        let stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; ANSWER_BYTES],
        })
    }

    /// The connection without its buffer, to be kept open.
    pub fn rest(self) -> TcpStream {
        self.stream
    }

    /// Asks and reads the whole answer; how long its body is.
    pub async fn ask(&mut self, request: &[u8]) -> Outcome<usize> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        loop {
            if filled == self.buffer.len() && filled < ANSWER_BYTES_MAX {
                self.buffer.resize(2 * filled, 0);
            }
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            if read == 0 {
                return Err("a server closed the connection, or its answer is too long".into());
            }
            filled += read;
            let answer = &self.buffer[..filled];
            if let Some((head_bytes, body_bytes)) = lengths(answer)
                && filled >= head_bytes + body_bytes
            {
                let good = answer.starts_with(b"HTTP/1.1 20"); // a poll's 200, a join's 201
                return good
                    .then_some(body_bytes)
                    .ok_or_else(|| String::from_utf8_lossy(answer).into());
            }
        }
    }
}

/// The lengths of an answer's head and body. None while the head is not complete.
fn lengths(answer: &[u8]) -> Option<(usize, usize)> {
    let head_bytes = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..head_bytes]).ok()?;
    let body_bytes = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then_some(value)
    })?;
    Some((head_bytes, body_bytes.parse().ok()?))
}

//! Real connections to a listener whose answers say which way they took.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use dran_service::Clock;
use hyper::{Request, Response, StatusCode};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::{Answer, Bound, Listener, ListenerLimits, Plain, PlainRequest, Reply};

/// How long a test waits for something that has to come.
const PATIENCE: Duration = Duration::from_secs(120);
const LARGE_BYTES: usize = 3_000_000;
/// How the answers of [`Both::answer`] begin; a client reads the way instead that they came.
const ANSWERED: &str = "answered";
/// The day by the listener's clock. hyper has its own.
const OUR_DAY: &str = "date: Thu, 01 Jan 1970";

/// `/fast/…` at once, everything else by `answer`.
#[derive(Clone)]
struct Both;

impl Answer for Both {
    fn answer_at_once(&self, request: &PlainRequest<'_>, reply: &mut Reply<'_>) -> bool {
        let Some(word) = request.target.strip_prefix("/fast/") else {
            return false;
        };
        let word = match request.plain {
            Plain::Get => format!("{word} {}", request.header("x-word").unwrap_or("-")),
            Plain::Post(body) => format!("{word} {}", String::from_utf8_lossy(body)),
            Plain::Other => return false,
        };
        let body = format!("at once {word}");
        reply.write("200 OK", &[], body.as_bytes());
        true
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let body = match path.as_str() {
            "/large" => Body::from(vec![b'x'; LARGE_BYTES]),
            "/ignores-the-body" => Body::from("ignored"),
            "/empty" => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::NO_CONTENT;
                return response;
            }
            "/never" => return std::future::pending().await,
            _ => {
                let body = to_bytes(request.into_body(), 100_000).await.unwrap_or_default();
                Body::from(format!("{ANSWERED} {path} {}", body.len()))
            }
        };
        Response::new(body)
    }
}

struct World {
    listener: Listener,
    stop: CancellationToken,
}

impl World {
    fn new(limits: ListenerLimits) -> Self {
        let stop = CancellationToken::new();
        let bound = Bound::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), 1).unwrap();
        let listener = bound
            .start(limits, &Clock::new(|| Timestamp::UNIX_EPOCH), Both, &stop)
            .unwrap();
        Self { listener, stop }
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.listener.address()).await.unwrap())
    }

    fn end(self) {
        self.stop.cancel();
        self.listener.join();
    }
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// One response: its status line and its body.
    async fn response(&mut self) -> (String, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.byte().await.expect("a whole head"));
        }
        let head = String::from_utf8(head).unwrap();
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        tokio::time::timeout(PATIENCE, self.0.read_exact(&mut body))
            .await
            .unwrap()
            .unwrap();
        let way = if head.contains(OUR_DAY) { "routes" } else { "hyper" };
        (
            head.lines().next().unwrap().to_owned(),
            String::from_utf8(body).unwrap().replacen(ANSWERED, way, 1),
        )
    }

    async fn body(&mut self) -> String {
        self.response().await.1
    }

    /// The next byte; none when the connection is closed.
    async fn byte(&mut self) -> Option<u8> {
        let read = tokio::time::timeout(PATIENCE, self.0.read_u8()).await;
        read.expect("an answer or an end in time").ok()
    }

    /// Sends the head of a form and waits until a handler asks for its body of five bytes.
    async fn begin_form(&mut self) {
        self.send("POST /form HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n")
            .await;
        assert_eq!(self.response().await.0, "HTTP/1.1 100 Continue");
    }

    async fn get(&mut self, path: &str) -> String {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        self.body().await
    }
}

fn limits() -> ListenerLimits {
    ListenerLimits::of(100)
}

#[tokio::test]
async fn a_connection_changes_between_both_ways_as_its_requests_ask() {
    let world = World::new(limits());
    let mut client = world.connect().await;
    for round in 0..3 {
        assert_eq!(client.get("/fast/a").await, "at once a -", "round {round}");
        assert_eq!(client.get("/page").await, "routes /page 0");
        for method in ["PUT", "PATCH", "DELETE"] {
            client
                .send(format!(
                    "{method} /fast/a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi"
                ))
                .await;
            assert_eq!(client.body().await, "routes /fast/a 2");
        }
        // From here on hyper may have read the next request before its turn is over.
        client
            .send("POST /form HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab")
            .await;
        client.send("cde").await;
        assert_eq!(client.body().await, "hyper /form 5");
        client
            .send("POST /form HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            .await;
        assert_eq!(client.body().await, "hyper /form 3");
        client.send("GET /empty HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert_eq!(client.response().await.0, "HTTP/1.1 204 No Content");
    }
    world.end();
}

#[tokio::test]
async fn a_body_that_came_whole_is_answered_where_it_was_read() {
    let world = World::new(limits());
    let mut client = world.connect().await;
    let post = |headers: &str, body: &str| format!("POST /fast/a HTTP/1.1\r\nhost: x\r\n{headers}\r\n{body}");
    client.send(post("Content-Length: 5\r\n", "abcde")).await;
    assert_eq!(client.body().await, "at once a abcde");
    client.send(post("content-length: 0\r\n", "")).await;
    assert_eq!(client.body().await, "at once a ");
    // A request in a body stays a body; the next request is the one after it.
    let inner = "GET /fast/smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
    let length = format!("content-length: {}\r\n", inner.len());
    client
        .send(post(&length, inner) + &inner.replace("smuggled", "next"))
        .await;
    assert_eq!(client.body().await, format!("at once a {inner}"));
    assert_eq!(client.body().await, "at once next -");
    // Half a body waits for the other half, and hyper answers.
    client.send(post("content-length: 5\r\n", "ab")).await;
    client.send("cde").await;
    assert_eq!(client.body().await, "hyper /fast/a 5");
    world.end();
}

#[tokio::test]
async fn a_body_whose_length_is_not_said_once_and_in_digits_is_for_hyper() {
    let world = World::new(limits());
    for headers in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: +5\r\n",
        "content-length: 0x5\r\n",
        "content-length: \r\n",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "content-length: 99999999999999999999999\r\n",
    ] {
        let mut client = world.connect().await;
        client
            .send(format!("POST /fast/a HTTP/1.1\r\nhost: x\r\n{headers}\r\nvwxyz"))
            .await;
        // Refused, or read in the way that hyper knows.
        let (status, body) = client.response().await;
        let refused = status.starts_with("HTTP/1.1 400");
        assert!(refused || body.starts_with("hyper"), "{headers:?}: {status} {body}");
    }
    // Without any length there is no body.
    let mut client = world.connect().await;
    client.send("POST /fast/a HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(client.body().await, "routes /fast/a 0");
    world.end();
}

#[tokio::test]
async fn requests_sent_together_are_answered_in_their_order() {
    let world = World::new(limits());
    let mut client = world.connect().await;
    client
        .send(
            "GET /fast/1 HTTP/1.1\r\nhost: x\r\nX-Word: hello\r\n\r\nGET /fast/2 HTTP/1.1\r\nhost: x\r\n\r\n\
             GET /page HTTP/1.1\r\nhost: x\r\n\r\nGET /fast/3 HTTP/1.1\r\nhost: x\r\n\r\n\
             POST /form HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhiGET /fast/4 HTTP/1.1\r\nhost: x\r\n\r\n",
        )
        .await;
    let mut bodies = Vec::new();
    for _ in 0..6 {
        bodies.push(client.body().await);
    }
    let expected = [
        "at once 1 hello",
        "at once 2 -",
        "routes /page 0",
        "at once 3 -",
        "routes /form 2",
        "at once 4 -",
    ];
    assert_eq!(bodies, expected);
    world.end();
}

#[tokio::test]
async fn a_request_may_come_byte_by_byte() {
    let world = World::new(limits());
    let mut client = world.connect().await;
    for byte in "GET /fast/a HTTP/1.1\r\nhost: x\r\n\r\n".bytes() {
        client.send([byte]).await;
        tokio::task::yield_now().await;
    }
    let body = client.body().await;
    assert!(body == "at once a -" || body == "hyper /fast/a 0", "{body}");
    assert_eq!(client.get("/fast/b").await, "at once b -");
    world.end();
}

#[tokio::test]
async fn an_answer_larger_than_the_kernels_buffers_arrives_whole_and_the_connection_goes_on() {
    let world = World::new(limits());
    let mut client = world.connect().await;
    assert_eq!(client.get("/large").await.len(), LARGE_BYTES);
    assert_eq!(client.get("/fast/a").await, "at once a -");
    world.end();
}

#[tokio::test]
async fn a_client_that_reads_nothing_until_it_has_sent_everything_gets_every_answer() {
    let world = World::new(limits());
    let client = world.connect().await;
    let requests = 20_000;
    let (mut reading, mut writing) = client.0.into_split();
    let sending = tokio::spawn(async move {
        let request = b"GET /fast/abcdefghijklmnopqrstuvwxyz HTTP/1.1\r\nhost: x\r\n\r\n".repeat(requests);
        writing.write_all(&request).await.unwrap();
        writing
    });
    let mut answers = 0;
    let mut last = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    while answers < requests {
        let read = tokio::time::timeout(PATIENCE, reading.read(&mut buffer))
            .await
            .unwrap()
            .unwrap();
        assert!(read > 0, "closed after {answers} answers");
        last.extend_from_slice(&buffer[..read]);
        answers += last.windows(8).filter(|window| window == b"HTTP/1.1").count();
        last = last.split_off(last.len().saturating_sub(7));
    }
    drop(sending.await.unwrap());
    world.end();
}

#[tokio::test]
async fn a_body_that_nobody_read_is_never_taken_for_a_request() {
    let world = World::new(limits());
    let mut client = world.connect().await;
    let inner = "GET /fast/smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
    let chunk = format!("{:x}\r\n{inner}\r\n0\r\n\r\n", inner.len());
    for head in [
        format!(
            "POST /ignores-the-body HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{inner}",
            inner.len()
        ),
        format!("POST /ignores-the-body HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{chunk}"),
        format!(
            "GET /fast/a HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{inner}",
            inner.len()
        ),
    ] {
        let mut client = world.connect().await;
        client.send(head).await;
        let body = client.body().await;
        assert!(!body.contains("smuggled"), "{body}");
        client.send("GET /page HTTP/1.1\r\nhost: x\r\n\r\n").await;
        // Either the connection was closed, or the next answer is of the next request.
        if let Some(first) = client.byte().await {
            assert_eq!(first, b'H');
            assert!(client.body().await.contains("/page"));
        }
    }
    assert_eq!(client.get("/fast/a").await, "at once a -");
    world.end();
}

#[tokio::test]
async fn who_asks_for_the_last_answer_gets_it_and_the_end() {
    let world = World::new(limits());
    for path in ["/fast/a", "/page"] {
        let mut client = world.connect().await;
        client
            .send(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
            .await;
        client.body().await;
        assert_eq!(client.byte().await, None, "{path}");
        let mut old = world.connect().await;
        old.send(format!("GET {path} HTTP/1.0\r\n\r\n")).await;
        old.body().await;
        assert_eq!(old.byte().await, None, "{path} of HTTP/1.0");
    }
    world.end();
}

#[tokio::test]
async fn rubbish_is_refused_and_closed() {
    let world = World::new(limits());
    for rubbish in [
        "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET\r\n\r\n",
        "GET /fast/a HTTP/9.9\r\n\r\n",
        "get / http\r\n\r\n",
    ] {
        let mut client = world.connect().await;
        client.send(rubbish).await;
        let mut answer = Vec::new();
        let read = tokio::time::timeout(PATIENCE, client.0.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "{rubbish:?} was left open");
        assert!(!String::from_utf8_lossy(&answer).contains("200 OK"), "{rubbish:?}");
    }
    world.end();
}

#[tokio::test]
async fn over_the_bound_whoever_has_rested_longest_goes() {
    let world = World::new(ListenerLimits::of(3));
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = world.connect().await;
        client.get("/fast/a").await;
        clients.push(client);
    }
    // The first one asks again, so the second one has rested longest.
    clients[0].get("/page").await;
    let mut fourth = world.connect().await;
    assert_eq!(fourth.get("/fast/d").await, "at once d -");
    assert_eq!(clients[1].byte().await, None, "the second one went");
    assert_eq!(clients[0].get("/fast/a").await, "at once a -");
    assert_eq!(clients[2].get("/fast/a").await, "at once a -");
    world.end();
}

#[tokio::test]
async fn while_everybody_is_served_nobody_goes_and_the_next_one_waits() {
    let world = World::new(ListenerLimits::of(2));
    let mut busy = Vec::new();
    for _ in 0..2 {
        let mut client = world.connect().await;
        client.begin_form().await;
        busy.push(client);
    }
    let mut third = world.connect().await;
    third.send("GET /fast/c HTTP/1.1\r\nhost: x\r\n\r\n").await;
    busy[1].send("abcde").await;
    assert_eq!(busy[1].body().await, "hyper /form 5");
    assert_eq!(third.body().await, "at once c -");
    busy[0].send("abcde").await;
    assert_eq!(busy[0].body().await, "hyper /form 5");
    world.end();
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let world = World::new(ListenerLimits {
        head_timeout: Duration::from_millis(200),
        ..limits()
    });
    let mut slow = world.connect().await;
    slow.send("GET /fast/a HTTP/1.1\r\nhost: ").await;
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, slow.0.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "left open");
    world.end();
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_cut_off() {
    let world = World::new(ListenerLimits {
        request_timeout: Duration::from_millis(200),
        ..limits()
    });
    let mut endless = world.connect().await;
    endless.send("GET /never HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(endless.byte().await, None);
    world.end();
}

#[tokio::test]
async fn a_body_that_does_not_end_is_not_waited_for() {
    let world = World::new(ListenerLimits {
        request_timeout: Duration::from_millis(200),
        ..limits()
    });
    let mut slow = world.connect().await;
    slow.begin_form().await;
    slow.send("ab").await;
    assert_eq!(slow.byte().await, None);
    world.end();
}

#[tokio::test]
async fn a_stop_closes_who_rests_and_lets_who_is_served_finish() {
    let world = World::new(limits());
    let (mut resting, mut served) = (world.connect().await, world.connect().await);
    resting.get("/page").await;
    served.begin_form().await;
    world.stop.cancel();
    assert_eq!(resting.byte().await, None);
    served.send("abcde").await;
    assert_eq!(served.body().await, "hyper /form 5");
    world.end();
}

//! Position polls per second and the server's CPU time per poll: dran's listener with a line of 100,000
//! tickets, beside a bare hyper server whose constant answer is as long.
//!
//! Both servers are processes of their own (this program again, with another first argument), so that
//! their CPU time can be told from the generator's. The rounds take turns: what the machine does
//! besides hits both. Prints one JSON object a line, the rounds on standard error. Nothing is asserted
//! but that every answer is a 200: it measures. A number as argument sets the polls of a round.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dran_core::campaign::CampaignState;
use dran_core::ids::{CampaignId, CentreId, GroupId, Party, VaccineId};
use dran_core::person::BirthYear;
use dran_core::region::Region;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_core::token::{HashKey, KeyRing};
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_service::planning::{self, CampaignOrder, ReleaseOrder};
use dran_service::{Clock, Entropy, Limits, Parts, PoolChoice, Service};
use dran_store::Store;
use dran_store::sqlite::SqliteStore;
use dran_web::{App, Bound, ListenerLimits, PublicSide};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Connections kept open by the generator, each with one poll under way.
const CONNECTIONS: [usize; 2] = [64, 512];
/// Polls of a round, unless told otherwise.
const POLLS: usize = 200_000;
/// Each figure is the median of so many rounds, dran and yardstick in turn.
const ROUNDS: usize = 3;
/// Tickets in the line, and so polls that differ.
const TICKETS: usize = 100_000;
/// Polls from which the mean length of an answer is taken.
const PROBES: usize = 1_000;
/// The longest answer, head and body: some 400 bytes are usual.
const ANSWER_BYTES_MAX: usize = 4_096;
/// A tick of `/proc/PID/stat`: `USER_HZ` is 100 on every Linux.
const TICK: Duration = Duration::from_millis(10);

const SERVE_DRAN: &str = "serve-dran";
const SERVE_BARE: &str = "serve-bare";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(SERVE_DRAN) => serve_dran(),
        Some(SERVE_BARE) => serve_bare(arguments.get(1).ok_or("how long is the answer?")?.parse()?),
        _ => {
            let polls = arguments.iter().find_map(|argument| argument.parse().ok());
            runtime()?.block_on(measure(polls.unwrap_or(POLLS)))
        }
    }
}

async fn measure(polls: usize) -> Outcome<()> {
    let (dran, tickets) = Server::start(&[SERVE_DRAN])?;
    let requests: Arc<[Vec<u8>]> = tickets.iter().map(|ticket| request(ticket)).collect();
    let body_bytes = mean_body_bytes(&dran, &requests).await?;
    let (bare, _) = Server::start(&[SERVE_BARE, &body_bytes.to_string()])?;
    for server in [&dran, &bare] {
        round(server, CONNECTIONS[0], polls / 10, &requests).await?; // to warm up
    }
    for connections in CONNECTIONS {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(round(&dran, connections, polls, &requests).await?);
            theirs.push(round(&bare, connections, polls, &requests).await?);
        }
        let yardstick = format!("bare hyper, constant answer of {body_bytes} bytes");
        let print = |name: &str, unit: &str, figure: fn(&Round) -> f64| {
            let (value, yardstick_value) = (median(&ours, figure), median(&theirs, figure));
            println!(
                "{{\"name\":\"{name}_{connections}\",\"value\":{value:.2},\"unit\":\"{unit}\",\
                 \"yardstick\":\"{yardstick}\",\"yardstick_value\":{yardstick_value:.2},\"ratio\":{:.3}}}",
                value / yardstick_value
            );
        };
        print("polls_per_s", "polls/s", |round| round.polls_per_s);
        print("cpu_us_per_poll", "µs", |round| round.cpu_us_per_poll);
    }
    Ok(())
}

/// What one round measured.
struct Round {
    polls_per_s: f64,
    /// Of the server, in user and kernel together.
    cpu_us_per_poll: f64,
}

fn median(rounds: &[Round], figure: fn(&Round) -> f64) -> f64 {
    let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

async fn round(server: &Server, connections: usize, polls: usize, requests: &Arc<[Vec<u8>]>) -> Outcome<Round> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        let mut connection = Connection::open(server.address).await?;
        connection.poll(&requests[0]).await?; // accepted, not only queued
        open.push(connection);
    }
    let next = Arc::new(AtomicUsize::new(0));
    let mut asking = JoinSet::new();
    let (cpu_before, started) = (server.cpu_time()?, now());
    for mut connection in open {
        let (next, requests) = (Arc::clone(&next), Arc::clone(requests));
        asking.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= polls {
                    return Outcome::Ok(connection); // closed after the round, not in it
                }
                connection.poll(&requests[number % requests.len()]).await?;
            }
        });
    }
    let asked = asking.join_all().await;
    let (elapsed, cpu) = (started.elapsed(), server.cpu_time()? - cpu_before);
    asked.into_iter().collect::<Outcome<Vec<Connection>>>()?;
    let round = Round {
        polls_per_s: polls as f64 / elapsed.as_secs_f64(),
        cpu_us_per_poll: cpu.as_secs_f64() * 1e6 / polls as f64,
    };
    eprintln!(
        "{} on {connections} connections: {:.0} polls/s, {:.2} µs of CPU per poll",
        server.name, round.polls_per_s, round.cpu_us_per_poll
    );
    Ok(round)
}

async fn mean_body_bytes(server: &Server, requests: &[Vec<u8>]) -> Outcome<usize> {
    let mut connection = Connection::open(server.address).await?;
    let mut sum = 0;
    for request in &requests[..PROBES] {
        sum += connection.poll(request).await?;
    }
    Ok(sum / PROBES)
}

/// What a waiting page in a browser sends, as far as servers look at it.
fn request(ticket: &str) -> Vec<u8> {
    format!(
        "GET /api/v1/line/{ticket} HTTP/1.1\r\nhost: termine.hessen.example\r\n\
         user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:84.0) Gecko/20100101 Firefox/84.0\r\n\
         accept: application/json\r\naccept-language: de,en;q=0.5\r\n\r\n"
    )
    .into_bytes()
}

/// A kept connection of the generator.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; ANSWER_BYTES_MAX],
        })
    }

    /// Asks and reads the whole answer; how long its body is.
    async fn poll(&mut self, request: &[u8]) -> Outcome<usize> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            if read == 0 {
                return Err("a server closed the connection, or its answer is too long".into());
            }
            filled += read;
            let answer = &self.buffer[..filled];
            if let Some((head_bytes, body_bytes)) = lengths(answer)
                && filled >= head_bytes + body_bytes
            {
                let good = answer.starts_with(b"HTTP/1.1 200 ");
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
    let body_bytes = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    Some((head_bytes, body_bytes.parse().ok()?))
}

/// A server in a process of its own; it ends when its standard input does.
struct Server {
    name: String,
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts this program as a server; gives the tickets that it knows.
    fn start(arguments: &[&str]) -> Outcome<(Self, Vec<String>)> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("a piped output")?).lines();
        let address = line(&mut lines)?.parse()?;
        let mut tickets = Vec::new();
        loop {
            match line(&mut lines)? {
                ticket if ticket.is_empty() => break,
                ticket => tickets.push(ticket),
            }
        }
        let name = arguments.join(" ");
        Ok((Self { name, child, address }, tickets))
    }

    fn cpu_time(&self) -> Outcome<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The program's name may have blanks; proc(5) counts utime as field 14 and stime as 15.
        let (_, from_third) = stat.rsplit_once(')').ok_or("a stat file")?;
        let mut ticks = 0;
        for field in from_third.split_whitespace().skip(11).take(2) {
            ticks += field.parse::<u32>()?;
        }
        Ok(TICK * ticks)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait(); // it has ended, or was never there
    }
}

fn line(lines: &mut std::io::Lines<BufReader<ChildStdout>>) -> Outcome<String> {
    Ok(lines.next().ok_or("a server ended before it was ready")??)
}

/// Says where it listens and which tickets there are; returns when the generator is done.
fn serve_until_done(address: SocketAddr, tickets: &[String]) -> Outcome<()> {
    let mut output = std::io::stdout().lock();
    writeln!(
        output,
        "{address}\n{}",
        tickets.iter().map(|ticket| format!("{ticket}\n")).collect::<String>()
    )?;
    output.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn serve_dran() -> Outcome<()> {
    let (runtime, stop) = (runtime()?, CancellationToken::new());
    let (service, tickets) = runtime.block_on(opened_line(&stop))?;
    let limits = ListenerLimits::of(20_000);
    let side = PublicSide::new(App::new(service, false));
    let bound = Bound::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), cores()?)?;
    let listener = bound.start(limits, side, &stop)?;
    serve_until_done(listener.address(), &tickets)?;
    stop.cancel();
    listener.join();
    Ok(())
}

/// Hessen's opening of 12 January 2021: everybody joined, the order is drawn, the first are called.
async fn opened_line(stop: &CancellationToken) -> Outcome<(Service, Vec<String>)> {
    let region = Region::parse(include_str!("../../../regions/hessen.toml")).map_err(|found| found[0].to_string())?;
    let store = Arc::new(SqliteStore::open_temporary()?);
    let opens_at = region.time_zone.to_timestamp(date(2021, 1, 12).at(8, 0, 0, 0))?;
    let clock = clock_from(opens_at - SignedDuration::from_mins(10));
    let campaign = CampaignId::new("bench");
    prepare(&region, &*store, campaign.clone(), opens_at, clock.now()).await?;
    let parts = Parts {
        region,
        texts: Texts::builtin()?,
        store,
        keys: KeyRing::new(vec![(1, [1; 32])])?,
        hash_key: HashKey::new([2; 32]),
        clock,
        entropy: Entropy::new(|bytes| bytes.fill(3)),
        limits: Limits::default(),
        sender: Sender {
            portal_url: "https://termine.hessen.example".into(),
            email: "termine@hessen.example".into(),
        },
    };
    let service = Service::start(parts).await?;
    let lines = service.campaign(&campaign).ok_or("the campaign")?.lines;
    let birth_year = BirthYear::parse("1935", service.today()).map_err(|error| format!("{error:?}"))?;
    let mut tickets = Vec::with_capacity(TICKETS);
    for line in lines.iter().cycle().take(TICKETS) {
        let pool = PoolChoice::Pool(line.pool.id.clone());
        let joined = service.join(&campaign, &pool, Party::One, birth_year).await;
        tickets.push(joined.map_err(|error| format!("{error:?}"))?.token);
    }
    service
        .open_now(&campaign)
        .await
        .map_err(|error| format!("{error:?}"))?;
    let (leading, stop) = (service.clone(), stop.clone());
    tokio::spawn(async move { leading.lead(stop).await });
    let moving = || {
        service.campaign(&campaign).is_some_and(|view| {
            view.state == CampaignState::Open && view.lines.iter().all(|line| line.called > 0 && line.supply > 0)
        })
    };
    let mut looks = tokio::time::interval(TICK);
    while !moving() {
        looks.tick().await;
    }
    Ok((service, tickets))
}

/// The deliveries, the release and the campaign of the day.
async fn prepare(
    region: &Region,
    store: &dyn Store,
    id: CampaignId,
    opens_at: Timestamp,
    now: Timestamp,
) -> Outcome<()> {
    store
        .sync_centres(region.centres.iter().map(|centre| centre.id.clone()).collect())
        .await?;
    let deliveries = include_str!("../../../scenarios/hessen-2021-01-12.deliveries.csv");
    let deliveries = parse_csv_for(deliveries, region).map_err(|problems| problems[0].to_string())?;
    planning::import_deliveries(store, deliveries).await?;
    let centres = [
        "kassel-stadt",
        "giessen",
        "fulda",
        "frankfurt",
        "wiesbaden",
        "darmstadt",
    ];
    let centres: Vec<CentreId> = centres.map(CentreId::new).to_vec();
    let order = ReleaseOrder {
        vaccine: VaccineId::new("biontech"),
        centres: centres.clone(),
        first_days: date(2021, 1, 19)..=date(2021, 2, 5),
        hold_back: HoldBack::ALL,
    };
    planning::release(region, store, &order, now).await?;
    let groups = vec![GroupId::new("ab-80")];
    let order = CampaignOrder {
        id,
        opens_at,
        centres,
        groups,
        randomness: planning::RandomnessOrder::None,
    };
    planning::create_campaign(region, store, order, [4; 32], now).await?;
    Ok(())
}

/// The yardstick: hyper as it comes, one runtime per core like dran's listener, an answer made once.
fn serve_bare(body_bytes: usize) -> Outcome<()> {
    let body = Bytes::from(vec![b' '; body_bytes]);
    let first = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let address = first.local_addr()?;
    let mut sockets = vec![first];
    for _ in 1..cores()? {
        sockets.push(bind(address)?);
    }
    for socket in sockets {
        let body = body.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, accept_bare(socket, body))
        });
    }
    serve_until_done(address, &[])
}

async fn accept_bare(socket: std::net::TcpListener, body: Bytes) -> Outcome<()> {
    let socket = tokio::net::TcpListener::from_std(socket)?;
    loop {
        let (stream, _) = socket.accept().await?;
        stream.set_nodelay(true)?;
        let body = body.clone();
        tokio::task::spawn_local(async move {
            let service = service_fn(move |_: Request<Incoming>| {
                let mut response = Response::new(Full::new(body.clone()));
                let headers = response.headers_mut();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                headers.insert(RETRY_AFTER, HeaderValue::from_static("30"));
                async move { Ok::<_, Infallible>(response) }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("the bare server: {error}");
            }
        });
    }
}

fn bind(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(1_024)?;
    Ok(socket.into())
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}

fn cores() -> std::io::Result<usize> {
    std::thread::available_parallelism().map(usize::from)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the time that passes")]
fn now() -> Instant {
    Instant::now()
}

/// The clock of this machine, moved so that it shows `start` now.
#[expect(
    clippy::disallowed_methods,
    reason = "the benched service reads the clock that the real one reads"
)]
fn clock_from(start: Timestamp) -> Clock {
    let ahead = start.duration_since(Timestamp::now());
    Clock::new(move || Timestamp::now() + ahead)
}

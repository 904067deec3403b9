//! What a request costs the generator: its own processor time at 55,000 requests a second (CoWIN's rate) on 512 kept
//! connections, beside a task for each connection on tokio, raw and with hyper's client, at the same rate on the same
//! schedule. Each is a process of its own, and so is the server, which answers with a constant.
//!
//! Prints one JSON object a line. Nothing is asserted but that every request was answered: it measures. A number as
//! argument sets the seconds of a round (0: none is run), a second one the rate.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

use dran_storm::codes::Phones;
use dran_storm::crowd::arrivals::Share;
use dran_storm::crowd::letters::Stationery;
use dran_storm::day::Day;
use dran_storm::pace::Pace;
use dran_storm::scenario::Scenario;
use dran_storm::staff::Switchboard;
use dran_storm::wire;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SECONDS: u64 = 10;
const RATE: u64 = 55_000;
const CONNECTIONS: u64 = 512;
/// Each figure is the median of so many rounds, taken in turn.
const ROUNDS: usize = 3;
/// As long as a poll's.
const BODY_BYTES: usize = 140;
/// A tick of `/proc/self/stat`: `USER_HZ` is 100 on every Linux.
const TICK_US: f64 = 10_000.0;
const REQUEST: &[u8] =
    b"GET /line.json HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\naccept-language: de,en;q=0.5\r\n\r\n";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let number = |place: usize, default| {
        arguments
            .get(place)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let (seconds, rate) = (number(2, SECONDS), number(3, RATE));
    match arguments.first().map(String::as_str) {
        Some("serve") => runtime(2)?.block_on(serve()),
        Some("storm") => storm(arguments[1].parse()?, seconds, rate),
        Some("tokio") => runtime(1)?.block_on(tasks(arguments[1].parse()?, seconds, rate, false)),
        Some("hyper") => runtime(1)?.block_on(tasks(arguments[1].parse()?, seconds, rate, true)),
        _ => measure(number(0, SECONDS), number(1, RATE)),
    }
}

fn measure(seconds: u64, rate: u64) -> Outcome<()> {
    let (mut server, address) = start(&["serve"])?;
    let (seconds, rate) = (seconds.to_string(), rate.to_string());
    let (mut ours, mut raw, mut hypers) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..if seconds == "0" { 0 } else { ROUNDS } {
        for (name, costs) in [("storm", &mut ours), ("tokio", &mut raw), ("hyper", &mut hypers)] {
            let (mut child, said) = start(&[name, &address, &seconds, &rate])?;
            child.wait()?;
            eprintln!("{name}: {said}");
            costs.push(said.split_whitespace().next().ok_or("a cost")?.parse::<f64>()?);
        }
    }
    if !ours.is_empty() {
        let ours = median(&mut ours);
        for (yardstick, costs) in [
            ("a tokio task for each connection", &mut raw),
            ("hyper's client", &mut hypers),
        ] {
            let theirs = median(costs);
            println!(
                "{{\"name\":\"cpu_us_per_request_sent_at_{rate}\",\"value\":{ours:.2},\"unit\":\"µs\",\"yardstick\":\"{yardstick}\",\
                 \"yardstick_value\":{theirs:.2},\"ratio\":{:.3}}}",
                ours / theirs
            );
        }
    }
    drop(server.stdin.take());
    server.wait()?;
    Ok(())
}

/// Starts this program again; what it says first.
fn start(arguments: &[&str]) -> Outcome<(Child, String)> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut child = command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = String::new();
    BufReader::new(child.stdout.take().ok_or("a piped output")?).read_line(&mut said)?;
    Ok((child, said.trim().to_owned()))
}

/// Says what each request cost this process, and how many there were.
fn say(requests: u64, lag_p99_ms: f64) -> Outcome<()> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The program's name may have blanks; proc(5) counts utime as field 14 and stime as 15.
    let (_, from_third) = stat.rsplit_once(')').ok_or("a stat file")?;
    let ticks: u64 = from_third
        .split_whitespace()
        .skip(11)
        .take(2)
        .flat_map(str::parse::<u64>)
        .sum();
    let cost = ticks as f64 * TICK_US / requests as f64;
    println!("{cost:.2} µs for each of {requests} requests, 99 of 100 sent within {lag_p99_ms} ms");
    Ok(())
}

fn storm(address: SocketAddr, seconds: u64, rate: u64) -> Outcome<()> {
    let scenario = Scenario::parse(&format!(
        "name = \"bench\"\ntitle = {{}}\ngroup = \"x\"\nbirth_years = [1930, 1930]\npostcodes = [\"34117\"]\nends = \"1h\"\nbars = []\n\
         [[streams]]\nname = \"boards\"\nasks = \"line\"\nrate = [[\"0s\", {rate}], [\"{seconds}s\", {rate}]]\n\
         connections = {CONNECTIONS}\n"
    ))?;
    let order = wire::Order {
        stationery: Arc::new(Stationery::new(&scenario, "localhost", "x", 1)),
        scenario: Arc::new(scenario),
        pace: Pace::new(1.0, 0.0, 0.0, true),
        scale: 1.0,
        seed: 1,
        share: Share { index: 0, of: 1 },
        target: address,
        staff: None,
        switchboard: Arc::new(Switchboard::of(1)),
        served_since_s: 0,
        connections_max: 1_024,
        requests_max: u64::MAX,
        phones: Phones::silent(),
        clock,
        started: clock(),
        stop: Arc::new(AtomicBool::new(false)),
    };
    let (told, heard) = mpsc::channel();
    wire::run(order, 0, &told)?;
    drop(told);
    let mut day = Day::new(1);
    for (thread, second) in heard {
        day.add(thread, second, 0, None);
    }
    let counts = day.all_counts();
    if counts.good != counts.sent {
        return Err(format!("not all were answered: {counts:?}").into());
    }
    say(counts.sent, day.lag.value_at_quantile(0.99) as f64 / 1_000.0)
}

/// A task for each connection, each with its part of the schedule.
async fn tasks(address: SocketAddr, seconds: u64, rate: u64, hyper: bool) -> Outcome<()> {
    let (each, started) = (seconds * rate / CONNECTIONS, clock());
    let mut all = JoinSet::new();
    for number in 0..CONNECTIONS {
        let due = move |request: u64| {
            started + Duration::from_secs_f64((number + request * CONNECTIONS) as f64 / rate as f64)
        };
        all.spawn(async move {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            if hyper {
                with_hyper(stream, each, due).await
            } else {
                raw(stream, each, due).await
            }
        });
    }
    let mut lags: Vec<f64> = Vec::new();
    while let Some(done) = all.join_next().await {
        lags.extend(done??);
    }
    let requests = lags.len() as u64;
    lags.sort_by(f64::total_cmp);
    let p99 = lags.get(lags.len() * 99 / 100).copied().unwrap_or(0.0);
    say(requests, (p99 * 100.0).round() / 100.0)
}

async fn wait(due: Duration) -> f64 {
    tokio::time::sleep(due.saturating_sub(clock())).await;
    clock().saturating_sub(due).as_secs_f64() * 1_000.0
}

async fn raw(mut stream: TcpStream, requests: u64, due: impl Fn(u64) -> Duration) -> Outcome<Vec<f64>> {
    let (mut lags, mut buffer) = (Vec::new(), vec![0; 4_096]);
    for request in 0..requests {
        lags.push(wait(due(request)).await);
        stream.write_all(REQUEST).await?;
        if stream.read(&mut buffer).await? < BODY_BYTES {
            return Err("an answer came in parts".into());
        }
    }
    Ok(lags)
}

async fn with_hyper(stream: TcpStream, requests: u64, due: impl Fn(u64) -> Duration) -> Outcome<Vec<f64>> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut lags = Vec::new();
    for request in 0..requests {
        lags.push(wait(due(request)).await);
        let asked = hyper::Request::get("/line.json")
            .header("host", "localhost")
            .body(Empty::<Bytes>::new())?;
        sender.send_request(asked).await?.into_body().collect().await?;
    }
    Ok(lags)
}

/// Answers whatever is asked with the same.
async fn serve() -> Outcome<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {BODY_BYTES}\r\n\r\n{}",
        " ".repeat(BODY_BYTES)
    );
    let answer: Arc<[u8]> = answer.into_bytes().into();
    let accepting = async {
        loop {
            let (mut stream, _) = listener.accept().await?;
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut buffer = vec![0; 4_096];
                // A generator that is done closes its connections.
                while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                    if stream.write_all(&answer).await.is_err() {
                        return;
                    }
                }
            });
        }
    };
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        failed = accepting => failed,
        _ = ended => Ok(()),
    }
}

fn runtime(threads: usize) -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = if threads == 1 {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    builder.enable_all().build()
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the time that passes")]
fn clock() -> Duration {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed()
}

//! Citizens on the web: polls, joins, pages and registrations, as many as can be answered or as many as come.
//!
//! The generator stands for machines elsewhere: its threads step back as the citizens' threads of the program do, and
//! give the processor back after each answer, so that it takes nothing from staff that those would not take.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::now;
use crate::deployment::CAMPAIGN;

/// Threads of the generator.
const THREADS: u32 = 2;
/// Connections of each, and so requests that may be without an answer: the bound of the generator.
const CONNECTIONS: u32 = 500;
/// Connections of each while it is measured how much can be answered.
const CLOSED_CONNECTIONS: u32 = 32;
/// How far the threads step back.
const NICENESS: i32 = 10;
/// How often arrivals are looked at.
const TICK: Duration = Duration::from_millis(1);
/// Of a hundred requests so many are polls, joins and pages; the others register.
const POLLS: u64 = 70;
const JOINS: u64 = 15;
const PAGES: u64 = 10;
/// Tickets that polls ask for, of each thread.
const TICKETS_MAX: usize = 5_000;
const POSTCODES: [&str; 6] = ["34117", "35390", "36037", "60311", "65183", "64283"];

/// What citizens got.
#[derive(Default, Clone, Copy, Debug)]
pub struct Answers {
    /// Answers that were as they should be.
    pub good: u64,
    /// Answers and connections that were not.
    pub bad: u64,
    /// Who came while all connections of the generator waited for an answer.
    pub not_sent: u64,
    /// How long they came.
    pub lasted: Duration,
}

impl Answers {
    /// Good answers in a second.
    pub fn per_s(&self) -> f64 {
        self.good as f64 / self.lasted.as_secs_f64()
    }

    /// Who came in a second.
    pub fn came_per_s(&self) -> f64 {
        (self.good + self.bad + self.not_sent) as f64 / self.lasted.as_secs_f64()
    }
}

/// How many are answered in a second when everybody asks again at once.
pub fn capacity(address: SocketAddr, lasts: Duration) -> Answers {
    let crowd = Crowd::start(address, None);
    let (stop, until) = (crowd.stop.clone(), now() + lasts);
    wait_until(until);
    stop.cancel();
    crowd.end()
}

/// Citizens who come at a rate, whatever has been answered so far.
pub struct Crowd {
    stop: CancellationToken,
    threads: Vec<JoinHandle<io::Result<Answers>>>,
}

impl Crowd {
    /// Lets them come: so many in a second, or all again as soon as they have an answer.
    pub fn start(address: SocketAddr, per_s: Option<f64>) -> Self {
        let stop = CancellationToken::new();
        let thread = |_| {
            let (stop, number) = (stop.clone(), STARTED.fetch_add(1, Ordering::Relaxed));
            std::thread::spawn(move || {
                rustix::process::setpriority_process(None, NICENESS)?;
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                let local = tokio::task::LocalSet::new();
                let per_s = per_s.map(|per_s| per_s / f64::from(THREADS));
                local.block_on(&runtime, come(address, number, per_s, stop))
            })
        };
        let threads = (0..THREADS).map(thread).collect();
        Self { stop, threads }
    }

    /// Ends it; what they got.
    pub fn end(self) -> Answers {
        self.stop.cancel();
        let mut all = Answers::default();
        for thread in self.threads {
            let got = thread.join().unwrap().unwrap();
            all = Answers {
                good: all.good + got.good,
                bad: all.bad + got.bad,
                not_sent: all.not_sent + got.not_sent,
                lasted: all.lasted.max(got.lasted),
            };
        }
        all
    }
}

/// Threads started so far: whoever comes later is not who came before.
static STARTED: AtomicU32 = AtomicU32::new(0);

/// Waits on this thread.
fn wait_until(until: Instant) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async { tokio::time::sleep_until(until).await });
}

/// What the tasks of a thread share.
struct Shared {
    address: SocketAddr,
    /// Of this thread, for names and keys that nobody else uses.
    thread: u32,
    asked: Cell<u64>,
    tickets: RefCell<Vec<String>>,
    idle: RefCell<Vec<oneshot::Sender<()>>>,
    answers: RefCell<Answers>,
    open_loop: bool,
}

async fn come(address: SocketAddr, thread: u32, per_s: Option<f64>, stop: CancellationToken) -> io::Result<Answers> {
    let shared = Rc::new(Shared {
        address,
        thread,
        asked: Cell::new(0),
        tickets: RefCell::default(),
        idle: RefCell::default(),
        answers: RefCell::default(),
        open_loop: per_s.is_some(),
    });
    let begin = now();
    let connections = per_s.map_or(CLOSED_CONNECTIONS, |_| CONNECTIONS);
    for _ in 0..connections {
        tokio::task::spawn_local(connection(Rc::clone(&shared), stop.clone()));
    }
    let mut come = 0_u64;
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => {}
        }
        let Some(per_s) = per_s else { continue };
        let due = (begin.elapsed().as_secs_f64() * per_s) as u64;
        while come < due {
            let idle = shared.idle.borrow_mut().pop();
            let taken = idle.is_some_and(|idle| idle.send(()).is_ok());
            if !taken {
                // Nobody else is free either: all who have come by now were not answered.
                shared.answers.borrow_mut().not_sent += due - come;
                come = due;
                break;
            }
            come += 1;
        }
    }
    let mut answers = *shared.answers.borrow();
    answers.lasted = begin.elapsed();
    Ok(answers)
}

/// One connection: asks whenever somebody comes.
async fn connection(shared: Rc<Shared>, stop: CancellationToken) {
    let mut stream = None;
    while !stop.is_cancelled() {
        if shared.open_loop {
            let (wake, woken) = oneshot::channel();
            shared.idle.borrow_mut().push(wake);
            if woken.await.is_err() {
                return;
            }
        }
        let good = ask(&shared, &mut stream).await.unwrap_or(false);
        std::thread::yield_now();
        if !good {
            // A connection that broke is opened anew by the next.
            stream = None;
        }
        let mut answers = shared.answers.borrow_mut();
        answers.good += u64::from(good);
        answers.bad += u64::from(!good);
    }
}

/// One request and its answer.
async fn ask(shared: &Shared, stream: &mut Option<TcpStream>) -> io::Result<bool> {
    let number = shared.asked.get();
    shared.asked.set(number + 1);
    let (request, joins) = request(shared, number);
    let stream = match stream {
        Some(stream) => stream,
        None => stream.insert(TcpStream::connect(shared.address).await?),
    };
    stream.set_nodelay(true)?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::with_capacity(4_096);
    let length = loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Ok(false);
        }
        if let Some(length) = length(&answer)
            && answer.len() >= length
        {
            break length;
        }
    };
    if joins {
        let text = String::from_utf8_lossy(&answer[..length]);
        let ticket = text
            .split("\"ticket\":\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let mut tickets = shared.tickets.borrow_mut();
        if let Some(ticket) = ticket.filter(|_| tickets.len() < TICKETS_MAX) {
            tickets.push(ticket.to_owned());
        }
    }
    Ok(answer.starts_with(b"HTTP/1.1 20"))
}

/// How long an answer is, head and body, once its head is there.
fn length(answer: &[u8]) -> Option<usize> {
    let head_bytes = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..head_bytes]).ok()?;
    let body_bytes = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse::<usize>().ok())?
    });
    Some(head_bytes + body_bytes.unwrap_or(0))
}

/// The next request, and whether it joins.
fn request(shared: &Shared, number: u64) -> (String, bool) {
    let turn = number.wrapping_mul(37) % 100;
    let postcode = POSTCODES[number as usize % POSTCODES.len()];
    let tickets = shared.tickets.borrow();
    let ticket = tickets.get(number as usize % tickets.len().max(1));
    match ticket {
        Some(ticket) if turn < POLLS => (get(&format!("/api/v1/line/{ticket}")), false),
        Some(ticket) if turn < POLLS + PAGES => (get(&format!("/platz/{ticket}")), false),
        Some(_) if turn >= POLLS + PAGES + JOINS => {
            let name = format!("{}/{number}", shared.thread);
            (
                post(
                    "/api/v1/registrations",
                    &registration(&name, &birth_date(number), postcode),
                ),
                false,
            )
        }
        _ => {
            let body = format!(r#"{{"campaign":"{CAMPAIGN}","postcode":"{postcode}","birth_year":1935}}"#);
            (post("/api/v1/line", &body), true)
        }
    }
}

/// Birthdays as a population has them: a desk that looks somebody up compares everybody of one day.
fn birth_date(number: u64) -> String {
    let (day, month, year) = (number % 28 + 1, number / 28 % 12 + 1, 1925 + number / 336 % 15);
    format!("{year}-{month:02}-{day:02}")
}

fn registration(name: &str, birth_date: &str, postcode: &str) -> String {
    let letters: String = name
        .bytes()
        .map(|byte| char::from(byte.wrapping_sub(b'/') % 26 + b'a'))
        .collect();
    let key = name.bytes().fold(0_u128, |key, byte| key << 8 | u128::from(byte));
    format!(
        r#"{{"campaign":"{CAMPAIGN}","persons":[{{"given_name":"Liesel","family_name":"Netz{letters}",
        "birth_date":"{birth_date}","sex":"f","postcode":"{postcode}","group":"ab-80"}}],
        "contact":{{"letter":{{"street":"Lindenweg 3","town":"Kassel"}}}},"attempt_key":"{key:032x}"}}"#
    )
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: termine.example\r\naccept-language: de\r\n\r\n")
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: termine.example\r\naccept-language: de\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

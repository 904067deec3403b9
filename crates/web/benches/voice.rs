//! The load of 25 January 2021 on the voice webhooks: 280,000 calls in an hour, 78 in a second, everybody for a ticket;
//! and then three times as many.
//!
//! Calls begin at their appointed moments, whatever has been answered so far, and each goes through the dialogue with
//! pauses as people make them; a tenth hang up in the middle and call again at once, three times. Every request has
//! its signature. The times are counted from the moment at which a request was meant to be sent.
//!
//! The bars, each printed with what was reached: every answer within a second, every caller with a ticket or an agent,
//! no number with two tickets. Missing one is exit code 1.
//!
//! `cargo xtask bench voice -- [CALLS [CALLS_PER_S [PAUSE_MS]]]`: one stretch of another size.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dran_core::hotline::voice_signature;
use dran_core::ids::{CampaignId, CentreId, GroupId, VaccineId};
use dran_core::phone::PhonePolicy;
use dran_core::region::Region;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_core::token::{HashKey, KeyRing};
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_service::planning::{self, CampaignOrder, RandomnessOrder, ReleaseOrder};
use dran_service::staff::{Staff, StaffParts};
use dran_service::{Clock, Entropy, Limits, Parts, Service};
use dran_store::Store;
use dran_store::sqlite::{SqliteOptions, SqliteStore};
use dran_web::{AgentsLine, App, Bound, HotlineConfig, ListenerLimits, StaffApp, StaffSide};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What is measured, unless told otherwise: a minute of that hour, and a third of one with three times the calls.
const STRETCHES: [Stretch; 2] = [
    Stretch {
        calls: 60 * CALLS_PER_S,
        calls_per_s: CALLS_PER_S,
    },
    Stretch {
        calls: 20 * 3 * CALLS_PER_S,
        calls_per_s: 3 * CALLS_PER_S,
    },
];
/// Calls that begin in a second: 280,000 in an hour.
const CALLS_PER_S: u32 = 78;
/// What an answer may take: the sentence of the order, "every call answered within a second".
const ANSWER_MS_MAX: f64 = 1_000.0;
/// How long a caller listens and types, in milliseconds.
const PAUSE_MS: u64 = 2_000;
/// Every so manieth caller hangs up in the middle and calls again, this often.
const IMPATIENT: u32 = 10;
const REDIALS: u32 = 3;
/// What a caller presses.
const KEYS: [&str; 5] = ["1", "1", "34117", "1935", "1"];
/// How often a caller hears that it goes on before the bench gives up.
const MOMENTS_MAX: usize = 12;
/// Threads of the staff listener, as in the program.
const STAFF_THREADS: usize = 2;
const URL: &str = "https://telefon.example";
const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const CAMPAIGN: &str = "bench";

/// So many calls, so many of which begin in a second.
#[derive(Clone, Copy)]
struct Stretch {
    calls: u32,
    calls_per_s: u32,
}

fn main() -> Outcome<()> {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let stretches = match numbers.next() {
        None => STRETCHES.to_vec(),
        Some(calls) => vec![Stretch {
            calls,
            calls_per_s: numbers.next().unwrap_or(CALLS_PER_S).max(1),
        }],
    };
    let pause = Duration::from_millis(numbers.next().map_or(PAUSE_MS, u64::from));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let missed = runtime.block_on(measure(&stretches, pause))?;
    if missed > 0 {
        return Err(format!("{missed} bars are missed").into());
    }
    Ok(())
}

/// All stretches, one after the other, by other callers each; how many bars are missed.
async fn measure(stretches: &[Stretch], pause: Duration) -> Outcome<u32> {
    let folder = tempfile::tempdir()?;
    let options = SqliteOptions {
        create: true,
        ..SqliteOptions::default()
    };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("dran.sqlite"), options)?);
    let stop = CancellationToken::new();
    let (service, side) = hotline(Arc::clone(&store)).await?;
    let bound = Bound::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), STAFF_THREADS)?;
    let listener = bound.start(ListenerLimits::of(20_000), service.clock(), side, &stop)?;
    let (running, until) = (service.clone(), stop.clone());
    let leader = tokio::spawn(async move { running.run(true, until).await });
    let exchange = Arc::new(Exchange {
        address: listener.address(),
        client: Client::builder(TokioExecutor::new()).build_http(),
        calls: AtomicU64::new(0),
    });
    let (mut missed, mut first) = (0, 0);
    for stretch in stretches {
        missed += measure_stretch(&exchange, &service, first, *stretch, pause).await?;
        first += stretch.calls;
    }
    stop.cancel();
    leader.await?;
    tokio::task::spawn_blocking(move || listener.join()).await?;
    Ok(missed)
}

async fn measure_stretch(
    exchange: &Arc<Exchange>,
    service: &Service,
    first: u32,
    Stretch { calls, calls_per_s }: Stretch,
    pause: Duration,
) -> Outcome<u32> {
    let begin = now();
    let mut callers = JoinSet::new();
    for number in 0..calls {
        let exchange = Arc::clone(exchange);
        let at = begin + Duration::from_secs(1) * number / calls_per_s;
        callers.spawn(async move { caller(&exchange, first + number, at, pause).await });
    }
    let (mut times, mut without) = (Vec::new(), 0);
    while let Some(caller) = callers.join_next().await {
        let (has_ticket, mut taken) = caller??;
        without += u32::from(!has_ticket);
        times.append(&mut taken);
    }
    let took = begin.elapsed();
    let campaigns = service.campaigns();
    let lines = campaigns.iter().flat_map(|campaign| &campaign.lines);
    let joined: u32 = lines.map(|line| line.joined).sum();
    let callbacks = service.callback_counts().await?.waiting;
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    eprintln!(
        "{calls} callers, {calls_per_s} in a second, {} requests in {took:.1?}",
        times.len()
    );
    let name = |what: &str| format!("voice, {calls_per_s} calls a second, {what}");
    report(&name("half of the answers within"), at(0.5), "ms", None);
    report(&name("99 % of the answers within"), at(0.99), "ms", None);
    let per_s = times.len() as f64 / took.as_secs_f64();
    report(&name("answers in a second"), per_s, "1/s", None);
    // Nobody has an agent: none has said to be ready. Who has a ticket has a call-back with it, and no number two.
    let two = joined
        .saturating_sub(first + calls)
        .max(callbacks.saturating_sub(first + calls));
    let bars = [
        report(&name("the slowest answer"), at(1.0), "ms", Some(ANSWER_MS_MAX)),
        report(
            &name("callers without a ticket or an agent"),
            f64::from(without.max((first + calls).saturating_sub(callbacks))),
            "callers",
            Some(0.0),
        ),
        report(&name("numbers with two tickets"), f64::from(two), "numbers", Some(0.0)),
    ];
    Ok(bars.into_iter().map(u32::from).sum())
}

/// Prints a figure, beside the most that it may be if there is a bar; whether that is missed.
fn report(name: &str, value: f64, unit: &str, bar: Option<f64>) -> bool {
    let ratio = bar.filter(|bar| *bar > 0.0).map(|bar| value / bar);
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "yardstick": bar.map(|_| "at most"), "yardstick_value": bar,
        "ratio": ratio
    });
    println!("{line}");
    bar.is_some_and(|bar| value > bar)
}

#[expect(clippy::disallowed_methods, reason = "what is measured is time")]
fn now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

/// The telephone system.
struct Exchange {
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    calls: AtomicU64,
}

/// One caller from the first ring to the ticket; whether there is one, and how long each answer took.
async fn caller(
    exchange: &Exchange,
    number: u32,
    at: tokio::time::Instant,
    pause: Duration,
) -> Outcome<(bool, Vec<Duration>)> {
    let from = format!("+49561{:07}", 2_000_000 + number);
    let mut times = Vec::new();
    let mut due = at;
    let tries = if number.is_multiple_of(IMPATIENT) {
        REDIALS + 1
    } else {
        1
    };
    let mut has_ticket = false;
    for tried in 1..=tries {
        let sid = format!("CA{}", exchange.calls.fetch_add(1, Ordering::Relaxed));
        let mut target = "/hotline/voice".to_owned();
        let mut keys = std::iter::once("").chain(KEYS);
        // Who hangs up has not pressed the last key; but for the last time.
        let patience = if tried < tries {
            KEYS.len()
        } else {
            KEYS.len() + MOMENTS_MAX
        };
        let mut next = keys.next();
        for _ in 0..patience {
            tokio::time::sleep_until(due).await;
            let answer = exchange.ask(&target, &sid, &from, next.unwrap_or_default()).await?;
            times.push(due.elapsed());
            due = (due + pause).max(now());
            has_ticket = answer.contains("Ihr Platz ist Ihnen sicher.") || answer.contains("<Enqueue");
            if has_ticket {
                break;
            }
            let back = answer
                .split("</Redirect>")
                .next()
                .and_then(|text| text.rsplit(URL).next());
            back.unwrap_or_default().clone_into(&mut target);
            // While the place is being written down there is nothing to press.
            next = if answer.contains("<Pause") { None } else { keys.next() };
        }
    }
    Ok((has_ticket, times))
}

impl Exchange {
    async fn ask(&self, target: &str, sid: &str, from: &str, keys: &str) -> Outcome<String> {
        let fields = [
            ("CallSid", sid),
            ("CallStatus", "in-progress"),
            ("Digits", keys),
            ("From", from),
        ];
        let named: Vec<_> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let form: Vec<_> = fields
            .iter()
            .map(|(n, v)| format!("{n}={}", v.replace('+', "%2B")))
            .collect();
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("http://{}{target}", self.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .header(
                "x-twilio-signature",
                voice_signature(SECRET, &format!("{URL}{target}"), &named),
            )
            .body(Full::from(form.join("&")))?;
        let response = self.client.request(request).await?;
        if !response.status().is_success() {
            return Err(format!("{} for {target}", response.status()).into());
        }
        Ok(String::from_utf8(
            response.into_body().collect().await?.to_bytes().to_vec(),
        )?)
    }
}

/// The staff side with the hotline, ten minutes before the opening of 12 January 2021.
async fn hotline(store: Arc<dyn Store>) -> Outcome<(Service, StaffSide)> {
    let region = Region::parse(include_str!("../../../regions/hessen.toml")).map_err(|found| found[0].to_string())?;
    let opens_at = region.time_zone.to_timestamp(date(2021, 1, 12).at(8, 0, 0, 0))?;
    let clock = clock_from(opens_at - SignedDuration::from_mins(10));
    prepare(&region, &*store, opens_at, clock.now()).await?;
    let entropy = Entropy::new(|bytes| bytes.fill(3));
    let hash_key = HashKey::new([2; 32]);
    let staff = Staff::new(StaffParts {
        store: Arc::clone(&store),
        hash_key: hash_key.clone(),
        clock: clock.clone(),
        app_clock: clock.clone(),
        entropy: entropy.clone(),
    });
    let parts = Parts {
        region,
        texts: Texts::builtin()?,
        store,
        keys: KeyRing::new(vec![(1, [1; 32])])?,
        hash_key,
        clock,
        entropy,
        limits: Limits::default(),
        sender: Sender {
            portal_url: "https://termine.hessen.example".into(),
            email: "termine@hessen.example".into(),
        },
    };
    let service = Service::start(parts).await?;
    let config = HotlineConfig {
        url: URL.into(),
        voice_secret: Some(SECRET.into()),
        json_secret: None,
        agents: AgentsLine::Queue("hotline".into()),
    };
    let side = StaffSide::new(StaffApp {
        app: App::new(service.clone(), false),
        staff,
        url: None,
    });
    let side = side.with(dran_web::hotline::routes(service.clone(), config));
    Ok((service, side))
}

async fn prepare(region: &Region, store: &dyn Store, opens_at: Timestamp, now: Timestamp) -> Outcome<()> {
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
    let release = ReleaseOrder {
        vaccine: VaccineId::new("biontech"),
        centres: centres.clone(),
        first_days: date(2021, 1, 19)..=date(2021, 2, 5),
        hold_back: HoldBack::ALL,
    };
    planning::release(region, store, &release, now).await?;
    let order = CampaignOrder {
        id: CampaignId::new(CAMPAIGN),
        opens_at,
        centres,
        groups: vec![GroupId::new("ab-80")],
        randomness: RandomnessOrder::None,
        phone: PhonePolicy::OneLine,
    };
    planning::create_campaign(region, store, order, [4; 32], now).await?;
    Ok(())
}

/// A clock that starts at a moment.
#[expect(clippy::disallowed_methods, reason = "the bench stands in for the composition root")]
fn clock_from(begins: Timestamp) -> Clock {
    let started = Instant::now();
    Clock::new(move || begins + started.elapsed())
}

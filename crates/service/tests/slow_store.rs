//! A store that slows down tenfold and recovers: fewer are let in, nobody is thrown out, and then as
//! many as before. The store is a real one whose commits are held up.

use std::path::Path;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dran_core::ids::{CampaignId, CentreId, GroupId, Party, VaccineId};
use dran_core::line::ticket::Ticket;
use dran_core::person::BirthYear;
use dran_core::region::Region;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_core::token::{HashKey, KeyRing};
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_service::planning::{self, CampaignOrder, ReleaseOrder};
use dran_service::{Clock, EnterError, Entropy, Joining, Limits, Parts, PoolChoice, Service};
use dran_store::Store;
use dran_store::sqlite::{SqliteOptions, SqliteStore};
use jiff::SignedDuration;
use jiff::civil::date;
use tokio_util::sync::CancellationToken;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const PERMITS_MAX: u32 = 100;
const PERMITS_MIN: u32 = 5;
/// Every commit takes so much longer.
static COMMIT_HELD_UP_MS: AtomicU64 = AtomicU64::new(0);
const HEALTHY_MS: u64 = 20;
/// People who ask the store at their own pace, whether it has answered others or not.
const ASKERS: u64 = 8;

#[expect(
    clippy::disallowed_methods,
    reason = "the test stands in for the composition root, and for a slow disk"
)]
mod real {
    use super::*;

    pub fn monotonic() -> Duration {
        static FIRST: OnceLock<Instant> = OnceLock::new();
        FIRST.get_or_init(Instant::now).elapsed()
    }

    pub fn hold_up_the_commit() {
        std::thread::sleep(Duration::from_millis(COMMIT_HELD_UP_MS.load(Ordering::Relaxed)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fewer_are_let_in_while_the_store_is_slow_and_as_many_as_before_when_it_has_recovered() -> Outcome<()> {
    COMMIT_HELD_UP_MS.store(HEALTHY_MS, Ordering::Relaxed);
    let folder = tempfile::tempdir()?;
    let store: Arc<dyn Store> = Arc::new(open(&folder.path().join("dran.sqlite"))?);
    let (service, tickets) = opened_line(store.clone()).await?;
    let stop = CancellationToken::new();
    let (leading, leader_stop) = (service.clone(), stop.clone());
    let leader = tokio::spawn(async move { leading.lead(leader_stop).await });
    let askers: Vec<_> = (0..ASKERS)
        .map(|nth| tokio::spawn(ask(nth, store.clone(), stop.clone())))
        .collect();

    let mut waiting = tickets.iter();
    until("all permits are in use", async || {
        enter_the_called(&service, &mut waiting).await;
        service.in_use().permits == PERMITS_MAX
    })
    .await?;
    until("a healthy store takes the operator's maximum", async || {
        service.permits_target() == PERMITS_MAX
    })
    .await?;

    COMMIT_HELD_UP_MS.store(10 * HEALTHY_MS, Ordering::Relaxed);
    until("the target has fallen", async || {
        service.permits_target() == PERMITS_MIN
    })
    .await?;
    assert_eq!(service.in_use().permits, PERMITS_MAX, "nobody was thrown out");
    let left = &tickets[0];
    store
        .leave(left.id, service.clock().now())
        .await
        .map_err(|refused| format!("{refused:?}"))?;
    let entered = enter_the_called(&service, &mut waiting).await;
    assert_eq!(entered, 0, "more are inside than the target: nobody enters");

    COMMIT_HELD_UP_MS.store(HEALTHY_MS, Ordering::Relaxed);
    until("the target is back", async || service.permits_target() == PERMITS_MAX).await?;

    stop.cancel();
    leader.await?;
    for asker in askers {
        asker.await?;
    }
    Ok(())
}

/// Lets in whoever is called, in order, until somebody is not; answers how many got in.
async fn enter_the_called<'a>(service: &Service, waiting: &mut (impl Iterator<Item = &'a Ticket> + Clone)) -> u32 {
    let mut entered = 0;
    loop {
        let mut next = waiting.clone();
        let Some(ticket) = next.next() else { return entered };
        match service.enter(ticket).await {
            Ok(_) => entered += 1,
            Err(EnterError::AlreadyBooked) => {}
            Err(_) => return entered,
        }
        *waiting = next;
    }
}

/// Asks the store again and again, as people who book do: not when it has answered, but when they have
/// made up their mind.
async fn ask(nth: u64, store: Arc<dyn Store>, stop: CancellationToken) {
    let mut pace = tokio::time::interval(Duration::from_millis(31 + 6 * nth));
    while !stop.is_cancelled() {
        pace.tick().await;
        let store = store.clone();
        tokio::spawn(async move { store.sync_centres(Vec::new()).await });
    }
}

/// Waits for it; says what it waited for when it does not come.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) -> Outcome<()> {
    const PATIENCE: Duration = Duration::from_secs(120);
    let wait = async {
        let mut looks = tokio::time::interval(Duration::from_millis(50));
        while !holds().await {
            looks.tick().await;
        }
    };
    let begun = real::monotonic();
    tokio::time::timeout(PATIENCE, wait)
        .await
        .map_err(|_| format!("not within patience: {what}"))?;
    println!("{what} after {:.2} s", (real::monotonic() - begun).as_secs_f64());
    Ok(())
}

fn open(path: &Path) -> Outcome<SqliteStore> {
    let options = SqliteOptions {
        create: true,
        monotonic: Some(real::monotonic),
        before_commit: Some(real::hold_up_the_commit),
        ..SqliteOptions::default()
    };
    Ok(SqliteStore::open(path, options)?)
}

/// One line of 600 that is open, in the order in which its tickets stand.
async fn opened_line(store: Arc<dyn Store>) -> Outcome<(Service, Vec<Ticket>)> {
    let region = Region::parse(include_str!("../../../regions/hessen.toml")).map_err(|found| found[0].to_string())?;
    let opens_at = region.time_zone.to_timestamp(date(2021, 1, 12).at(8, 0, 0, 0))?;
    let begins = opens_at - SignedDuration::from_mins(10);
    let clock = Clock::new(move || begins + real::monotonic());
    let id = CampaignId::new("slow");
    prepare(&region, &*store, id.clone(), opens_at, clock.now()).await?;
    let keys = KeyRing::new(vec![(1, [1; 32])])?;
    let service = Service::start(Parts {
        region,
        texts: Texts::builtin()?,
        store,
        keys,
        hash_key: HashKey::new([2; 32]),
        clock,
        entropy: Entropy::new(|bytes| bytes.fill(3)),
        limits: Limits {
            permits_max: PERMITS_MAX,
            permits_min: PERMITS_MIN,
            ..Limits::default()
        },
        sender: Sender {
            portal_url: "https://termine.hessen.example".into(),
            email: "termine@hessen.example".into(),
        },
    })
    .await?;
    let pool = service.campaign(&id).ok_or("the campaign")?.lines[0].pool.id.clone();
    let birth_year = BirthYear::parse("1935", service.today()).map_err(|error| format!("{error:?}"))?;
    service.open_now(&id).await.map_err(|error| format!("{error:?}"))?;
    // Who joins after the draw stands in the order of joining. The first tick draws.
    let stop = CancellationToken::new();
    let (leading, leader_stop) = (service.clone(), stop.clone());
    let leader = tokio::spawn(async move { leading.lead(leader_stop).await });
    until("the line is drawn", async || {
        service.campaign(&id).is_some_and(|view| view.drawn.is_some())
    })
    .await?;
    stop.cancel();
    leader.await?;
    let mut tickets = Vec::new();
    for _ in 0..600 {
        let joining = Joining {
            campaign: id.clone(),
            choice: PoolChoice::Pool(pool.clone()),
            party: Party::One,
            birth_year,
        };
        let joined = service.join(&joining).await;
        let token = joined.map_err(|error| format!("{error:?}"))?.token;
        tickets.push(Ticket::open(&token, service.keys()).map_err(|error| format!("{error:?}"))?);
    }
    Ok((service, tickets))
}

async fn prepare(
    region: &Region,
    store: &dyn Store,
    id: CampaignId,
    opens_at: jiff::Timestamp,
    now: jiff::Timestamp,
) -> Outcome<()> {
    let centres = [
        "kassel-stadt",
        "giessen",
        "fulda",
        "frankfurt",
        "wiesbaden",
        "darmstadt",
    ];
    let centres: Vec<CentreId> = centres.map(CentreId::new).to_vec();
    store
        .sync_centres(region.centres.iter().map(|centre| centre.id.clone()).collect())
        .await?;
    let deliveries = include_str!("../../../scenarios/hessen-2021-01-12.deliveries.csv");
    let deliveries = parse_csv_for(deliveries, region).map_err(|problems| problems[0].to_string())?;
    planning::import_deliveries(store, deliveries).await?;
    let release = ReleaseOrder {
        vaccine: VaccineId::new("biontech"),
        centres: centres.clone(),
        first_days: date(2021, 1, 19)..=date(2021, 2, 5),
        hold_back: HoldBack::ALL,
    };
    planning::release(region, store, &release, now).await?;
    let order = CampaignOrder {
        id,
        opens_at,
        centres,
        groups: vec![GroupId::new("ab-80")],
        randomness: planning::RandomnessOrder::None,
    };
    planning::create_campaign(region, store, order, [4; 32], now).await?;
    Ok(())
}

//! One line of 600 that is open, on a real store, for tests of what a running service does.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use dran_core::ids::{CampaignId, CentreId, GroupId, Party, VaccineId};
use dran_core::line::ticket::Ticket;
use dran_core::person::BirthYear;
use dran_core::phone::PhonePolicy;
use dran_core::region::Region;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_core::token::{HashKey, KeyRing};
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_service::planning::{self, CampaignOrder, ReleaseOrder};
use dran_service::{Clock, EnterError, Entropy, Joining, Limits, Parts, PoolChoice, Service};
use dran_store::Store;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[expect(clippy::disallowed_methods, reason = "the test stands in for the composition root")]
pub fn monotonic() -> Duration {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed()
}

fn region() -> Outcome<Region> {
    Region::parse(include_str!("../../../../regions/hessen.toml")).map_err(|found| found[0].to_string().into())
}

/// Eight o'clock of the day, when the line opens.
fn opening(region: &Region) -> Outcome<Timestamp> {
    Ok(region.time_zone.to_timestamp(date(2021, 1, 12).at(8, 0, 0, 0))?)
}

/// A service on a store, ten minutes before the opening by a clock that starts with the process.
pub async fn start(store: Arc<dyn Store>, limits: Limits) -> Outcome<Service> {
    let region = region()?;
    let begins = opening(&region)? - SignedDuration::from_mins(10);
    let parts = Parts {
        region,
        texts: Texts::builtin()?,
        store,
        keys: KeyRing::new(vec![(1, [1; 32])])?,
        hash_key: HashKey::new([2; 32]),
        clock: Clock::new(move || begins + monotonic()),
        entropy: Entropy::new(|bytes| bytes.fill(3)),
        limits,
        sender: Sender {
            portal_url: "https://termine.hessen.example".into(),
            email: "termine@hessen.example".into(),
        },
    };
    Ok(Service::start(parts).await?)
}

/// The leader's loop of a service, until it is stopped.
pub struct Leader {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Leader {
    pub fn of(service: &Service) -> Self {
        let (leading, stop) = (service.clone(), CancellationToken::new());
        let until = stop.clone();
        let task = tokio::spawn(async move { leading.run(true, until).await });
        Self { stop, task }
    }

    pub async fn stop(self) -> Outcome<()> {
        self.stop.cancel();
        Ok(self.task.await?)
    }
}

/// The line, with its tickets in the order in which they stand. Nobody leads it.
pub async fn opened_line(store: Arc<dyn Store>, limits: Limits) -> Outcome<(Service, Vec<Ticket>)> {
    let id = CampaignId::new("line");
    let region = region()?;
    let opens_at = opening(&region)?;
    let now = opens_at - SignedDuration::from_mins(10);
    prepare(&region, &*store, id.clone(), opens_at, now).await?;
    let service = start(store, limits).await?;
    let pool = service.campaign(&id).ok_or("the campaign")?.lines[0].pool.id.clone();
    let birth_year = BirthYear::parse("1935", service.today()).map_err(|error| format!("{error:?}"))?;
    service.open_now(&id).await.map_err(|error| format!("{error:?}"))?;
    // Who joins after the draw stands in the order of joining. The first tick draws.
    let leader = Leader::of(&service);
    until("the line is drawn", async || {
        service.campaign(&id).is_some_and(|view| view.drawn.is_some())
    })
    .await?;
    leader.stop().await?;
    let joining = Joining {
        campaign: id,
        choice: PoolChoice::Pool(pool),
        party: Party::One,
        birth_year,
    };
    let mut tickets = Vec::new();
    for _ in 0..600 {
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
    opens_at: Timestamp,
    now: Timestamp,
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
    let deliveries = include_str!("../../../../scenarios/hessen-2021-01-12.deliveries.csv");
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
        phone: PhonePolicy::OneLine,
    };
    planning::create_campaign(region, store, order, [4; 32], now).await?;
    Ok(())
}

/// Lets in whoever is called, in order, until somebody is not; answers how many got in.
pub async fn enter_the_called<'a>(service: &Service, waiting: &mut (impl Iterator<Item = &'a Ticket> + Clone)) -> u32 {
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

/// Waits for it; says what it waited for when it does not come.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) -> Outcome<()> {
    const PATIENCE: Duration = Duration::from_secs(240);
    let wait = async {
        let mut looks = tokio::time::interval(Duration::from_millis(50));
        while !holds().await {
            looks.tick().await;
        }
    };
    let begun = monotonic();
    tokio::time::timeout(PATIENCE, wait)
        .await
        .map_err(|_| format!("not within patience: {what}"))?;
    println!("{what} after {:.2} s", (monotonic() - begun).as_secs_f64());
    Ok(())
}

//! dran, with the opening of 12 January 2021.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use dran_core::campaign::CampaignState;
use dran_core::ids::{CampaignId, CentreId, GroupId, Party, VaccineId};
use dran_core::person::BirthYear;
use dran_core::phone::PhonePolicy;
use dran_core::region::Region;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_core::token::{HashKey, KeyRing};
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_service::planning::{self, CampaignOrder, ReleaseOrder};
use dran_service::{Clock, Entropy, Joining, Limits, Parts, PoolChoice, Service};
use dran_store::Store;
use dran_store::sqlite::SqliteStore;
use dran_web::{App, Bound, ListenerLimits, PublicSide};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::server::serve_until_done;
use crate::{Outcome, cores, runtime};

/// Tickets in the lines.
const TICKETS: usize = 1_000_000;
/// Every how many tickets one is told to the generator: polls that differ are enough.
const TOLD_EVERY: usize = 10;
/// More than are ever opened: nobody has to go.
const CONNECTIONS_MAX: usize = 200_000;
/// How often it is looked whether the line moves.
const LOOK_EVERY: Duration = Duration::from_millis(10);

pub fn serve() -> Outcome<()> {
    let (runtime, stop) = (runtime()?, CancellationToken::new());
    let (service, tickets) = runtime.block_on(opened_line(&stop))?;
    let limits = ListenerLimits::of(CONNECTIONS_MAX);
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
    let region =
        Region::parse(include_str!("../../../../regions/hessen.toml")).map_err(|found| found[0].to_string())?;
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
        // Everybody comes from one address: joins are counted as always, and none is too many.
        limits: Limits {
            joins_per_minute: Some(NonZeroU32::MAX),
            ..Limits::default()
        },
        sender: Sender {
            portal_url: "https://termine.hessen.example".into(),
            email: "termine@hessen.example".into(),
        },
    };
    let service = Service::start(parts).await?;
    let lines = service.campaign(&campaign).ok_or("the campaign")?.lines;
    let birth_year = BirthYear::parse("1935", service.today()).map_err(|error| format!("{error:?}"))?;
    let mut tickets = Vec::with_capacity(TICKETS / TOLD_EVERY);
    for (number, line) in lines.iter().cycle().take(TICKETS).enumerate() {
        let joining = Joining {
            campaign: campaign.clone(),
            choice: PoolChoice::Pool(line.pool.id.clone()),
            party: Party::One,
            birth_year,
        };
        let joined = service.join(&joining).await;
        let token = joined.map_err(|error| format!("{error:?}"))?.token;
        if number % TOLD_EVERY == 0 {
            tickets.push(token);
        }
    }
    service
        .open_now(&campaign)
        .await
        .map_err(|error| format!("{error:?}"))?;
    let (leading, stop) = (service.clone(), stop.clone());
    tokio::spawn(async move { leading.run(true, stop).await });
    let moving = || {
        service.campaign(&campaign).is_some_and(|view| {
            view.state == CampaignState::Open && view.lines.iter().all(|line| line.called > 0 && line.supply > 0)
        })
    };
    let mut looks = tokio::time::interval(LOOK_EVERY);
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
    let deliveries = include_str!("../../../../scenarios/hessen-2021-01-12.deliveries.csv");
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
        phone: PhonePolicy::OneLine,
    };
    planning::create_campaign(region, store, order, [4; 32], now).await?;
    Ok(())
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

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

use crate::server::{cpu_time, resident_bytes, serve_until_done};
use crate::{Outcome, cores, now, runtime};

/// Tickets told to the generator at most: polls that differ are enough.
const TOLD_MAX: usize = 100_000;
/// More than are ever opened: nobody has to go.
const CONNECTIONS_MAX: usize = 200_000;
/// How often it is looked whether the line moves.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Before the tickets it tells what came of making them, each in a line with this before it.
pub const TOLD: &str = "# ";

/// What it took to have so many tickets in the lines.
struct Made {
    /// Processor time of all joins, in seconds.
    joins_s: f64,
    /// Until the order was drawn and could be asked for, in seconds.
    draw_s: f64,
    /// Resident bytes before the first join, and after the draw; without the tickets that are told to the generator.
    resident: [u64; 2],
}

/// Serves lines with so many tickets.
pub fn serve(tickets: usize) -> Outcome<()> {
    let (runtime, stop) = (runtime()?, CancellationToken::new());
    let (service, told, made) = runtime.block_on(opened_line(tickets, &stop))?;
    let limits = ListenerLimits::of(CONNECTIONS_MAX);
    let clock = service.clock().clone();
    let side = PublicSide::new(App::new(service, false));
    let bound = Bound::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), cores()?)?;
    let listener = bound.start(limits, &clock, side, &stop)?;
    let [before, after] = made.resident;
    let mut lines = vec![format!("{TOLD}{} {} {before} {after}", made.joins_s, made.draw_s)];
    lines.extend(told);
    serve_until_done(listener.address(), &lines)?;
    stop.cancel();
    listener.join();
    Ok(())
}

/// Hessen's opening of 12 January 2021: everybody joined, the order is drawn, the first are called.
async fn opened_line(count: usize, stop: &CancellationToken) -> Outcome<(Service, Vec<String>, Made)> {
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
    let told_every = count.div_ceil(TOLD_MAX).max(1);
    let mut tickets = Vec::with_capacity(count / told_every + 1);
    let (process, before) = (std::process::id(), resident_bytes(std::process::id())?);
    let cpu_before = cpu_time(process)?;
    for (number, line) in lines.iter().cycle().take(count).enumerate() {
        let joining = Joining {
            campaign: campaign.clone(),
            choice: PoolChoice::Pool(line.pool.id.clone()),
            party: Party::One,
            birth_year,
        };
        let joined = service.join(&joining).await;
        let token = joined.map_err(|error| format!("{error:?}"))?.token;
        if number % told_every == 0 {
            tickets.push(token);
        }
    }
    let joins_s = (cpu_time(process)? - cpu_before).as_secs_f64();
    let drawing = now();
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
    let made = Made {
        joins_s,
        draw_s: drawing.elapsed().as_secs_f64(),
        resident: [before, resident_bytes(process)?.saturating_sub(told_bytes(&tickets))],
    };
    Ok((service, tickets, made))
}

/// What the tickets take that are told: each a text of its own, and its place in the list.
fn told_bytes(tickets: &[String]) -> u64 {
    let each = |ticket: &String| ticket.capacity() + size_of::<String>();
    tickets.iter().map(each).sum::<usize>() as u64
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

//! A replay from its beginning to its end: threads that send, one that watches, one that reads messages.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::bars::{self, Verdict};
use crate::codes::{Phones, Spool};
use crate::crowd::arrivals::Share;
use crate::crowd::letters::Stationery;
use crate::day::{Day, Moment, Seen};
use crate::pace::Pace;
use crate::scenario::{Door, Scenario};
use crate::staff::{StaffSide, Switchboard};
use crate::target::{CampaignError, Status, Target, TargetError};
use crate::wire::{self, Clock};

/// What is to be replayed, and how.
#[derive(Clone)]
pub struct Plan {
    /// The day.
    pub scenario: Arc<Scenario>,
    /// The service.
    pub target: Target,
    /// Its staff side, where callers call and agents work; none: callers use the calls of the portal.
    pub staff: Option<Arc<StaffSide>>,
    /// The campaign, where the scenario's is not the one.
    pub campaign: Option<String>,
    /// How many seconds of the scenario go by in one.
    pub speed: f64,
    /// The size of the crowd, for the whole one 1.
    pub scale: f64,
    /// Whether people take their time.
    pub thinks: bool,
    /// Which crowd: another seed is other people.
    pub seed: u64,
    /// Threads that send.
    pub threads: u32,
    /// Connections open at once.
    pub connections_max: usize,
    /// Requests sent at most.
    pub requests_max: u64,
    /// Where the service spools messages.
    pub spool: Option<PathBuf>,
    /// Tells the time.
    pub clock: Clock,
    /// Set when it is to end early.
    pub stop: Arc<AtomicBool>,
}

/// What is known before anybody comes.
#[derive(Clone, Debug)]
pub struct Start {
    /// The campaign.
    pub campaign: String,
    /// Seconds until the opening; 0 if it has been.
    pub opening_s: f64,
    /// Whether people come before an opening that is to be.
    pub is_open: bool,
    /// How the service stood.
    pub before: Status,
    /// When that was, by the plan's clock.
    pub asked_at: Duration,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Replay {
    /// How it began.
    pub start: Start,
    /// How time went.
    pub pace: Pace,
    /// Everything that happened.
    pub day: Day,
    /// How the service stands now; none if it does not say.
    pub after: Option<Status>,
    /// The bars of the scenario.
    pub verdicts: Vec<Verdict>,
    /// Whether codes could be read; without, everybody gave a postal address.
    pub codes: bool,
    /// Which doors callers and agents came in by.
    pub doors: Doors,
    /// Whether it ended before the scenario did.
    pub cut_short: bool,
    /// Whether that was because the service was gone: for a while nobody listened at its address.
    pub service_gone: bool,
}

impl Replay {
    /// Whether all bars were reached, by a service that was there to the end.
    pub fn passed(&self) -> bool {
        !self.service_gone && self.verdicts.iter().all(|verdict| verdict.pass)
    }
}

/// Which doors a replay came in by, besides the portal's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doors {
    /// Nobody calls in it.
    NobodyCalls,
    /// Callers and agents used the calls of the portal.
    Portal,
    /// Callers rang up the hotline; agents of the replay did not work.
    Hotline,
    /// Callers rang up the hotline, and agents worked at the desk.
    Desk,
}

impl Doors {
    fn of(plan: &Plan) -> Self {
        let calls = plan.scenario.people.iter().any(|people| people.door == Door::Phone);
        match &plan.staff {
            _ if !calls => Self::NobodyCalls,
            None => Self::Portal,
            Some(staff) if staff.accounts.is_empty() => Self::Hotline,
            Some(_) => Self::Desk,
        }
    }

    /// Its word in the reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::NobodyCalls => "nobody-calls",
            Self::Portal => "portal",
            Self::Hotline => "hotline",
            Self::Desk => "desk",
        }
    }
}

/// What keeps a replay from running.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The service.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The campaign.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    /// The folder of messages.
    #[error("the messages in {0} cannot be read")]
    Spool(PathBuf, #[source] io::Error),
    /// The system.
    #[error("a thread of the generator failed")]
    Thread(#[source] io::Error),
}

/// How often the service is asked how it stands.
const WATCH_EVERY: Duration = Duration::from_secs(1);
/// A service at whose address nobody has listened for so long is gone. One that is restarted is back sooner.
pub const GONE_AFTER: Duration = Duration::from_secs(10);
/// How often messages are read.
const READ_EVERY: Duration = Duration::from_millis(100);
/// A replay begins so many seconds before the first one comes.
const AHEAD_S: f64 = 1.0;
/// How old the figures may be that the service publishes, and how often they are read until two readings are alike.
const PUBLISHED_WITHIN: Duration = Duration::from_secs(2);
const PUBLISHED_READS_MAX: u32 = 5;

/// Asks the service when it opens.
///
/// # Errors
/// When it does not answer, or there is no such campaign.
pub fn begin(plan: &Plan) -> Result<Start, ReplayError> {
    let (before, asked_at) = (plan.target.status()?, (plan.clock)());
    let wanted = plan.campaign.as_deref().or(plan.scenario.campaign.as_deref());
    let campaign = before.campaign(wanted)?;
    let until = campaign.opens_at.duration_since(before.at).as_secs_f64();
    Ok(Start {
        campaign: campaign.campaign.clone(),
        opening_s: until.max(0.0),
        is_open: until <= 0.0,
        before,
        asked_at,
    })
}

/// How long nobody comes yet, because the opening is further away than the scenario begins before it.
fn wait_s(plan: &Plan, start: &Start) -> f64 {
    (start.opening_s - plan.scenario.lead_s() / plan.speed - AHEAD_S).max(0.0)
}

/// How time goes, from the moment on in which the replay begins to send.
pub fn pace(plan: &Plan, start: &Start) -> Pace {
    let opening_s = start.opening_s - wait_s(plan, start);
    Pace::new(plan.speed, opening_s, plan.scenario.lead_s(), plan.thinks)
}

/// Replays; tells each second as soon as it is over. With an opening that is far away it waits first.
///
/// # Errors
/// The folder of messages cannot be read, or a thread cannot run.
pub fn run(plan: &Plan, start: Start, mut tell: impl FnMut(&Moment)) -> Result<Replay, ReplayError> {
    let spool = plan.spool.clone().map(|folder| {
        let opened = Spool::open(folder.clone());
        opened.map_err(|error| ReplayError::Spool(folder, error))
    });
    let spool = spool.transpose()?;
    let phones = spool.as_ref().map_or_else(Phones::silent, Spool::phones);
    wait(Duration::from_secs_f64(wait_s(plan, &start)), &plan.stop);
    let pace = pace(plan, &start);
    let watched = Watched::default();
    let (watching, watch_ends) = mpsc::channel();
    let (reading, read_ends) = mpsc::channel();
    let mut helpers = vec![watch(plan.clone(), watched.clone(), watch_ends)];
    if let Some(spool) = spool {
        helpers.push(read(spool, watched.messages.clone(), read_ends));
    }
    let day = send(plan, &start, pace, &phones, &watched, &mut tell)?;
    drop((watching, reading));
    for helper in helpers {
        // One that panicked has lost its numbers only, and says so on its own.
        let _ = helper.join();
    }
    let cut_short = plan.stop.load(Ordering::Relaxed) || day.all_counts().sent >= plan.requests_max;
    let doors = Doors::of(plan);
    let verdicts = bars::judge(&plan.scenario.bars, plan.scale, &day, &pace, doors == Doors::Desk);
    Ok(Replay {
        after: if watched.gone.load(Ordering::Relaxed) {
            None
        } else {
            settled(&plan.target)
        },
        codes: plan.spool.is_some(),
        doors,
        service_gone: watched.gone.load(Ordering::Relaxed),
        start,
        pace,
        day,
        verdicts,
        cut_short,
    })
}

/// What the service publishes once nothing moves any more: its figures may be a second old, and more on a busy machine.
#[expect(
    clippy::disallowed_methods,
    reason = "nobody tells when a published figure is renewed"
)]
fn settled(target: &Target) -> Option<Status> {
    let mut last = target.status().ok();
    for _ in 0..PUBLISHED_READS_MAX {
        thread::sleep(PUBLISHED_WITHIN);
        let next = target.status().ok();
        let is_settled = last.as_ref().map(|status| status.booked) == next.as_ref().map(|status| status.booked);
        last = next;
        if is_settled {
            break;
        }
    }
    last
}

/// What the helpers have seen.
#[derive(Clone, Default)]
struct Watched {
    seen: Arc<Mutex<Option<Seen>>>,
    messages: Arc<AtomicU64>,
    gone: Arc<AtomicBool>,
}

impl Watched {
    /// What was seen since this was last asked.
    fn take(&self) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn send(
    plan: &Plan,
    start: &Start,
    pace: Pace,
    phones: &Phones,
    watched: &Watched,
    tell: &mut dyn FnMut(&Moment),
) -> Result<Day, ReplayError> {
    let stationery = Stationery::new(&plan.scenario, &plan.target.host, &start.campaign, plan.seed);
    let stationery = Arc::new(stationery);
    let (told, seconds) = mpsc::channel();
    let started = (plan.clock)();
    let since_asked = started.saturating_sub(start.asked_at);
    let served_since_s = start.before.at.as_second() + since_asked.as_secs() as i64;
    let switchboard = Arc::new(Switchboard::of(plan.threads));
    let mut threads = Vec::new();
    for index in 0..plan.threads {
        let order = wire::Order {
            scenario: plan.scenario.clone(),
            stationery: stationery.clone(),
            pace,
            scale: plan.scale,
            seed: plan.seed,
            share: Share {
                index,
                of: plan.threads,
            },
            target: plan.target.address,
            staff: plan.staff.clone(),
            switchboard: switchboard.clone(),
            served_since_s,
            connections_max: (plan.connections_max / plan.threads as usize).max(1),
            requests_max: plan.requests_max / u64::from(plan.threads),
            phones: phones.clone(),
            clock: plan.clock,
            started,
            stop: plan.stop.clone(),
        };
        let told: Sender<(u32, crate::tally::Second)> = told.clone();
        let thread = thread::Builder::new()
            .name(format!("storm-{index}"))
            .spawn(move || wire::run(order, index, &told));
        threads.push(thread.map_err(ReplayError::Thread)?);
    }
    drop(told);
    let mut day = Day::new(plan.threads);
    for (index, second) in seconds {
        let messages = watched.messages.load(Ordering::Relaxed);
        if let Some(moment) = day.add(index, second, messages, watched.take()) {
            tell(moment);
        }
    }
    day.end(watched.messages.load(Ordering::Relaxed));
    for thread in threads {
        let ended = thread.join().unwrap_or_else(|_| Err(io::Error::other("it panicked")));
        ended.map_err(ReplayError::Thread)?;
    }
    Ok(day)
}

/// Asks the service every second how it stands. Once it is gone, the replay ends.
fn watch(plan: Plan, watched: Watched, ends: Receiver<()>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut refused_since = None;
        loop {
            match plan.target.status() {
                Ok(status) => {
                    refused_since = None;
                    *watched.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Seen::of(&status));
                }
                Err(TargetError::Silent(_, error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    let now = (plan.clock)();
                    if now.saturating_sub(*refused_since.get_or_insert(now)) >= GONE_AFTER {
                        watched.gone.store(true, Ordering::Relaxed);
                        plan.stop.store(true, Ordering::Relaxed);
                        return;
                    }
                }
                // It is slow, or somebody else answers: the requests of the replay tell how.
                Err(_) => refused_since = None,
            }
            if is_over(&ends, WATCH_EVERY) {
                return;
            }
        }
    })
}

fn read(mut spool: Spool, messages: Arc<AtomicU64>, ends: Receiver<()>) -> JoinHandle<()> {
    thread::spawn(move || {
        loop {
            // A folder that cannot be read now is read the next time; codes are then late, and so are bookings.
            if let Ok(new) = spool.read() {
                messages.fetch_add(new as u64, Ordering::Relaxed);
            }
            if is_over(&ends, READ_EVERY) {
                return;
            }
        }
    })
}

/// Whether the replay is over, asked for a while.
fn is_over(ends: &Receiver<()>, pause: Duration) -> bool {
    ends.recv_timeout(pause) != Err(RecvTimeoutError::Timeout)
}

/// Waits for so long, or until it is to stop.
fn wait(whole: Duration, stop: &AtomicBool) {
    let (_never, pause) = mpsc::channel::<()>();
    let mut left = whole;
    while !left.is_zero() && !stop.load(Ordering::Relaxed) {
        let part = left.min(READ_EVERY);
        is_over(&pause, part);
        left -= part;
    }
}

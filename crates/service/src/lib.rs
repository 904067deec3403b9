//! The live service: what stands between the doors (pages, calls, commands) and the store.
//!
//! It keeps in memory what waiting visitors ask for (lines, permits, the board of free places), runs
//! the loop that draws, calls and expires, and carries out bookings. It knows no HTTP and no SQL; the
//! rules it applies are `dran-core`'s.

mod admission;
mod booking;
mod certain;
mod clock;
mod contacts;
mod draw;
mod entitlement;
mod folds;
mod history;
pub mod hotline;
mod inside;
mod join;
mod joins;
mod leader;
mod limits;
mod lines;
mod manage;
mod messages;
mod node;
mod notices;
mod numbers;
mod operations;
mod permits;
mod phone;
pub mod planning;
mod read_only;
mod registration;
pub mod staff;
mod supply;
mod ticket_map;
mod told;
mod unsettled;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arc_swap::{ArcSwap, ArcSwapOption};
use dran_core::ids::{LineNo, TicketId};
use dran_core::line::wait::Forecast;
use dran_core::region::Region;
use dran_core::token::{HashKey, KeyRing};
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_store::{AccountHead, Announcement, Fault, Permit, PermitState, Store};

pub use booking::{Chosen, ConfirmError, HoldError};
pub use clock::{Clock, Entropy};
pub use contacts::{LeaveContactError, PlaceHolder};
pub use entitlement::{Claim, Unentitled};
pub use history::waited;
pub use inside::Whereabouts;
pub use join::{JoinError, Joined, Joining, PoolChoice};
pub use limits::Limits;
pub use lines::{CampaignView, EnterError, LineView, Standing, TicketStanding};
pub use manage::ManageError;
pub use operations::{CampaignNow, CentreSupply, Happened, NodeNow, Overview, Permits as PermitTarget};
pub use phone::{AgentCounts, CallbackError, Calling, Promised};
pub use read_only::{Cause, ReadOnly};
pub use registration::{NewPerson, NewPersons, RegisterError, ResendError, VerifyError};
pub use supply::Supply;

use admission::Admission;
use folds::Folds;
use history::History;
use lines::Lines;
pub use permits::InUse;
use permits::Permits;

/// What the composition root gives to a service.
pub struct Parts {
    /// The region.
    pub region: Region,
    /// All texts.
    pub texts: Texts,
    /// The database.
    pub store: Arc<dyn Store>,
    /// Signs tickets, permits and sessions.
    pub keys: KeyRing,
    /// Hashes persons and codes.
    pub hash_key: HashKey,
    /// Tells the time.
    pub clock: Clock,
    /// Gives random bytes.
    pub entropy: Entropy,
    /// The operator's bounds.
    pub limits: Limits,
    /// Who writes messages, and the portal's address in them, without a slash at the end.
    pub sender: Sender,
}

/// The service; cheap to clone, shared by all doors.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
    /// The way into the database of whoever asks through this one.
    store: Arc<dyn Store>,
    /// Whether that is a way of its own, in which no citizen waits.
    apart: bool,
}

struct Inner {
    parts: Parts,
    lines: ArcSwap<Lines>,
    /// One reading of the campaigns at a time, so that an older one never replaces a newer.
    campaigns_reading: tokio::sync::Mutex<()>,
    supply: ArcSwap<Supply>,
    /// Held by who reads the board out of turn.
    supply_reading: tokio::sync::Mutex<()>,
    permits: Permits,
    history: History,
    /// What lines told when the service stopped, for those that come alive again.
    forecasts: HashMap<LineNo, Forecast>,
    account: ArcSwap<AccountHead>,
    /// What operators tell those who wait.
    announcement: ArcSwapOption<Announcement>,
    folds: Folds,
    joins: joins::Joins,
    unsettled: unsettled::Unsettled,
    admission: Admission,
    node: node::Node,
    agents: phone::Agents,
    callers: phone::Callers,
    /// Something in the store's campaigns has changed that the leader's loop does not know yet.
    campaigns_changed: AtomicBool,
}

impl Service {
    /// Starts a service on a store: reads campaigns, permits and the board once.
    ///
    /// # Errors
    /// The store's fault if it cannot be read.
    pub async fn start(parts: Parts) -> Result<Self, Fault> {
        let centres = parts.region.centres.iter().map(|centre| centre.id.clone()).collect();
        parts.store.sync_centres(centres).await?;
        let permits = Permits::default();
        let known = parts.store.permits().await?;
        let active = |permit: &&Permit| permit.state == PermitState::Active;
        let active: Vec<TicketId> = known.iter().filter(active).map(|permit| permit.ticket).collect();
        permits.load(known);
        for ticket in active {
            if let Some(hold) = parts.store.hold_of(ticket).await? {
                permits.note_hold(&hold);
            }
        }
        let account = parts.store.account_head().await?;
        let shown_since = history::shown_since(parts.clock.now());
        let (history, forecasts) = history::resumed(parts.store.kept_day(shown_since).await?);
        let admission = Admission::new(&parts.limits, parts.clock.now());
        let node = node::Node::new(parts.clock.now());
        let agents = phone::Agents::new(parts.clock.now());
        let inner = Inner {
            parts,
            lines: ArcSwap::from_pointee(Lines::default()),
            campaigns_reading: tokio::sync::Mutex::new(()),
            supply: ArcSwap::from_pointee(Supply::default()),
            supply_reading: tokio::sync::Mutex::new(()),
            permits,
            history,
            forecasts,
            account: ArcSwap::from_pointee(account),
            announcement: ArcSwapOption::empty(),
            folds: Folds::default(),
            joins: joins::Joins::default(),
            unsettled: unsettled::Unsettled::default(),
            admission,
            node,
            agents,
            callers: phone::Callers::default(),
            campaigns_changed: AtomicBool::new(false),
        };
        for place in inner.parts.store.folded_places().await? {
            inner.folds.stand_together(&place);
        }
        let service = Self {
            store: Arc::clone(&inner.parts.store),
            inner: Arc::new(inner),
            apart: false,
        };
        service.refresh_supply().await?;
        service.refresh_campaigns().await?;
        service.publish_lines();
        Ok(service)
    }

    /// The same service, with another way into the same database: what is asked through it waits in no queue of others,
    /// and lets people in up to the operator's bound however long those queues are.
    #[must_use]
    pub fn through(&self, store: Arc<dyn Store>) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            store,
            apart: true,
        }
    }

    /// The region served.
    pub fn region(&self) -> &Region {
        &self.inner.parts.region
    }

    /// All texts.
    pub fn texts(&self) -> &Texts {
        &self.inner.parts.texts
    }

    /// The service's clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.parts.clock
    }

    /// The service's random bytes.
    pub fn entropy(&self) -> &Entropy {
        &self.inner.parts.entropy
    }

    /// The operator's bounds.
    pub fn limits(&self) -> &Limits {
        &self.inner.parts.limits
    }

    /// The keys that sign tickets, permits and sessions.
    pub fn keys(&self) -> &KeyRing {
        &self.inner.parts.keys
    }

    /// The key that hashes what is compared but not read.
    pub fn hash_key(&self) -> &HashKey {
        &self.inner.parts.hash_key
    }

    /// The database.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The portal's address for links.
    pub fn base_url(&self) -> &str {
        &self.inner.parts.sender.portal_url
    }

    /// The free places, as of the last look.
    pub fn supply(&self) -> Arc<Supply> {
        self.inner.supply.load_full()
    }

    /// What all permits take up right now.
    pub fn in_use(&self) -> InUse {
        self.permits().in_use()
    }

    /// The head of the public account, at most a second old.
    pub fn account_head(&self) -> AccountHead {
        **self.inner.account.load()
    }

    fn permits(&self) -> &Permits {
        &self.inner.permits
    }

    fn folds(&self) -> &Folds {
        &self.inner.folds
    }

    fn joins(&self) -> &joins::Joins {
        &self.inner.joins
    }

    fn unsettled(&self) -> &unsettled::Unsettled {
        &self.inner.unsettled
    }

    fn lines(&self) -> Arc<Lines> {
        self.inner.lines.load_full()
    }
}

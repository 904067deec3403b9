//! Staff: logging in, sessions, one's own account, everybody's accounts, tokens of programs, the audit log.
//!
//! It stands beside [`Service`](crate::Service), not in it: a command of an operator needs accounts and no lines of
//! people, and what staff do waits for nothing that citizens do.

mod accounts;
mod desk;
mod hashing;
mod leaked;
mod login;
mod own;
mod programs;
mod provider;

use std::sync::Arc;

use dran_core::hex;
use dran_core::ids::{CallbackId, RegistrationId, TicketId};
use dran_core::staff::log::{Act, Actor, Chain, Entry, Head, Subject};
use dran_core::staff::{Right, may};
use dran_core::token::HashKey;
use dran_store::{Fault, StaffAccount, StaffSession, StaffStore, Store};
use jiff::Timestamp;

use crate::{Clock, Entropy};

pub use accounts::{AccountAction, AccountError};
pub use desk::NoteError;
pub use dran_oidc::{OidcError, Returned};
pub use leaked::{LeakedError, LeakedPasswords};
pub use login::{LoginError, Opened, PasswordShown, Whence};
pub use own::{Enrolment, OwnError, Shown};
pub use programs::TokenError;
pub use provider::{FlowId, ProviderDoor, ProviderError};

use hashing::Hashing;

/// What the composition root gives to it.
pub struct StaffParts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Hashes what is compared but not read.
    pub hash_key: HashKey,
    /// Tells the time.
    pub clock: Clock,
    /// Tells the time that people's telephones show: the clock, except in a demo of another day.
    pub app_clock: Clock,
    /// Gives random bytes.
    pub entropy: Entropy,
}

/// Staff; cheap to clone.
#[derive(Clone)]
pub struct Staff {
    parts: Arc<StaffParts>,
    hashing: Arc<Hashing>,
    door: Option<Arc<ProviderDoor>>,
    leaked: Option<Arc<LeakedPasswords>>,
}

/// The secret of a session: 256 random bits. The store has its hash alone.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken([u8; 32]);

/// Somebody with a session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account.
    pub account: StaffAccount,
    /// The session.
    pub session: StaffSession,
    /// Stands in every form of the session, so that no other site can post one.
    pub csrf: String,
    token_hash: [u8; 32],
}

/// Whose data was seen or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// Of somebody with appointments, by the number of the row.
    Series(i64),
    /// Of somebody who wants an appointment.
    Registration(RegistrationId),
    /// Of somebody who waits and left a contact.
    Ticket(TicketId),
    /// Of somebody who is to be rung up.
    Callback(CallbackId),
}

/// What was done with a person's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It was shown.
    Read,
    /// It was changed.
    Changed,
}

/// How a walk through the audit log went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogReport {
    /// How many lines there are.
    pub lines: u64,
    /// The head of all of them.
    pub head: Head,
    /// Numbers of lines that do not follow from those before them.
    pub broken: Vec<u64>,
}

impl Staff {
    /// Puts it together.
    pub fn new(parts: StaffParts) -> Self {
        let hashing = Arc::new(Hashing::new(parts.hash_key.clone()));
        Self {
            parts: Arc::new(parts),
            hashing,
            door: None,
            leaked: None,
        }
    }

    /// Refuses passwords that are in this file, whenever one is chosen.
    #[must_use]
    pub fn with_leaked_passwords(self, leaked: LeakedPasswords) -> Self {
        let leaked = Some(Arc::new(leaked));
        Self { leaked, ..self }
    }

    /// The session of a token, unless it is over or its account disabled. Its use is noted.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn session(&self, token: &SessionToken) -> Result<Option<SignedIn>, Fault> {
        let found = self.session_looked_at(token).await?;
        if let Some(found) = &found
            && dran_core::staff::needs_touch(found.session.used_at, self.now())
        {
            // Who cannot be noted for a moment is noted with the next page.
            let _ = self.store().touch_session(found.token_hash, self.now()).await;
        }
        Ok(found)
    }

    /// The same for a page that is only left open: that is no use of the session, which ends as if nobody were there.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn session_looked_at(&self, token: &SessionToken) -> Result<Option<SignedIn>, Fault> {
        let (token_hash, now) = (self.token_hash(token), self.now());
        let Some((session, account)) = self.store().staff_session(token_hash).await? else {
            return Ok(None);
        };
        if dran_core::staff::is_over(session.began_at, session.used_at, now) {
            return Ok(None);
        }
        let csrf = self.parts.hash_key.hash("staff-csrf", &[&token.0]);
        Ok(Some(SignedIn {
            account,
            session,
            csrf: hex::encode(&csrf[..16]),
            token_hash,
        }))
    }

    /// Enters in the audit log whose data was seen or changed: before it is shown, so that nothing is seen that is
    /// not in the log.
    ///
    /// # Errors
    /// The store's fault; then nothing may be shown.
    pub async fn record_access(&self, actor: Actor, access: Access, persons: &[Person]) -> Result<(), Fault> {
        let act = match access {
            Access::Read => Act::Read,
            Access::Changed => Act::Changed,
        };
        let subject = |person: &Person| match person {
            Person::Series(id) => Subject::Series(*id),
            Person::Registration(id) => Subject::Registration(*id),
            Person::Ticket(id) => Subject::Ticket(*id),
            Person::Callback(id) => Subject::Callback(*id),
        };
        let acts = persons
            .iter()
            .map(|person| Entry::new(actor, act.clone(), subject(person)));
        self.store().record_acts(acts.collect(), self.now()).await
    }

    /// Enters a search in the audit log, with how many persons it has shown.
    ///
    /// # Errors
    /// As [`Self::record_access`].
    pub async fn record_search(&self, actor: Actor, found: u32) -> Result<(), Fault> {
        let act = Entry::new(actor, Act::Read, Subject::Search { found });
        self.store().record_acts(vec![act], self.now()).await
    }

    /// Enters in the audit log that somebody asked for what their role does not reach.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn record_barred(&self, who: &SignedIn) -> Result<(), Fault> {
        let act = Entry::new(who.actor(), Act::Barred, Subject::Account(who.account.id));
        self.store().record_acts(vec![act], self.now()).await
    }

    /// How many lines the audit log has, and their head, as `dran audit log verify --expect` takes it; none while it is
    /// empty.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn log_head(&self) -> Result<Option<String>, Fault> {
        let end = self.store().audit_log_end().await?;
        Ok(end.map(|line| format!("{}:{}", line.number, hex::encode(&line.head))))
    }

    /// Walks through the whole audit log.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn verify_log(&self) -> Result<LogReport, Fault> {
        let (mut chain, mut broken) = (Chain::default(), Vec::new());
        loop {
            let lines = self.store().audit_log(chain.lines() + 1, LOG_PAGE_LINES).await?;
            if lines.is_empty() {
                return Ok(LogReport {
                    lines: chain.lines(),
                    head: *chain.head(),
                    broken,
                });
            }
            for line in lines {
                if !chain.follows(line.number, &line.line, &line.head) {
                    broken.push(line.number);
                }
            }
        }
    }

    /// The operations of the store.
    pub fn store(&self) -> &dyn StaffStore {
        self.parts.store.staff()
    }

    fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    fn new_token(&self) -> SessionToken {
        SessionToken(self.parts.entropy.bytes())
    }

    fn token_hash(&self, token: &SessionToken) -> [u8; 32] {
        self.parts.hash_key.hash("staff-session", &[&token.0])
    }
}

/// Lines of the log that are read at a time.
const LOG_PAGE_LINES: u32 = 10_000;

impl SessionToken {
    /// Reads it from its cookie.
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode(text)?.try_into().ok().map(Self)
    }

    /// As its cookie carries it.
    pub fn text(&self) -> String {
        hex::encode(&self.0)
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken")
    }
}

impl SignedIn {
    /// Whether everything is set up: an own password, and a second factor shown. Until then the session serves to set
    /// it up and for nothing else.
    pub fn is_ready(&self) -> bool {
        self.session.second_factor && !self.password_first()
    }

    /// Whether the password that was given out has to be changed first. Who comes from the identity provider has shown
    /// none and may not have any.
    pub fn password_first(&self) -> bool {
        self.account.password_initial && !self.session.by_provider
    }

    /// Whether the role has a right, and everything is set up.
    pub fn may(&self, right: Right) -> bool {
        self.is_ready() && may(self.account.duty.role(), right)
    }

    /// Whoever acts in this session.
    pub fn actor(&self) -> Actor {
        Actor::Account(self.account.id)
    }
}

//! The audit log: what staff did, and whose data they saw, so that nothing of it can be taken back.
//!
//! A text with a line for each act, chained like the public account (`‖` joins bytes):
//!
//! ```text
//! head(0) = 32 zero bytes
//! head(n) = SHA-256( "dran audit log 1" ‖ head(n-1) ‖ line n as UTF-8, without its end )
//! ```
//!
//! A line has its number, the time, who acted, what was done and to what, and for some acts more words, separated by
//! single spaces. What an operator does on the day ends in `because` and a reason, which is the rest of the line and
//! never holds a line end:
//!
//! ```text
//! 1 2021-01-10T09:00:00.000Z command account-made account=1 operator
//! 2 2021-01-12T06:58:11.204Z account=7 logged-in account=7
//! 3 2021-01-12T07:03:40.120Z account=7 read series=4711
//! 4 2021-01-12T07:05:02.733Z account=7 changed series=4711
//! 5 2021-01-12T07:09:30.001Z account=2 paused campaign=hessen-2021-01-12 because the database is slow
//! ```
//!
//! A log whose lines have no reasons yet is read like any other: the chain is over lines, whatever is in them.
//!
//! **No citizen is named.** A person's data is named by the number of its row (`series=4711`), neither by name or
//! booking code nor by a hash of them: the number leads to the person while the row is there, which is what an audit
//! needs, and to nobody once the row is deleted, though the log itself can never be shortened. A hash of the booking
//! code would still prove, to whoever has kept the code and the key, that somebody had an appointment. Staff are
//! named by the number of their account for the same reason.

use std::fmt::{self, Write as _};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{Reason, Role};
use crate::ids::{AnnouncementId, ApiTokenId, CallbackId, CampaignId, RegistrationId, StaffId, TicketId};
use crate::operations::PermitBounds;

/// Names what is hashed.
const DOMAIN: &[u8] = b"dran audit log 1";

/// What stands for a log up to a line.
pub type Head = [u8; 32];

/// The head of an empty log.
pub const EMPTY: Head = [0; 32];

/// Who acted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// A member of staff.
    Account(StaffId),
    /// A program with an API token.
    Token(ApiTokenId),
    /// Somebody at the machine, with a command of dran.
    Command,
    /// The identity provider, by what it said of somebody who logged in there.
    Provider,
}

/// What an act was about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// An account.
    Account(StaffId),
    /// An API token.
    Token(ApiTokenId),
    /// A person's booked or cancelled appointments, by the number of the row.
    Series(i64),
    /// One or two persons who want an appointment.
    Registration(RegistrationId),
    /// A place in a line.
    Ticket(TicketId),
    /// A call-back, with the number to ring.
    Callback(CallbackId),
    /// A search that found so many persons; each that was opened is a line of its own.
    Search {
        /// How many were shown.
        found: u32,
    },
    /// A campaign.
    Campaign(CampaignId),
    /// The bounds of permits; none: as the nodes are configured.
    Permits(Option<PermitBounds>),
    /// An announcement to everybody who waits.
    Announcement(AnnouncementId),
    /// A release, with how many series it has added.
    Release {
        /// How many.
        series: u64,
    },
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// An account was made, with a role.
    AccountMade(Role),
    /// An account got another role, or other centres.
    DutyChanged(Role),
    /// An account may no longer be used.
    Disabled,
    /// An account may be used again.
    Enabled,
    /// An administrator gave an account a new initial password and took its app away.
    Reset,
    /// Somebody changed their own password.
    PasswordChanged,
    /// An app was enrolled, with new recovery codes.
    AppEnrolled,
    /// New recovery codes were made.
    RecoveryCodesMade,
    /// Somebody logged in.
    LoggedIn,
    /// Somebody logged in with a recovery code.
    LoggedInByRecovery,
    /// Somebody logged in at the identity provider.
    LoggedInByProvider,
    /// Somebody with the password, but not yet an app, came in to enrol one.
    SetUpBegun,
    /// A try to log in to an account failed.
    LoginFailed,
    /// Somebody asked for what their role does not reach.
    Barred,
    /// Somebody logged out.
    LoggedOut,
    /// So many sessions were ended from afar.
    SessionsEnded(u32),
    /// An API token was made.
    TokenMade,
    /// An API token may no longer be used.
    TokenRevoked,
    /// A person's data was shown.
    Read,
    /// A person's data was changed.
    Changed,
    /// A campaign was paused.
    Paused,
    /// A paused campaign goes on.
    Resumed,
    /// A campaign was ended for good.
    Closed,
    /// The bounds of permits were set.
    Bounded,
    /// An announcement was published, in place of any before.
    Announced,
    /// An announcement was taken back.
    Withdrawn,
    /// Series were released from what is delivered.
    Released,
}

/// One act, as it enters the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Who acted.
    pub actor: Actor,
    /// What was done.
    pub act: Act,
    /// What it was about.
    pub subject: Subject,
    /// Why, where the act needs a reason.
    pub reason: Option<Reason>,
}

impl Entry {
    /// An act of somebody.
    pub fn new(actor: Actor, act: Act, subject: Subject) -> Self {
        Self {
            actor,
            act,
            subject,
            reason: None,
        }
    }

    /// The same with its reason.
    #[must_use]
    pub fn because(self, reason: Reason) -> Self {
        Self {
            reason: Some(reason),
            ..self
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account={id}"),
            Self::Token(id) => write!(f, "token={id}"),
            Self::Command => f.write_str("command"),
            Self::Provider => f.write_str("provider"),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account={id}"),
            Self::Token(id) => write!(f, "token={id}"),
            Self::Series(id) => write!(f, "series={id}"),
            Self::Registration(id) => write!(f, "registration={id}"),
            Self::Ticket(ticket) => write!(f, "ticket={}/{}", ticket.line, ticket.number),
            Self::Callback(id) => write!(f, "callback={id}"),
            Self::Search { found } => write!(f, "search={found}"),
            Self::Campaign(id) => write!(f, "campaign={id}"),
            Self::Permits(Some(bounds)) => write!(f, "permits={}..{}", bounds.min(), bounds.max()),
            Self::Permits(None) => f.write_str("permits=configured"),
            Self::Announcement(id) => write!(f, "announcement={id}"),
            Self::Release { series } => write!(f, "release={series}"),
        }
    }
}

impl Act {
    /// The word of the act in a line.
    pub fn word(&self) -> &'static str {
        match self {
            Self::AccountMade(_) => "account-made",
            Self::DutyChanged(_) => "duty-changed",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Reset => "reset",
            Self::PasswordChanged => "password-changed",
            Self::AppEnrolled => "app-enrolled",
            Self::RecoveryCodesMade => "recovery-codes-made",
            Self::LoggedIn => "logged-in",
            Self::LoggedInByRecovery => "logged-in-by-recovery",
            Self::LoggedInByProvider => "logged-in-by-provider",
            Self::SetUpBegun => "set-up-begun",
            Self::LoginFailed => "login-failed",
            Self::Barred => "barred",
            Self::LoggedOut => "logged-out",
            Self::SessionsEnded(_) => "sessions-ended",
            Self::TokenMade => "token-made",
            Self::TokenRevoked => "token-revoked",
            Self::Read => "read",
            Self::Changed => "changed",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Closed => "closed",
            Self::Bounded => "bounded",
            Self::Announced => "announced",
            Self::Withdrawn => "withdrawn",
            Self::Released => "released",
        }
    }
}

/// The line of an act.
pub fn line(number: u64, at: Timestamp, entry: &Entry) -> String {
    let mut line = format!(
        "{number} {at:.3} {} {} {}",
        entry.actor,
        entry.act.word(),
        entry.subject
    );
    // Writing to a string does not fail.
    let _ = match &entry.act {
        Act::AccountMade(role) | Act::DutyChanged(role) => write!(line, " {}", role.word()),
        Act::SessionsEnded(count) => write!(line, " {count}"),
        _ => Ok(()),
    };
    if let Some(reason) = &entry.reason {
        let _ = write!(line, " because {reason}");
    }
    line
}

/// The head after one more line.
pub fn next(head: &Head, line: &str) -> Head {
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    hash.update(head);
    hash.update(line.as_bytes());
    hash.finalize().into()
}

/// Follows a chain line by line.
#[derive(Clone, Debug)]
pub struct Chain {
    number: u64,
    head: Head,
}

impl Default for Chain {
    /// A chain before its first line.
    fn default() -> Self {
        Self { number: 0, head: EMPTY }
    }
}

impl Chain {
    /// Whether a line with its number and head follows from those before it. It is gone on from what was found, so
    /// that each later line is judged by what stands before it, not by the first break.
    pub fn follows(&mut self, number: u64, line: &str, head: &Head) -> bool {
        let follows = number == self.number + 1
            && *head == next(&self.head, line)
            && line.split(' ').next() == Some(&*number.to_string());
        (self.number, self.head) = (number, *head);
        follows
    }

    /// How many lines there were.
    pub fn lines(&self) -> u64 {
        self.number
    }

    /// The head of the last one.
    pub fn head(&self) -> &Head {
        &self.head
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;
    use crate::ids::{LineNo, TicketNumber};

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_line_says_who_did_what_to_what_and_names_no_citizen() {
        let line = |actor, act, subject| line(3, at(1_610_434_800_350), &Entry::new(actor, act, subject));
        let agent = Actor::Account(StaffId(7));
        let ticket = TicketId {
            line: LineNo(2),
            number: TicketNumber(55),
        };
        for (said, rest) in [
            (
                line(agent, Act::Read, Subject::Series(4711)),
                "account=7 read series=4711",
            ),
            (
                line(
                    Actor::Command,
                    Act::AccountMade(Role::Operator),
                    Subject::Account(StaffId(1)),
                ),
                "command account-made account=1 operator",
            ),
            (
                line(agent, Act::SessionsEnded(2), Subject::Account(StaffId(7))),
                "account=7 sessions-ended account=7 2",
            ),
            (
                line(Actor::Token(ApiTokenId(1)), Act::Changed, Subject::Ticket(ticket)),
                "token=1 changed ticket=2/55",
            ),
            (
                line(agent, Act::Read, Subject::Search { found: 3 }),
                "account=7 read search=3",
            ),
            (
                line(agent, Act::Changed, Subject::Registration(RegistrationId(9))),
                "account=7 changed registration=9",
            ),
        ] {
            assert_eq!(said, format!("3 2021-01-12T07:00:00.350Z {rest}"));
        }
    }

    #[test]
    fn what_an_operator_does_ends_in_a_reason() {
        let operator = Actor::Account(StaffId(2));
        let because = |act, subject, reason: &str| {
            let entry = Entry::new(operator, act, subject);
            let entry = Reason::parse(reason)
                .map(|reason| entry.clone().because(reason))
                .unwrap_or(entry);
            line(5, at(1_610_434_800_350), &entry)
        };
        let campaign = Subject::Campaign(CampaignId::new("hessen-2021-01-12"));
        let bounds = Subject::Permits(PermitBounds::new(50, 400).ok());
        for (said, rest) in [
            (
                because(Act::Paused, campaign, "Datenbank langsam\n6 x"),
                "paused campaign=hessen-2021-01-12 because Datenbank langsam 6 x",
            ),
            (
                because(Act::Bounded, bounds, "half the disks"),
                "bounded permits=50..400 because half the disks",
            ),
            (
                because(Act::Bounded, Subject::Permits(None), "all disks"),
                "bounded permits=configured because all disks",
            ),
            (
                because(Act::Withdrawn, Subject::Announcement(AnnouncementId(3)), "mended"),
                "withdrawn announcement=3 because mended",
            ),
            (
                because(Act::Released, Subject::Release { series: 1_170 }, "Lieferung vom 11.1."),
                "released release=1170 because Lieferung vom 11.1.",
            ),
        ] {
            assert_eq!(said, format!("5 2021-01-12T07:00:00.350Z account=2 {rest}"));
        }
    }

    #[test]
    fn a_changed_missing_or_moved_line_breaks_the_chain_where_it_stands() {
        let mut head = EMPTY;
        let whole: Vec<(u64, String, Head)> = (1..=4)
            .map(|number| {
                let line = format!("{number} x");
                head = next(&head, &line);
                (number, line, head)
            })
            .collect();
        let broken = |lines: &[(u64, String, Head)]| -> Vec<u64> {
            let mut chain = Chain::default();
            let wrong = lines
                .iter()
                .filter(|(number, line, head)| !chain.follows(*number, line, head));
            wrong.map(|(number, ..)| *number).collect()
        };
        assert!(broken(&whole).is_empty());
        let mut changed = whole.clone();
        changed[1].1 = "2 y".to_owned();
        assert_eq!(broken(&changed), [2]);
        let mut missing = whole.clone();
        missing.remove(1);
        assert_eq!(broken(&missing), [3]);
        let mut swapped = whole;
        swapped.swap(1, 2);
        assert_eq!(broken(&swapped), [3, 2, 4]);
    }

    #[test]
    fn the_head_is_what_the_documentation_says() {
        // printf 'dran audit log 1' | cat - <(head -c 32 /dev/zero) <(printf '1 a') | sha256sum
        let hex = hex::encode(&next(&EMPTY, "1 a"));
        assert_eq!(hex, "9d163c390c85e9b98e42b006edfe8b138f69fe3f00ca10830f5c9e8873639662");
    }
}

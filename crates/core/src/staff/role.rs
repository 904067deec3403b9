//! What each role may do, as data.
//!
//! | right | agent | centre | planner | operator | auditor |
//! | --- | :-: | :-: | :-: | :-: | :-: |
//! | own account | × | × | × | × | × |
//! | desk | × | | | | |
//! | centre | | × | | | |
//! | planning | | | × | | |
//! | operations | | | | × | |
//! | overview | | | × | × | × |
//! | accounts | | | | × | |
//! | audit log | | | | | × |
//!
//! Nobody who can change something about persons or accounts reads the log of it: who looks after the service is
//! looked after by somebody else.

use crate::ids::CentreId;

/// What a member of staff is there for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Books for callers (`Telefon`).
    Agent,
    /// Receives people in one or some centres (`Impfzentrum`).
    Centre,
    /// Plans doses, slots and campaigns (`Planung`).
    Planner,
    /// Keeps the service running, and its accounts (`Betrieb`).
    Operator,
    /// Reads what was done (`Prüfung`).
    Auditor,
}

/// Every role, in the order in which they are shown.
pub const ROLES: [Role; 5] = [Role::Agent, Role::Centre, Role::Planner, Role::Operator, Role::Auditor];

/// Something that one may do or not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Right {
    /// See and change one's own account.
    OwnAccount,
    /// Search, book, change and cancel for callers, with their data.
    Desk,
    /// See and serve the appointments of one's centres.
    Centre,
    /// Book deliveries in, release slots, make campaigns.
    Planning,
    /// Pause, resume, set bounds, publish notices.
    Operations,
    /// See how the day goes, in numbers without persons.
    Overview,
    /// Make, change and disable accounts.
    Accounts,
    /// Read the audit log.
    AuditLog,
}

/// Whether a role has a right.
pub fn may(role: Role, right: Right) -> bool {
    let rights: &[Right] = match role {
        Role::Agent => &[Right::Desk],
        Role::Centre => &[Right::Centre],
        Role::Planner => &[Right::Planning, Right::Overview],
        Role::Operator => &[Right::Operations, Right::Overview, Right::Accounts],
        Role::Auditor => &[Right::Overview, Right::AuditLog],
    };
    right == Right::OwnAccount || rights.contains(&right)
}

impl Role {
    /// The word of the role in columns, commands and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Centre => "centre",
            Self::Planner => "planner",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        ROLES.into_iter().find(|role| role.word() == word)
    }
}

impl Right {
    /// The rights that a program may be given with an API token. It has no account of its own, and never looks
    /// after those of others.
    pub const FOR_TOKENS: [Self; 6] = [
        Self::Desk,
        Self::Centre,
        Self::Planning,
        Self::Operations,
        Self::Overview,
        Self::AuditLog,
    ];

    /// The word of the right in columns and commands.
    pub fn word(self) -> &'static str {
        match self {
            Self::OwnAccount => "own-account",
            Self::Desk => "desk",
            Self::Centre => "centre",
            Self::Planning => "planning",
            Self::Operations => "operations",
            Self::Overview => "overview",
            Self::Accounts => "accounts",
            Self::AuditLog => "audit-log",
        }
    }

    /// The right of a word, of those that a token may have.
    pub fn for_token(word: &str) -> Option<Self> {
        Self::FOR_TOKENS.into_iter().find(|right| right.word() == word)
    }
}

/// A role, and the centres it is bounded to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duty {
    role: Role,
    centres: Vec<CentreId>,
}

/// Why a role does not go with these centres.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DutyError {
    /// The role centre is of a centre.
    #[error("the role centre needs at least one centre")]
    NoCentre,
    /// The other roles serve the whole region.
    #[error("only the role centre is bounded to centres")]
    NotBounded,
}

impl Duty {
    /// A role with its centres: at least one for the role centre, none for the others.
    ///
    /// # Errors
    /// When they do not go together.
    pub fn new(role: Role, mut centres: Vec<CentreId>) -> Result<Self, DutyError> {
        match (role, centres.is_empty()) {
            (Role::Centre, true) => Err(DutyError::NoCentre),
            (Role::Centre, false) | (_, true) => {
                centres.sort();
                centres.dedup();
                Ok(Self { role, centres })
            }
            (_, false) => Err(DutyError::NotBounded),
        }
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The centres it is bounded to, in order; none is no bound.
    pub fn centres(&self) -> &[CentreId] {
        &self.centres
    }

    /// Whether a right of this duty reaches a centre.
    pub fn may_at(&self, right: Right, centre: &CentreId) -> bool {
        may(self.role, right) && (self.centres.is_empty() || self.centres.contains(centre))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    const RIGHTS: [Right; 8] = [
        Right::OwnAccount,
        Right::Desk,
        Right::Centre,
        Right::Planning,
        Right::Operations,
        Right::Overview,
        Right::Accounts,
        Right::AuditLog,
    ];

    #[test]
    fn the_table_of_the_documentation_is_the_rule() {
        let documented = include_str!("role.rs").lines().skip(4).take(RIGHTS.len());
        for (row, right) in documented.zip(RIGHTS) {
            let cells: Vec<_> = row.trim_start_matches("//! |").split('|').map(str::trim).collect();
            assert_eq!(cells[0].replace(' ', "-"), right.word(), "{row}");
            let marked: Vec<_> = cells[1..=ROLES.len()].iter().map(|cell| *cell == "×").collect();
            assert_eq!(marked, ROLES.map(|role| may(role, right)), "{row}");
        }
    }

    #[test]
    fn nobody_reads_the_log_of_what_they_can_do_themselves() {
        for role in ROLES.into_iter().filter(|role| may(*role, Right::AuditLog)) {
            for right in [
                Right::Desk,
                Right::Centre,
                Right::Planning,
                Right::Operations,
                Right::Accounts,
            ] {
                assert!(!may(role, right), "{role:?} {right:?}");
            }
        }
    }

    #[test]
    fn the_role_centre_reaches_its_own_centres_only() {
        let (kassel, fulda) = (CentreId::new("kassel"), CentreId::new("fulda"));
        let duty = Duty::new(Role::Centre, vec![kassel.clone(), kassel.clone()]).unwrap();
        assert!(duty.may_at(Right::Centre, &kassel));
        assert!(!duty.may_at(Right::Centre, &fulda));
        assert!(!duty.may_at(Right::Desk, &kassel));
        assert_eq!(duty.centres(), std::slice::from_ref(&kassel));
        let agent = Duty::new(Role::Agent, vec![]).unwrap();
        assert!(agent.may_at(Right::Desk, &fulda));
        assert_eq!(Duty::new(Role::Centre, vec![]), Err(DutyError::NoCentre));
        assert_eq!(Duty::new(Role::Agent, vec![kassel]), Err(DutyError::NotBounded));
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for role in ROLES {
            assert_eq!(Role::of_word(role.word()), Some(role));
        }
        assert_eq!(Role::of_word("root"), None);
        for right in Right::FOR_TOKENS {
            assert_eq!(Right::for_token(right.word()), Some(right));
        }
        assert_eq!(Right::for_token("accounts"), None);
    }
}

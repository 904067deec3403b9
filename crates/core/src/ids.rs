//! Identifiers: each thing has a type of its own, so that a centre can never be passed for a vaccine.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Defines an identifier that is a short text from the region file (`kassel-stadt`, `biontech`).
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it stands; region parsing is what checks its form.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The identifier as written in the region file.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    };
}

text_id!(
    /// A vaccination centre of the region (`Impfzentrum`).
    CentreId
);
text_id!(
    /// A district of the region (`Kreis`): its official code, for example `06611`.
    DistrictId
);
text_id!(
    /// A vaccine of the region (`Impfstoff`).
    VaccineId
);
text_id!(
    /// A priority group of the region (`Priorisierungsgruppe`).
    GroupId
);
text_id!(
    /// A campaign (`Impfaktion`), named by the operator in lower case: `hessen-2021-01-12`.
    CampaignId
);
text_id!(
    /// A pool of a campaign: the centres one person can be booked into, named after the first of them.
    PoolId
);
text_id!(
    /// A language by its BCP 47 tag (`de`, `en`).
    Language
);

/// Defines an identifier that is a number given out by the store.
macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_id!(
    /// A line: one pool of one campaign, numbered through the whole deployment. At most 4,095, so
    /// that it fits the short code of a ticket.
    LineNo(u16)
);
number_id!(
    /// The number of a ticket in its line, from 0, in order of joining. It is not the position: that
    /// is drawn.
    TicketNumber(u32)
);
number_id!(
    /// A position in a line, from 0: how many tickets stand before it.
    Position(u32)
);
number_id!(
    /// An account of a member of staff.
    StaffId(i64)
);
number_id!(
    /// An API token of a program.
    ApiTokenId(i64)
);
number_id!(
    /// A registration.
    RegistrationId(i64)
);
number_id!(
    /// A hold (`Reservierung`).
    HoldId(i64)
);
number_id!(
    /// A message in the outbox.
    MessageId(i64)
);
number_id!(
    /// A delivery of doses.
    DeliveryId(i64)
);
number_id!(
    /// A call-back (`Rückruf`).
    CallbackId(i64)
);
number_id!(
    /// A note of an agent (`Notiz`).
    NoteId(i64)
);
number_id!(
    /// An announcement to everybody who waits (`Hinweis`).
    AnnouncementId(i64)
);

/// A series slot: the number of its centre in the high 32 bits and its own number in the low 32, so
/// that every key begins with the centre it belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeriesSlotId(pub i64);

impl SeriesSlotId {
    /// Joins the number of a centre and the number of a series slot within it.
    pub fn new(centre_no: u16, number: u32) -> Self {
        Self(i64::from(centre_no) << 32 | i64::from(number))
    }

    /// The number that the store gave to the centre.
    pub fn centre_no(self) -> u16 {
        (self.0 >> 32) as u16
    }
}

/// A ticket's identity: its line and its number there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TicketId {
    /// The line it stands in.
    pub line: LineNo,
    /// Its number of joining.
    pub number: TicketNumber,
}

/// How many persons one ticket stands for: one, or a couple that wants to come together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Party {
    /// One person.
    One,
    /// Two persons who are booked together or not at all.
    Couple,
}

impl Party {
    /// The number of persons: 1 or 2.
    pub fn persons(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Couple => 2,
        }
    }

    /// The party of so many persons, if there is one.
    pub fn from_persons(persons: u8) -> Option<Self> {
        match persons {
            1 => Some(Self::One),
            2 => Some(Self::Couple),
            _ => None,
        }
    }
}

/// A client-chosen key that makes a write happen once however often it is sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AttemptKey(pub [u8; 16]);

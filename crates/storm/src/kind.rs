//! What is asked of a service, one kind for each call of the contract.

use serde::{Deserialize, Serialize};

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `POST /api/v1/line`
    Join,
    /// `GET /api/v1/line/{ticket}`
    Poll,
    /// `POST /api/v1/line/{ticket}/enter`
    Enter,
    /// `POST /api/v1/registrations`
    Register,
    /// `POST /api/v1/registrations/{id}/verify`
    Verify,
    /// `GET /api/v1/proposals`
    Proposals,
    /// `POST /api/v1/holds`
    Hold,
    /// `POST /api/v1/bookings`
    Book,
    /// `DELETE /api/v1/permit`
    Leave,
    /// `GET /api/v1/availability`
    Availability,
    /// `GET /line.json`
    Line,
    /// `GET /`
    Page,
    /// `POST /hotline/json`: one answer of a call
    Call,
    /// `POST /anmelden`, `POST /anmelden/code`
    DeskLogin,
    /// `GET /desk`
    DeskBegin,
    /// `POST /desk/rueckruf`
    DeskCallback,
    /// `POST /desk`: who calls, and what there is for them
    DeskProposals,
    /// `POST /desk`: one of the proposals
    DeskHold,
    /// `POST /desk`: names and contact
    DeskNames,
    /// `POST /desk`: the binding step
    DeskConfirm,
    /// `GET /desk/gebucht/…`
    DeskBooked,
    /// `POST /desk`: the call-back ends without a booking
    DeskSettle,
}

/// All of them, in the order of somebody's day.
pub const KINDS: [Kind; 22] = [
    Kind::Join,
    Kind::Poll,
    Kind::Enter,
    Kind::Register,
    Kind::Verify,
    Kind::Proposals,
    Kind::Hold,
    Kind::Book,
    Kind::Leave,
    Kind::Availability,
    Kind::Line,
    Kind::Page,
    Kind::Call,
    Kind::DeskLogin,
    Kind::DeskBegin,
    Kind::DeskCallback,
    Kind::DeskProposals,
    Kind::DeskHold,
    Kind::DeskNames,
    Kind::DeskConfirm,
    Kind::DeskBooked,
    Kind::DeskSettle,
];

impl Kind {
    /// Its place in [`KINDS`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name in scenarios and in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Poll => "poll",
            Self::Enter => "enter",
            Self::Register => "register",
            Self::Verify => "verify",
            Self::Proposals => "proposals",
            Self::Hold => "hold",
            Self::Book => "book",
            Self::Leave => "leave",
            Self::Availability => "availability",
            Self::Line => "line",
            Self::Page => "page",
            Self::Call => "call",
            Self::DeskLogin => "desk_login",
            Self::DeskBegin => "desk_begin",
            Self::DeskCallback => "desk_callback",
            Self::DeskProposals => "desk_proposals",
            Self::DeskHold => "desk_hold",
            Self::DeskNames => "desk_names",
            Self::DeskConfirm => "desk_confirm",
            Self::DeskBooked => "desk_booked",
            Self::DeskSettle => "desk_settle",
        }
    }

    /// Whether an agent asks it, logging in included.
    pub fn is_with_agents(self) -> bool {
        self.is_at_the_desk() || self == Self::DeskLogin
    }

    /// Whether an agent asks it in a call. Logging in is none: it takes as long as a password is to take.
    pub fn is_at_the_desk(self) -> bool {
        self as usize > Self::DeskLogin as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_at_its_place() {
        for (place, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind.index(), place, "{}", kind.name());
        }
    }

    #[test]
    fn agents_ask_what_their_name_says_and_logging_in_is_no_part_of_a_call() {
        for kind in KINDS {
            let by_name = kind.name().starts_with("desk_") && kind != Kind::DeskLogin;
            assert_eq!(kind.is_at_the_desk(), by_name, "{}", kind.name());
        }
    }
}

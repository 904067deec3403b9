//! Campaigns, their openings and draws.

use dran_core::campaign::{Campaign, CampaignState};
use dran_core::ids::{CampaignId, CentreId, LineNo};
use dran_core::line::randomness::{PublicValue, Randomness};
use jiff::Timestamp;

/// A campaign to be created. `campaign.pools[..].line` is ignored: the store numbers the lines.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    /// The campaign.
    pub campaign: Campaign,
    /// The secret of the draw, 32 random bytes; revealed at the opening.
    pub draw_secret: [u8; 32],
    /// SHA-256 commitment to it, published from now on.
    pub draw_commitment: [u8; 32],
    /// When the commitment was made.
    pub committed_at: Timestamp,
    /// Where the public value of the draw comes from; published with the commitment.
    pub randomness: Randomness,
}

/// A campaign as the store knows it.
#[derive(Clone, Debug)]
pub struct StoredCampaign {
    /// The campaign with its line numbers.
    pub campaign: Campaign,
    /// Where it stands.
    pub state: CampaignState,
    /// The secret of the draw; not to be shown before `drawn_at` is set.
    pub draw_secret: [u8; 32],
    /// The published commitment.
    pub draw_commitment: [u8; 32],
    /// When it was published.
    pub committed_at: Timestamp,
    /// Where the public value comes from.
    pub randomness: Randomness,
    /// When N was frozen: who joins later stands behind the drawn ones.
    pub frozen_at: Option<Timestamp>,
    /// The public value, once it is known.
    pub public_value: Option<PublicValue>,
    /// When the order was drawn.
    pub drawn_at: Option<Timestamp>,
    /// Active permits, by the store's own count.
    pub permits_active: u32,
    /// Per line: its marks, in the order of `campaign.pools`.
    pub lines: Vec<StoredLine>,
}

/// The marks of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredLine {
    /// Its number.
    pub line: LineNo,
    /// The next ticket number that has not been leased.
    pub next_number: u32,
    /// How many tickets take part in the draw, once that is frozen.
    pub drawn_n: Option<u32>,
    /// How many positions have been called.
    pub called: u32,
}

/// Why a campaign cannot be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateCampaignRefusal {
    /// There is one of that name.
    NameTaken,
    /// The deployment has no line numbers left (4,095).
    NoLinesLeft,
    /// A centre is not known to the store.
    UnknownCentre(CentreId),
}

/// Why a campaign does not come a step nearer to its drawn order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningRefusal {
    /// There is no such campaign.
    UnknownCampaign,
    /// Its lines do not close yet.
    TooEarly,
    /// Its N is frozen already, or it is closed.
    AlreadyFrozen,
    /// Its order is drawn already, or it is closed.
    AlreadyDrawn,
    /// N has to be frozen first.
    NotFrozen,
    /// The public value has to come first.
    NoPublicValue,
    /// Another public value came before; it stands.
    OtherPublicValue,
    /// The campaign has named no source for a public value, or one of another kind.
    NoSuchSource,
}

/// What an operator does with a campaign on the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CampaignStep {
    /// An open one is paused: nobody is called or let in until it is resumed; who is inside goes on.
    Pause,
    /// A paused one is open again.
    Resume,
    /// One that has not ended ends for good: nobody joins, is called or let in; who is inside goes on.
    Close,
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepRefusal {
    /// There is no such campaign.
    UnknownCampaign,
    /// It does not fit how the campaign stands.
    NotFrom(CampaignState),
}

/// A new opening.
#[derive(Clone, Debug)]
pub struct SetOpening {
    /// The campaign.
    pub campaign: CampaignId,
    /// When its lines close for the draw.
    pub opens_at: Timestamp,
    /// The source as it is from now on: of the same kind, with the round that belongs to the opening.
    pub randomness: Randomness,
}

/// The freezing of N: the lines as they take part in the draw.
#[derive(Clone, Debug)]
pub struct Freeze {
    /// The campaign.
    pub campaign: CampaignId,
    /// When.
    pub frozen_at: Timestamp,
    /// N per line.
    pub counts: Vec<(LineNo, u32)>,
    /// The source as it is from now on: of the same kind, with a round behind `frozen_at`.
    pub randomness: Randomness,
}

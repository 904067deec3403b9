//! What operators do on the day, and the nodes they look at.

use std::time::Duration;

use dran_core::ids::{AnnouncementId, AttemptKey, CampaignId, Language};
use dran_core::operations::{AnnouncementText, PermitBounds};
use dran_core::staff::Reason;
use dran_core::staff::log::Actor;
use jiff::Timestamp;

use super::{CampaignStep, NewRelease, ReleaseRefusal, StepRefusal};

/// Something that an operator does. Sent twice, done once.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Of the form that it was sent with.
    pub attempt_key: AttemptKey,
    /// Who does it.
    pub actor: Actor,
    /// Why, as the audit log keeps it.
    pub reason: Reason,
    /// What is done.
    pub order: OperationOrder,
    /// When.
    pub now: Timestamp,
}

/// What an operator does.
#[derive(Clone, Debug)]
pub enum OperationOrder {
    /// Pauses, resumes or closes a campaign.
    Step(CampaignId, CampaignStep),
    /// Sets the bounds of permits, or takes them back to what the nodes are configured with.
    Bounds(Option<PermitBounds>),
    /// Tells everybody who waits something, in place of what was told before.
    Announce(Vec<(Language, AnnouncementText)>),
    /// Takes back what is told, if it is still this.
    Withdraw(AnnouncementId),
    /// Releases series.
    Release(NewRelease),
}

/// Why it was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationRefusal {
    /// The campaign does not stand so that it could.
    Step(StepRefusal),
    /// The release does not fit what is delivered.
    Release(ReleaseRefusal),
    /// The release has no slots.
    NothingToRelease,
    /// Something else is announced meanwhile, or nothing any more.
    OtherAnnouncement,
}

/// An announcement to everybody who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its number.
    pub id: AnnouncementId,
    /// Since when it is shown.
    pub published_at: Timestamp,
    /// What it says, by language.
    pub texts: Vec<(Language, AnnouncementText)>,
}

/// A node, as it said last of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenNode {
    /// Its name: its machine and where it listens.
    pub name: String,
    /// Since when it runs.
    pub began_at: Timestamp,
    /// When it was last heard of.
    pub seen_at: Timestamp,
    /// Whether it leads.
    pub leads: bool,
    /// How long commands waited to be written there; none if there were none.
    pub delay: Option<Duration>,
}

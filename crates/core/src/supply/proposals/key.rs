//! The name of a proposal in forms and calls.

use std::fmt;
use std::str::FromStr;

use crate::ids::SeriesSlotId;

/// The most digits a slot's id has in a key.
const ID_DIGITS_MAX: usize = 16;

/// The series slots of a proposal as one opaque text: their ids in hexadecimal, joined by `-`.
///
/// It names places and gives no right to them: what comes back from a visitor must pass
/// [`super::resolve`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ProposalKey(Vec<SeriesSlotId>);

/// A text that is no proposal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this is not the name of a proposal")]
pub struct NotAProposal;

impl ProposalKey {
    pub(super) fn of(places: &[SeriesSlotId]) -> Self {
        Self(places.to_vec())
    }

    /// One series slot per person.
    pub fn places(&self) -> &[SeriesSlotId] {
        &self.0
    }
}

impl fmt::Display for ProposalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, place) in self.0.iter().enumerate() {
            let joint = if index == 0 { "" } else { "-" };
            write!(f, "{joint}{:x}", place.0)?;
        }
        Ok(())
    }
}

impl FromStr for ProposalKey {
    type Err = NotAProposal;

    /// Reads what `Display` wrote, and nothing else: one or two ids without sign, capitals or leading
    /// zeros.
    fn from_str(text: &str) -> Result<Self, NotAProposal> {
        // One more than a couple, so that the third is seen and refused.
        let places: Vec<SeriesSlotId> = text.splitn(3, '-').map(slot_id).collect::<Result<_, _>>()?;
        if places.len() > 2 {
            Err(NotAProposal)
        } else {
            Ok(Self(places))
        }
    }
}

fn slot_id(text: &str) -> Result<SeriesSlotId, NotAProposal> {
    let is_canonical = (1..=ID_DIGITS_MAX).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && (text == "0" || !text.starts_with('0'));
    if !is_canonical {
        return Err(NotAProposal);
    }
    i64::from_str_radix(text, 16)
        .map(SeriesSlotId)
        .map_err(|_| NotAProposal)
}

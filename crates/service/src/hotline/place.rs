//! Where somebody stands, in the words of the dialogue.

use dran_core::hotline::{Place, PlaceState, Supply, Where};
use dran_core::ids::{CampaignId, DistrictId};
use dran_core::line::standing::{LineState, StandingState};
use dran_core::line::ticket::Ticket;
use dran_core::region::Postcode;
use dran_store::Callback;

use crate::lines::Standing;
use crate::{CampaignView, LineView, Service};

/// As many keys as there are for districts that share a postcode.
const DISTRICTS_MAX: usize = 9;

impl Service {
    /// The place of a call-back, in the language that goes with it.
    pub(super) fn place_of_callback(&self, callback: &Callback) -> Place {
        let languages = &self.region().languages;
        let language = languages.iter().position(|language| *language == callback.language);
        Place {
            language: language.and_then(|at| u8::try_from(at).ok()),
            ..self.place_of_ticket(&callback.whole_ticket())
        }
    }

    /// The place of a ticket.
    pub(super) fn place_of_ticket(&self, ticket: &Ticket) -> Place {
        let nowhere = Place {
            language: None,
            position: None,
            ahead: None,
            wait_s: None,
            state: PlaceState::Closed,
        };
        let Some(known) = self.standing(ticket) else {
            return nowhere;
        };
        let standing = match known.standing {
            Standing::Done => {
                return Place {
                    state: PlaceState::Done,
                    ..nowhere
                };
            }
            Standing::Entered(_) => {
                return Place {
                    state: PlaceState::Called,
                    ..nowhere
                };
            }
            Standing::InLine(standing) => standing,
        };
        let state = match (known.line, standing.state, standing.position) {
            (LineState::Closed, ..) => PlaceState::Closed,
            (LineState::Scheduled { opens_at }, ..) => PlaceState::BeforeOpening(opens_at),
            (LineState::Drawing { .. }, ..) | (_, _, None) => PlaceState::Drawing,
            (_, StandingState::BeyondSupply, _) => PlaceState::BeyondSupply,
            (_, StandingState::Called, _) => PlaceState::Called,
            (LineState::Paused, ..) => PlaceState::Paused,
            (LineState::Open, ..) => PlaceState::Waiting,
        };
        let seconds = |wait: std::time::Duration| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
        Place {
            position: standing.position.map(|position| position.0.saturating_add(1)),
            ahead: standing.ahead,
            wait_s: standing
                .wait
                .map(|wait| (seconds(wait.range.low), seconds(wait.range.high))),
            state,
            ..nowhere
        }
    }

    /// Where people of a postcode stand in the first campaign that serves it.
    pub(super) fn line_of_postcode(&self, campaigns: &[CampaignId], postcode: &Postcode, chosen: Option<u8>) -> Where {
        for campaign in campaigns.iter().filter_map(|id| self.campaign(id)) {
            let districts = self.districts_apart(&campaign, postcode);
            let district = match (&districts[..], chosen) {
                ([], _) => continue,
                ([district], _) => district,
                (several, Some(chosen)) if usize::from(chosen) < several.len() => &several[usize::from(chosen)],
                _ => return Where::Several(districts),
            };
            let line = campaign
                .lines
                .iter()
                .find(|line| line.pool.districts.contains(district));
            if let Some(line) = line {
                return Where::Line(supply_of(line));
            }
        }
        Where::Unknown
    }

    /// The districts of a postcode that a campaign serves, one for each line.
    pub(super) fn districts_apart(&self, campaign: &CampaignView, postcode: &Postcode) -> Vec<DistrictId> {
        let line_of = |district: &DistrictId| {
            let line = campaign
                .lines
                .iter()
                .find(|line| line.pool.districts.contains(district));
            line.map(|line| line.pool.line)
        };
        let mut apart: Vec<(_, DistrictId)> = Vec::new();
        for district in self.region().districts_of(postcode) {
            let Some(line) = line_of(&district.id) else { continue };
            if !apart.iter().any(|(known, _)| *known == line) {
                apart.push((line, district.id.clone()));
            }
        }
        apart.truncate(DISTRICTS_MAX);
        apart.into_iter().map(|(_, district)| district).collect()
    }
}

fn supply_of(line: &LineView) -> Supply {
    Supply {
        free: line.supply,
        waiting: line.joined.saturating_sub(line.called),
    }
}

//! A telephone call: carries out what the dialogue (`dran_core::hotline`) asks for, and seals its state.
//!
//! Nothing here keeps a session or names a caller. Supply, places and agents are answered from memory; what needs the
//! store gets a bounded time, and a caller who has to wait hears that it goes on.

mod codes;
mod place;

use std::time::Duration;

use dran_core::campaign::CampaignState;
use dran_core::hotline::{Answer, Deed, Ending, Event, Facts, Refusal, State, Taken, Turn, Verb, turn};
use dran_core::ids::{CampaignId, Language, Party};
use dran_core::line::ticket::Ticket;
use dran_core::person::BirthYear;
use dran_core::phone::PhoneNumber;
use dran_core::phone::callback::{Redial, redial};
use dran_store::Callback;
use tokio::time::timeout;

use crate::Service;
use crate::join::{JoinError, Joining, PoolChoice};
use crate::phone::{CallbackError, Calling};

/// How long a deed may take before the caller hears that it goes on: every answer is there within a second.
const DEED_TAKES_MOST: Duration = Duration::from_millis(700);
/// Deeds between two answers; the dialogue's own test shows that it needs no more.
const DEEDS_MAX: usize = 6;
/// The age in years of somebody who was not asked: old enough for every group that has a bound.
const AGE_NOT_ASKED: i16 = 85;

/// What a telephone system tells of a call.
#[derive(Clone, Debug)]
pub struct Ringing<'a> {
    /// Its name for the call. The state is bound to it.
    pub call: &'a str,
    /// The caller's number, unless it is withheld.
    pub number: Option<PhoneNumber>,
    /// The state that it brings back; none if the call begins.
    pub state: Option<&'a str>,
    /// What has happened since.
    pub heard: Heard,
}

/// What has happened since the last answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    /// Nothing was pressed.
    Nothing,
    /// These keys.
    Keys(String),
    /// The connection to an agent has ended.
    Bridged {
        /// They have spoken to each other.
        reached: bool,
    },
    /// The caller has hung up.
    HungUp,
}

/// What to say and do.
#[derive(Clone, Debug)]
pub struct Reply {
    /// In this order.
    pub verbs: Vec<Verb>,
    /// The state to bring back.
    pub state: String,
    /// The language to speak.
    pub language: Language,
    /// What the caller has got, where the call ends here.
    pub ending: Option<Ending>,
}

/// Whether a code may be tried: by the number that calls, if there is one, and by what is tried. Both are hashed.
pub type MayGuess<'a> = &'a (dyn Fn([u8; 32]) -> bool + Send + Sync);

impl Service {
    /// What to say and do next in a call.
    pub async fn converse(&self, ringing: &Ringing<'_>, may_guess: MayGuess<'_>) -> Reply {
        let now = self.clock().now();
        let known = ringing
            .state
            .and_then(|text| State::open(text, ringing.call, now, self.keys(), self.hash_key()));
        let (mut state, mut event) = match (known, &ringing.heard) {
            (Some(state), Heard::Nothing) => (state, Event::Silence),
            (Some(state), Heard::Keys(keys)) => (state, Event::Typed(keys.clone())),
            (Some(state), Heard::Bridged { reached }) => (state, Event::Bridged { reached: *reached }),
            (state, Heard::HungUp) => (state.unwrap_or_default(), Event::HungUp),
            // A state of long ago, or of another call: it begins again.
            (None, _) => (State::new(), Event::Called),
        };
        let mut facts = self.facts(ringing);
        for _ in 0..DEEDS_MAX {
            match turn(state, event.clone(), &facts) {
                Turn::Speak { verbs, ending, .. }
                    if ending.is_none() && verbs.contains(&Verb::Connect) && !self.try_connect() =>
                {
                    // Somebody else was quicker.
                    facts.agent_ready = false;
                }
                Turn::Speak { verbs, state, ending } => return self.reply(ringing, verbs, state, ending),
                Turn::Do { deed, state: after } => {
                    event = Event::Learnt(self.carry_out(deed, &after, ringing, may_guess).await);
                    state = after;
                }
            }
        }
        tracing::error!(?state.node, "a call goes round in a circle");
        let state = State {
            node: dran_core::hotline::Node::Connecting,
            ..state
        };
        self.reply(ringing, vec![Verb::Connect], state, Some(Ending::Agent))
    }

    fn reply(&self, ringing: &Ringing<'_>, verbs: Vec<Verb>, state: State, ending: Option<Ending>) -> Reply {
        if let Some(ending) = ending {
            tracing::info!(?ending, steps = state.steps, "a call ends");
        }
        let now = self.clock().now();
        Reply {
            verbs,
            state: state.seal(ringing.call, now, self.keys(), self.hash_key()),
            language: self.spoken_in(&state),
            ending,
        }
    }

    fn spoken_in(&self, state: &State) -> Language {
        let languages = &self.region().languages;
        let language = languages.get(usize::from(state.language)).or(languages.first());
        language.cloned().unwrap_or_else(|| Language::new("de"))
    }

    fn facts(&self, ringing: &Ringing<'_>) -> Facts {
        Facts {
            languages: u8::try_from(self.region().languages.len()).unwrap_or(u8::MAX),
            number_known: ringing.number.is_some(),
            agent_ready: self.agents().ready > 0,
            campaign_open: !self.open_campaigns().is_empty(),
            today: self.today(),
        }
    }

    /// The campaigns that take people, the oldest first.
    fn open_campaigns(&self) -> Vec<CampaignId> {
        let lines = self.lines();
        let open = lines
            .campaigns
            .iter()
            .filter(|campaign| campaign.stored.state != CampaignState::Closed);
        open.map(|campaign| campaign.stored.campaign.id.clone()).collect()
    }

    async fn carry_out(&self, deed: Deed, state: &State, ringing: &Ringing<'_>, may_guess: MayGuess<'_>) -> Answer {
        match deed {
            Deed::LookUp => self.look_up(ringing).await,
            Deed::AskPostcode { postcode, district } => {
                Answer::Postcode(self.line_of_postcode(&self.open_campaigns(), &postcode, district))
            }
            Deed::CheckNumber(typed) => Answer::Number(
                PhoneNumber::parse(&typed, self.region().country)
                    .ok()
                    .and_then(|number| digits_of(&number)),
            ),
            Deed::TakeTicket => self.take_ticket(state, ringing).await,
            Deed::FindTicket(keys) => self.find_ticket(&keys, ringing, may_guess).await,
            Deed::FindBooking(keys, birth_date) => self.find_booking(&keys, birth_date, ringing, may_guess).await,
            Deed::Cancel(keys, birth_date) => self.cancel_typed(&keys, birth_date, ringing, may_guess).await,
        }
    }

    async fn look_up(&self, ringing: &Ringing<'_>) -> Answer {
        let Some(number) = &ringing.number else {
            return Answer::Place(None);
        };
        match timeout(DEED_TAKES_MOST, self.open_callback(number)).await {
            Ok(Ok(found)) => Answer::Place(found.map(|callback| self.place_of_callback(&callback))),
            Ok(Err(_)) | Err(_) => Answer::NotNow,
        }
    }

    /// The call-back of a number that is not used up, in any campaign.
    async fn open_callback(&self, number: &PhoneNumber) -> Result<Option<Callback>, dran_store::Fault> {
        for campaign in self.open_campaigns() {
            let known = self.known_caller(&campaign, number).await?;
            let stands = known.filter(|known| redial(known.state, known.settled) != Redial::Anew);
            if stands.is_some() {
                return Ok(stands);
            }
        }
        Ok(None)
    }

    // --- a ticket ---

    async fn take_ticket(&self, state: &State, ringing: &Ringing<'_>) -> Answer {
        let typed = state
            .number
            .and_then(|digits| PhoneNumber::of_e164(&format!("+{digits}")));
        let Some(phone) = typed.or_else(|| ringing.number.clone()) else {
            return self.ticket_without_number(state).await;
        };
        // Not cut off where it takes long: what was begun is found by the next try.
        let (service, state, language) = (self.clone(), *state, self.spoken_in(state));
        let promised = tokio::spawn(async move { service.promised_to(phone, &state, language).await });
        match timeout(DEED_TAKES_MOST, promised).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Answer::NotNow,
        }
    }

    async fn promised_to(&self, phone: PhoneNumber, state: &State, language: Language) -> Answer {
        let campaign = match self.open_callback(&phone).await {
            Ok(Some(known)) => Ok(known.campaign),
            Ok(None) => self.campaign_to_join(state),
            Err(_) => return Answer::NotNow,
        };
        let joining = match campaign {
            Ok(campaign) => self.joining(&campaign, state),
            Err(refusal) => return Answer::Ticket(Err(refusal)),
        };
        let Some(joining) = joining else {
            return Answer::Ticket(Err(Refusal::UnknownPostcode));
        };
        let call_back = digits_of(&phone);
        let calling = Calling {
            phone,
            joining,
            postcode: state.postcode,
            language,
            by: None,
        };
        match self.callback_for(&calling).await {
            Ok(promised) => Answer::Ticket(Ok(Taken {
                made: promised.made,
                place: self.place_of_ticket(&promised.ticket),
                call_back,
                code: None,
            })),
            Err(CallbackError::Join(error)) => refused(&error),
            Err(CallbackError::Refused(_)) => Answer::Ticket(Err(Refusal::Closed)),
            Err(CallbackError::Fault(_)) => Answer::NotNow,
        }
    }

    /// A place that nobody can be rung for: its code is to be written down. Asked again in the same call it is the
    /// same.
    async fn ticket_without_number(&self, state: &State) -> Answer {
        if let Some(id) = state.ticket {
            let ticket = Ticket {
                id,
                party: state.party.unwrap_or(Party::One),
                birth_year: 0,
                joined_at: self.clock().now(),
            };
            return self.to_write_down(&ticket, false);
        }
        let joining = match self.campaign_to_join(state) {
            Ok(campaign) => self.joining(&campaign, state),
            Err(refusal) => return Answer::Ticket(Err(refusal)),
        };
        let Some(joining) = joining else {
            return Answer::Ticket(Err(Refusal::UnknownPostcode));
        };
        match timeout(DEED_TAKES_MOST, self.join(&joining)).await {
            Ok(Ok(joined)) => self.to_write_down(&joined.ticket, true),
            Ok(Err(error)) => refused(&error),
            Err(_) => Answer::NotNow,
        }
    }

    fn to_write_down(&self, ticket: &Ticket, made: bool) -> Answer {
        Answer::Ticket(Ok(Taken {
            made,
            place: self.place_of_ticket(ticket),
            call_back: None,
            code: self.short_code(ticket).map(|code| (ticket.id, code.to_string())),
        }))
    }

    /// The first campaign that takes this caller; else why none does.
    fn campaign_to_join(&self, state: &State) -> Result<CampaignId, Refusal> {
        let mut why = Refusal::Closed;
        for id in self.open_campaigns() {
            let Some(joining) = self.joining(&id, state) else {
                why = Refusal::UnknownPostcode;
                continue;
            };
            match self.may_join(&joining) {
                Ok(_) => return Ok(id),
                Err(JoinError::NotEntitled) => why = Refusal::NotEntitled,
                Err(JoinError::UnknownPostcode | JoinError::SeveralDistricts(_) | JoinError::NotServed) => {
                    why = Refusal::UnknownPostcode;
                }
                Err(JoinError::Closed | JoinError::UnknownCampaign | JoinError::Fault(_)) => {}
            }
        }
        Err(why)
    }

    /// What the caller has told, and where nothing was told what is most probably so: the agent who rings asks.
    fn joining(&self, campaign: &CampaignId, state: &State) -> Option<Joining> {
        let today = self.today();
        let not_asked = today.year() - AGE_NOT_ASKED;
        let year = state.birth_year.unwrap_or(not_asked);
        Some(Joining {
            campaign: campaign.clone(),
            choice: self.pool_choice(campaign, state)?,
            party: state.party.unwrap_or(Party::One),
            birth_year: BirthYear::parse(&year.to_string(), today).ok()?,
        })
    }

    fn pool_choice(&self, campaign: &CampaignId, state: &State) -> Option<PoolChoice> {
        let view = self.campaign(campaign)?;
        let Some(postcode) = state.postcode else {
            // Most callers live where most people stand in line.
            let largest = view.lines.iter().max_by_key(|line| line.joined)?;
            return Some(PoolChoice::Pool(largest.pool.id.clone()));
        };
        let districts = self.districts_apart(&view, &postcode);
        let chosen = usize::from(state.district.unwrap_or(0));
        let district = districts.into_iter().nth(chosen)?;
        Some(PoolChoice::District(district))
    }
}

fn refused(error: &JoinError) -> Answer {
    Answer::Ticket(Err(match error {
        JoinError::NotEntitled => Refusal::NotEntitled,
        JoinError::UnknownPostcode | JoinError::SeveralDistricts(_) | JoinError::NotServed => Refusal::UnknownPostcode,
        JoinError::Closed | JoinError::UnknownCampaign => Refusal::Closed,
        JoinError::Fault(_) => return Answer::NotNow,
    }))
}

/// The digits of a number's E.164 form.
fn digits_of(number: &PhoneNumber) -> Option<u64> {
    number.as_str().strip_prefix('+')?.parse().ok()
}

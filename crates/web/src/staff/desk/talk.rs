//! One call: what the agent has typed in it so far, and what is settled. All of it travels in the form, so that any
//! node goes on with it and nothing of it is stored before it is booked.

use dran_core::campaign::{Campaign, CampaignState};
use dran_core::contact::Mobile;
use dran_core::ids::{AttemptKey, CampaignId, DistrictId, GroupId, HoldId, Language, Party, TicketId};
use dran_core::line::ticket::Ticket;
use dran_core::person::BirthDate;
use dran_core::phone::AgentState;
use dran_core::region::Postcode;
use dran_core::supply::{PartOfDay, Preferences, ProposalKey};
use dran_service::staff::{Access, Person};
use dran_service::{CampaignView, Claim, Joining, NewPerson, PoolChoice, Service};
use jiff::civil::Date;

use super::bar::{bar, say};
use crate::input::{self, TypedContact, TypedPerson, date_parts};
use crate::portal::forms::Posted;
use crate::problem::{FieldProblem, Problem};
use crate::staff::call::{Call, Desk, unavailable};
use crate::staff::views::DeskBar;

/// Everything that travels from part to part, in the order of the parts.
pub const FIELDS: [&str; 26] = [
    "attempt_key",
    "callback",
    "campaign",
    "postcode",
    "birth",
    "birth_2",
    "district",
    "group",
    "phone",
    "code",
    "ticket",
    "stays",
    "wish_from",
    "wish_time",
    "hold",
    "chosen",
    "family_name",
    "given_name",
    "sex",
    "family_name_2",
    "given_name_2",
    "sex_2",
    "contact",
    "street",
    "town",
    "language",
];

/// The fields of the two persons' names.
pub const NAMES: [[&str; 3]; 2] = [
    ["family_name", "given_name", "sex"],
    ["family_name_2", "given_name_2", "sex_2"],
];

/// One call.
pub struct Talk<'a> {
    /// The request.
    pub call: &'a Call<Desk>,
    /// What was typed, and what travels with it.
    pub typed: Posted,
    /// What stands on every page.
    pub bar: DeskBar,
}

/// Who wants to be vaccinated, as far as the entitlement asks.
pub struct Answers {
    /// The campaign.
    pub campaign: CampaignView,
    /// Where they live.
    pub postcode: Postcode,
    /// One or two, the first of whom the place is for.
    pub births: Vec<BirthDate>,
    /// The group of all of them.
    pub group: GroupId,
}

impl Answers {
    /// One or two.
    pub fn party(&self) -> Party {
        if self.births.len() == 1 {
            Party::One
        } else {
            Party::Couple
        }
    }

    /// What decides whether they may book.
    pub fn claims(&self) -> Vec<Claim> {
        let claim = |birth: &BirthDate| Claim {
            birth_date: birth.date(),
            group: self.group.clone(),
        };
        self.births.iter().map(claim).collect()
    }

    /// How they would join.
    pub fn joining(&self, district: &str) -> Option<Joining> {
        let oldest = self.births.iter().min()?;
        Some(Joining {
            campaign: self.campaign.campaign.id.clone(),
            choice: match district {
                "" => PoolChoice::Postcode(self.postcode),
                district => PoolChoice::District(DistrictId::new(district)),
            },
            party: self.party(),
            birth_year: oldest.year(),
        })
    }
}

impl<'a> Talk<'a> {
    /// The call as it was posted.
    pub async fn of(call: &'a Call<Desk>) -> Self {
        let mut typed = call.posted.clone();
        if input::attempt_key(typed.get("attempt_key")).is_none() {
            let fresh = input::attempt_key_text(call.app.app.service.entropy().bytes());
            typed.set("attempt_key", fresh);
        }
        let bar = bar(call).await;
        Self { call, typed, bar }
    }

    /// Notes what the agent is doing from now on.
    pub async fn says(&mut self, state: AgentState) {
        say(self.call, state).await;
        self.bar.state = Some(state.word());
    }

    /// The live service.
    pub fn service(&self) -> &'a Service {
        &self.call.app.app.service
    }

    /// What was typed into a field, without blanks around.
    pub fn get(&self, name: &str) -> &str {
        self.typed.get(name).trim()
    }

    /// The key of this call: whatever is sent twice, is done once.
    pub fn attempt_key(&self) -> AttemptKey {
        let key = input::attempt_key(self.get("attempt_key"));
        key.unwrap_or_else(|| AttemptKey(self.service().entropy().bytes()))
    }

    /// Campaigns that somebody can still join, oldest first.
    pub fn campaigns(&self) -> Vec<Campaign> {
        let open = self.service().campaigns().into_iter();
        open.filter(|view| view.state != CampaignState::Closed)
            .map(|view| view.campaign)
            .collect()
    }

    /// The campaign that is chosen, or the first.
    pub fn campaign(&self) -> Option<CampaignView> {
        let chosen = self.service().campaign(&CampaignId::new(self.get("campaign")));
        chosen.or_else(|| self.service().campaign(&self.campaigns().first()?.id))
    }

    /// The group that is chosen, or the only one.
    pub fn group(&self, campaign: &Campaign) -> Option<GroupId> {
        let chosen = campaign.groups.iter().find(|group| group.as_str() == self.get("group"));
        chosen.or(campaign.groups.first()).cloned()
    }

    /// Who wants to be vaccinated.
    ///
    /// # Errors
    /// One problem per field that cannot be taken.
    pub fn answers(&self) -> Result<Answers, Vec<FieldProblem>> {
        let postcode = input::postcode(self.get("postcode"));
        let first = self.birth("birth");
        let second = (!self.get("birth_2").is_empty())
            .then(|| self.birth("birth_2"))
            .transpose();
        let campaign = self.campaign();
        let group = campaign.as_ref().and_then(|view| self.group(&view.campaign));
        match (postcode, first, second, campaign, group) {
            (Ok(postcode), Ok(first), Ok(second), Some(campaign), Some(group)) => Ok(Answers {
                campaign,
                postcode,
                births: std::iter::once(first).chain(second).collect(),
                group,
            }),
            (postcode, first, second, campaign, _) => {
                let no_campaign = campaign.is_none();
                let no_campaign = no_campaign.then(|| FieldProblem::new("postcode", "desk-error-no-campaign"));
                let problems = [postcode.err(), first.err(), second.err(), no_campaign];
                Err(problems.into_iter().flatten().collect())
            }
        }
    }

    fn birth(&self, name: &str) -> Result<BirthDate, FieldProblem> {
        if is_year(self.get(name)) {
            return Err(FieldProblem::new(name, "desk-error-birth-year"));
        }
        let [day, month, year] = date_parts(self.get(name));
        let birth = input::birth_date(&day, &month, &year, self.service().today());
        birth.map_err(|problem| FieldProblem {
            field: name.to_owned(),
            ..problem
        })
    }

    /// The ticket that travels with the call.
    pub fn ticket(&self) -> Option<Ticket> {
        self.service().open_ticket(self.get("ticket"))
    }

    /// Whether the caller was inside by the web before this call, and stays there when it ends.
    pub fn stays(&self, ticket: TicketId) -> bool {
        self.get("stays") == stays(ticket)
    }

    /// Notes that the caller was inside before this call.
    pub fn note_stays(&mut self, ticket: TicketId) {
        self.typed.set("stays", stays(ticket));
    }

    /// What is held, as the form carries it.
    pub fn held(&self) -> Option<(HoldId, ProposalKey)> {
        Some((HoldId(self.get("hold").parse().ok()?), self.get("chosen").parse().ok()?))
    }

    /// The persons with their names, in the order of their dates of birth.
    ///
    /// # Errors
    /// One problem per field that cannot be taken.
    pub fn persons(&self, answers: &Answers) -> Result<Vec<NewPerson>, Vec<FieldProblem>> {
        let (mut persons, mut problems) = (Vec::new(), Vec::new());
        for (index, [family, given, sex]) in NAMES.iter().take(answers.births.len()).enumerate() {
            let [birth_day, birth_month, birth_year] = date_parts(self.get(["birth", "birth_2"][index]));
            let typed = TypedPerson {
                given_name: self.get(given).to_owned(),
                family_name: self.get(family).to_owned(),
                birth_day,
                birth_month,
                birth_year,
                sex: self.get(sex).to_owned(),
                postcode: self.get("postcode").to_owned(),
                district: self.district(answers),
                group: answers.group.to_string(),
            };
            match typed.parse(self.service().region(), self.service().today(), "") {
                Ok(person) => persons.push(person),
                Err(found) => problems.extend(found.into_iter().map(|problem| of_person(problem, index))),
            }
        }
        if problems.is_empty() {
            Ok(persons)
        } else {
            Err(problems)
        }
    }

    /// The district of residence, where the postcode does not tell: as chosen, else that of the place in the line.
    fn district(&self, answers: &Answers) -> String {
        let chosen = self.get("district");
        if !chosen.is_empty() || !self.service().region().districts_of(&answers.postcode).is_empty() {
            return chosen.to_owned();
        }
        let line = self.ticket().and_then(|ticket| self.service().line(ticket.id.line));
        let districts = line.map(|line| line.pool.districts).unwrap_or_default();
        districts.first().map(ToString::to_string).unwrap_or_default()
    }

    /// How to reach them: what is typed into the one field is a number or an address; with nothing in it, a letter.
    pub fn contact(&self) -> TypedContact<'_> {
        match self.get("contact") {
            "" => TypedContact::Letter {
                street: self.get("street"),
                town: self.get("town"),
            },
            address if address.contains('@') => TypedContact::Email(address),
            number => TypedContact::Sms(number),
        }
    }

    /// The caller's number, if messages can go there.
    pub fn mobile(&self) -> String {
        let phone = self.get("phone");
        let mobile = Mobile::parse(phone, self.service().region().country);
        mobile.map_or_else(|_| String::new(), |_| phone.to_owned())
    }

    /// The language of messages: as chosen, else the region's first.
    pub fn language(&self) -> Language {
        let languages = &self.service().region().languages;
        let chosen = languages
            .iter()
            .find(|language| language.as_str() == self.get("language"));
        let first = || languages.first().cloned();
        let language = chosen.cloned().or_else(first);
        language.unwrap_or_else(|| self.call.visitor.speaker.language().clone())
    }

    /// Enters in the audit log what is shown or changed: before it is.
    ///
    /// # Errors
    /// When it could not be entered; then nothing may be shown or changed.
    pub async fn record(&self, access: Access, person: Person) -> Result<(), Problem> {
        let actor = self.call.who.actor();
        let recorded = self.call.app.staff.record_access(actor, access, &[person]).await;
        recorded.map_err(|_| unavailable())
    }
}

fn stays(ticket: TicketId) -> String {
    format!("{}-{}", ticket.line, ticket.number)
}

/// Whether somebody has typed a year alone: with it one may wait, but not book.
fn is_year(typed: &str) -> bool {
    typed.len() == 4 && typed.bytes().all(|digit| digit.is_ascii_digit())
}

/// What is wished of the times.
///
/// # Errors
/// When the day is none.
pub fn wishes(typed: &Posted) -> Result<Preferences, FieldProblem> {
    let from = typed.get("wish_from").trim();
    let earliest = (!from.is_empty()).then(|| {
        let [day, month, year] = date_parts(from);
        let numbers = (year.parse().ok(), month.parse().ok(), day.parse().ok());
        let (Some(year), Some(month), Some(day)) = numbers else {
            return None;
        };
        Date::new(year, month, day).ok()
    });
    if earliest == Some(None) {
        return Err(FieldProblem::new("wish_from", "input-from-form"));
    }
    Ok(Preferences {
        earliest: earliest.flatten(),
        part_of_day: match typed.get("wish_time") {
            "am" => Some(PartOfDay::Morning),
            "pm" => Some(PartOfDay::Afternoon),
            _ => None,
        },
        ..Preferences::default()
    })
}

/// A problem of one person, at the desk's field for it.
pub fn of_person(problem: FieldProblem, index: usize) -> FieldProblem {
    let field = match (&*problem.field, index) {
        (field, 0) => field.to_owned(),
        (field, _) => format!("{field}_2"),
    };
    FieldProblem { field, ..problem }
}

/// Fields of the one contact field: what is wrong with a number or an address stands there.
pub fn of_contact(problem: FieldProblem) -> FieldProblem {
    let field = match &*problem.field {
        "mobile" | "email" => "contact".to_owned(),
        field => field.to_owned(),
    };
    FieldProblem { field, ..problem }
}

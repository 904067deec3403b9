//! A call, step by step.

use dran_core::ids::TicketId;
use dran_core::line::ticket::{PermitToken, ShortCode, ShortCodeError, Ticket};
use dran_core::phone::{AgentState, Settled};
use dran_service::staff::{Access, Person};
use dran_service::{ConfirmError, EnterError, HoldError, JoinError, NewPersons, RegisterError, Whereabouts};
use dran_store::{ConfirmRefusal, Failure, HoldRefusal};
use jiff::SignedDuration;

use super::bar::{bar, say};
use super::callbacks;
use super::screen::{self, Above};
use super::talk::{Answers, Talk, of_person, wishes};
use crate::api::{hold_problem, join_problem, person_problem};
use crate::portal::page::{Page, go, shell, show as page_of};
use crate::problem::{FieldProblem, Kind, Problem};
use crate::staff::call::{Call, Desk, unavailable};
use crate::staff::page;
use crate::staff::views::{DeskHelp, paths};

/// A permit with less time than this is prolonged without being asked: the agent has somebody on the phone.
const PROLONG_BELOW: SignedDuration = SignedDuration::from_mins(10);

/// `GET /desk`: the beginning of a call.
pub async fn start(call: Call<Desk>) -> Page {
    Ok(screen::who(&Talk::of(&call).await, &[], Above::default()))
}

/// `GET /desk/hilfe`: the keys.
pub async fn help(call: Call<Desk>) -> Page {
    let view = DeskHelp {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        bar: bar(&call).await,
    };
    Ok(page_of(&call.visitor, &view))
}

/// `POST /desk`: what was typed into one part, and the next part.
pub async fn step(call: Call<Desk>) -> Page {
    let mut talk = Talk::of(&call).await;
    callbacks::keep(&talk).await;
    if call.posted.has("end") {
        return end(&talk).await;
    }
    if let Some(settled) = Settled::of_word(call.posted.get("settle")) {
        return callbacks::settle(&talk, settled).await;
    }
    let step = call.posted.get("step");
    let shown = match (call.posted.get("to"), step) {
        ("who", _) => Ok(screen::who(&talk, &[], Above::default())),
        ("names", _) => Ok(screen::names(&talk, &[], Above::default())),
        ("choose", _) | (_, "place") => enter(&mut talk, None).await,
        (_, "choose") => choose(&mut talk).await,
        (_, "names") => names(&talk),
        (_, "review") => book(&mut talk).await,
        _ => who(&mut talk).await,
    };
    match shown {
        Err(problem) if problem.kind.status().is_server_error() => Ok(screen::again(&talk, &problem)),
        shown => shown,
    }
}

/// Ends a call before anything is booked: the permit that it has brought goes to somebody else. The place in the line
/// stays, and so does a caller who was inside by the web before.
pub async fn end(talk: &Talk<'_>) -> Page {
    if let Some(ticket) = talk.ticket().filter(|ticket| !talk.stays(ticket.id)) {
        match talk.service().leave(ticket.id).await {
            Ok(()) | Err(Failure::Refused(_)) => {}
            Err(Failure::Fault(_)) => return Err(unavailable()),
        }
    }
    say(talk.call, AgentState::WrapUp).await;
    Ok(go(paths::DESK))
}

/// Who calls: whether they are entitled, their place in the line, and in.
async fn who(talk: &mut Talk<'_>) -> Page {
    let answers = match talk.answers() {
        Ok(answers) => answers,
        Err(problems) => return Ok(screen::who(talk, &problems, Above::default())),
    };
    if let Err(problem) = callbacks::phone(talk) {
        return Ok(screen::who(talk, &[problem], Above::default()));
    }
    for (index, claim) in answers.claims().iter().enumerate() {
        if let Err(why) = talk.service().entitlement(&answers.campaign.campaign, claim) {
            talk.says(AgentState::OnCall).await;
            return Ok(screen::not_entitled(talk, &answers, index, why));
        }
    }
    // Both are written at the same moment, by one commit.
    let (ticket, ()) = tokio::join!(ticket(talk, &answers), say(talk.call, AgentState::OnCall));
    talk.bar.state = Some(AgentState::OnCall.word());
    match ticket? {
        Ok(Found { ticket, is_known }) => {
            let is_new_here = talk.ticket().is_none_or(|taken| taken.id != ticket.id);
            if is_known && is_new_here && is_inside(talk, &ticket).await? {
                talk.note_stays(ticket.id);
            }
            talk.typed.set("ticket", ticket.seal(talk.service().keys()));
            // A Wartenummer may be of another campaign.
            if let Some(line) = talk.service().line(ticket.id.line) {
                talk.typed.set("campaign", line.campaign.to_string());
            }
        }
        Err(problem) => return Ok(screen::who(talk, &[problem], Above::default())),
    }
    enter(talk, None).await
}

/// A place in the line.
struct Found {
    ticket: Ticket,
    /// Whether it was there before this call.
    is_known: bool,
}

impl Found {
    fn known(ticket: Ticket) -> Self {
        Self { ticket, is_known: true }
    }

    fn of_this_call(ticket: Ticket) -> Self {
        Self {
            ticket,
            is_known: false,
        }
    }
}

/// Whether a ticket has a permit at this moment.
async fn is_inside(talk: &Talk<'_>, ticket: &Ticket) -> Result<bool, Problem> {
    let at = talk.service().whereabouts(&PermitToken::from(ticket)).await;
    Ok(at.map_err(|_| unavailable())?.is_some())
}

/// The place in the line: the one that the Wartenummer names, the one that this call has taken, or a new one.
async fn ticket(talk: &Talk<'_>, answers: &Answers) -> Result<Result<Found, FieldProblem>, Problem> {
    let service = talk.service();
    if !talk.get("code").is_empty() {
        let ticket = match of_code(talk, answers) {
            Ok(ticket) => ticket,
            Err(key) => return Ok(Err(FieldProblem::new("code", key))),
        };
        talk.record(Access::Read, Person::Ticket(ticket.id)).await?;
        return Ok(Ok(Found::known(ticket)));
    }
    let joining = answers.joining(talk.get("district")).ok_or(Kind::Malformed)?;
    let line = match service.may_join(&joining) {
        Ok(line) => line,
        Err(JoinError::UnknownPostcode | JoinError::SeveralDistricts(_) | JoinError::NotServed) => {
            return Ok(Err(FieldProblem::new("district", "desk-error-district")));
        }
        Err(error) => return Err(join_problem(error)),
    };
    let taken = talk.ticket();
    if let Some(taken) = taken.filter(|taken| taken.id.line == line && taken.party == joining.party) {
        return Ok(Ok(Found::of_this_call(taken)));
    }
    if taken.is_none()
        && let Some(ticket) = callbacks::ticket_of_caller(talk, answers).await?
    {
        talk.record(Access::Read, Person::Ticket(ticket.id)).await?;
        return Ok(Ok(Found::known(ticket)));
    }
    // The answers were corrected and lead to another line: whoever is let in there needs no permit here.
    let attempt = match taken {
        Some(taken) => {
            if !talk.stays(taken.id) {
                let _ = service.leave(taken.id).await;
            }
            dran_core::ids::AttemptKey(service.entropy().bytes())
        }
        None => talk.attempt_key(),
    };
    let ticket = service.join_once(&joining, attempt).await.map_err(join_problem)?;
    talk.record(Access::Changed, Person::Ticket(ticket.id)).await?;
    Ok(Ok(Found::of_this_call(ticket)))
}

/// The place that a Wartenummer names.
fn of_code(talk: &Talk<'_>, answers: &Answers) -> Result<Ticket, &'static str> {
    let service = talk.service();
    let (id, party) = ShortCode::parse(talk.get("code"), service.keys()).map_err(|error| match error {
        ShortCodeError::Typo(_) => "input-short-code-typo",
        ShortCodeError::Unknown => "input-short-code-unknown",
    })?;
    if service.line(id.line).is_none() {
        return Err("input-short-code-unknown");
    }
    if party != answers.party() {
        return Err("desk-error-party");
    }
    let oldest = answers.births.iter().min();
    let ticket = Ticket {
        id,
        party,
        birth_year: oldest.map_or(0, |birth| birth.year().get().unsigned_abs()),
        joined_at: service.clock().now(),
    };
    // Of folded tickets one stands for all.
    service
        .open_ticket(&ticket.seal(service.keys()))
        .ok_or("input-short-code-unknown")
}

/// Enters if the line has come to the ticket, and shows proposals; else says where the ticket stands.
async fn enter(talk: &mut Talk<'_>, alert: Option<String>) -> Page {
    let Some(ticket) = talk.ticket() else {
        return Ok(screen::who(talk, &[], Above::default()));
    };
    match inside(talk, &ticket).await? {
        Inside::Yes(at) => proposals(talk, &at, alert),
        Inside::No { refused } => {
            let above = Above {
                say: callbacks::promise(talk, &ticket).await?.into_iter().collect(),
                ..Above::default()
            };
            Ok(screen::place(talk, &ticket, refused, above))
        }
        Inside::Booked => Ok(go(&paths::desk_booked(ticket.id))),
    }
}

/// Whether a ticket is inside.
enum Inside {
    Yes(Box<Whereabouts>),
    No { refused: bool },
    Booked,
}

/// Lets a called ticket in, unless it is; its permit does not run out while somebody is on the phone.
async fn inside(talk: &Talk<'_>, ticket: &Ticket) -> Result<Inside, Problem> {
    let service = talk.service();
    match service.enter_for_caller(ticket, talk.call.who.account.id).await {
        Ok((permit, _)) => {
            let left = permit.expires_at.duration_since(service.clock().now());
            if left < PROLONG_BELOW {
                // A permit that cannot be prolonged any more ends when it ends, and the ticket enters anew.
                let _ = service.extend(permit.ticket).await;
            }
        }
        Err(EnterError::AlreadyBooked) => return Ok(Inside::Booked),
        Err(EnterError::Fault) => return Err(unavailable()),
        Err(EnterError::UnknownLine) => return Err(Kind::TicketInvalid.into()),
        Err(error @ (EnterError::NotCalled | EnterError::NoFreePermit | EnterError::BeyondSupply)) => {
            let refused = error == EnterError::NoFreePermit;
            return Ok(Inside::No { refused });
        }
    }
    let at = service.whereabouts(&PermitToken::from(ticket)).await;
    let at = at.map_err(|_| unavailable())?;
    Ok(at.map_or(Inside::No { refused: true }, |at| Inside::Yes(Box::new(at))))
}

/// Up to five proposals, as the caller wishes.
fn proposals(talk: &mut Talk<'_>, at: &Whereabouts, alert: Option<String>) -> Page {
    show_proposals(talk, at, None, alert)
}

fn show_proposals(talk: &mut Talk<'_>, at: &Whereabouts, problem: Option<FieldProblem>, alert: Option<String>) -> Page {
    let claims = talk.answers().map(|answers| answers.claims()).unwrap_or_default();
    let (wishes, wrong) = match wishes(&talk.typed) {
        Ok(wishes) => (wishes, None),
        Err(problem) => (dran_core::supply::Preferences::default(), Some(problem)),
    };
    let found = talk.service().proposals(at, &wishes, &claims);
    let problems: Vec<FieldProblem> = problem.into_iter().chain(wrong).collect();
    Ok(screen::choose(talk, at, &found, &problems, alert))
}

/// Holds what the digit says; without a digit, other proposals by what is wished.
async fn choose(talk: &mut Talk<'_>) -> Page {
    let Some(ticket) = talk.ticket() else {
        return Ok(screen::who(talk, &[], Above::default()));
    };
    let at = match inside(talk, &ticket).await? {
        Inside::Yes(at) => at,
        Inside::No { refused } => return Ok(screen::place(talk, &ticket, refused, Above::default())),
        Inside::Booked => return Ok(go(&paths::desk_booked(ticket.id))),
    };
    let digit = talk.get("choice").to_owned();
    if digit.is_empty() {
        return proposals(talk, &at, None);
    }
    let wrong = || FieldProblem::new("choice", "desk-error-choice");
    let Ok(key) = talk.get(&format!("p{digit}")).parse() else {
        return show_proposals(talk, &at, Some(wrong()), None);
    };
    let claims = talk.answers().map(|answers| answers.claims()).unwrap_or_default();
    match talk.service().hold(&at, &key, &claims).await {
        Ok(chosen) => {
            talk.typed.set("hold", chosen.hold.id.to_string());
            talk.typed.set("chosen", key.to_string());
            let above = Above {
                until: Some(chosen.hold.expires_at),
                ..Above::default()
            };
            Ok(screen::names(talk, &[], above))
        }
        Err(HoldError::Store(Failure::Refused(HoldRefusal::SlotJustWent))) => {
            let alert = talk.call.visitor.speaker.text("desk-just-went");
            proposals(talk, &at, Some(alert))
        }
        Err(HoldError::NotForThisTicket | HoldError::Store(Failure::Refused(HoldRefusal::UnknownSlot))) => {
            show_proposals(talk, &at, Some(wrong()), None)
        }
        Err(error) => Err(hold_problem(error)),
    }
}

/// Everything that is needed to book.
///
/// # Errors
/// What is wrong with names and contact.
fn complete(talk: &Talk<'_>, answers: &Answers) -> Result<NewPersons, Vec<FieldProblem>> {
    let persons = talk.persons(answers);
    let contact = talk.contact().parse(talk.service().region());
    match (persons, contact) {
        (Ok(persons), Ok(contact)) => Ok(NewPersons {
            campaign: answers.campaign.campaign.id.clone(),
            persons,
            contact,
            language: talk.language(),
            attempt_key: talk.attempt_key(),
        }),
        (persons, contact) => Err([persons.err(), contact.err()].into_iter().flatten().flatten().collect()),
    }
}

/// Names and contact: once they can be taken, all of it is read aloud.
fn names(talk: &Talk<'_>) -> Page {
    let answers = match talk.answers() {
        Ok(answers) => answers,
        Err(problems) => return Ok(screen::who(talk, &problems, Above::default())),
    };
    Ok(match complete(talk, &answers) {
        Ok(new) => screen::review(talk, &new.persons, Above::default()),
        Err(problems) => screen::names(talk, &problems, Above::default()),
    })
}

/// The binding step. Sent again with the same key it answers the same booking.
async fn book(talk: &mut Talk<'_>) -> Page {
    let (Some(ticket), Some((hold, _))) = (talk.ticket(), talk.held()) else {
        return enter(talk, None).await;
    };
    let complete = talk.answers().and_then(|answers| complete(talk, &answers));
    let Ok(new) = complete else { return names(talk) };
    let persons = new.persons.clone();
    talk.record(Access::Changed, Person::Ticket(ticket.id)).await?;
    let registration = match talk.service().register_by_agent(new).await {
        Ok(registration) => registration,
        Err(RegisterError::Fault(_)) => return Err(unavailable()),
        Err(error) => {
            let problem = person_problem(&talk.call.visitor, &error);
            let (person, problem) = problem.ok_or(Kind::UnknownCampaign)?;
            return Ok(screen::names(talk, &[of_person(problem, person)], Above::default()));
        }
    };
    talk.record(Access::Changed, Person::Registration(registration)).await?;
    let confirmed = talk
        .service()
        .confirm(ticket.id, hold, registration, talk.attempt_key())
        .await;
    let speaker = talk.call.visitor.speaker.clone();
    match confirmed {
        Ok(_) => {
            count(talk, ticket.id).await;
            Ok(go(&paths::desk_booked(ticket.id)))
        }
        Err(ConfirmError::Unknown { receipt }) => Err(Problem::from(Kind::OutcomeUnknown).with_receipt(receipt)),
        Err(ConfirmError::Store(Failure::Fault(_))) => Err(unavailable()),
        Err(ConfirmError::Store(Failure::Refused(ConfirmRefusal::PersonHasSeries { person }))) => {
            let name = persons
                .get(person)
                .map(|person| format!("{} {}", person.name.given(), person.name.family()));
            let shell = screen::frame(talk);
            let alert = shell.t_name("not-booked-has-series", name.unwrap_or_default().trim());
            Ok(screen::names(talk, &[], Above::alert(alert)))
        }
        Err(ConfirmError::NotForThisPerson { .. }) => {
            enter(talk, Some(speaker.text("not-booked-slot-just-went"))).await
        }
        Err(ConfirmError::Store(Failure::Refused(_))) => {
            if is_booked(talk, ticket.id).await? {
                return Ok(go(&paths::desk_booked(ticket.id)));
            }
            enter(talk, Some(speaker.text("not-booked-hold-over"))).await
        }
    }
}

/// Counts the booking for the agent, who finishes the call now. The booking does not depend on it.
async fn count(talk: &Talk<'_>, ticket: TicketId) {
    let (staff, me) = (&talk.call.app.staff, talk.call.who.account.id);
    let counted = staff.note_agent_booking(me, ticket, talk.service().today());
    let (counted, ()) = tokio::join!(counted, say(talk.call, AgentState::WrapUp));
    if let Err(fault) = counted {
        tracing::warn!(%fault, "a booking was not counted for its agent");
    }
}

/// Whether a hold is over because the ticket has booked with it.
async fn is_booked(talk: &Talk<'_>, ticket: TicketId) -> Result<bool, Problem> {
    let booked = talk.service().booked_by(ticket).await.map_err(|_| unavailable())?;
    Ok(booked.is_some())
}

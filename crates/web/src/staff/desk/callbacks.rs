//! Call-backs: whose turn has come, first due first, for one agent only.

use dran_core::ids::CallbackId;
use dran_core::line::ticket::Ticket;
use dran_core::phone::callback::{Redial, redial};
use dran_core::phone::{AgentState, PhoneNumber, Settled};
use dran_service::CallbackError;
use dran_store::Failure;

use super::screen::{self, Above};
use super::talk::{Answers, Talk};
use crate::portal::line::short_code;
use crate::portal::page::{Page, go};
use crate::problem::{FieldProblem, Problem};
use crate::staff::call::{Call, Desk, unavailable};
use crate::staff::views::paths;

/// `POST /desk/rueckruf`: the first one that is due; the one that the agent has already, if any.
pub async fn next_callback(call: Call<Desk>) -> Page {
    let taken = call.app.staff.take_next(call.who.account.id).await;
    let taken = taken.map_err(|_| unavailable())?;
    let mut talk = Talk::of(&call).await;
    let text = |key| call.visitor.speaker.text(key);
    let Some(callback) = taken else {
        return Ok(screen::who(&talk, &[], Above::alert(text("desk-no-callback"))));
    };
    talk.says(AgentState::OnCall).await;
    let code = short_code(&call.app.app, &callback.whole_ticket());
    talk.typed.set("callback", callback.id.to_string());
    talk.typed.set("campaign", callback.campaign.as_str());
    talk.typed.set("phone", callback.phone.as_str());
    talk.typed.set("code", code);
    talk.typed
        .set("postcode", callback.postcode.as_deref().unwrap_or_default());
    talk.typed.set("language", callback.language.as_str());
    let above = Above {
        say: vec![text("desk-say-callback")],
        ..Above::default()
    };
    Ok(screen::who(&talk, &[], above))
}

/// The call-back that the call in hand is.
pub fn of(talk: &Talk<'_>) -> Option<CallbackId> {
    talk.get("callback").parse().ok().map(CallbackId)
}

/// Notes that the agent is still at it, so that nobody else gets it.
pub async fn keep(talk: &Talk<'_>) {
    if let Some(id) = of(talk) {
        let _ = talk.call.app.staff.keep_callback(talk.call.who.account.id, id).await;
    }
}

/// A call-back that ends without a booking.
pub async fn settle(talk: &Talk<'_>, settled: Settled) -> Page {
    let Some(id) = of(talk) else { return Ok(go(paths::DESK)) };
    match talk
        .call
        .app
        .staff
        .settle_callback(talk.call.who.account.id, id, settled)
        .await
    {
        Ok(_) => super::steps::end(talk).await,
        Err(Failure::Refused(_)) => {
            let alert = talk.call.visitor.speaker.text("desk-callback-gone");
            Ok(screen::who(talk, &[], Above::alert(alert)))
        }
        Err(Failure::Fault(_)) => Err(unavailable()),
    }
}

/// The caller's number, if one was typed in.
///
/// # Errors
/// When it is none that can be rung.
pub fn phone(talk: &Talk<'_>) -> Result<Option<PhoneNumber>, FieldProblem> {
    match talk.get("phone") {
        "" => Ok(None),
        phone => PhoneNumber::parse(phone, talk.service().region().country)
            .map(Some)
            .map_err(|_| FieldProblem::new("phone", "desk-error-phone")),
    }
}

/// The ticket of whoever has rung before from this number: the same person, as far as can be told.
///
/// # Errors
/// When the store cannot tell.
pub async fn ticket_of_caller(talk: &Talk<'_>, answers: &Answers) -> Result<Option<Ticket>, Problem> {
    let Ok(Some(phone)) = phone(talk) else { return Ok(None) };
    let known = talk.service().known_caller(&answers.campaign.campaign.id, &phone).await;
    let known = known.map_err(|_| unavailable())?;
    let oldest = answers.births.iter().min();
    Ok(known
        .filter(|known| redial(known.state, known.settled) != Redial::Anew)
        .map(|known| known.whole_ticket())
        .filter(|ticket| ticket.party == answers.party())
        .filter(|ticket| oldest.is_some_and(|birth| birth.year().get().unsigned_abs() == ticket.birth_year)))
}

/// Promises to ring when the line has come to the ticket. What to say of it, if there is anything.
///
/// # Errors
/// When nothing was promised because the store failed.
pub async fn promise(talk: &Talk<'_>, ticket: &Ticket) -> Result<Option<String>, Problem> {
    let Ok(Some(phone)) = phone(talk) else { return Ok(None) };
    let postcode = talk.answers().ok().map(|answers| answers.postcode);
    let (language, by) = (talk.language(), Some(talk.call.who.actor()));
    let number = phone.as_str().to_owned();
    match talk.service().promise(ticket, phone, postcode, &language, by).await {
        Ok(_) => Ok(Some(screen::frame(talk).tv("desk-say-promised", "phone", &number))),
        Err(CallbackError::Fault(_)) => Err(unavailable()),
        Err(CallbackError::Join(_) | CallbackError::Refused(_)) => Ok(None),
    }
}

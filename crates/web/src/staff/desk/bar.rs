//! What stands on every page of the desk, and what an agent is doing.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use dran_core::phone::AgentState;
use dran_store::AgentDay;

use crate::portal::page::{Page, go};
use crate::problem::Kind;
use crate::staff::call::{Call, Desk, unavailable};
use crate::staff::own::form;
use crate::staff::views::{DeskBar, paths};

/// Keys, call-backs, the agent's own state and figures. What cannot be read for a moment is left out: nobody waits
/// for a figure with a caller on the line.
pub async fn bar(call: &Call<Desk>) -> DeskBar {
    let (staff, service, me) = (&call.app.staff, &call.app.app.service, call.who.account.id);
    let (agent, day) = tokio::join!(staff.look_in(me), staff.agent_day(me, service.today()));
    DeskBar {
        next: form(&call.who, paths::DESK_CALLBACK),
        due: service.callbacks_due().into(),
        state: agent.ok().flatten().map(|agent| agent.state.word()),
        say_state: form(&call.who, paths::DESK_STATE),
        day: day.ok().map(figures),
    }
}

fn figures(day: AgentDay) -> (u64, u64, u64) {
    (day.calls.into(), day.bookings.into(), day.talked.as_secs() / 60)
}

/// Notes what an agent is doing. A booking does not wait for it, and does not fail with it.
pub async fn say(call: &Call<Desk>, state: AgentState) {
    let today = call.app.app.service.today();
    let said = call.app.staff.set_agent_state(call.who.account.id, state, today).await;
    if let Err(fault) = said {
        tracing::warn!(%fault, "what an agent is doing could not be noted");
    }
}

/// `POST /desk/zustand`: what the agent is doing from now on.
pub async fn set_state(call: Call<Desk>) -> Page {
    let state = AgentState::of_word(call.posted.get("state")).ok_or(Kind::Malformed)?;
    let today = call.app.app.service.today();
    let said = call.app.staff.set_agent_state(call.who.account.id, state, today).await;
    said.map_err(|_| unavailable())?;
    Ok(go(paths::DESK))
}

/// `POST /desk/da`: the agent's page is still open.
pub async fn here(call: Call<Desk>) -> Page {
    let noted = call.app.staff.note_agent_seen(call.who.account.id).await;
    noted.map_err(|_| unavailable())?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

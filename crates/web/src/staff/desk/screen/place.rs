//! A place in the line whose turn has not come.

use axum::http::StatusCode;
use axum::response::Response;
use dran_core::line::ticket::Ticket;
use dran_service::Standing;

use super::super::talk::Talk;
use super::{Above, frame, page};
use crate::portal::line::{short_code, state_of};
use crate::portal::page::civil;
use crate::portal::views::LineState;
use crate::staff::views::DeskPart;

/// The line has not come to the ticket, or nobody else fits in right now.
pub fn place(talk: &Talk<'_>, ticket: &Ticket, refused: bool, mut above: Above) -> Response {
    let (shell, service) = (frame(talk), talk.service());
    let mut say = Vec::new();
    if let Some(at) = service.standing(ticket) {
        let in_line = match &at.standing {
            Standing::InLine(standing) => Some(standing),
            Standing::Entered(_) | Standing::Done => None,
        };
        let state = state_of(&at, refused, service.read_only().is_some());
        let opens = service
            .line(ticket.id.line)
            .and_then(|line| service.campaign(&line.campaign));
        let opens = opens.map(|view| civil(&talk.call.app.app, view.campaign.opens_at));
        say.push(match (state, opens) {
            (LineState::BeforeOpening, Some(opens)) => {
                let (day, time) = (shell.day_of(&opens), shell.time_of(&opens));
                shell.tv2("desk-say-before", "day", &day, "time", &time)
            }
            (state, _) => shell.t(place_key(state)),
        });
        if let Some(ahead) = in_line.and_then(|standing| standing.ahead).filter(|ahead| *ahead > 0) {
            say.push(shell.tn("desk-say-ahead", "count", &u64::from(ahead)));
        }
        if let Some(wait) = in_line.and_then(|standing| standing.wait) {
            let seconds = |wait: std::time::Duration| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
            let wait = shell.wait(&seconds(wait.range.low), &seconds(wait.range.high));
            say.push(shell.tv("desk-say-wait", "wait", &wait));
        }
    }
    let code = short_code(&talk.call.app.app, ticket);
    say.push(shell.tv("desk-say-code", "code", &code));
    above.say.splice(0..0, say);
    page(talk, DeskPart::Place, "", above, StatusCode::OK)
}

fn place_key(state: LineState) -> &'static str {
    match state {
        LineState::BeforeOpening | LineState::Drawing => "desk-say-drawing",
        LineState::Waiting => "desk-say-waiting",
        LineState::Called | LineState::CalledNoPermit | LineState::Entered => "desk-say-no-permit",
        LineState::CalledRests => "desk-say-rests",
        LineState::Paused => "desk-say-paused",
        LineState::Closed => "desk-say-closed",
        LineState::BeyondSupply => "desk-say-beyond",
        LineState::Done => "desk-say-done",
    }
}

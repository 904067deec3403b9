//! Joining, waiting, entering.

use std::net::SocketAddr;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use dran_core::campaign::CampaignState;
use dran_core::ids::{CampaignId, DistrictId, Language, PoolId};
use dran_core::line::poll::INTERVAL_MIN;
use dran_core::line::standing::{LineState, StandingState};
use dran_core::line::ticket::Ticket;
use dran_core::line::wait::WaitCause;
use dran_core::operations::ANNOUNCEMENT_CHARS_MAX;
use dran_service::{EnterError, JoinError, Joined, Joining, PoolChoice, Standing, TicketStanding};
use dran_store::{Failure, PermitRefusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contacts::{TicketContactAnswer, TicketContactBody, leave as leave_contact, read_contact};
use super::{Answer, Json, json, permit, respond};
use crate::app::{App, Visitor, language, network};
use crate::input;
use crate::listener::{PlainRequest, Reply};
use crate::problem::{FieldProblem, Kind, Problem};
use crate::work::Solved;

/// Takes a place in the line. One of `postcode`, `district` and `pool` says which.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinBody {
    /// The campaign.
    campaign: String,
    /// Postcode of residence.
    postcode: Option<String>,
    /// District of residence, where the postcode is shared by several.
    district: Option<String>,
    /// The pool by name.
    pool: Option<String>,
    /// One person (1, the default) or a couple (2).
    party: Option<u8>,
    /// Year of birth of the (older) person.
    birth_year: u32,
    /// Where to tell that the turn comes. It may be left later as well.
    contact: Option<TicketContactBody>,
    /// The solved challenge of `GET /api/v1/challenge`, while the operator asks for work.
    work: Option<WorkBody>,
}

/// A solved challenge.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkBody {
    /// As it was handed out.
    challenge: String,
    /// A decimal number: `SHA-256(challenge "." solution)` begins with as many zero bits as asked for.
    solution: String,
}

/// What is to be computed before joining.
#[derive(Serialize, ToSchema)]
pub struct ChallengeAnswer {
    /// The challenge; null while no work is asked for, as in normal use.
    challenge: Option<String>,
    /// Zero bits with which the hash must begin.
    bits: u8,
}

#[utoipa::path(get, path = "/api/v1/challenge", tag = "line", responses((status = 200, body = ChallengeAnswer)))]
pub async fn challenge(State(app): State<App>, visitor: Visitor) -> Response {
    let (challenge, bits) = app.challenge().map_or((None, 0), |(text, bits)| (Some(text), bits));
    respond(&visitor, StatusCode::OK, Ok(ChallengeAnswer { challenge, bits }))
}

/// A place in the line.
#[derive(Serialize, ToSchema)]
pub struct JoinAnswer {
    /// The ticket: keep it, it is the place.
    ticket: String,
    /// The ticket as twelve characters that can be read out on the phone.
    short_code: Option<String>,
    /// The line it stands in.
    pool: String,
    /// Position from 1; null before the order is drawn.
    position: Option<u32>,
    /// Ask again after this time.
    poll_after_ms: u64,
    /// How the contact stands; null if there was none, or no code could be sent now: leave it again.
    contact: Option<TicketContactAnswer>,
}

/// Where a ticket stands.
#[derive(Serialize, ToSchema)]
pub struct StandingAnswer {
    /// `waiting`, `called`, `entered`, `done` or `beyond_supply`.
    state: &'static str,
    /// How the line itself stands: `scheduled`, `drawing`, `open`, `paused` or `closed`.
    line: &'static str,
    /// Position from 1; null before the order is drawn.
    position: Option<u32>,
    /// How many are still to be called before; null before the order is drawn.
    ahead: Option<u32>,
    /// The expected wait; null while it cannot be told.
    wait_s: Option<WaitAnswer>,
    /// Why `wait_s.high` ends later than this ticket may have been told before: `supply`, `pause` or
    /// `slower`; null while every earlier answer holds.
    wait_cause: Option<&'static str>,
    /// Series left for those who have not been called.
    supply: u32,
    /// Ask again after this time.
    poll_after_ms: u64,
    /// There and true while nobody can book: who is called may enter as soon as it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only: Option<bool>,
    /// When all this stood so, if that is longer ago than it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale_since: Option<String>,
    /// There while the operator tells everybody something: the text, in the language that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
}

/// A wait as a range.
#[derive(Serialize, ToSchema)]
pub struct WaitAnswer {
    /// One in ten is called sooner.
    low: u64,
    /// One in ten is called later.
    high: u64,
}

/// The right to book.
#[derive(Serialize, ToSchema)]
pub struct PermitAnswer {
    /// To be sent as `Authorization: Bearer PERMIT`.
    permit: String,
    /// When it ends unless prolonged.
    expires_at: String,
}

/// A prolonged permit.
#[derive(Serialize, ToSchema)]
pub struct ExtendedAnswer {
    /// When it ends now.
    expires_at: String,
}

#[utoipa::path(post, path = "/api/v1/line", request_body = JoinBody, tag = "line",
    responses((status = 201, body = JoinAnswer), (status = "4XX", body = crate::problem::ProblemDocument)))]
pub async fn join(State(app): State<App>, visitor: Visitor, Json(body): Json<JoinBody>) -> Response {
    respond(&visitor, StatusCode::CREATED, take_place(&app, &visitor, &body).await)
}

/// [`join`] where the request was read. False where there is more to it than a leased number: a contact,
/// work, a problem to be told, a block of numbers to be leased.
pub fn reply_join(app: &App, client: SocketAddr, body: &[u8], reply: &mut Reply<'_>) -> bool {
    let Ok(body) = serde_json::from_slice::<JoinBody>(body) else {
        return false;
    };
    if body.contact.is_some() || body.work.is_some() {
        return false;
    }
    let Ok(joining) = body.read(app) else { return false };
    let may = || app.count_join(Some(network(client)), Solved::default()).is_ok();
    let Some(joined) = app.service.join_at_once(&joining, may) else {
        return false;
    };
    let answer = JoinAnswer::of(app, joined, None);
    let mut text = [0; ANSWER_BYTES_MAX];
    let Some(text) = written(&answer, &mut text) else {
        return false;
    };
    let lines: [&[u8]; 1] = [b"content-type: application/json\r\ncache-control: no-store\r\n"];
    reply.write("201 Created", &lines, text);
    true
}

impl JoinBody {
    fn read(&self, app: &App) -> Result<Joining, Vec<FieldProblem>> {
        let birth_year = input::birth_year(itoa::Buffer::new().format(self.birth_year), app.service.today());
        let party = input::party(itoa::Buffer::new().format(self.party.unwrap_or(1)));
        let choice = match (&self.pool, &self.district, &self.postcode) {
            (Some(pool), _, _) => Ok(PoolChoice::Pool(PoolId::new(pool.as_str()))),
            (None, Some(district), _) => Ok(PoolChoice::District(DistrictId::new(district.as_str()))),
            (None, None, postcode) => {
                input::postcode(postcode.as_deref().unwrap_or_default()).map(PoolChoice::Postcode)
            }
        };
        match (birth_year, party, choice) {
            (Ok(birth_year), Ok(party), Ok(choice)) => Ok(Joining {
                campaign: CampaignId::new(self.campaign.as_str()),
                choice,
                party,
                birth_year,
            }),
            (birth_year, party, choice) => {
                let party = party.err().map(|problem| FieldProblem {
                    field: "party".to_owned(),
                    ..problem
                });
                Err([choice.err(), birth_year.err(), party].into_iter().flatten().collect())
            }
        }
    }
}

impl JoinAnswer {
    fn of(app: &App, joined: Joined, contact: Option<TicketContactAnswer>) -> Self {
        Self {
            contact,
            short_code: app.service.short_code(&joined.ticket).map(|code| code.to_string()),
            ticket: joined.token,
            pool: joined.pool.to_string(),
            position: joined.standing.position.map(|position| position.0 + 1),
            poll_after_ms: u64::try_from(joined.standing.poll_after.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

async fn take_place(app: &App, visitor: &Visitor, body: &JoinBody) -> Answer<JoinAnswer> {
    let joining = body.read(app)?;
    let contact = body.contact.as_ref();
    let contact = contact
        .map(|contact| read_contact(app, contact, "contact."))
        .transpose()?;
    let work = body.work.as_ref().map(|work| Solved {
        challenge: &work.challenge,
        solution: &work.solution,
    });
    app.count_join(visitor.network, work.unwrap_or_default())?;
    let joined = app.service.join(&joining).await;
    let joined = joined.map_err(|error| match (error, &joining.choice) {
        (JoinError::NotServed, PoolChoice::District(_)) => {
            vec![FieldProblem::new("district", "input-district-missing")].into()
        }
        (error, _) => join_problem(error),
    })?;
    let contact = match &contact {
        // The place is taken, whatever becomes of the contact.
        Some(contact) => leave_contact(app, visitor, &joined.ticket, contact).await.ok(),
        None => None,
    };
    Ok(JoinAnswer::of(app, joined, contact))
}

/// What a refused join is told.
pub fn join_problem(error: JoinError) -> Problem {
    let field = |field: &str, key| Problem::from(vec![FieldProblem::new(field, key)]);
    match error {
        JoinError::UnknownCampaign => Kind::UnknownCampaign.into(),
        JoinError::Closed => Kind::CampaignClosed.into(),
        JoinError::NotEntitled => Kind::NotEntitled.into(),
        JoinError::UnknownPostcode => field("postcode", "input-postcode-elsewhere"),
        JoinError::SeveralDistricts(_) => field("district", "input-district-missing"),
        JoinError::NotServed => field("pool", "input-pool-unknown"),
        JoinError::Fault(_) => Problem::from(Kind::Unavailable).retry_after(1),
    }
}

#[utoipa::path(get, path = "/api/v1/line/{ticket}", tag = "line",
    params(("ticket" = String, Path, description = "The ticket")),
    responses((status = 200, body = StandingAnswer), (status = 404, body = crate::problem::ProblemDocument)))]
pub async fn standing(State(app): State<App>, visitor: Visitor, Path(ticket): Path<String>) -> Response {
    let Some(answer) = standing_of(&app, &ticket, || visitor.speaker.language().clone()) else {
        return Problem::from(Kind::TicketInvalid).document(&visitor.speaker);
    };
    let mut response = json(StatusCode::OK, &answer);
    response
        .headers_mut()
        .insert(axum::http::header::RETRY_AFTER, answer.retry_after_s().into());
    response
}

/// The hot path: [`standing`] where the request was read. False for a ticket that is not one of ours.
pub fn reply_standing(app: &App, request: &PlainRequest<'_>, ticket: &str, reply: &mut Reply<'_>) -> bool {
    let language = || language(app, request.header("cookie"), request.header("accept-language"));
    let Some(answer) = standing_of(app, ticket, language) else {
        return false;
    };
    let (mut short, mut long);
    let text: &mut [u8] = if answer.notice.is_none() {
        short = [0; ANSWER_BYTES_MAX];
        &mut short
    } else {
        long = [0; ANSWER_BYTES_MAX + NOTICE_BYTES_MAX];
        &mut long
    };
    let Some(text) = written(&answer, text) else {
        return false;
    };
    let mut seconds = itoa::Buffer::new();
    let lines: [&[u8]; 3] = [
        b"content-type: application/json\r\ncache-control: no-store\r\nretry-after: ",
        seconds.format(answer.retry_after_s()).as_bytes(),
        b"\r\n",
    ];
    reply.write("200 OK", &lines, text);
    true
}

/// The longest answer at once, with room to spare: every field is a number, a short word, a ticket or a name of
/// the region file. A longer one goes through hyper.
const ANSWER_BYTES_MAX: usize = 512;

/// What a notice adds: no letter of a language takes more than four bytes, and what JSON escapes is rarer than that.
const NOTICE_BYTES_MAX: usize = 4 * ANNOUNCEMENT_CHARS_MAX;

/// An answer as JSON. None if it does not fit.
fn written<'a>(answer: &impl Serialize, text: &'a mut [u8]) -> Option<&'a [u8]> {
    let most = text.len();
    let mut rest = &mut text[..];
    serde_json::to_writer(&mut rest, answer).ok()?;
    let left = rest.len();
    Some(&text[..most - left])
}

/// Where a ticket stands, without a database call or a lock shared with bookings.
fn standing_of(app: &App, ticket: &str, language: impl FnOnce() -> Language) -> Option<StandingAnswer> {
    let ticket = app.service.open_ticket(ticket)?;
    let standing = app.service.standing(&ticket)?;
    // Without an announcement nobody asks for a language.
    let announced = app.service.announcement().is_some();
    let notice = announced.then(|| app.service.announcement_in(&language())).flatten();
    Some(standing_answer(app, &ticket, &standing, notice))
}

impl StandingAnswer {
    /// The same as `poll_after_ms`, for clients that know HTTP only: whole seconds, never sooner.
    fn retry_after_s(&self) -> u64 {
        self.poll_after_ms.div_ceil(1_000)
    }
}

fn standing_answer(app: &App, ticket: &Ticket, at: &TicketStanding, notice: Option<String>) -> StandingAnswer {
    let line = match at.line {
        LineState::Scheduled { .. } => "scheduled",
        LineState::Drawing { .. } => "drawing",
        LineState::Open => "open",
        LineState::Paused => "paused",
        LineState::Closed => "closed",
    };
    let read_only = app.service.read_only().map(|_| true);
    let stale_since = app.service.stale_since().map(|since| since.to_string());
    match &at.standing {
        Standing::InLine(standing) => StandingAnswer {
            read_only,
            stale_since,
            notice,
            state: match standing.state {
                StandingState::Waiting => "waiting",
                StandingState::Called => "called",
                StandingState::BeyondSupply => "beyond_supply",
            },
            line,
            position: standing.position.map(|position| position.0 + 1),
            ahead: standing.ahead,
            wait_s: standing.wait.map(|wait| WaitAnswer {
                low: wait.range.low.as_secs(),
                high: wait.range.high.as_secs(),
            }),
            wait_cause: standing.wait.and_then(|wait| wait.cause).map(cause_word),
            supply: standing.supply,
            poll_after_ms: u64::try_from(standing.poll_after.as_millis()).unwrap_or(u64::MAX),
        },
        Standing::Entered(_) | Standing::Done => StandingAnswer {
            state: if at.standing == Standing::Done {
                "done"
            } else {
                "entered"
            },
            line,
            position: None,
            ahead: Some(0),
            wait_s: None,
            wait_cause: None,
            supply: app.service.line(ticket.id.line).map_or(0, |line| line.supply),
            poll_after_ms: ENTERED_POLL_MS,
            read_only,
            stale_since,
            notice,
        },
    }
}

/// The word for it, in answers and on the waiting page.
pub(crate) fn cause_word(cause: WaitCause) -> &'static str {
    match cause {
        WaitCause::Supply => "supply",
        WaitCause::Pause => "pause",
        WaitCause::Slower => "slower",
    }
}

/// Who is inside need not ask: the booking pages tell everything.
const ENTERED_POLL_MS: u64 = 30_000;

#[utoipa::path(post, path = "/api/v1/line/{ticket}/enter", tag = "line",
    params(("ticket" = String, Path, description = "The ticket")),
    responses((status = 200, body = PermitAnswer), (status = 409, body = crate::problem::ProblemDocument)))]
pub async fn enter(State(app): State<App>, visitor: Visitor, Path(ticket): Path<String>) -> Response {
    let answer = match app.service.open_ticket(&ticket) {
        Some(ticket) => match app.service.enter(&ticket).await {
            Ok((permit, token)) => Ok(PermitAnswer {
                permit: token,
                expires_at: permit.expires_at.to_string(),
            }),
            Err(error) => Err(enter_problem(error)),
        },
        None => Err(Kind::TicketInvalid.into()),
    };
    respond(&visitor, StatusCode::OK, answer)
}

/// What a ticket that does not get in is told.
pub fn enter_problem(error: EnterError) -> Problem {
    let soon = INTERVAL_MIN.as_secs();
    match error {
        EnterError::UnknownLine => Kind::TicketInvalid.into(),
        EnterError::NotCalled => Problem::from(Kind::NotCalled).with_state("waiting").retry_after(soon),
        EnterError::NoFreePermit => Problem::from(Kind::NoFreePermit).with_state("called").retry_after(soon),
        EnterError::BeyondSupply => Problem::from(Kind::BeyondSupply).with_state("beyond_supply"),
        EnterError::AlreadyBooked => Problem::from(Kind::AlreadyBooked).with_state("done"),
        EnterError::Fault => Problem::from(Kind::Unavailable).retry_after(1),
    }
}

#[utoipa::path(patch, path = "/api/v1/permit", tag = "line", security(("permit" = [])),
    responses((status = 200, body = ExtendedAnswer), (status = 409, body = crate::problem::ProblemDocument)))]
pub async fn extend(State(app): State<App>, visitor: Visitor, headers: HeaderMap) -> Response {
    let answer = async {
        let at = permit(&app, &headers).await?;
        let permit = app.service.extend(at.permit.ticket).await.map_err(permit_problem)?;
        Ok(ExtendedAnswer {
            expires_at: permit.expires_at.to_string(),
        })
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

#[utoipa::path(delete, path = "/api/v1/permit", tag = "line", security(("permit" = [])),
    responses((status = 200), (status = 401, body = crate::problem::ProblemDocument)))]
pub async fn leave(State(app): State<App>, visitor: Visitor, headers: HeaderMap) -> Response {
    let answer = async {
        let at = permit(&app, &headers).await?;
        app.service.leave(at.permit.ticket).await.map_err(permit_problem)
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

/// What a permit that cannot be used is told.
pub fn permit_problem(failure: Failure<PermitRefusal>) -> Problem {
    match failure {
        Failure::Refused(PermitRefusal::NotActive) => Kind::PermitOver.into(),
        Failure::Refused(PermitRefusal::TooManyExtensions) => Kind::PermitExtended.into(),
        Failure::Fault(_) => Problem::from(Kind::Unavailable).retry_after(1),
    }
}

/// How a campaign stands, as one word.
pub fn campaign_word(state: CampaignState) -> &'static str {
    match state {
        CampaignState::Scheduled => "scheduled",
        CampaignState::Open => "open",
        CampaignState::Paused => "paused",
        CampaignState::Closed => "closed",
    }
}

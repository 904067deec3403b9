//! Proposals, holds, bookings, and what can be done with a booking later.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use dran_core::codes::BookingCode;
use dran_core::ids::{CentreId, HoldId};
use dran_core::line::ticket::PermitToken;
use dran_core::person::BirthDate;
use dran_core::region::Weekdays;
use dran_core::supply::{PartOfDay, Preferences, Proposal, ProposalKey};
use dran_service::{Claim, ConfirmError, HoldError, ManageError};
use dran_store::{Booked, ConfirmRefusal, Failure, Fault, HoldRefusal, Series, SeriesState};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Json, permit, respond};
use crate::app::{App, Visitor, query_value};
use crate::input;
use crate::problem::{FieldProblem, Kind, Problem};
use crate::tokens;

/// Up to five series, the soonest first.
#[derive(Serialize, ToSchema)]
pub struct ProposalsAnswer {
    /// The proposals.
    proposals: Vec<ProposalAnswer>,
}

/// A series that can be held; for a couple, one per person.
#[derive(Serialize, ToSchema)]
pub struct ProposalAnswer {
    /// Its name in `POST /api/v1/holds`.
    proposal: String,
    /// The vaccine.
    vaccine: String,
    /// The appointments, one list per person.
    places: Vec<Vec<AppointmentAnswer>>,
}

/// One appointment.
#[derive(Serialize, ToSchema)]
pub struct AppointmentAnswer {
    /// 1 or 2.
    dose: u8,
    /// The centre.
    centre: String,
    /// Its name.
    centre_name: String,
    /// Start, in the region's civil time with its offset from UTC.
    start: String,
    /// End of the slot.
    end: String,
}

/// Holds a proposal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldBody {
    /// As the proposals name it.
    proposal: String,
}

/// Held places.
#[derive(Serialize, ToSchema)]
pub struct HoldAnswer {
    /// Its name in `POST /api/v1/bookings`.
    hold: i64,
    /// When it ends.
    expires_at: String,
}

/// Confirms a hold.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingBody {
    /// As the hold names it.
    hold: i64,
    /// As the registration names it.
    registration: String,
    /// 32 hexadecimal digits chosen by the client: sent twice, booked once.
    attempt_key: String,
}

/// BOOKED.
#[derive(Serialize, ToSchema)]
pub struct BookingAnswer {
    /// The first (or only) person's booking code.
    booking_code: String,
    /// The first (or only) person's appointments.
    appointments: Vec<AppointmentAnswer>,
    /// Number of this booking's receipt.
    receipt: String,
    /// All series, one per person.
    series: Vec<SeriesAnswer>,
}

/// A series.
#[derive(Serialize, ToSchema)]
pub struct SeriesAnswer {
    /// Manages it.
    booking_code: String,
    /// `booked` or `cancelled`.
    state: &'static str,
    /// Whose.
    name: String,
    /// The vaccine.
    vaccine: String,
    /// The appointments.
    appointments: Vec<AppointmentAnswer>,
}

/// Moves a series.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveBody {
    /// As `GET /api/v1/bookings/{code}/proposals` names it.
    proposal: String,
    /// 32 hexadecimal digits chosen by the client: sent twice, moved once.
    attempt_key: String,
}

#[utoipa::path(get, path = "/api/v1/proposals", tag = "booking", security(("permit" = [])),
    params(("earliest" = Option<String>, Query, description = "No first appointment before this day (2021-01-25)"),
        ("weekdays" = Option<String>, Query, description = "Days of the week, 1 (Monday) to 7: 135"),
        ("part_of_day" = Option<String>, Query, description = "am or pm"),
        ("centre" = Option<String>, Query, description = "Only this centre"),
        ("registration" = Option<String>, Query, description = "Narrows to what these persons may have")),
    responses((status = 200, body = ProposalsAnswer), (status = 401, body = crate::problem::ProblemDocument)))]
pub async fn proposals(State(app): State<App>, visitor: Visitor, uri: Uri, headers: HeaderMap) -> Response {
    let answer = async {
        let at = permit(&app, &headers).await?;
        let preferences = preferences(&uri)?;
        let persons = match query_value(&uri, "registration") {
            None => Vec::new(),
            Some(token) => {
                let id = tokens::open_registration(&token, app.service.keys()).ok_or(Kind::UnknownRegistration)?;
                let found = app.service.registration(id).await.map_err(|_| unavailable())?;
                found
                    .ok_or(Kind::UnknownRegistration)?
                    .persons
                    .iter()
                    .map(Claim::from)
                    .collect()
            }
        };
        Ok(list(&app, app.service.proposals(&at, &preferences, &persons)))
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

fn list(app: &App, proposals: Vec<Proposal>) -> ProposalsAnswer {
    let answer = |proposal: Proposal| ProposalAnswer {
        proposal: proposal.key().to_string(),
        vaccine: proposal.vaccine.to_string(),
        places: proposal
            .starts
            .iter()
            .map(|starts| {
                let all: Vec<Timestamp> = std::iter::once(starts.first).chain(starts.second).collect();
                appointments(app, &proposal.centre, &all)
            })
            .collect(),
    };
    ProposalsAnswer {
        proposals: proposals.into_iter().map(answer).collect(),
    }
}

fn preferences(uri: &Uri) -> Answer<Preferences> {
    let wrong = |field: &str, key| Problem::from(vec![FieldProblem::new(field, key)]);
    let earliest = query_value(uri, "earliest").filter(|text| !text.is_empty());
    let earliest = earliest.map(|text| text.parse::<Date>()).transpose();
    let part_of_day = match query_value(uri, "part_of_day").as_deref() {
        None | Some("") => None,
        Some("am") => Some(PartOfDay::Morning),
        Some("pm") => Some(PartOfDay::Afternoon),
        Some(_) => return Err(wrong("part_of_day", "input-part-of-day-form")),
    };
    let days = query_value(uri, "weekdays").unwrap_or_default();
    if !days.bytes().all(|day| (b'1'..=b'7').contains(&day)) {
        return Err(wrong("weekdays", "input-weekdays-form"));
    }
    Ok(Preferences {
        earliest: earliest.map_err(|_| wrong("earliest", "input-from-form"))?,
        weekdays: weekdays(days.bytes().map(|day| day - b'0')),
        part_of_day,
        centre: query_value(uri, "centre")
            .filter(|centre| !centre.is_empty())
            .map(CentreId::new),
    })
}

/// A set of weekdays counted from 1 (Monday); none if no day is named.
pub fn weekdays(days: impl Iterator<Item = u8>) -> Option<Weekdays> {
    let named = days.filter_map(|day| Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok());
    named.fold(None, |set: Option<Weekdays>, day| {
        Some(set.unwrap_or_default().with(day))
    })
}

fn appointments(app: &App, centre: &CentreId, starts: &[Timestamp]) -> Vec<AppointmentAnswer> {
    let region = app.service.region();
    let found = region.centre(centre);
    let minutes = found.map_or(0, |centre| i64::from(centre.slot_minutes));
    let civil = |at: Timestamp| at.display_with_offset(region.time_zone.to_offset(at)).to_string();
    (1_u8..)
        .zip(starts)
        .map(|(dose, start)| AppointmentAnswer {
            dose,
            centre: centre.to_string(),
            centre_name: found.map_or_else(String::new, |centre| centre.name.clone()),
            start: civil(*start),
            end: civil(*start + jiff::SignedDuration::from_mins(minutes)),
        })
        .collect()
}

#[utoipa::path(post, path = "/api/v1/holds", request_body = HoldBody, tag = "booking", security(("permit" = [])),
    responses((status = 201, body = HoldAnswer), (status = 409, body = crate::problem::ProblemDocument)))]
pub async fn hold(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Json(body): Json<HoldBody>,
) -> Response {
    let answer = async {
        let at = permit(&app, &headers).await?;
        let key: ProposalKey = body.proposal.parse().map_err(|_| Kind::ProposalInvalid)?;
        let chosen = app.service.hold(&at, &key, &[]).await.map_err(hold_problem)?;
        Ok(HoldAnswer {
            hold: chosen.hold.id.0,
            expires_at: chosen.hold.expires_at.to_string(),
        })
    };
    respond(&visitor, StatusCode::CREATED, answer.await)
}

/// What a proposal that is not held is told.
pub fn hold_problem(error: HoldError) -> Problem {
    match error {
        HoldError::NotForThisTicket => Kind::ProposalInvalid.into(),
        HoldError::Store(Failure::Refused(refusal)) => match refusal {
            HoldRefusal::SlotJustWent => Kind::SlotJustWent.into(),
            HoldRefusal::NoPermit => Kind::PermitOver.into(),
            HoldRefusal::UnknownSlot | HoldRefusal::WrongParty => Kind::ProposalInvalid.into(),
        },
        HoldError::Store(Failure::Fault(_)) => unavailable(),
    }
}

fn unavailable() -> Problem {
    Problem::from(Kind::Unavailable).retry_after(1)
}

#[utoipa::path(post, path = "/api/v1/bookings", request_body = BookingBody, tag = "booking",
    security(("permit" = [])),
    responses((status = 201, body = BookingAnswer), (status = "4XX", body = crate::problem::ProblemDocument)))]
pub async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Json(body): Json<BookingBody>,
) -> Response {
    let answer = async {
        // The permit may have ended with the booking that this call repeats: its token is enough, the
        // store decides by attempt key and hold.
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|header| header.to_str().ok());
        let token = bearer.and_then(|header| header.strip_prefix("Bearer "));
        let token = token.and_then(|token| PermitToken::open(token.trim(), app.service.keys()).ok());
        let ticket = token.ok_or(Kind::PermitMissing)?.ticket;
        let field = |field: &str, key| Problem::from(vec![FieldProblem::new(field, key)]);
        let registration = tokens::open_registration(&body.registration, app.service.keys());
        let registration = registration.ok_or_else(|| field("registration", "input-registration-form"))?;
        let key = input::attempt_key(&body.attempt_key);
        let key = key.ok_or_else(|| field("attempt_key", "input-attempt-key"))?;
        let booked = app
            .service
            .confirm(ticket, HoldId(body.hold), registration, key)
            .await
            .map_err(confirm_problem)?;
        Ok(booking(&app, &booked))
    };
    respond(&visitor, StatusCode::CREATED, answer.await)
}

/// What a hold that was not turned into a booking is told.
fn confirm_problem(error: ConfirmError) -> Problem {
    match error {
        ConfirmError::NotForThisPerson { .. } => Kind::ProposalInvalid.into(),
        ConfirmError::Store(Failure::Refused(refusal)) => match refusal {
            ConfirmRefusal::HoldOver => Kind::HoldOver.into(),
            ConfirmRefusal::UnknownRegistration => Kind::UnknownRegistration.into(),
            ConfirmRefusal::NotVerified => Kind::NotVerified.into(),
            ConfirmRefusal::WrongParty => Kind::ProposalInvalid.into(),
            ConfirmRefusal::PersonHasSeries { .. } => Kind::PersonHasSeries.into(),
            ConfirmRefusal::CodeTaken => unavailable(),
        },
        ConfirmError::Store(Failure::Fault(_)) => unavailable(),
        ConfirmError::Unknown { receipt } => Problem::from(Kind::OutcomeUnknown).with_receipt(receipt).retry_after(2),
    }
}

fn booking(app: &App, booked: &Booked) -> BookingAnswer {
    let all: Vec<SeriesAnswer> = booked.series.iter().map(|series| series_answer(app, series)).collect();
    let first = booked.series.first();
    BookingAnswer {
        booking_code: first.map_or_else(String::new, |series| series.booking_code.clone()),
        appointments: first.map_or_else(Vec::new, |series| appointments(app, &series.centre, &series.starts)),
        receipt: booked.receipt.clone(),
        series: all,
    }
}

fn series_answer(app: &App, series: &Series) -> SeriesAnswer {
    SeriesAnswer {
        booking_code: series.booking_code.clone(),
        state: match series.state {
            SeriesState::Booked => "booked",
            SeriesState::Cancelled => "cancelled",
        },
        name: full_name(series),
        vaccine: series.vaccine.to_string(),
        appointments: appointments(app, &series.centre, &series.starts),
    }
}

/// The name of a series' person, as written in letters.
pub fn full_name(series: &Series) -> String {
    format!("{} {}", series.person.given_name, series.person.family_name)
        .trim()
        .to_owned()
}

/// The header that carries the date of birth: it belongs into no address.
const BIRTH_DATE: &str = "birth-date";

/// The series of a code, for who knows the date of birth.
async fn find(app: &App, visitor: &Visitor, code: &str, headers: &HeaderMap) -> Answer<Series> {
    app.count_guess(visitor)?;
    let code = BookingCode::parse(code).map_err(|_| Kind::UnknownBooking)?;
    let text = headers
        .get(BIRTH_DATE)
        .and_then(|header| header.to_str().ok())
        .unwrap_or_default();
    let date = text
        .trim()
        .parse::<Date>()
        .ok()
        .and_then(|date| BirthDate::new(date, app.service.today()).ok());
    let date = date.ok_or_else(|| Problem::from(vec![FieldProblem::new("Birth-Date", "input-birth-missing")]))?;
    app.service
        .series(code.as_str(), date.date())
        .await
        .map_err(manage_problem)
}

/// What a booking that is not shown or changed is told.
pub fn manage_problem(error: ManageError) -> Problem {
    match error {
        ManageError::Unknown => Kind::UnknownBooking.into(),
        ManageError::Cancelled => Kind::BookingCancelled.into(),
        ManageError::SlotJustWent => Kind::SlotJustWent.into(),
        ManageError::NotForThisPerson => Kind::ProposalInvalid.into(),
        ManageError::Fault(Fault::Unknown) => Kind::OutcomeUnknown.into(),
        ManageError::Fault(_) => unavailable(),
    }
}

#[utoipa::path(get, path = "/api/v1/bookings/{code}", tag = "booking",
    params(("code" = String, Path, description = "The booking code"),
        ("Birth-Date" = String, Header, description = "Date of birth: 1935-03-08")),
    responses((status = 200, body = SeriesAnswer), (status = 404, body = crate::problem::ProblemDocument)))]
pub async fn show(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, headers: HeaderMap) -> Response {
    let found = find(&app, &visitor, &code, &headers).await;
    respond(
        &visitor,
        StatusCode::OK,
        found.map(|series| series_answer(&app, &series)),
    )
}

#[utoipa::path(get, path = "/api/v1/bookings/{code}/proposals", tag = "booking",
    params(("code" = String, Path, description = "The booking code"),
        ("Birth-Date" = String, Header, description = "Date of birth: 1935-03-08")),
    responses((status = 200, body = ProposalsAnswer), (status = 404, body = crate::problem::ProblemDocument)))]
pub async fn move_proposals(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let series = find(&app, &visitor, &code, &headers).await?;
        Ok(list(&app, app.service.move_proposals(&series, &preferences(&uri)?)))
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

#[utoipa::path(patch, path = "/api/v1/bookings/{code}", request_body = MoveBody, tag = "booking",
    params(("code" = String, Path, description = "The booking code"),
        ("Birth-Date" = String, Header, description = "Date of birth: 1935-03-08")),
    responses((status = 200, body = SeriesAnswer), (status = "4XX", body = crate::problem::ProblemDocument)))]
pub async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
    Json(body): Json<MoveBody>,
) -> Response {
    let answer = async {
        let series = find(&app, &visitor, &code, &headers).await?;
        let to: ProposalKey = body.proposal.parse().map_err(|_| Kind::ProposalInvalid)?;
        let key = input::attempt_key(&body.attempt_key);
        let key = key.ok_or_else(|| Problem::from(vec![FieldProblem::new("attempt_key", "input-attempt-key")]))?;
        let moved = app
            .service
            .move_series(&series, &to, key)
            .await
            .map_err(manage_problem)?;
        Ok(series_answer(&app, &moved))
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

#[utoipa::path(delete, path = "/api/v1/bookings/{code}", tag = "booking",
    params(("code" = String, Path, description = "The booking code"),
        ("Birth-Date" = String, Header, description = "Date of birth: 1935-03-08")),
    responses((status = 200, body = SeriesAnswer), (status = 404, body = crate::problem::ProblemDocument)))]
pub async fn cancel(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let series = find(&app, &visitor, &code, &headers).await?;
        let cancelled = app.service.cancel(&series).await.map_err(manage_problem)?;
        Ok(series_answer(&app, &cancelled))
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

#[utoipa::path(get, path = "/api/v1/bookings/{code}/calendar", tag = "booking",
    params(("code" = String, Path, description = "The booking code"),
        ("Birth-Date" = String, Header, description = "Date of birth: 1935-03-08")),
    responses((status = 200, content_type = "text/calendar"),
        (status = 404, body = crate::problem::ProblemDocument)))]
pub async fn calendar(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    match find(&app, &visitor, &code, &headers).await {
        Ok(series) => calendar_file(&app, &visitor, &series),
        Err(problem) => problem.document(&visitor.speaker),
    }
}

/// The calendar file of a series, to be saved.
pub fn calendar_file(app: &App, visitor: &Visitor, series: &Series) -> Response {
    let body = app
        .service
        .calendar(visitor.speaker.language(), std::slice::from_ref(series));
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"termine.ics\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

//! Managing a booking by code and date of birth: show, reprint, move, cancel.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use dran_core::codes::BookingCode;
use dran_core::ids::AttemptKey;
use dran_service::ManageError;
use dran_store::{Series, SeriesState};

use super::forms::{Complaints, Posted};
use super::page::{Page, go, page, set_cookie, shell, show, show_as};
use super::proposals::{card, carry, preferences, series_card};
use super::views::{CancelConfirm, Change, Changed, DateField, Field, Form, ManageFind, ManageMove, ManageShow, paths};
use crate::api::{calendar_file, manage_problem};
use crate::app::{App, Visitor, cookie};
use crate::input;
use crate::problem::{FieldProblem, Kind, Problem};
use crate::tokens;

/// Carries the right to manage one booking; bound to its pages.
const MANAGE_COOKIE: &str = "dran_termin";

/// The page of a booking.
pub fn path_of(code: &str) -> String {
    format!("{}/{code}", paths::MANAGE)
}

/// `GET /termin`
pub async fn find_form(State(app): State<App>, visitor: Visitor) -> Response {
    show(&visitor, &find_view(&app, &visitor, &Posted::default(), &[]))
}

fn find_view(app: &App, visitor: &Visitor, posted: &Posted, problems: &[FieldProblem]) -> ManageFind {
    let complaints = Complaints::new(problems, visitor);
    let [day, month, year] = ["birth_day", "birth_month", "birth_year"].map(|name| posted.get(name));
    ManageFind {
        shell: shell(app, visitor),
        form: Form::to(paths::MANAGE),
        code: Field {
            name: "code",
            value: posted.get("code").to_owned(),
            error: complaints.about("code"),
        },
        birth: DateField {
            error: complaints.about("birth"),
            ..DateField::filled("birth", day, month, year)
        },
    }
}

/// `POST /termin`
pub async fn find(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    page(&app, &visitor, look_up(&app, &visitor, &posted).await)
}

async fn look_up(app: &App, visitor: &Visitor, posted: &Posted) -> Page {
    app.count_guess(visitor)?;
    let again = |problems: &[FieldProblem]| {
        Ok(show_as(
            visitor,
            StatusCode::UNPROCESSABLE_ENTITY,
            &find_view(app, visitor, posted, problems),
        ))
    };
    let code = BookingCode::parse(posted.get("code"));
    let code = code.map_err(|_| FieldProblem::new("code", "input-booking-code-form"));
    let [day, month, year] = ["birth_day", "birth_month", "birth_year"].map(|name| posted.get(name));
    let birth = input::birth_date(day, month, year, app.service.today());
    let (code, birth) = match (code, birth) {
        (Ok(code), Ok(birth)) => (code, birth),
        (code, birth) => return again(&[code.err(), birth.err()].into_iter().flatten().collect::<Vec<_>>()),
    };
    match app.service.series(code.as_str(), birth.date()).await {
        Ok(_) => {
            let mut response = go(&path_of(code.as_str()));
            renew(app, &mut response, &code);
            Ok(response)
        }
        Err(ManageError::Unknown) => again(&[FieldProblem::new("code", "input-booking-unknown")]),
        Err(error) => Err(manage_problem(error)),
    }
}

/// Gives the right to manage a booking for a while: to who has shown the date of birth, or just booked.
pub fn renew(app: &App, response: &mut Response, code: &BookingCode) {
    let until = app.service.clock().now() + tokens::MANAGE_DURATION;
    let token = tokens::seal_manage(code, until, app.service.keys());
    set_cookie(response, MANAGE_COOKIE, &token, &path_of(code.as_str()), None);
}

/// The booking of a page, for who has shown the date of birth. None: ask for it.
async fn opened(app: &App, headers: &HeaderMap, code: &str) -> Result<Option<(BookingCode, Series)>, Problem> {
    let token = cookie(headers, MANAGE_COOKIE);
    let opened = token.and_then(|token| tokens::open_manage(token, app.service.clock().now(), app.service.keys()));
    let Some(opened) = opened.filter(|opened| opened.as_str() == code) else {
        return Ok(None);
    };
    let series = app.service.series_of(opened.as_str()).await.map_err(manage_problem)?;
    Ok(series.map(|series| (opened, series)))
}

async fn show_page(app: &App, visitor: &Visitor, code: &str, headers: &HeaderMap) -> Page {
    let Some((code, series)) = opened(app, headers, code).await? else {
        return Ok(go(paths::MANAGE));
    };
    let path = path_of(code.as_str());
    let stands = series.state == SeriesState::Booked && !begun(app, &series);
    let view = ManageShow {
        shell: shell(app, visitor),
        series: series_card(app, &series),
        cancelled: series.state == SeriesState::Cancelled,
        move_href: stands.then(|| format!("{path}/verschieben")),
        cancel_href: stands.then(|| format!("{path}/absagen")),
        print_href: path,
    };
    let mut response = show(visitor, &view);
    renew(app, &mut response, &code);
    Ok(response)
}

/// Whether the first appointment is over: then it is the centre that changes things.
pub fn begun(app: &App, series: &Series) -> bool {
    series
        .starts
        .first()
        .is_none_or(|first| *first <= app.service.clock().now())
}

/// `GET /termin/{code}`
pub async fn show_booking(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    page(&app, &visitor, show_page(&app, &visitor, &code, &headers).await)
}

/// `GET /termin/{code}/verschieben`
pub async fn move_form(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let shown = async {
        let Some((code, series)) = changeable(&app, &headers, &code).await? else {
            return Ok(go(paths::MANAGE));
        };
        let query = Posted::parse(uri.query().unwrap_or_default());
        Ok(move_page(&app, &visitor, &code, &series, &query, (None, false)))
    };
    page(&app, &visitor, shown.await)
}

/// The booking of a page that can still be changed here.
async fn changeable(app: &App, headers: &HeaderMap, code: &str) -> Result<Option<(BookingCode, Series)>, Problem> {
    let Some((code, series)) = opened(app, headers, code).await? else {
        return Ok(None);
    };
    if series.state == SeriesState::Cancelled || begun(app, &series) {
        return Err(Kind::BookingCancelled.into());
    }
    Ok(Some((code, series)))
}

fn move_page(
    app: &App,
    visitor: &Visitor,
    code: &BookingCode,
    series: &Series,
    query: &Posted,
    (choice_error, just_went): (Option<&'static str>, bool),
) -> Response {
    let shell = shell(app, visitor);
    let path = format!("{}/verschieben", path_of(code.as_str()));
    let centres = app.service.centres_for(series);
    let (wishes, preferences) = preferences(app, &shell, visitor, &path, &centres, query);
    let proposals = app.service.move_proposals(series, &wishes);
    let key = Some(query.get("attempt_key"))
        .filter(|key| !key.is_empty() && !just_went)
        .map(str::to_owned);
    let key = key.unwrap_or_else(|| input::attempt_key_text(app.service.entropy().bytes()));
    let view = ManageMove {
        series: series_card(app, series),
        form: carry(Form::to(&path), query).with_hidden("attempt_key", key),
        proposals: proposals.iter().map(|proposal| card(app, proposal, "")).collect(),
        choice_error: choice_error.map(|key| visitor.speaker.text(key)),
        just_went,
        preferences,
        back_href: path_of(code.as_str()),
        shell,
    };
    let status = match (just_went, choice_error) {
        (true, _) => StatusCode::CONFLICT,
        (false, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, None) => StatusCode::OK,
    };
    show_as(visitor, status, &view)
}

/// `POST /termin/{code}/verschieben`
pub async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let changed = async {
        let Some((code, series)) = changeable(&app, &headers, &code).await? else {
            return Ok(go(paths::MANAGE));
        };
        let again = |error, just_went| Ok(move_page(&app, &visitor, &code, &series, &posted, (error, just_went)));
        let to = match posted.get("proposal").parse() {
            Ok(to) => to,
            Err(_) if posted.get("proposal").is_empty() => return again(Some("input-proposal-missing"), false),
            Err(_) => return again(Some("input-proposal-invalid"), false),
        };
        let key = input::attempt_key(posted.get("attempt_key"));
        let key = key.unwrap_or_else(|| AttemptKey(app.service.entropy().bytes()));
        match app.service.move_series(&series, &to, key).await {
            Ok(moved) => Ok(changed_page(&app, &visitor, Change::Moved, &moved)),
            Err(ManageError::SlotJustWent) => again(None, true),
            Err(ManageError::NotForThisPerson) => again(Some("input-proposal-invalid"), false),
            Err(error) => Err(manage_problem(error)),
        }
    };
    page(&app, &visitor, changed.await)
}

fn changed_page(app: &App, visitor: &Visitor, change: Change, series: &Series) -> Response {
    let path = path_of(&series.booking_code);
    let view = Changed {
        shell: shell(app, visitor),
        change,
        series: series_card(app, series),
        print_href: path.clone(),
        manage_href: path,
    };
    show(visitor, &view)
}

/// `GET /termin/{code}/absagen`
pub async fn cancel_form(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    let shown = async {
        let Some((code, series)) = changeable(&app, &headers, &code).await? else {
            return Ok(go(paths::MANAGE));
        };
        let path = path_of(code.as_str());
        let view = CancelConfirm {
            shell: shell(&app, &visitor),
            series: series_card(&app, &series),
            form: Form::to(format!("{path}/absagen")),
            back_href: path,
        };
        Ok(show(&visitor, &view))
    };
    page(&app, &visitor, shown.await)
}

/// `POST /termin/{code}/absagen`
pub async fn cancel(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    let cancelled = async {
        let Some((_, series)) = opened(&app, &headers, &code).await? else {
            return Ok(go(paths::MANAGE));
        };
        let cancelled = app.service.cancel(&series).await.map_err(manage_problem)?;
        Ok(changed_page(&app, &visitor, Change::Cancelled, &cancelled))
    };
    page(&app, &visitor, cancelled.await)
}

/// `GET /termin/{code}/kalender.ics`: for who has shown the date of birth, or has just booked here.
pub async fn calendar(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = async {
        let Some((_, series)) = opened(&app, &headers, &code).await? else {
            return Ok(go(paths::MANAGE));
        };
        Ok(calendar_file(&app, &visitor, &series))
    };
    page(&app, &visitor, found.await)
}

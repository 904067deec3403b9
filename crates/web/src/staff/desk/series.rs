//! Somebody's appointments at the desk: show, print, note, send again, cancel, move. Each with its reason.

use axum::http::StatusCode;
use axum::response::Response;
use dran_core::codes::BookingCode;
use dran_core::ids::AttemptKey;
use dran_service::ManageError;
use dran_service::staff::{Access, NoteError, Person};
use dran_store::{ContactRecord, Failure, FoundPerson, Search, Series, SeriesState};

use super::bar::bar;
use super::screen::{spoken, wish_times};
use super::talk::wishes;
use crate::api::manage_problem;
use crate::app::query_value;
use crate::input;
use crate::portal::forms::Complaints;
use crate::portal::manage::begun;
use crate::portal::page::{Page, civil, go, shell, show as page_of, show_as};
use crate::portal::proposals::{card, series_card};
use crate::portal::views::{Choice, Field, Form, SeriesCard};
use crate::problem::{FieldProblem, Kind, Problem};
use crate::staff::call::{Call, Desk, unavailable};
use crate::staff::own::form;
use crate::staff::page;
use crate::staff::views::{DeskMove, DeskNote, DeskPrint, DeskSeries, paths};

/// The appointments of the code in the address, with the person's registration. That they are looked at is in the
/// log before.
struct Opened {
    code: BookingCode,
    person: FoundPerson,
    series: Series,
    /// The number of the row, as the log names it.
    row: i64,
}

async fn open(call: &Call<Desk>) -> Result<Opened, Problem> {
    let code = BookingCode::parse(call.param("code")).map_err(|_| Kind::UnknownBooking)?;
    let search = Search::Code(code.as_str().to_owned());
    let found = call.app.staff.search(call.who.actor(), search).await;
    let found = found.map_err(|_| unavailable())?.people.into_iter().next();
    let person = found.ok_or(Kind::UnknownBooking)?;
    let row = person
        .series
        .as_ref()
        .map(|series| series.id)
        .ok_or(Kind::UnknownBooking)?;
    let series = call
        .app
        .app
        .service
        .series_of(code.as_str())
        .await
        .map_err(manage_problem)?;
    Ok(Opened {
        series: series.ok_or(Kind::UnknownBooking)?,
        code,
        person,
        row,
    })
}

impl Opened {
    fn path(&self, page: &str) -> String {
        paths::desk_series(page, self.code.as_str())
    }

    fn can_change(&self, call: &Call<Desk>) -> bool {
        self.series.state == SeriesState::Booked && !begun(&call.app.app, &self.series)
    }

    fn card(&self, call: &Call<Desk>) -> SeriesCard {
        SeriesCard {
            calendar_href: None,
            ..series_card(&call.app.app, &self.series)
        }
    }

    async fn record_change(&self, call: &Call<Desk>) -> Result<(), Problem> {
        let persons = [Person::Series(self.row)];
        let recorded = call
            .app
            .staff
            .record_access(call.who.actor(), Access::Changed, &persons);
        recorded.await.map_err(|_| unavailable())
    }

    /// Keeps a note; one that was sent twice stands once.
    async fn note(&self, call: &Call<Desk>, text: &str) -> Result<Result<(), FieldProblem>, Problem> {
        let (staff, me) = (&call.app.staff, call.who.account.id);
        let notes = staff.notes(call.who.actor(), self.person.registration).await;
        let notes = notes.map_err(|_| unavailable())?;
        if notes
            .last()
            .is_some_and(|last| last.account == me && last.text == text.trim())
        {
            return Ok(Ok(()));
        }
        let wrong = |key| Ok(Err(FieldProblem::new("reason", key)));
        match staff.add_note(me, self.person.registration, text).await {
            Ok(_) => Ok(Ok(())),
            Err(Failure::Refused(NoteError::Empty)) => wrong("desk-error-reason"),
            Err(Failure::Refused(NoteError::TooLong)) => wrong("desk-error-reason-long"),
            Err(Failure::Refused(NoteError::UnknownRegistration)) => Err(Kind::UnknownBooking.into()),
            Err(Failure::Fault(_)) => Err(unavailable()),
        }
    }
}

/// `GET /desk/termin/{code}`
pub async fn series(call: Call<Desk>) -> Page {
    let opened = open(&call).await?;
    show(&call, &opened, &[]).await
}

async fn show(call: &Call<Desk>, opened: &Opened, problems: &[FieldProblem]) -> Page {
    let shell = shell(&call.app.app, &call.visitor);
    let notes = call.app.staff.notes(call.who.actor(), opened.person.registration).await;
    let note = |note: dran_store::Note| DeskNote {
        at: civil(&call.app.app, note.at),
        name: note.name.to_string(),
        text: note.text,
    };
    let card = opened.card(call);
    let cancelled = opened.series.state == SeriesState::Cancelled;
    let said = shell.tv2(
        "desk-say-series",
        "name",
        &card.person,
        "visits",
        &spoken(&shell, &card.visits),
    );
    let done = match query_value(&call.uri, "erledigt").as_deref() {
        Some("notiert") => Some("desk-done-note"),
        Some("gesendet") => Some("desk-done-resend"),
        Some("verlegt") => Some("desk-done-move"),
        Some("abgesagt") => Some("desk-done-cancel"),
        _ => None,
    };
    let contact = match &opened.series.contact {
        ContactRecord::Sms(contact) | ContactRecord::Email(contact) => contact.clone(),
        ContactRecord::Letter { street, town } => {
            format!("{street}, {} {town}", opened.series.person.postcode)
        }
    };
    let view = DeskSeries {
        who: Some(page::who(&call.visitor, &call.who)),
        bar: bar(call).await,
        done,
        say: if cancelled { Vec::new() } else { vec![said] },
        series: card,
        cancelled,
        contact,
        notes: notes.map_err(|_| unavailable())?.into_iter().map(note).collect(),
        form: kept(call, opened.path(paths::DESK_SERIES), "series"),
        reason: reason(call, problems),
        move_href: opened.can_change(call).then(|| opened.path(paths::DESK_MOVE)),
        print_href: opened.path(paths::DESK_SERIES_PRINT),
        shell,
    };
    Ok(show_as(&call.visitor, status(problems), &view))
}

/// A form that the script sends again when the network was away.
fn kept(call: &Call<Desk>, action: String, step: &str) -> Form {
    let key = Some(call.posted.get("attempt_key")).filter(|key| input::attempt_key(key).is_some());
    let key = key.map_or_else(
        || input::attempt_key_text(call.app.app.service.entropy().bytes()),
        str::to_owned,
    );
    form(&call.who, &action)
        .with_hidden("step", step)
        .with_hidden("attempt_key", key)
}

/// The key of the form that was sent.
fn attempt_key(call: &Call<Desk>) -> AttemptKey {
    let key = input::attempt_key(call.posted.get("attempt_key"));
    key.unwrap_or_else(|| AttemptKey(call.app.app.service.entropy().bytes()))
}

fn reason(call: &Call<Desk>, problems: &[FieldProblem]) -> Field {
    Field {
        name: "reason",
        value: call.posted.get("reason").to_owned(),
        error: Complaints::new(problems, &call.visitor).about("reason"),
    }
}

fn status(problems: &[FieldProblem]) -> StatusCode {
    if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

/// `GET /desk/termin/{code}/druck`
pub async fn print_series(call: Call<Desk>) -> Page {
    let opened = open(&call).await?;
    let view = DeskPrint {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        series: vec![opened.card(&call)],
        back_href: opened.path(paths::DESK_SERIES),
    };
    Ok(page_of(&call.visitor, &view))
}

/// `POST /desk/termin/{code}`: `what` says what is done.
pub async fn change(call: Call<Desk>) -> Page {
    let opened = open(&call).await?;
    let done = match call.posted.get("what") {
        "note" | "" => "notiert",
        "resend" => "gesendet",
        "cancel" => "abgesagt",
        _ => return Err(Kind::Malformed.into()),
    };
    let was_cancelled = opened.series.state == SeriesState::Cancelled;
    if done == "abgesagt" && !was_cancelled && !opened.can_change(&call) {
        return Err(Kind::BookingCancelled.into());
    }
    let text = call.posted.get("reason");
    // What is sent again may go without a reason; what is taken away may not.
    let noted = done != "gesendet" || !text.trim().is_empty();
    if noted && let Err(problem) = opened.note(&call, text).await? {
        return show(&call, &opened, &[problem]).await;
    }
    let service = &call.app.app.service;
    match done {
        "abgesagt" => {
            opened.record_change(&call).await?;
            service.cancel(&opened.series).await.map_err(manage_problem)?;
        }
        "gesendet" => {
            opened.record_change(&call).await?;
            service
                .send_again(&opened.series, attempt_key(&call))
                .await
                .map_err(manage_problem)?;
        }
        _ => {}
    }
    Ok(go(&format!("{}?erledigt={done}", opened.path(paths::DESK_SERIES))))
}

/// `GET /desk/termin/{code}/verschieben`
pub async fn move_form(call: Call<Desk>) -> Page {
    let opened = changeable(&call).await?;
    Ok(move_page(&call, &opened, &[], None).await)
}

async fn changeable(call: &Call<Desk>) -> Result<Opened, Problem> {
    let opened = open(call).await?;
    if opened.can_change(call) {
        Ok(opened)
    } else {
        Err(Kind::BookingCancelled.into())
    }
}

async fn move_page(call: &Call<Desk>, opened: &Opened, problems: &[FieldProblem], alert: Option<String>) -> Response {
    let (complaints, shell) = (
        Complaints::new(problems, &call.visitor),
        shell(&call.app.app, &call.visitor),
    );
    let field = |name: &'static str| Field {
        name,
        value: call.posted.get(name).to_owned(),
        error: complaints.about(name),
    };
    let wishes = wishes(&call.posted).unwrap_or_default();
    let found = call.app.app.service.move_proposals(&opened.series, &wishes);
    let form = kept(call, opened.path(paths::DESK_MOVE), "move");
    let form = (1..).zip(&found).fold(form, |form, (digit, proposal)| {
        form.with_hidden(format!("p{digit}"), proposal.key().to_string())
    });
    let cards = found.iter().map(|proposal| card(&call.app.app, proposal, ""));
    let sentence =
        |card: crate::portal::views::ProposalCard| format!("{}, {}", spoken(&shell, &card.visits), card.centre);
    let view = DeskMove {
        who: Some(page::who(&call.visitor, &call.who)),
        bar: bar(call).await,
        alert,
        series: opened.card(call),
        form,
        proposals: cards.map(sentence).collect(),
        choice: Field {
            value: String::new(),
            ..field("choice")
        },
        reason: field("reason"),
        wish_from: field("wish_from"),
        wish_time: Choice::new("wish_time", wish_times(&shell), call.posted.get("wish_time")),
        back_href: opened.path(paths::DESK_SERIES),
        shell,
    };
    show_as(&call.visitor, status(problems), &view)
}

/// `POST /desk/termin/{code}/verschieben`: takes the digit, or shows other proposals.
pub async fn move_to(call: Call<Desk>) -> Page {
    let opened = changeable(&call).await?;
    let digit = call.posted.get("choice").trim();
    if let Err(problem) = wishes(&call.posted) {
        return Ok(move_page(&call, &opened, &[problem], None).await);
    }
    if digit.is_empty() {
        return Ok(move_page(&call, &opened, &[], None).await);
    }
    let Ok(to) = call.posted.get(&format!("p{digit}")).parse() else {
        let problem = FieldProblem::new("choice", "desk-error-choice");
        return Ok(move_page(&call, &opened, &[problem], None).await);
    };
    if let Err(problem) = opened.note(&call, call.posted.get("reason")).await? {
        return Ok(move_page(&call, &opened, &[problem], None).await);
    }
    opened.record_change(&call).await?;
    let service = &call.app.app.service;
    match service.move_series(&opened.series, &to, attempt_key(&call)).await {
        Ok(_) => Ok(go(&format!("{}?erledigt=verlegt", opened.path(paths::DESK_SERIES)))),
        Err(ManageError::SlotJustWent | ManageError::NotForThisPerson) => {
            let alert = call.visitor.speaker.text("desk-just-went");
            Ok(move_page(&call, &opened, &[], Some(alert)).await)
        }
        Err(error) => Err(manage_problem(error)),
    }
}

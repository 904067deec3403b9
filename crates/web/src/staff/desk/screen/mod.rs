//! The screen of a call, part by part: what is settled, what to say, what is asked.

mod book;
mod place;
mod who;

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;

use super::talk::{Answers, Talk};
use crate::portal::forms::Complaints;
use crate::portal::line::short_code;
use crate::portal::page::{civil, shell, show_as};
use crate::portal::proposals::{place as place_of, vaccine_name, visits};
use crate::portal::views::{Choice, ChoiceOption, Field, Form, Shell, Visit};
use crate::problem::Problem;
use crate::staff::own::form;
use crate::staff::page as staff_page;
use crate::staff::views::{DeskCall, DeskFact, DeskPart, paths};

pub use book::{choose, names, review, wish_times};
pub use place::place;
pub use who::{not_entitled, who};

/// What stands above the fields of a part.
#[derive(Default)]
pub struct Above {
    /// Something that has to be known first.
    pub alert: Option<String>,
    /// What to read aloud.
    pub say: Vec<String>,
    /// Until when the permit lasts.
    pub until: Option<Timestamp>,
}

impl Above {
    /// Only something that has to be known.
    pub fn alert(text: String) -> Self {
        Self {
            alert: Some(text),
            ..Self::default()
        }
    }
}

/// The texts of the caller's page, for who makes sentences.
pub fn frame(talk: &Talk<'_>) -> Shell {
    shell(&talk.call.app.app, &talk.call.visitor)
}

/// A part of the call as a page.
fn page(talk: &Talk<'_>, part: DeskPart, focus: &'static str, above: Above, status: StatusCode) -> Response {
    let shown = part.names();
    let carried = super::talk::FIELDS.iter().filter(|name| !shown.contains(name));
    let carried = carried.filter(|name| !talk.get(name).is_empty());
    let form = carried.fold(form(&talk.call.who, paths::DESK), |form: Form, name| {
        form.with_hidden(*name, talk.get(name))
    });
    let form = choices(talk, &part).fold(form, |form, (name, key)| form.with_hidden(name, key));
    let first_wrong = part.first_wrong();
    let view = DeskCall {
        shell: frame(talk),
        who: Some(staff_page::who(&talk.call.visitor, &talk.call.who)),
        bar: talk.bar.clone(),
        form: form.with_hidden("step", part.step()),
        facts: facts(talk, &part),
        alert: above.alert,
        say: above.say,
        focus: first_wrong.unwrap_or(focus),
        until: above.until.map(|until| civil(&talk.call.app.app, until)),
        back: back(&part),
        begun: !matches!(part, DeskPart::Who(_)) || talk.ticket().is_some(),
        is_callback: !talk.get("callback").is_empty(),
        part,
    };
    let status = if first_wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        status
    };
    show_as(&talk.call.visitor, status, &view)
}

/// The proposals behind the digits, hidden beside them.
fn choices<'a>(talk: &'a Talk<'_>, part: &DeskPart) -> impl Iterator<Item = (String, String)> + 'a {
    let shown = match part {
        DeskPart::Choose(choose) => choose.proposals.len(),
        _ => 0,
    };
    (1..=shown).map(|digit| {
        let name = format!("p{digit}");
        let key = talk.typed.get(&name).to_owned();
        (name, key)
    })
}

/// Parts that can be opened again.
fn back(part: &DeskPart) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("who", "desk-back-who"),
        ("choose", "desk-back-choose"),
        ("names", "desk-back-names"),
    ];
    let before = match part {
        DeskPart::Who(_) => 0,
        DeskPart::Place | DeskPart::Choose(_) => 1,
        DeskPart::Names(_) => 2,
        DeskPart::Review => 3,
    };
    all[..before].to_vec()
}

/// What is settled before this part.
fn facts(talk: &Talk<'_>, part: &DeskPart) -> Vec<DeskFact> {
    let mut facts = Vec::new();
    let mut fact = |label, value: String| {
        if !value.is_empty() {
            facts.push(DeskFact { label, value });
        }
    };
    if matches!(part, DeskPart::Who(_)) {
        if !talk.get("callback").is_empty() {
            fact("desk-ring", talk.get("phone").to_owned());
        }
        return facts;
    }
    let shell = frame(talk);
    if let Ok(answers) = talk.answers() {
        fact("desk-postcode", answers.postcode.as_str().to_owned());
        let births = answers.births.iter().map(|birth| shell.birth_date(&birth.date()));
        fact("desk-births", births.collect::<Vec<_>>().join(", "));
        fact("desk-entitled", entitled_by(talk, &answers));
    }
    if let Some(ticket) = talk.ticket() {
        fact("desk-code", short_code(&talk.call.app.app, &ticket));
    }
    fact("desk-phone", talk.get("phone").to_owned());
    if matches!(part, DeskPart::Names(_) | DeskPart::Review) {
        let held = held(talk);
        let held = held
            .iter()
            .map(|held| format!("{}, {}", spoken(&shell, &held.visits), held.at));
        fact("desk-held", held.collect::<Vec<_>>().join("; "));
    }
    if matches!(part, DeskPart::Review) {
        let contact = [talk.get("contact"), talk.get("street"), talk.get("town")];
        let contact: Vec<&str> = contact.into_iter().filter(|text| !text.is_empty()).collect();
        fact("desk-contact", contact.join(", "));
    }
    facts
}

/// By which group, and by which law.
fn entitled_by(talk: &Talk<'_>, answers: &Answers) -> String {
    let group = talk.service().region().group(&answers.group);
    let language = talk.call.visitor.speaker.language();
    group.map_or_else(String::new, |group| {
        format!("{} ({})", group.name.get(language), group.basis)
    })
}

/// What is held for somebody.
#[derive(PartialEq, Eq)]
struct Held {
    /// First and second dose.
    visits: Vec<Visit>,
    /// The centre and the vaccine.
    at: String,
}

/// What is held, for each person unless it is the same.
fn held(talk: &Talk<'_>) -> Vec<Held> {
    let Some((_, chosen)) = talk.held() else {
        return Vec::new();
    };
    let supply = talk.service().supply();
    let slots = chosen.places().iter().filter_map(|id| supply.board.slot(*id));
    let mut held: Vec<Held> = slots
        .map(|slot| {
            let starts = std::iter::once(slot.first).chain(slot.second);
            let app = &talk.call.app.app;
            let place = place_of(app, &slot.centre).name;
            let vaccine = vaccine_name(app, &slot.vaccine);
            Held {
                visits: visits(app, starts),
                at: format!("{place}, {vaccine}"),
            }
        })
        .collect();
    held.dedup();
    held
}

/// Appointments as they are read aloud.
pub fn spoken(shell: &Shell, visits: &[Visit]) -> String {
    let visit = |visit: &Visit| {
        let (day, time) = (shell.near_day_of(&visit.start), shell.time_of(&visit.start));
        shell.tv2("desk-visit", "day", &day, "time", &time)
    };
    let spoken: Vec<String> = visits.iter().map(visit).collect();
    match &spoken[..] {
        [first, second] => shell.tv2("desk-visits", "first", first, "second", second),
        _ => spoken.concat(),
    }
}

fn field(talk: &Talk<'_>, complaints: &Complaints<'_>, name: &'static str) -> Field {
    Field {
        name,
        value: talk.get(name).to_owned(),
        error: complaints.about(name),
    }
}

/// A choice that is left out where there is nothing to choose.
fn several(name: &'static str, options: Vec<ChoiceOption>, chosen: &str) -> Choice {
    let options = if options.len() > 1 { options } else { Vec::new() };
    Choice::new(name, options, chosen)
}

/// The part that was posted, once more, because something failed that goes over: nothing typed is lost.
pub fn again(talk: &Talk<'_>, problem: &Problem) -> Response {
    let above = Above::alert(problem.detail(&talk.call.visitor.speaker));
    let persons = talk.answers().and_then(|answers| talk.persons(&answers));
    let mut response = match (talk.get("step"), talk.ticket(), persons) {
        ("names", Some(_), _) => names(talk, &[], above),
        ("review", Some(_), Ok(persons)) => review(talk, &persons, above),
        ("place" | "choose", Some(ticket), _) => place(talk, &ticket, false, above),
        _ => who(talk, &[], above),
    };
    *response.status_mut() = problem.kind.status();
    if let Some(seconds) = problem.retry_after_s {
        let headers = response.headers_mut();
        headers.insert(axum::http::header::RETRY_AFTER, seconds.into());
    }
    response
}

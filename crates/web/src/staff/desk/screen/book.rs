//! From the proposals to the last look: what is read aloud, and what is asked.

use axum::http::StatusCode;
use axum::response::Response;
use dran_core::supply::Proposal;
use dran_service::{NewPerson, Whereabouts};

use super::super::talk::{NAMES, Talk, of_contact};
use super::{Above, Held, field, frame, held, page, several, spoken};
use crate::portal::forms::Complaints;
use crate::portal::proposals::card;
use crate::portal::views::{Choice, ChoiceOption, Shell, Visit};
use crate::problem::FieldProblem;
use crate::staff::views::{DeskChoose, DeskNames, DeskPart, DeskPerson};

/// Proposals to read aloud. Their keys are put beside the digits first.
pub fn choose(
    talk: &mut Talk<'_>,
    at: &Whereabouts,
    proposals: &[Proposal],
    problems: &[FieldProblem],
    alert: Option<String>,
) -> Response {
    for (digit, proposal) in (1..).zip(proposals) {
        talk.typed.set(&format!("p{digit}"), proposal.key().to_string());
    }
    talk.typed.set("choice", "");
    let (complaints, shell) = (Complaints::new(problems, &talk.call.visitor), frame(talk));
    let app = &talk.call.app.app;
    let cards: Vec<_> = proposals.iter().map(|proposal| card(app, proposal, "")).collect();
    let one_place = cards
        .windows(2)
        .all(|two| two[0].centre == two[1].centre && two[0].vaccine == two[1].vaccine);
    let sentences = cards.iter().map(|card| {
        let mut sentences = if card.visits_second.is_empty() {
            vec![spoken(&shell, &card.visits)]
        } else {
            let of = |key, visits: &[Visit]| shell.tv(key, "visits", &spoken(&shell, visits));
            vec![
                of("desk-visits-1", &card.visits),
                of("desk-visits-2", &card.visits_second),
            ]
        };
        if !one_place {
            sentences.push(format!("{}, {}", card.centre, card.vaccine));
        }
        sentences
    });
    let part = DeskChoose {
        proposals: sentences.collect(),
        choice: field(talk, &complaints, "choice"),
        wish_from: field(talk, &complaints, "wish_from"),
        wish_time: Choice::new("wish_time", wish_times(&shell), talk.get("wish_time")),
    };
    let count = u64::try_from(proposals.len()).unwrap_or(0);
    let say = match cards.first().filter(|_| one_place) {
        Some(card) => shell.tv2("desk-say-choose-at", "centre", &card.centre, "vaccine", &card.vaccine),
        None => shell.tn("desk-say-choose", "count", &count),
    };
    let above = Above {
        alert,
        say: vec![say],
        until: Some(at.permit.expires_at),
    };
    let focus = if proposals.is_empty() { "wish_from" } else { "choice" };
    page(talk, DeskPart::Choose(Box::new(part)), focus, above, StatusCode::OK)
}

/// Times of day that can be wished for.
pub fn wish_times(shell: &Shell) -> Vec<ChoiceOption> {
    let times = [("", "desk-wish-any"), ("am", "desk-wish-am"), ("pm", "desk-wish-pm")];
    times
        .map(|(value, key)| ChoiceOption::new(value, shell.t(key)))
        .to_vec()
}

/// Names and contact.
pub fn names(talk: &Talk<'_>, problems: &[FieldProblem], mut above: Above) -> Response {
    let problems: Vec<FieldProblem> = problems.iter().cloned().map(of_contact).collect();
    let (complaints, shell) = (Complaints::new(&problems, &talk.call.visitor), frame(talk));
    let count = talk.answers().map_or(1, |answers| answers.births.len());
    let sexes = |chosen: &str| {
        let options = ["", "f", "m", "d", "x"].map(|value| {
            let key = match value {
                "f" => "desk-sex-f",
                "m" => "desk-sex-m",
                "d" => "desk-sex-d",
                "x" => "desk-sex-x",
                _ => "desk-sex-none",
            };
            ChoiceOption::new(value, shell.t(key))
        });
        (options.to_vec(), chosen.to_owned())
    };
    let persons = NAMES.iter().take(count).map(|[family, given, sex]| {
        let (options, chosen) = sexes(talk.get(sex));
        DeskPerson {
            family_name: field(talk, &complaints, family),
            given_name: field(talk, &complaints, given),
            sex: Choice {
                error: complaints.about(sex),
                ..Choice::new(sex, options, &chosen)
            },
        }
    });
    let texts = talk.service().texts();
    let language = |language: &dran_core::ids::Language| {
        ChoiceOption::new(language.as_str(), texts.speaker(language).text("language-name"))
    };
    let languages = talk.service().region().languages.iter().map(language).collect();
    let mut contact = field(talk, &complaints, "contact");
    if contact.value.is_empty() && problems.is_empty() && talk.get("step") != "names" {
        contact.value = talk.mobile();
    }
    let part = DeskNames {
        persons: persons.collect(),
        contact,
        street: field(talk, &complaints, "street"),
        town: field(talk, &complaints, "town"),
        language: several("language", languages, talk.language().as_str()),
    };
    if above.say.is_empty() {
        above.say.push(shell.t("desk-say-names"));
    }
    page(
        talk,
        DeskPart::Names(Box::new(part)),
        "family_name",
        above,
        StatusCode::OK,
    )
}

/// Who it is for and when it begins, to be read aloud before it is binding. Both doses have been heard among the
/// proposals and are heard again to be written down when they are booked; a third time nobody needs them.
pub fn review(talk: &Talk<'_>, persons: &[NewPerson], mut above: Above) -> Response {
    let shell = frame(talk);
    let mut say: Vec<String> = persons
        .iter()
        .map(|person| {
            let name = format!("{} {}", person.name.given(), person.name.family());
            let birth = shell.birth_date(&person.birth_date.date());
            shell.tv2("desk-say-person", "name", name.trim(), "birth", &birth)
        })
        .collect();
    let first = |held: &Held| spoken(&shell, held.visits.get(..1).unwrap_or_default());
    match &held(talk)[..] {
        [one] => say.push(shell.tv("desk-say-held", "visit", &first(one))),
        each => {
            let keys = ["desk-visits-1", "desk-visits-2"].iter().zip(each);
            say.extend(keys.map(|(key, held)| format!("{}.", shell.tv(key, "visits", &first(held)))));
        }
    }
    say.push(shell.t("desk-say-review"));
    above.say = say;
    page(talk, DeskPart::Review, "", above, StatusCode::OK)
}

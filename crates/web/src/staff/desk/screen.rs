//! The screen of a call, part by part: what is settled, what to say, what is asked.

use axum::http::StatusCode;
use axum::response::Response;
use dran_core::line::ticket::Ticket;
use dran_core::region::NotEntitled;
use dran_core::supply::Proposal;
use dran_service::{NewPerson, Standing, Unentitled, Whereabouts};
use jiff::Timestamp;
use jiff::civil::Date;

use super::talk::{Answers, NAMES, Talk, of_contact};
use crate::portal::forms::Complaints;
use crate::portal::line::{short_code, state_of};
use crate::portal::page::{civil, shell, show_as};
use crate::portal::proposals::{card, place as place_of, vaccine_name, visits};
use crate::portal::views::{Choice, ChoiceOption, Field, Form, LineState, Shell, Visit};
use crate::problem::{FieldProblem, Problem};
use crate::staff::own::form;
use crate::staff::page as staff_page;
use crate::staff::views::{DeskCall, DeskChoose, DeskFact, DeskNames, DeskPart, DeskPerson, DeskWho, paths};

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
        fact("desk-held", held(talk).join("; "));
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

/// The times that are held, one text for each person unless they are the same.
fn held(talk: &Talk<'_>) -> Vec<String> {
    let Some((_, chosen)) = talk.held() else {
        return Vec::new();
    };
    let (shell, supply) = (frame(talk), talk.service().supply());
    let slots = chosen.places().iter().filter_map(|id| supply.board.slot(*id));
    let mut texts: Vec<String> = slots
        .map(|slot| {
            let starts = std::iter::once(slot.first).chain(slot.second);
            let app = &talk.call.app.app;
            let place = place_of(app, &slot.centre).name;
            let vaccine = vaccine_name(app, &slot.vaccine);
            format!("{}, {place}, {vaccine}", spoken(&shell, &visits(app, starts)))
        })
        .collect();
    texts.dedup();
    texts
}

/// Appointments as they are read aloud.
pub fn spoken(shell: &Shell, visits: &[Visit]) -> String {
    let visit = |visit: &Visit| {
        let (day, time) = (shell.day_of(&visit.start), shell.time_of(&visit.start));
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

/// Who calls. Nobody is asked twice: what is wrong stands at its field.
pub fn who(talk: &Talk<'_>, problems: &[FieldProblem], above: Above) -> Response {
    let (complaints, shell) = (Complaints::new(problems, &talk.call.visitor), frame(talk));
    let language = talk.call.visitor.speaker.language();
    let region = talk.service().region();
    let campaigns = talk.campaigns();
    let campaign = talk.campaign().map(|view| view.campaign);
    let groups = campaign
        .as_ref()
        .map(|campaign| campaign.groups.as_slice())
        .unwrap_or_default();
    let groups = groups.iter().filter_map(|id| region.group(id)).zip(1..);
    let groups = groups
        .map(|(group, number)| ChoiceOption::new(group.id.as_str(), format!("{number} {}", group.name.get(language))));
    let options = campaigns.iter().map(|campaign| {
        let id = campaign.id.as_str();
        ChoiceOption::new(id, id)
    });
    let chosen = campaign
        .as_ref()
        .map(|campaign| campaign.id.to_string())
        .unwrap_or_default();
    let part = DeskWho {
        postcode: field(talk, &complaints, "postcode"),
        birth: field(talk, &complaints, "birth"),
        birth_2: field(talk, &complaints, "birth_2"),
        group: Choice {
            error: complaints.about("group"),
            ..several("group", groups.collect(), talk.get("group"))
        },
        district: Choice {
            error: complaints.about("district"),
            ..several("district", districts(talk, problems), talk.get("district"))
        },
        phone: field(talk, &complaints, "phone"),
        code: field(talk, &complaints, "code"),
        campaign: several("campaign", options.collect(), &chosen),
    };
    let above = Above {
        say: match above {
            Above {
                alert: None, ref say, ..
            } if say.is_empty() => vec![shell.t("desk-say-who")],
            _ => above.say,
        },
        ..above
    };
    let focus = if talk.get("postcode").is_empty() {
        "postcode"
    } else {
        "birth"
    };
    page(talk, DeskPart::Who(Box::new(part)), focus, above, StatusCode::OK)
}

/// A choice that is left out where there is nothing to choose.
fn several(name: &'static str, options: Vec<ChoiceOption>, chosen: &str) -> Choice {
    let options = if options.len() > 1 { options } else { Vec::new() };
    Choice::new(name, options, chosen)
}

/// The districts to choose from, once a postcode was not enough.
fn districts(talk: &Talk<'_>, problems: &[FieldProblem]) -> Vec<ChoiceOption> {
    let asked = !talk.get("district").is_empty() || problems.iter().any(|problem| problem.field == "district");
    let Some(campaign) = talk.campaign().filter(|_| asked) else {
        return Vec::new();
    };
    let served = campaign.campaign.pools.iter().flat_map(|pool| &pool.districts);
    let known = served.filter_map(|id| talk.service().region().district(id));
    let mut options: Vec<ChoiceOption> = known
        .map(|district| ChoiceOption::new(district.id.as_str(), district.name.as_str()))
        .collect();
    options.sort_by(|a, b| a.label.cmp(&b.label));
    options
}

/// Nobody may book: by which rule, and who may.
pub fn not_entitled(talk: &Talk<'_>, answers: &Answers, index: usize, why: Unentitled) -> Response {
    let shell = frame(talk);
    let (speaker, language) = (&shell.speaker, talk.call.visitor.speaker.language());
    let group = talk.service().region().group(&answers.group);
    let basis = group.map(|group| group.basis.as_str()).unwrap_or_default();
    let name = group.map(|group| group.name.get(language)).unwrap_or_default();
    let reason = match why {
        Unentitled::GroupNotServed => shell.tv("desk-not-served", "group", name),
        Unentitled::Rule(NotEntitled::NotYet { from }) => {
            shell.tv2("desk-not-yet", "group", name, "day", &speaker.date(from))
        }
        Unentitled::Rule(NotEntitled::TooYoung { age_min }) => shell.tn("desk-too-young", "age", &u64::from(age_min)),
    };
    let own = answers
        .births
        .get(index)
        .and_then(|birth| talk.service().group_by_age(birth.year()));
    let own = own.map(|own| {
        let (name, from): (&str, Date) = (own.name.get(language), own.entitled_from);
        if from > talk.service().today() {
            shell.tv2("desk-say-own-group-from", "group", name, "day", &speaker.date(from))
        } else {
            shell.tv("desk-say-own-group", "group", name)
        }
    });
    let alert = shell.tv2("desk-not-entitled", "reason", &reason, "basis", basis);
    let say = vec![shell.tv("desk-say-not-entitled", "reason", &reason)];
    let above = Above {
        alert: Some(alert),
        say: say.into_iter().chain(own).collect(),
        until: None,
    };
    who(talk, &[], above)
}

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
    let mut say = vec![shell.tn("desk-say-choose", "count", &count)];
    if let Some(card) = cards.first().filter(|_| one_place) {
        let (centre, vaccine) = (card.centre.as_str(), card.vaccine.as_str());
        say.push(shell.tv2("desk-say-place", "centre", centre, "vaccine", vaccine));
    }
    let above = Above {
        alert,
        say,
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

/// Everything once more, to be read aloud before it is binding.
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
    say.extend(held(talk).iter().map(|held| shell.tv("desk-say-held", "visits", held)));
    say.push(shell.t("desk-say-review"));
    above.say = say;
    page(talk, DeskPart::Review, "", above, StatusCode::OK)
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

//! Who calls, and why somebody may not book.

use axum::http::StatusCode;
use axum::response::Response;
use dran_core::region::NotEntitled;
use dran_service::Unentitled;
use jiff::civil::Date;

use super::super::talk::{Answers, Talk};
use super::{Above, field, frame, page, several};
use crate::portal::forms::Complaints;
use crate::portal::views::{Choice, ChoiceOption};
use crate::problem::FieldProblem;
use crate::staff::views::{DeskPart, DeskWho};

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
    // Begun from the search there is nothing to ask: Enter goes on.
    let is_known = talk.get("step").is_empty() && !talk.get("postcode").is_empty() && !talk.get("birth").is_empty();
    let above = Above {
        say: match above {
            Above {
                alert: None, ref say, ..
            } if say.is_empty() && !is_known => vec![shell.t("desk-say-who")],
            _ => above.say,
        },
        ..above
    };
    let focus = match talk.get("postcode") {
        _ if is_known => "",
        "" => "postcode",
        _ => "birth",
    };
    page(talk, DeskPart::Who(Box::new(part)), focus, above, StatusCode::OK)
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

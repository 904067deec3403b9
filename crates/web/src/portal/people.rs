//! Persons in forms: what was typed travels from page to page in hidden fields until all of it is
//! there, so that nothing half typed is ever stored.

use dran_store::PersonRecord;

use super::forms::{Complaints, Posted};
use super::views::{Choice, ChoiceOption, DateField, Field, Form, PersonForm, PersonNo, Shell, Step, TimeLimit};
use crate::app::{App, Visitor};
use crate::input::TypedPerson;
use crate::problem::FieldProblem;

/// The fields of a person; `prefix` tells persons apart where they travel hidden.
const FIELDS: [&str; 8] = [
    "given_name",
    "family_name",
    "birth_day",
    "birth_month",
    "birth_year",
    "sex",
    "postcode",
    "group",
];

/// A person as a form posted it.
pub fn typed(posted: &Posted, prefix: &str) -> TypedPerson {
    let get = |name: &str| posted.get(&format!("{prefix}{name}")).to_owned();
    TypedPerson {
        given_name: get("given_name"),
        family_name: get("family_name"),
        birth_day: get("birth_day"),
        birth_month: get("birth_month"),
        birth_year: get("birth_year"),
        sex: get("sex"),
        postcode: get("postcode"),
        district: String::new(),
        group: get("group"),
    }
}

/// A person as a form shows it again after it was stored.
pub fn typed_again(person: &PersonRecord) -> TypedPerson {
    let birth = person.birth_date;
    TypedPerson {
        given_name: person.given_name.clone(),
        family_name: person.family_name.clone(),
        birth_day: birth.day().to_string(),
        birth_month: birth.month().to_string(),
        birth_year: birth.year().to_string(),
        sex: person.sex.to_string(),
        postcode: person.postcode.clone(),
        district: person.district.to_string(),
        group: person.group.to_string(),
    }
}

/// Puts a person into hidden fields.
pub fn hide(form: Form, person: &TypedPerson, prefix: &str) -> Form {
    let values = [
        &person.given_name,
        &person.family_name,
        &person.birth_day,
        &person.birth_month,
        &person.birth_year,
        &person.sex,
        &person.postcode,
        &person.group,
    ];
    FIELDS.iter().zip(values).fold(form, |form, (name, value)| {
        form.with_hidden(format!("{prefix}{name}"), value)
    })
}

/// What a person's page shows besides the person.
pub struct PersonPage {
    /// Posted to, with what travels hidden.
    pub form: Form,
    /// Which person.
    pub person: PersonNo,
    /// Which step.
    pub step: Step,
    /// Until when.
    pub limit: TimeLimit,
    /// The campaign's priority groups.
    pub groups: Vec<dran_core::ids::GroupId>,
}

/// The form of one person.
pub fn form(
    app: &App,
    visitor: &Visitor,
    shell: Shell,
    at: PersonPage,
    typed: &TypedPerson,
    problems: &[FieldProblem],
) -> PersonForm {
    let complaints = Complaints::new(problems, visitor);
    let field = |name: &'static str, value: &str| Field {
        name,
        value: value.to_owned(),
        error: complaints.about(name),
    };
    let language = visitor.speaker.language();
    let region_groups = at.groups.iter().filter_map(|id| app.service.region().group(id));
    let options: Vec<ChoiceOption> = region_groups
        .map(|group| {
            ChoiceOption::new(group.id.as_str(), group.name.get(language)).with_hint(group.explanation.get(language))
        })
        .collect();
    let only = if options.len() == 1 {
        options.first().map(|option| option.value.clone())
    } else {
        None
    };
    let group = only.unwrap_or_else(|| typed.group.clone());
    let birth = DateField::filled("birth", &typed.birth_day, &typed.birth_month, &typed.birth_year);
    PersonForm {
        limit: at.limit,
        step: at.step,
        person: at.person,
        form: at.form,
        given_name: field("given_name", &typed.given_name),
        family_name: field("family_name", &typed.family_name),
        birth: DateField {
            error: complaints.about("birth"),
            ..birth
        },
        sex: Choice {
            error: complaints.about("sex"),
            ..PersonForm::sex(&shell, &typed.sex)
        },
        postcode: field("postcode", &typed.postcode),
        group: Choice {
            error: complaints.about("group"),
            ..Choice::new("group", options, &group)
        },
        shell,
    }
}

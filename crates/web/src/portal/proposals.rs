//! Proposals and appointments as pages show them, and the wishes a visitor can set.

use dran_core::codes::BookingCode;
use dran_core::ids::{CentreId, VaccineId};
use dran_core::supply::{PartOfDay, Preferences as Wishes, Proposal, Starts};
use dran_store::{Series, SeriesState};
use jiff::Timestamp;
use jiff::civil::Date;

use super::forms::Posted;
use super::page::civil;
use super::views::{
    Choice, ChoiceOption, DateField, Form, Place, Preferences, ProposalCard, SeriesCard, Shell, Visit, paths,
};
use crate::api::{full_name, weekdays};
use crate::app::{App, Visitor};

/// The names of the wishes' fields.
const FIELDS: [&str; 6] = ["from_day", "from_month", "from_year", "weekday", "daytime", "centre"];

/// Reads the wishes of a query, and the form that shows them. What cannot be read is complained about
/// and left out.
pub fn preferences(
    app: &App,
    shell: &Shell,
    visitor: &Visitor,
    path: &str,
    centres: &[CentreId],
    query: &Posted,
) -> (Wishes, Preferences) {
    let [day, month, year] = ["from_day", "from_month", "from_year"].map(|name| query.get(name).trim());
    let asked_from = !(day.is_empty() && month.is_empty() && year.is_empty());
    let from = asked_from.then(|| date(day, month, year));
    let days: Vec<u8> = query.all("weekday").filter_map(|day| day.parse().ok()).collect();
    let daytime = query.get("daytime");
    let centre = centres
        .iter()
        .find(|centre| centre.as_str() == query.get("centre"))
        .cloned();
    let wishes = Wishes {
        earliest: from.flatten(),
        weekdays: weekdays(days.iter().copied()),
        part_of_day: match daytime {
            "am" => Some(PartOfDay::Morning),
            "pm" => Some(PartOfDay::Afternoon),
            _ => None,
        },
        centre,
    };
    let error = (from == Some(None)).then(|| visitor.speaker.text("input-from-form"));
    let any = ChoiceOption::new("", visitor.speaker.text("prefer-centre-any"));
    let named = centres.iter().filter_map(|id| app.service.region().centre(id));
    let options = named.map(|centre| ChoiceOption::new(centre.id.as_str(), centre.name.as_str()));
    let options: Vec<ChoiceOption> = if centres.len() > 1 {
        std::iter::once(any).chain(options).collect()
    } else {
        Vec::new()
    };
    let view = Preferences {
        form: Form::to(path),
        from: DateField {
            error,
            ..DateField::filled("from", day, month, year)
        },
        weekdays: Preferences::weekdays(shell, &days),
        daytime: Preferences::daytime(shell, daytime),
        centre: Choice::new("centre", options, query.get("centre")),
        set: wishes != Wishes::default(),
        clear_href: path.to_owned(),
    };
    (wishes, view)
}

fn date(day: &str, month: &str, year: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Lets the wishes travel with the choice, so that they stand when other proposals must be shown.
pub fn carry(form: Form, query: &Posted) -> Form {
    FIELDS.iter().fold(form, |form, name| {
        query
            .all(name)
            .filter(|value| !value.is_empty())
            .fold(form, |form, value| form.with_hidden(*name, value))
    })
}

/// A proposal to choose.
pub fn card(app: &App, proposal: &Proposal, chosen: &str) -> ProposalCard {
    let of = |starts: &Starts| visits(app, std::iter::once(starts.first).chain(starts.second));
    let value = proposal.key().to_string();
    let apart = match &proposal.starts[..] {
        [first, second] if first != second => of(second),
        _ => Vec::new(),
    };
    ProposalCard {
        chosen: value == chosen,
        value,
        centre: place(app, &proposal.centre).name,
        vaccine: vaccine_name(app, &proposal.vaccine),
        visits: proposal.starts.first().map(of).unwrap_or_default(),
        visits_second: apart,
    }
}

/// Appointments in civil time.
pub fn visits(app: &App, starts: impl Iterator<Item = Timestamp>) -> Vec<Visit> {
    (1_u8..)
        .zip(starts)
        .map(|(dose, start)| Visit {
            dose,
            start: civil(app, start),
        })
        .collect()
}

/// A centre as people find it.
pub fn place(app: &App, centre: &CentreId) -> Place {
    let Some(centre) = app.service.region().centre(centre) else {
        return Place {
            name: centre.to_string(),
            ..Place::default()
        };
    };
    let (street, town) = centre.address.as_ref().map_or_else(Default::default, |address| {
        (address.street.clone(), format!("{} {}", address.postcode, address.city))
    });
    Place {
        name: centre.name.clone(),
        street,
        town,
    }
}

/// A vaccine's name.
pub fn vaccine_name(app: &App, vaccine: &VaccineId) -> String {
    app.service
        .region()
        .vaccine(vaccine)
        .map_or_else(|| vaccine.to_string(), |vaccine| vaccine.name.clone())
}

/// The appointments of one person, as shown and printed.
pub fn series_card(app: &App, series: &Series) -> SeriesCard {
    SeriesCard {
        person: full_name(series),
        booking_code: BookingCode::grouped(&series.booking_code),
        vaccine: vaccine_name(app, &series.vaccine),
        place: place(app, &series.centre),
        visits: visits(app, series.starts.iter().copied()),
        calendar_href: (series.state == SeriesState::Booked)
            .then(|| format!("{}/{}/kalender.ics", paths::MANAGE, series.booking_code)),
    }
}

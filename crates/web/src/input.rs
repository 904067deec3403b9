//! What visitors type, parsed once: forms and calls share the rules and the words of every complaint.
//!
//! A text that cannot be taken becomes a [`FieldProblem`] with the key of a sentence in `input.ftl`
//! that says what is wrong and what to write instead. Inside, there are only parsed types.

use dran_core::contact::{
    AddressError, AddressLine, AddressProblem, Contact, Email, EmailError, Mobile, MobileError, PostalAddress,
};
use dran_core::ids::{AttemptKey, DistrictId, GroupId, Party};
use dran_core::person::{
    BirthDate, BirthDateError, BirthYear, BirthYearError, NameError, NamePart, NameProblem, PersonName, Sex,
};
use dran_core::region::{Postcode, PostcodeError, Region};
use dran_service::{NewPerson, PlaceHolder};
use jiff::civil::Date;

use crate::problem::{Argument, FieldProblem};

/// A person as typed, field by field.
#[derive(Clone, Debug, Default)]
pub struct TypedPerson {
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Day of birth.
    pub birth_day: String,
    /// Month of birth.
    pub birth_month: String,
    /// Year of birth.
    pub birth_year: String,
    /// One letter.
    pub sex: String,
    /// Postcode of residence.
    pub postcode: String,
    /// District of residence, if the postcode is not enough.
    pub district: String,
    /// Priority group.
    pub group: String,
}

/// How to reach somebody, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedContact<'a> {
    /// By SMS.
    Sms(&'a str),
    /// By e-mail.
    Email(&'a str),
    /// By letter.
    Letter {
        /// Street and number.
        street: &'a str,
        /// Town.
        town: &'a str,
    },
}

impl TypedPerson {
    /// Parses all fields; every complaint at once, its field prefixed by `prefix` (`persons.0.`).
    ///
    /// # Errors
    /// One problem per field that cannot be taken.
    pub fn parse(&self, region: &Region, today: Date, prefix: &str) -> Result<NewPerson, Vec<FieldProblem>> {
        let mut problems = Problems {
            prefix,
            list: Vec::new(),
        };
        let name = problems.take(PersonName::parse(&self.given_name, &self.family_name).map_err(name_problem));
        let birth_date = BirthDate::parse(&self.birth_day, &self.birth_month, &self.birth_year, today);
        let birth_date = problems.take(birth_date.map_err(|error| birth_date_problem(error, "birth")));
        let sex = problems.take(Sex::parse(&self.sex).ok_or_else(|| FieldProblem::new("sex", "input-sex-missing")));
        let postcode = problems.take(postcode(&self.postcode));
        let group = GroupId::new(self.group.trim());
        let group = region.group(&group).map(|group| group.id.clone());
        let group = problems.take(group.ok_or_else(|| FieldProblem::new("group", "input-group-missing")));
        let district = postcode.map(|postcode| self.district(region, postcode));
        let district = district.and_then(|district| problems.take(district));
        match (name, birth_date, sex, postcode, district, group) {
            (Some(name), Some(birth_date), Some(sex), Some(postcode), Some(district), Some(group)) => Ok(NewPerson {
                name,
                birth_date,
                sex,
                postcode,
                district,
                group,
            }),
            _ => Err(problems.list),
        }
    }

    /// The district: as given, else the one the postcode belongs to.
    fn district(&self, region: &Region, postcode: Postcode) -> Result<DistrictId, FieldProblem> {
        let given = DistrictId::new(self.district.trim());
        if let Some(district) = region.district(&given) {
            return Ok(district.id.clone());
        }
        match region.districts_of(&postcode)[..] {
            [] => Err(FieldProblem::new("postcode", "input-postcode-elsewhere")),
            // A postcode on a border: the first district stands for it; centres check nothing by it.
            [first, ..] => Ok(first.id.clone()),
        }
    }
}

impl TypedContact<'_> {
    /// Parses the contact.
    ///
    /// # Errors
    /// One problem per field that cannot be taken.
    pub fn parse(&self, region: &Region) -> Result<Contact, Vec<FieldProblem>> {
        match *self {
            TypedContact::Sms(number) => Mobile::parse(number, region.country)
                .map(Contact::Sms)
                .map_err(|error| vec![FieldProblem::new("mobile", mobile_key(error))]),
            TypedContact::Email(address) => Email::parse(address)
                .map(Contact::Email)
                .map_err(|error| vec![FieldProblem::new("email", email_key(error))]),
            TypedContact::Letter { street, town } => PostalAddress::parse(street, town)
                .map(Contact::Letter)
                .map_err(|error| vec![address_problem(error)]),
        }
    }
}

/// Whose place it is, as typed; the date as day, month and year.
///
/// # Errors
/// One problem per field that cannot be taken.
pub fn place_holder(
    given_name: &str,
    family_name: &str,
    (day, month, year): (&str, &str, &str),
    today: Date,
) -> Result<PlaceHolder, Vec<FieldProblem>> {
    let mut problems = Problems {
        prefix: "",
        list: Vec::new(),
    };
    let name = problems.take(PersonName::parse(given_name, family_name).map_err(name_problem));
    let birth_date = problems.take(birth_date(day, month, year, today));
    match (name, birth_date) {
        (Some(name), Some(birth_date)) => Ok(PlaceHolder { name, birth_date }),
        _ => Err(problems.list),
    }
}

/// A postcode as typed.
///
/// # Errors
/// Says what a postcode looks like.
pub fn postcode(text: &str) -> Result<Postcode, FieldProblem> {
    Postcode::parse(text).map_err(|error| {
        let key = match error {
            PostcodeError::Empty => "input-postcode-missing",
            PostcodeError::NotDigits | PostcodeError::WrongLength => "input-postcode-form",
        };
        FieldProblem::new("postcode", key)
    })
}

/// A year of birth as typed.
///
/// # Errors
/// Says what is wrong with it.
pub fn birth_year(text: &str, today: Date) -> Result<BirthYear, FieldProblem> {
    BirthYear::parse(text, today).map_err(|error| {
        let key = match error {
            BirthYearError::Empty => "input-birth-year-missing",
            BirthYearError::NotANumber | BirthYearError::ShortYear => "input-birth-year-form",
            BirthYearError::InTheFuture => "input-birth-future",
            BirthYearError::TooLongAgo => "input-birth-too-long-ago",
        };
        FieldProblem::new("birth_year", key)
    })
}

/// A date of birth as typed, for looking up a booking.
///
/// # Errors
/// Says what is wrong with it.
pub fn birth_date(day: &str, month: &str, year: &str, today: Date) -> Result<BirthDate, FieldProblem> {
    BirthDate::parse(day, month, year, today).map_err(|error| birth_date_problem(error, "birth"))
}

/// Day, month and year of a date that was typed into one field: `08031935`, `8.3.1935`, `8 3 1935`, `1935-03-08`.
/// What is no date comes out as parts that are none either.
pub fn date_parts(text: &str) -> [String; 3] {
    let text = text.trim();
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    if digits && (text.len() == 8 || text.len() == 6) {
        let (day, rest) = text.split_at(2);
        let (month, year) = rest.split_at(2);
        return [day, month, year].map(str::to_owned);
    }
    let mut parts = text
        .split(|sign: char| !sign.is_alphanumeric())
        .filter(|part| !part.is_empty());
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let [first, month, last] = [part(), part(), part()];
    if first.len() == 4 {
        [last, month, first]
    } else {
        [first, month, last]
    }
}

/// One or two persons, as typed; nothing typed is one.
///
/// # Errors
/// When it is another number.
pub fn party(text: &str) -> Result<Party, FieldProblem> {
    match text.trim() {
        "" | "1" => Ok(Party::One),
        "2" => Ok(Party::Couple),
        _ => Err(FieldProblem::new("persons", "input-persons-form")),
    }
}

/// An attempt key: 32 hexadecimal digits.
pub fn attempt_key(text: &str) -> Option<AttemptKey> {
    if text.len() != 32 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 16];
    for (byte, at) in key.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(AttemptKey(key))
}

/// An attempt key as forms carry it.
pub fn attempt_key_text(key: [u8; 16]) -> String {
    dran_core::hex::encode(&key)
}

struct Problems<'a> {
    prefix: &'a str,
    list: Vec<FieldProblem>,
}

impl Problems<'_> {
    fn take<T>(&mut self, result: Result<T, FieldProblem>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.list.push(FieldProblem {
                    field: format!("{}{}", self.prefix, problem.field),
                    ..problem
                });
                None
            }
        }
    }
}

fn name_problem(error: NameError) -> FieldProblem {
    match error {
        NameError::Empty => FieldProblem::new("family_name", "input-name-missing"),
        NameError::Part { part, problem } => {
            let field = match part {
                NamePart::Given => "given_name",
                NamePart::Family => "family_name",
            };
            let key = match problem {
                NameProblem::TooLong => "input-name-too-long",
                NameProblem::NoLetter => "input-name-no-letter",
                NameProblem::Digit => "input-name-digit",
                NameProblem::Character => "input-name-character",
            };
            FieldProblem::new(field, key)
        }
    }
}

fn birth_date_problem(error: BirthDateError, field: &str) -> FieldProblem {
    let (key, argument) = match error {
        BirthDateError::Missing(_) => ("input-birth-missing", None),
        BirthDateError::NotANumber(_) => ("input-birth-number", None),
        BirthDateError::ShortYear => ("input-birth-year-form", None),
        BirthDateError::NoSuchMonth => ("input-birth-month", None),
        BirthDateError::NoSuchDay { days_in_month } => ("input-birth-day", Some(Argument::Count(days_in_month.into()))),
        BirthDateError::NotALeapYear { year } => ("input-birth-leap", Some(Argument::Text(year.to_string()))),
        BirthDateError::InTheFuture => ("input-birth-future", None),
        BirthDateError::TooLongAgo => ("input-birth-too-long-ago", None),
        BirthDateError::YearOnly(_) => ("input-birth-year-only", None),
    };
    FieldProblem {
        field: field.to_owned(),
        key,
        argument,
    }
}

fn mobile_key(error: MobileError) -> &'static str {
    match error {
        MobileError::Empty => "input-mobile-missing",
        MobileError::Landline => "input-mobile-landline",
        _ => "input-mobile-form",
    }
}

fn email_key(error: EmailError) -> &'static str {
    match error {
        EmailError::Empty => "input-email-missing",
        EmailError::TooLong => "input-email-too-long",
        _ => "input-email-form",
    }
}

fn address_problem(error: AddressError) -> FieldProblem {
    let field = match error.line {
        AddressLine::Street => "street",
        AddressLine::Town => "town",
    };
    let key = match error.problem {
        AddressProblem::Empty => "input-address-missing",
        AddressProblem::TooLong => "input-address-too-long",
        AddressProblem::Character => "input-address-character",
    };
    FieldProblem::new(field, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_typed_into_one_field_as_people_write_it() {
        for typed in [
            "08031935",
            "8.3.1935",
            " 8. 3. 1935 ",
            "8/3/1935",
            "8 3 1935",
            "1935-03-08",
        ] {
            let [day, month, year] = date_parts(typed);
            let read = birth_date(&day, &month, &year, Date::constant(2021, 1, 12));
            assert_eq!(read.map(BirthDate::date), Ok(Date::constant(1935, 3, 8)), "{typed}");
        }
        for typed in ["", "8", "080335", "8.3.35", "gestern", ".3.1935"] {
            let [day, month, year] = date_parts(typed);
            assert!(
                birth_date(&day, &month, &year, Date::constant(2021, 1, 12)).is_err(),
                "{typed}"
            );
        }
    }
}

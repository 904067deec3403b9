//! Persons: names as people have them, dates of birth, and the key by which nobody is booked twice.

mod birth;
mod key;
mod name;

pub use birth::{
    AGE_YEARS_MAX, BirthDate, BirthDateError, BirthDatePart, BirthYear, BirthYearError, age_on, first_day_of_age,
};
pub use key::{person_key_material, place_key_material, same_family_name};
pub use name::{NAME_CHARS_MAX, NameError, NamePart, NameProblem, PersonName};

/// Sex as the vaccination report wants it (CoronaImpfV § 7).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sex {
    /// `f`
    Female,
    /// `m`
    Male,
    /// `d`
    Diverse,
    /// `x`: not told.
    NotTold,
}

impl Sex {
    /// All of them, in the order in which a form shows them.
    pub const ALL: [Self; 4] = [Self::Female, Self::Male, Self::Diverse, Self::NotTold];

    /// Its letter in forms, calls and the store.
    pub fn code(self) -> char {
        match self {
            Self::Female => 'f',
            Self::Male => 'm',
            Self::Diverse => 'd',
            Self::NotTold => 'x',
        }
    }

    /// The sex of that letter.
    pub fn parse(text: &str) -> Option<Self> {
        let mut chars = text.trim().chars();
        let letter = chars.next()?;
        if chars.next().is_some() {
            return None;
        }
        Self::ALL.into_iter().find(|sex| sex.code() == letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sex_reads_back_from_its_letter() {
        for sex in Sex::ALL {
            assert_eq!(Sex::parse(&sex.code().to_string()), Some(sex));
        }
        assert_eq!(Sex::parse(""), None);
        assert_eq!(Sex::parse("female"), None);
        assert_eq!(Sex::parse("w"), None);
    }
}

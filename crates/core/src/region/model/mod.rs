//! What a region file says, once it has been read and checked.

mod places;
mod rules;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

pub use places::{Address, Centre, District, OpeningHours, Position, Weekdays};
pub use rules::{NotEntitled, PriorityGroup, Vaccine, VaccineRule};

use super::Postcode;
use crate::contact::Country;
use crate::ids::{CentreId, DistrictId, GroupId, Language, VaccineId};

/// One deployment's area (`Land`).
#[derive(Clone, Debug)]
pub struct Region {
    /// Its short name: `hessen`.
    pub id: String,
    /// Its name as people know it.
    pub name: Localised,
    /// The country whose phone numbers are dialled without a country code.
    pub country: Country,
    /// The zone in which all its dates and times are meant.
    pub time_zone: TimeZone,
    /// The languages its texts are written in; the first one is the default and is always there.
    pub languages: Vec<Language>,
    /// Where people call.
    pub hotline: Hotline,
    /// Its vaccination centres, in the order of the file.
    pub centres: Vec<Centre>,
    /// Its districts, in the order of the file.
    pub districts: Vec<District>,
    /// The vaccines it gives.
    pub vaccines: Vec<Vaccine>,
    /// The priority groups it serves.
    pub groups: Vec<PriorityGroup>,
}

impl Region {
    /// The centre of that id.
    pub fn centre(&self, id: &CentreId) -> Option<&Centre> {
        self.centres.iter().find(|centre| centre.id == *id)
    }

    /// The district of that id.
    pub fn district(&self, id: &DistrictId) -> Option<&District> {
        self.districts.iter().find(|district| district.id == *id)
    }

    /// The vaccine of that id.
    pub fn vaccine(&self, id: &VaccineId) -> Option<&Vaccine> {
        self.vaccines.iter().find(|vaccine| vaccine.id == *id)
    }

    /// The priority group of that id.
    pub fn group(&self, id: &GroupId) -> Option<&PriorityGroup> {
        self.groups.iter().find(|group| group.id == *id)
    }

    /// The districts that a postcode lies in. None: the table has a gap and the person picks the
    /// district from the whole list. Several: the person picks among them.
    pub fn districts_of(&self, postcode: &Postcode) -> Vec<&District> {
        self.districts
            .iter()
            .filter(|district| district.postcodes.contains(postcode))
            .collect()
    }
}

/// A text in the region's languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Localised {
    default: Language,
    texts: BTreeMap<Language, String>,
}

impl Localised {
    /// Takes the texts; `default` is the language to fall back to.
    pub(in crate::region) fn new(default: Language, texts: BTreeMap<Language, String>) -> Self {
        Self { default, texts }
    }

    /// The text in that language, or in the region's first language where it is not translated.
    pub fn get(&self, language: &Language) -> &str {
        self.texts
            .get(language)
            .or_else(|| self.texts.get(&self.default))
            .map_or("", String::as_str)
    }
}

/// Where people call, and when somebody answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hotline {
    /// Its numbers, the one to show first first.
    pub numbers: Vec<HotlineNumber>,
    /// When it is staffed, in the region's time zone.
    pub hours: Vec<OpeningHours>,
}

/// A number to call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HotlineNumber {
    /// What a telephone dials: E.164 (`+4961150592888`), or a short number such as `116117`.
    pub dial: String,
    /// How it is printed: `0611 505 92 888`.
    pub shown: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_back_to_the_first_language() {
        let [de, en, tr] = ["de", "en", "tr"].map(Language::new);
        let texts = [(de.clone(), "Land".to_owned()), (en.clone(), "state".to_owned())];
        let text = Localised::new(de.clone(), BTreeMap::from(texts));
        assert_eq!([text.get(&de), text.get(&en), text.get(&tr)], ["Land", "state", "Land"]);
    }
}

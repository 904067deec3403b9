//! What makes a person the same person however the name is typed.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use super::PersonName;
use crate::region::Postcode;

/// Separates the fields, so that `(Ann, Amaria)` and `(Anna, Maria)` stay different. No folded name
/// has it.
const FIELD_SEPARATOR: char = '\u{1f}';

/// The canonical text of a person of whom only name and date of birth are asked, likewise.
pub fn place_key_material(name: &PersonName, birth_date: Date) -> Vec<u8> {
    let mut text = name_key(name);
    text.push_str(&birth_date.to_string());
    text.into_bytes()
}

/// The canonical text of a person, to be hashed with a key by who keeps one.
///
/// The same name typed in capitals, without accents (`Müller`, `MUELLER`), with or without hyphens,
/// spaces and apostrophes (`Anna-Maria`, `Annamaria`) gives the same bytes, and so does a single name
/// in either field. Two people share them only if name, date of birth and postcode are the same.
pub fn person_key_material(name: &PersonName, birth_date: Date, postcode: Postcode) -> Vec<u8> {
    let mut text = name_key(name);
    text.push_str(&format!("{birth_date}{FIELD_SEPARATOR}{postcode}"));
    text.into_bytes()
}

/// Whether two family names are the same one, however they are typed: what a search by name compares.
pub fn same_family_name(one: &str, other: &str) -> bool {
    let folded = fold(one);
    !folded.is_empty() && folded == fold(other)
}

/// Both parts of a name, folded, each with its separator.
fn name_key(name: &PersonName) -> String {
    let (given, family) = match (name.given(), name.family()) {
        (single, "") => ("", single),
        both => both,
    };
    let mut text = fold(given);
    text.push(FIELD_SEPARATOR);
    text.push_str(&fold(family));
    text.push(FIELD_SEPARATOR);
    text
}

/// Lower case, German letters spelled out, other accents dropped, letters only.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut push = |c: char| match spelled_out(c) {
        Some(letters) => folded.push_str(letters),
        None => folded.push(c),
    };
    for c in name.nfkc().flat_map(char::to_lowercase).nfc() {
        // What is spelled out as a whole (ä) must not lose its accent first.
        match spelled_out(c) {
            Some(_) => push(c),
            None => base_letters(c).for_each(&mut push),
        }
    }
    folded
}

/// Letters that are spelled with others where a keyboard lacks them, as German offices do.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'å' => "aa",
        'þ' => "th",
        'ð' | 'đ' => "d",
        'ł' => "l",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// The base letters of a character without accents; nothing for what is not a letter. Combining
/// class 0 keeps the vowel signs of Indic scripts, which are not accents.
fn base_letters(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c)
        .nfkd()
        .filter(|c| canonical_combining_class(*c) == 0 && (c.is_alphabetic() || is_combining_mark(*c)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn key(given: &str, family: &str) -> Vec<u8> {
        let postcode = Postcode::parse("34117").unwrap();
        person_key_material(&PersonName::parse(given, family).unwrap(), date(1935, 3, 5), postcode)
    }

    #[test]
    fn the_same_name_typed_differently_is_the_same_person() {
        let same = [
            [("Jörg", "Müller"), ("JOERG", "Mueller")],
            [("Anna-Maria", "Groß"), ("anna maria", "GROSS")],
            [("Annamaria", "O’Brien"), ("Anna Maria", "OBrien")],
            [("René", "Łukasz"), ("Rene", "lukasz")],
            [("Søren", "Ångström"), ("Soeren", "AANGSTROEM")],
            [("Ǣlfred", "Ǿ"), ("Aelfred", "oe")],
            [("İbrahim", "Yıldız"), ("ibrahim", "yildiz")],
            [("Sukarno", ""), ("", "sukarno")],
            [("Ὀδυσσεύς", "Α"), ("ΟΔΥΣΣΕΥΣ", "α")],
            [("Mu\u{308}ller", "B"), ("Müller", "B")],
            [("مُحَمَّد", "ب"), ("محمد", "ب")],
        ];
        for [left, right] in same {
            assert_eq!(key(left.0, left.1), key(right.0, right.1), "{left:?} {right:?}");
        }
    }

    #[test]
    fn different_people_stay_different() {
        assert_ne!(key("Ann", "Amaria"), key("Anna", "Maria"));
        assert_ne!(key("Paul", "Peter"), key("Peter", "Paul"));
        assert_ne!(key("रवि", "क"), key("रावी", "क"));
        assert_ne!(key("Anna", "Müller"), key("Anna", "Möller"));
        assert_ne!(key("李", "明"), key("李", "亮"));
        let name = PersonName::parse("Anna", "Müller").unwrap();
        let (kassel, marburg) = (Postcode::parse("34117").unwrap(), Postcode::parse("35037").unwrap());
        let born = date(1935, 3, 5);
        assert_ne!(
            person_key_material(&name, born, kassel),
            person_key_material(&name, born, marburg)
        );
        assert_ne!(
            person_key_material(&name, born, kassel),
            person_key_material(&name, date(1935, 5, 3), kassel)
        );
    }

    proptest! {
        #[test]
        fn folding_is_stable_and_never_empties_a_name(family in "[\\p{L}\\p{M}' -]{0,30}") {
            if let Ok(name) = PersonName::parse("", &family) {
                let folded = fold(name.family());
                prop_assert!(!folded.is_empty());
                prop_assert!(!folded.contains(FIELD_SEPARATOR));
                prop_assert_eq!(fold(&folded), folded);
            }
        }
    }
}

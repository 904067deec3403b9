//! Telephone numbers as they are read out.

use phonenumber::Mode;

use crate::contact::Country;

/// A number, given by the digits of its E.164 form, as somebody in this country dials it:
/// `4956112345` is `056112345` in Germany and `00 49 …` elsewhere. Digits only.
pub fn national_digits(e164: u64, country: Country) -> String {
    let abroad = || format!("00{e164}");
    let Ok(number) = phonenumber::parse(None, format!("+{e164}")) else {
        return abroad();
    };
    if number.country().id() != Some(country.id()) {
        return abroad();
    }
    let written = number.format().mode(Mode::National).to_string();
    written.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_out_as_it_is_dialled_here() {
        let germany = Country::parse("DE").unwrap();
        assert_eq!(national_digits(495_617_870, germany), "05617870");
        assert_eq!(national_digits(4_915_123_456_789, germany), "015123456789");
        assert_eq!(national_digits(436_641_234_567, germany), "00436641234567");
        assert_eq!(national_digits(7, germany), "007");
    }
}

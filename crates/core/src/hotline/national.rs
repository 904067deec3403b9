//! Telephone numbers as they are read out.

use phonenumber::Mode;

/// A number, given by the digits of its E.164 form, as somebody in this country (ISO 3166-1 alpha-2) dials it:
/// `4956112345` is `056112345` in Germany and `00 49 …` elsewhere. Digits only.
pub fn national_digits(e164: u64, country: &str) -> String {
    let abroad = || format!("00{e164}");
    let Ok(number) = phonenumber::parse(None, format!("+{e164}")) else {
        return abroad();
    };
    if number.country().id().is_none_or(|id| id.as_ref() != country) {
        return abroad();
    }
    let written = number.format().mode(Mode::National).to_string();
    written.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_out_as_it_is_dialled_here() {
        assert_eq!(national_digits(49_561_7870, "DE"), "05617870");
        assert_eq!(national_digits(49_151_2345_6789, "DE"), "015123456789");
        assert_eq!(national_digits(43_664_123_4567, "DE"), "00436641234567");
        assert_eq!(national_digits(7, "DE"), "007");
    }
}

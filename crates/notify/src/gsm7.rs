//! How many parts an SMS takes: GSM 7-bit or UCS-2, as 3GPP TS 23.038 counts.

/// Characters of the basic table that take one unit (3GPP TS 23.038 § 6.2.1).
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Characters of the extension table that take two units (§ 6.2.1.1).
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// The alphabet in which an SMS travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// 160 characters in one part, 153 in each of several.
    Gsm7,
    /// 70 UTF-16 units in one part, 67 in each of several.
    Ucs2,
}

/// The size of an SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsSize {
    /// The cheapest alphabet that has all its characters.
    pub alphabet: Alphabet,
    /// How many parts are paid for.
    pub parts: usize,
    /// How many units of its alphabet it has.
    pub units: usize,
}

/// Measures a text. A character is never split over two parts, which the count allows for only in
/// the sum; at a boundary one part more may be needed.
pub fn sms_size(text: &str) -> SmsSize {
    let gsm7_units = text.chars().try_fold(0, |units, character| match character {
        _ if BASIC.contains(character) => Some(units + 1),
        _ if EXTENDED.contains(character) => Some(units + 2),
        _ => None,
    });
    let (alphabet, units, single, several) = match gsm7_units {
        Some(units) => (Alphabet::Gsm7, units, 160, 153),
        None => (Alphabet::Ucs2, text.encode_utf16().count(), 70, 67),
    };
    let parts = if units <= single { 1 } else { units.div_ceil(several) };
    SmsSize { alphabet, parts, units }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_and_its_umlauts_are_cheap() {
        assert_eq!(
            sms_size("Größe: ÄÖÜäöüß"),
            SmsSize {
                alphabet: Alphabet::Gsm7,
                parts: 1,
                units: 14
            }
        );
        assert_eq!(sms_size("10 €").units, 5);
    }

    #[test]
    fn one_other_letter_makes_the_whole_text_dear() {
        assert_eq!(
            sms_size("Ayşe"),
            SmsSize {
                alphabet: Alphabet::Ucs2,
                parts: 1,
                units: 4
            }
        );
        assert_eq!(sms_size("😀").units, 2);
    }

    #[test]
    fn parts_of_a_long_text_are_shorter() {
        let parts = |length: usize| sms_size(&"a".repeat(length)).parts;
        assert_eq!([160, 161, 306, 307].map(parts), [1, 2, 2, 3]);
        let parts = |length: usize| sms_size(&"ş".repeat(length)).parts;
        assert_eq!([70, 71, 134, 135].map(parts), [1, 2, 2, 3]);
    }
}

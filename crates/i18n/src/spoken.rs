//! Numbers, codes, times and waits as they are heard, not read (`voice.ftl`).

use jiff::civil::{Date, Time};

use crate::{Speaker, Value};

const MINUTES_PER_HOUR: u32 = 60;
const MINUTES_PER_DAY: u32 = 24 * MINUTES_PER_HOUR;
/// Up to here a wait is said in minutes.
const IN_MINUTES_MAX: u32 = 55;
/// Below this it is said to the minute, above in steps of five.
const SINGLE_MINUTES_END: u32 = 10;
/// Up to here halves of hours are said; above, whole hours.
const IN_HALF_HOURS_MAX: u32 = 5 * MINUTES_PER_HOUR;
/// Up to here hours are said; above, days.
const IN_HOURS_MAX: u32 = 2 * MINUTES_PER_DAY;

impl Speaker {
    /// Digits one by one, with a pause between: "0, 5, 6, 1". Anything else is left out.
    pub fn spoken_digits(&self, digits: &str) -> String {
        let digits = digits.chars().filter(char::is_ascii_digit);
        digits.map(String::from).collect::<Vec<_>>().join(", ")
    }

    /// A code character by character, letters with a word each, a longer pause between its groups:
    /// "A wie Anton, 2, … . …".
    pub fn spoken_code(&self, code: &str) -> String {
        let groups = code.split('-').map(|group| {
            let characters = group.chars().map(|character| {
                let letter = String::from(character);
                self.text_with("voice-letter", &[("letter", letter.into())])
            });
            characters.collect::<Vec<_>>().join(", ")
        });
        groups.collect::<Vec<_>>().join(". ")
    }

    /// A time of day: "8 Uhr 30", "8 30 in the morning".
    pub fn spoken_time(&self, time: Time) -> String {
        let hour = time.hour();
        let part = match (hour, time.minute()) {
            (0, 0) => "midnight",
            (12, 0) => "noon",
            (0..12, _) => "morning",
            (12..18, _) => "afternoon",
            _ => "evening",
        };
        self.text_with(
            "voice-time",
            &[
                ("hour", hour.into()),
                ("hour-twelve", ((hour + 11) % 12 + 1).into()),
                ("minute", time.minute().into()),
                ("part", part.into()),
            ],
        )
    }

    /// A day without its year, in words: "Dienstag, dem neunzehnten Januar".
    pub fn spoken_date(&self, date: Date) -> String {
        let word = |key: &str, number: i8| self.text_with(key, &[("number", number.into())]);
        let parts: [(&str, Value<'_>); 3] = [
            (
                "weekday",
                word("format-weekday", date.weekday().to_monday_one_offset()).into(),
            ),
            ("day", word("voice-day", date.day()).into()),
            ("month", word("format-month", date.month()).into()),
        ];
        self.text_with("voice-date", &parts)
    }

    /// A number of things, said as one word and not digit by digit: "12345".
    pub fn spoken_number(&self, number: u32) -> String {
        number.to_string()
    }

    /// How long it takes, between two bounds in seconds, rounded outwards, as a sentence.
    pub fn spoken_wait(&self, low_s: u32, high_s: u32) -> String {
        let high_s = high_s.max(low_s);
        if high_s < 60 {
            return self.text("voice-wait-moment");
        }
        let (low, high) = (round(low_s / 60, false), round(high_s.div_ceil(60), true));
        let said = |minutes| self.spoken_minutes(minutes);
        if low == 0 {
            self.text_with("voice-wait-at-most", &[("wait", said(high).into())])
        } else if low >= high {
            self.text_with("voice-wait-about", &[("wait", said(high).into())])
        } else {
            let ends = [("low", said(low).into()), ("high", said(high).into())];
            self.text_with("voice-wait-between", &ends)
        }
    }

    /// A length of time that [`round`] has made.
    fn spoken_minutes(&self, minutes: u32) -> String {
        let unit = |key: &str, number: u32| self.text_with(key, &[("number", number.into())]);
        match minutes {
            ..=IN_MINUTES_MAX => unit("voice-minutes", minutes),
            _ if minutes >= IN_HOURS_MAX => unit("voice-days", minutes / MINUTES_PER_DAY),
            _ if minutes.is_multiple_of(MINUTES_PER_HOUR) => unit("voice-hours", minutes / MINUTES_PER_HOUR),
            _ => unit("voice-half-hours", minutes / (MINUTES_PER_HOUR / 2)),
        }
    }
}

/// Minutes in steps that people say.
fn round(minutes: u32, up: bool) -> u32 {
    let step = match minutes {
        ..SINGLE_MINUTES_END => 1,
        SINGLE_MINUTES_END..=IN_MINUTES_MAX => 5,
        _ if minutes < IN_HALF_HOURS_MAX => MINUTES_PER_HOUR / 2,
        _ if minutes <= IN_HOURS_MAX => MINUTES_PER_HOUR,
        _ => MINUTES_PER_DAY,
    };
    if up {
        minutes.div_ceil(step) * step
    } else {
        minutes / step * step
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use dran_core::codes::ALPHABET;
    use dran_core::ids::Language;
    use jiff::civil::{date, time};

    use super::*;
    use crate::Texts;

    fn speaker(tag: &str) -> Speaker {
        Texts::builtin().unwrap().speaker(&Language::new(tag))
    }

    #[test]
    fn numbers_and_codes_are_said_one_by_one() {
        let (de, en) = (speaker("de"), speaker("en"));
        assert_eq!(de.spoken_digits("0561 78-70"), "0, 5, 6, 1, 7, 8, 7, 0");
        assert_eq!(
            de.spoken_code("ZU2M-CA3H"),
            "Z wie Zacharias, U wie Ulrich, 2, M wie Martha. C wie Cäsar, A wie Anton, 3, H wie Heinrich"
        );
        assert_eq!(en.spoken_code("ZU2M"), "Z for Zulu, U for Uniform, 2, M for Mike");
        for character in ALPHABET.iter().copied().filter(u8::is_ascii_uppercase) {
            let character = char::from(character).to_string();
            assert_ne!(de.spoken_code(&character), character, "a letter alone is misheard");
            assert_ne!(en.spoken_code(&character), character, "a letter alone is misheard");
        }
    }

    #[test]
    fn times_and_days_are_said_as_people_say_them() {
        let (de, en) = (speaker("de"), speaker("en"));
        assert_eq!(de.spoken_time(time(8, 30, 0, 0)), "8 Uhr 30");
        assert_eq!(de.spoken_time(time(8, 0, 0, 0)), "8 Uhr");
        assert_eq!(en.spoken_time(time(8, 30, 0, 0)), "8 30 in the morning");
        assert_eq!(en.spoken_time(time(14, 0, 0, 0)), "2 o'clock in the afternoon");
        assert_eq!(en.spoken_time(time(12, 0, 0, 0)), "12 noon");
        assert_eq!(en.spoken_time(time(12, 15, 0, 0)), "12 15 in the afternoon");
        assert_eq!(en.spoken_time(time(19, 45, 0, 0)), "7 45 in the evening");
        assert_eq!(de.spoken_date(date(2021, 1, 19)), "Dienstag, dem neunzehnten Januar");
        assert_eq!(en.spoken_date(date(2021, 3, 31)), "Wednesday the thirty-first of March");
        for day in 1..=31 {
            assert!(
                !de.spoken_date(date(2021, 1, day))
                    .contains(|c: char| c.is_ascii_digit())
            );
        }
    }

    #[test]
    fn a_wait_is_rounded_outwards_to_what_people_say() {
        let de = speaker("de");
        let said = |low_min: u32, high_min: u32| de.spoken_wait(low_min * 60, high_min * 60);
        assert_eq!(said(0, 0), "Es dauert nur noch einen Augenblick.");
        assert_eq!(said(0, 8), "Es dauert noch höchstens 8 Minuten.");
        assert_eq!(said(1, 1), "Es dauert noch etwa eine Minute.");
        assert_eq!(
            said(23, 41),
            "Es dauert noch mindestens 20 Minuten und höchstens 45 Minuten."
        );
        assert_eq!(
            said(58, 75),
            "Es dauert noch mindestens 30 Minuten und höchstens anderthalb Stunden."
        );
        assert_eq!(
            said(61, 145),
            "Es dauert noch mindestens eine Stunde und höchstens zweieinhalb Stunden."
        );
        assert_eq!(
            said(400, 460),
            "Es dauert noch mindestens 6 Stunden und höchstens 8 Stunden."
        );
        assert_eq!(
            said(3_000, 5_000),
            "Es dauert noch mindestens 2 Tage und höchstens 4 Tage."
        );
        let en = speaker("en").spoken_wait(3_600, 5_400);
        assert_eq!(en, "It will take at least one hour and at most one and a half hours.");
    }

    #[test]
    fn every_wait_has_words() {
        let de = speaker("de");
        for minutes in 1..6_000 {
            for rounded in [round(minutes, false), round(minutes, true)] {
                let said = de.spoken_minutes(rounded);
                // `viereinhalb` stands for what no key fits.
                assert!(rounded == 270 || !said.contains("viereinhalb"), "{minutes}: {said}");
            }
        }
    }
}

//! The sentences of the dialogue in the words of a language (`voice.ftl`).

use dran_core::hotline::{Booked, Place, PlaceState, Sentence, Supply, national_digits};
use dran_core::ids::{DistrictId, Language};
use dran_i18n::{Speaker, Value};
use jiff::Timestamp;

use super::Hotline;

/// Something to be spoken.
pub struct Said {
    /// The language of the voice, as telephone systems name it.
    pub language: String,
    /// The words.
    pub text: String,
}

/// The words of sentences. What one language says is said in one breath.
pub fn say(hotline: &Hotline, language: &Language, sentences: &[Sentence]) -> Vec<Said> {
    let speaker = hotline.service.texts().speaker(language);
    let own = speaker.text("voice-language");
    let mut said: Vec<Said> = Vec::new();
    let mut add = |language: String, text: String| match said.last_mut() {
        Some(last) if last.language == language => {
            last.text.push(' ');
            last.text.push_str(&text);
        }
        _ => said.push(Said { language, text }),
    };
    for sentence in sentences {
        if *sentence == Sentence::ChooseLanguage {
            for (speaker, text) in language_choice(hotline) {
                add(speaker.text("voice-language"), text);
            }
            continue;
        }
        let words = Words {
            hotline,
            speaker: &speaker,
        };
        add(own.clone(), words.of(sentence));
    }
    said
}

fn language_choice(hotline: &Hotline) -> Vec<(Speaker, String)> {
    let languages = hotline.service.region().languages.iter().enumerate();
    let choice = languages.map(|(at, language)| {
        let speaker = hotline.service.texts().speaker(language);
        let text = speaker.text_with("voice-choose-language", &[("key", (at + 1).to_string().into())]);
        (speaker, text)
    });
    choice.collect()
}

struct Words<'a> {
    hotline: &'a Hotline,
    speaker: &'a Speaker,
}

impl Words<'_> {
    fn of(&self, sentence: &Sentence) -> String {
        let key = match sentence {
            Sentence::Greeting => return self.with("voice-greeting", &[("region", self.region().into())]),
            Sentence::PostcodeUnknown => {
                return self.with("voice-postcode-unknown", &[("region", self.region().into())]);
            }
            Sentence::AskDistrict(districts) => return self.districts(districts),
            Sentence::Supply(supply) => return self.supply(supply),
            Sentence::CheckNumber(number) => return self.number("voice-check-number", *number),
            Sentence::CallBack(number) => return self.number("voice-call-back", *number),
            Sentence::Place(place) => return self.place(place),
            Sentence::TicketCode(code) => {
                let code = self.speaker.spoken_code(code);
                return self.with("voice-ticket-code", &[("code", code.into())]);
            }
            Sentence::AskTicketCode(group) => return self.code_group("voice-ask-ticket-code", *group),
            Sentence::AskBookingCode(group) => return self.code_group("voice-ask-booking-code", *group),
            Sentence::Booking(booked) => return self.booking(booked),
            // Said in every language, by `say`.
            Sentence::ChooseLanguage => return String::new(),
            Sentence::Menu => "voice-menu",
            Sentence::DidNotHear => "voice-did-not-hear",
            Sentence::WrongKey => "voice-wrong-key",
            Sentence::NoCampaign => "voice-no-campaign",
            Sentence::Connecting => "voice-connecting",
            Sentence::AllBusy => "voice-all-busy",
            Sentence::NobodyFree => "voice-nobody-free",
            Sentence::AskPostcode => "voice-ask-postcode",
            Sentence::PostcodeForm => "voice-postcode-form",
            Sentence::AskBirthYear => "voice-ask-birth-year",
            Sentence::BirthYearForm => "voice-birth-year-form",
            Sentence::AskParty => "voice-ask-party",
            Sentence::AskNumber => "voice-ask-number",
            Sentence::NumberForm => "voice-number-form",
            Sentence::NeverMind => "voice-never-mind",
            Sentence::OneMoment => "voice-one-moment",
            Sentence::TicketTaken => "voice-ticket-taken",
            Sentence::TicketStands => "voice-ticket-stands",
            Sentence::NotEntitled => "voice-not-entitled",
            Sentence::CodeForm => "voice-code-form",
            Sentence::TicketUnknown => "voice-ticket-unknown",
            Sentence::AskBirthDate => "voice-ask-birth-date",
            Sentence::BirthDateForm => "voice-birth-date-form",
            Sentence::BookingUnknown => "voice-booking-unknown",
            Sentence::BookingMenu => "voice-booking-menu",
            Sentence::AskCancel => "voice-ask-cancel",
            Sentence::Cancelled => "voice-cancelled",
            Sentence::NotCancelled => "voice-not-cancelled",
            Sentence::More => "voice-more",
            Sentence::Goodbye => "voice-goodbye",
        };
        self.speaker.text(key)
    }

    fn with(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.speaker.text_with(key, args)
    }

    fn region(&self) -> &str {
        self.hotline.service.region().name.get(self.speaker.language())
    }

    /// A number of things, which also chooses the form of the sentence.
    fn counted(&self, key: &str, name: &str, number: u32) -> String {
        let amount = self.speaker.spoken_number(number);
        self.with(key, &[(name, number.into()), ("amount", amount.into())])
    }

    fn number(&self, key: &str, e164: u64) -> String {
        let digits = national_digits(e164, self.hotline.service.region().country);
        let spoken = self.speaker.spoken_digits(&digits);
        self.with(key, &[("number", spoken.into())])
    }

    fn districts(&self, districts: &[DistrictId]) -> String {
        let mut text = self.speaker.text("voice-ask-district");
        for (at, district) in districts.iter().enumerate() {
            let known = self.hotline.service.region().district(district);
            let name = known.map_or(district.as_str(), |district| &district.name);
            let args = [("district", name.into()), ("key", (at + 1).to_string().into())];
            text.push(' ');
            text.push_str(&self.with("voice-ask-district-key", &args));
        }
        text
    }

    fn supply(&self, supply: &Supply) -> String {
        let free = self.counted("voice-supply", "free", supply.free);
        let waiting = self.counted("voice-supply-waiting", "waiting", supply.waiting);
        format!("{free} {waiting}")
    }

    fn code_group(&self, key: &str, group: u8) -> String {
        let asked = self.with(key, &[("group", (group + 1).into())]);
        if group > 0 {
            return asked;
        }
        format!("{asked} {}", self.speaker.text("voice-code-how"))
    }

    fn place(&self, place: &Place) -> String {
        let mut said: Vec<String> = Vec::new();
        if let Some(position) = place.position {
            let position = self.speaker.spoken_number(position);
            said.push(self.with("voice-place-position", &[("position", position.into())]));
        }
        let key = match place.state {
            PlaceState::BeforeOpening(opens_at) => {
                let (date, time) = self.moment(opens_at);
                let args = [("date", date.into()), ("time", time.into())];
                said.push(self.with("voice-place-before-opening", &args));
                return said.join(" ");
            }
            PlaceState::Waiting => {
                if let Some(ahead) = place.ahead {
                    said.push(self.counted("voice-place-ahead", "ahead", ahead));
                }
                if let Some((low, high)) = place.wait_s {
                    said.push(self.speaker.spoken_wait(low, high));
                }
                return said.join(" ");
            }
            PlaceState::Drawing => "voice-place-drawing",
            PlaceState::Paused => "voice-place-paused",
            PlaceState::BeyondSupply => "voice-place-beyond-supply",
            PlaceState::Called => "voice-place-called",
            PlaceState::Done => "voice-place-done",
            PlaceState::Closed => "voice-place-closed",
        };
        said.push(self.speaker.text(key));
        said.join(" ")
    }

    fn booking(&self, booked: &Booked) -> String {
        if !booked.stands {
            return self.speaker.text("voice-booking-cancelled");
        }
        let keys = ["voice-booking-first", "voice-booking-second"];
        let mut said: Vec<String> = keys
            .into_iter()
            .zip(&booked.starts)
            .map(|(key, start)| {
                let (date, time) = self.moment(*start);
                self.with(key, &[("date", date.into()), ("time", time.into())])
            })
            .collect();
        if let Some(centre) = self.hotline.service.region().centre(&booked.centre) {
            let key = if booked.starts.len() > 1 {
                "voice-booking-where"
            } else {
                "voice-booking-where-once"
            };
            said.push(self.with(key, &[("centre", (&centre.name).into())]));
            if let Some(address) = &centre.address {
                let args = [("street", (&address.street).into()), ("city", (&address.city).into())];
                said.push(self.with("voice-booking-address", &args));
            }
        }
        said.join(" ")
    }

    fn moment(&self, at: Timestamp) -> (String, String) {
        let local = at.to_zoned(self.hotline.service.region().time_zone.clone());
        (
            self.speaker.spoken_date(local.date()),
            self.speaker.spoken_time(local.time()),
        )
    }
}

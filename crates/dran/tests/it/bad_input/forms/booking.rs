//! The booking pages: access, person, contact, code, proposals, review.

use super::{Case, POSTCODE_FORM, YEAR_ONLY, typed};
use crate::bad_input::{Scene, forged, truncated};
use crate::deployment::{POSTCODE, today};
use crate::http::Call;

/// The booking pages of the scene's permit.
pub struct Pages {
    path: String,
    cookies: String,
}

impl Pages {
    /// Enters.
    pub async fn of(scene: &Scene) -> Self {
        let entered = scene
            .client
            .send(&Call::new("POST", format!("/platz/{}", scene.ticket)))
            .await;
        assert_eq!(entered.status, 303, "{entered:?}");
        Self {
            path: entered.header("location").to_owned(),
            cookies: format!("dran_permit={}; dran_registration={}", scene.permit, scene.registration),
        }
    }

    fn post(&self, page: &str, fields: &[(&str, &str)]) -> Call {
        Call::form(format!("{}/{page}", self.path), fields).header("cookie", self.cookies.as_bytes())
    }
}

/// Booking pages without the permit that they belong to.
pub fn access(scene: &Scene, pages: &Pages) -> Vec<Case> {
    let mut cases = Vec::new();
    let elsewhere = format!("{}9", pages.path);
    for page in [
        "",
        "/person",
        "/kontakt",
        "/code",
        "/vorschlaege",
        "/pruefen",
        "/gebucht",
    ] {
        cases.push((Call::get(format!("{}{page}", pages.path)), 401, ""));
        let other = Call::get(format!("{elsewhere}{page}")).header("cookie", pages.cookies.as_bytes());
        cases.push((other, 401, ""));
    }
    for page in ["/person", "/kontakt", "/code", "/code/neu", "/vorschlaege", "/pruefen"] {
        for permit in [
            &forged(&scene.permit),
            &truncated(&scene.permit),
            &scene.ticket,
            &scene.registration,
            "🎫",
        ] {
            let call = Call::form(format!("{}{page}", pages.path), &[]);
            cases.push((call.header("cookie", format!("dran_permit={permit}")), 401, ""));
        }
    }
    cases.push((Call::get("/buchen/%F0%9F%8E%AB/person"), 401, ""));
    cases
}

const PERSON: [(&str, &str); 9] = [
    ("n", "1"),
    ("given_name", "Adelgunde"),
    ("family_name", "Zwiebelfisch"),
    ("birth_day", "23"),
    ("birth_month", "7"),
    ("birth_year", "1931"),
    ("sex", "f"),
    ("postcode", POSTCODE),
    ("group", "ab-80"),
];

pub fn persons(pages: &Pages) -> Vec<Case> {
    let post = |field: &str, value: &str| pages.post("person", &typed(&PERSON, field, value));
    let date = |day: &str, month: &str, year: &str| {
        let fields = typed(&PERSON, "birth_day", day);
        let fields = typed(&fields, "birth_month", month);
        pages.post("person", &typed(&fields, "birth_year", year))
    };
    let tomorrow = today().tomorrow().unwrap();
    let born = [
        tomorrow.day().to_string(),
        tomorrow.month().to_string(),
        tomorrow.year().to_string(),
    ];
    let mut cases = vec![
        (pages.post("person", &[]), 422, "Please enter the name"),
        (date("29", "2", "1935"), 422, "There was no 29 February in 1935"),
        (date("31", "4", "1935"), 422, "This month has only 30 days"),
        (
            date(&born[0], &born[1], &born[2]),
            422,
            "This date of birth is in the future",
        ),
        (date("8", "13", "1935"), 422, "There are twelve months"),
        (date("8", "3", "35"), 422, "with four digits"),
        (date("8", "3", "1850"), 422, "more than 125 years ago"),
        (date("eighth", "3", "1935"), 422, "in digits"),
        (date("8", "March", "1935"), 422, "in digits"),
        (date("🎂", "3", "1935"), 422, "in digits"),
        (date("", "3", "1935"), 422, "Please enter day, month and year"),
        (date("", "", ""), 422, "Please enter day, month and year"),
        (date("", "", "1935"), 422, YEAR_ONLY),
        (date("00", "00", "1935"), 422, YEAR_ONLY),
    ];
    let long = "Zwiebelfisch".repeat(100);
    for (name, says) in [
        ("😀", "character that we cannot print"),
        (
            "<script>alert('Zwiebelfisch')</script>",
            "character that we cannot print",
        ),
        ("Robert'); DROP TABLE person; --", "character that we cannot print"),
        ("Zwiebelfisch\u{0}", "character that we cannot print"),
        ("\u{fffd}", ""),
        ("Zwiebelfisch2", "no digits"),
        ("...", "at least one letter"),
        (&long, "too long"),
    ] {
        cases.push((post("family_name", name), 422, says));
        cases.push((post("given_name", name), 422, says));
    }
    for sex in ["", "w", "⚧"] {
        cases.push((post("sex", sex), 422, "Please choose one of the answers"));
    }
    for (postcode, says) in [("", "Please enter the postcode"), ("3411", POSTCODE_FORM)] {
        cases.push((post("postcode", postcode), 422, says));
    }
    // Nobody is turned away because of a gap in a table: who has a place in the line lives in its pool.
    cases.push((post("postcode", "99999"), 200, "How can we reach you?"));
    for group in ["", "everybody", "<script>alert(1)</script>"] {
        cases.push((post("group", group), 422, "Please choose the group"));
    }
    cases
}

pub fn contacts(pages: &Pages) -> Vec<Case> {
    let hidden: Vec<(String, &str)> = PERSON[1..]
        .iter()
        .map(|(name, value)| (format!("p1_{name}"), *value))
        .collect();
    let post = |fields: &[(&str, &str)]| {
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        all.extend(fields);
        pages.post("kontakt", &all)
    };
    let mut cases = vec![
        (pages.post("kontakt", &[]), 422, "Please enter the name"),
        (post(&[]), 422, "Please choose how we can reach you"),
        (post(&[("way", "pigeon")]), 422, "Please choose how we can reach you"),
        (
            post(&[("way", "sms"), ("mobile", "")]),
            422,
            "Please enter a mobile number",
        ),
        (
            post(&[("way", "sms"), ("mobile", "0561 7654321")]),
            422,
            "This is a landline number",
        ),
        (
            post(&[("way", "sms"), ("mobile", "📱")]),
            422,
            "This mobile number is not right",
        ),
        (
            post(&[("way", "email"), ("email", "")]),
            422,
            "Please enter an e-mail address",
        ),
        (
            post(&[("way", "email"), ("email", "adelgunde@")]),
            422,
            "This e-mail address is not right",
        ),
        (
            post(&[
                ("way", "email"),
                ("email", "\"<script>alert(1)</script>\"@zwiebel.example"),
            ]),
            422,
            "This e-mail address is not right",
        ),
        (post(&[("way", "letter")]), 422, "Please fill in this line"),
    ];
    let long = "Lindwurmgasse".repeat(100);
    cases.push((
        post(&[("way", "letter"), ("street", &long), ("town", "Hintertupfing")]),
        422,
        "This line is too long",
    ));
    let fields = [
        ("way", "letter"),
        ("street", "Lindwurmgasse 77"),
        ("town", "Hintertupfing\u{0}"),
    ];
    cases.push((post(&fields), 422, "character that we cannot print"));
    // A person that was changed on the way is asked for again.
    let mut other: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    other.push(("way", "letter"));
    cases.push((
        pages.post("kontakt", &typed(&other, "p1_birth_year", "2999")),
        422,
        "in the future",
    ));
    cases.push((
        pages.post("kontakt", &typed(&other, "p1_family_name", "😀")),
        422,
        "character that we cannot print",
    ));
    cases
}

pub fn last_steps(scene: &Scene, pages: &Pages) -> Vec<Case> {
    let mut cases = vec![
        (pages.post("code", &[]), 422, "Please enter the code of six digits"),
        (
            pages.post("vorschlaege", &[]),
            422,
            "Please choose one of the proposals",
        ),
    ];
    for code in ["12345", "1234567", "abcdef", "🔢", "<script>alert(1)</script>"] {
        cases.push((pages.post("code", &[("code", code)]), 422, "The code has six digits"));
    }
    let long = "1".repeat(10_000);
    for proposal in [
        "rubbish",
        "999999",
        "🗓",
        "1'; DROP TABLE hold; --",
        "<script>alert(1)</script>",
        &long,
    ] {
        let call = pages.post("vorschlaege", &[("proposal", proposal)]);
        cases.push((call, 422, "This proposal does not fit any more"));
    }
    // Complete, but its code was never typed; and what is held is something else.
    let (hold, key) = (scene.hold.to_string(), "0".repeat(32));
    cases.push((
        pages.post("pruefen", &[("hold", &hold), ("attempt_key", &key)]),
        409,
        "",
    ));
    cases.push((
        pages.post("pruefen", &[("hold", "4711"), ("attempt_key", &key)]),
        409,
        "",
    ));
    cases
}

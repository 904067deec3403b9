//! What people write: the requests of the contract, ready to be sent.

use std::io::Write as _;

use super::agent::Says;
use super::call::Keys;
use super::person::Person;
use crate::kind::Kind;
use crate::scenario::Scenario;

/// What every request of a replay shares.
#[derive(Clone, Debug)]
pub struct Stationery {
    /// Lines of every head, as a browser sends them.
    head: String,
    /// The campaign that people come for.
    pub campaign: String,
    group: String,
    postcodes: Vec<String>,
    birth_years: (u16, u16),
    /// Two syllables: another seed is another crowd, whose people have no series yet.
    clan: String,
}

/// Where the numbers of a crowd's telephones begin.
const MOBILES_FROM: u64 = 10_000_000;
/// How many telephones there are: a number in the crowd is one of theirs but for multiples of this.
pub const MOBILES: u64 = 100_000_000;
const TOWN: &str = "Musterstadt";
const GIVEN_NAMES: [&str; 8] = ["Liesel", "Erna", "Gisela", "Ursula", "Inge", "Karl", "Heinz", "Günter"];
const SYLLABLES: [&str; 16] = [
    "bach", "berg", "born", "burg", "dorf", "feld", "furt", "grund", "hain", "hof", "kamp", "mann", "meier", "rode",
    "stein", "wald",
];

impl Stationery {
    /// For a scenario, a service, a campaign and a seed.
    pub fn new(scenario: &Scenario, host: &str, campaign: &str, seed: u64) -> Self {
        Self {
            head: format!(
                " HTTP/1.1\r\nhost: {host}\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64; rv:84.0) Gecko/20100101 \
                 Firefox/84.0 (dran storm)\r\naccept: */*\r\naccept-language: de,en;q=0.5\r\n"
            ),
            campaign: campaign.to_owned(),
            group: scenario.group.clone(),
            postcodes: scenario.postcodes.clone(),
            birth_years: scenario.birth_years,
            clan: spelled(seed % 256, 2),
        }
    }

    /// Writes a request of somebody.
    pub fn write(&self, kind: Kind, person: &Person, out: &mut Vec<u8>) {
        match kind {
            Kind::Join => self.write_join(person.number, person.persons(), out),
            Kind::Poll => self.write_get(&["/api/v1/line/", &person.ticket], "", out),
            Kind::Enter => {
                let path = ["/api/v1/line/", &person.ticket, "/enter"];
                self.write_body("POST", &path, "", "", out);
            }
            Kind::Register => {
                let letter = person.by_letter();
                self.write_registration(person.number, person.persons(), letter, person.attempt_keys[0], out);
            }
            Kind::Verify => {
                let path = ["/api/v1/registrations/", &person.registration, "/verify"];
                let body = format!("{{\"code\":\"{:06}\"}}", person.code);
                self.write_body("POST", &path, "", &body, out);
            }
            Kind::Proposals => self.write_get(&["/api/v1/proposals"], &person.permit, out),
            Kind::Hold => {
                let body = format!("{{\"proposal\":\"{}\"}}", person.proposal);
                self.write_body("POST", &["/api/v1/holds"], &person.permit, &body, out);
            }
            Kind::Book => {
                let body = format!(
                    "{{\"hold\":{},\"registration\":\"{}\",\"attempt_key\":\"{:032x}\"}}",
                    person.hold, person.registration, person.attempt_keys[1]
                );
                self.write_body("POST", &["/api/v1/bookings"], &person.permit, &body, out);
            }
            Kind::Leave => self.write_body("DELETE", &["/api/v1/permit"], &person.permit, "", out),
            Kind::Availability => self.write_availability(person.number, out),
            Kind::Line => self.write_get(&["/line.json"], "", out),
            Kind::Page => self.write_get(&["/"], "", out),
            // What is asked of the staff side is written by `staff`.
            _ => {}
        }
    }

    /// Somebody's keys at a question of the hotline.
    pub fn keys(&self, keys: Keys, number: u64, persons: u8) -> String {
        match keys {
            Keys::None => String::new(),
            Keys::First => "1".to_owned(),
            Keys::Party => persons.to_string(),
            Keys::Postcode => self.postcode(number).to_owned(),
            Keys::BirthYear => self.birth_year(number).to_string(),
            Keys::BirthDate => {
                let (day, month) = birthday(number);
                format!("{day:02}{month:02}{}", self.birth_year(number))
            }
            Keys::Number => format!("{}#", mobile(number).replace("+49", "0")),
        }
    }

    /// What somebody tells an agent.
    pub fn says(&self, number: u64, persons: u8) -> Says {
        let (day, month) = birthday(number);
        let birth = format!("{day:02}.{month:02}.{}", self.birth_year(number));
        Says {
            births: vec![birth; usize::from(persons)],
            names: (0..persons).map(|index| self.name(number, index)).collect(),
            postcode: self.postcode(number).to_owned(),
            address: [street(number), TOWN.to_owned()],
        }
    }

    /// Family name, given name and sex.
    fn name(&self, number: u64, index: u8) -> [String; 3] {
        [
            format!("Muster{}{}", self.clan, spelled(number, 4)),
            GIVEN_NAMES[(number as usize + usize::from(index) * 5) % GIVEN_NAMES.len()].to_owned(),
            if index == 0 { "f" } else { "m" }.to_owned(),
        ]
    }

    /// `GET` of anything; the path in parts.
    pub fn write_get(&self, path: &[&str], permit: &str, out: &mut Vec<u8>) {
        self.write_head("GET", path, permit, out);
        out.extend_from_slice(b"\r\n");
    }

    /// A place in the line.
    pub fn write_join(&self, number: u64, party: u8, out: &mut Vec<u8>) {
        let body = format!(
            "{{\"campaign\":\"{}\",\"postcode\":\"{}\",\"party\":{party},\"birth_year\":{}}}",
            self.campaign,
            self.postcode(number),
            self.birth_year(number)
        );
        self.write_body("POST", &["/api/v1/line"], "", &body, out);
    }

    /// What is free where somebody lives.
    pub fn write_availability(&self, number: u64, out: &mut Vec<u8>) {
        let path = ["/api/v1/availability?postcode=", self.postcode(number)];
        self.write_get(&path, "", out);
    }

    /// A registration of one person or a couple.
    pub fn write_registration(&self, number: u64, persons: u8, letter: bool, attempt_key: u128, out: &mut Vec<u8>) {
        let contact = if letter {
            format!(
                "{{\"letter\":{{\"street\":\"{}\",\"town\":\"{TOWN}\"}}}}",
                street(number)
            )
        } else {
            format!("{{\"mobile\":\"{}\"}}", mobile(number))
        };
        let (day, month) = birthday(number);
        let someone = |index: u8| {
            let [family, given, sex] = self.name(number, index);
            format!(
                "{{\"given_name\":\"{given}\",\"family_name\":\"{family}\",\"birth_date\":\"{}-{month:02}-{day:02}\",\
                 \"sex\":\"{sex}\",\"postcode\":\"{}\",\"group\":\"{}\"}}",
                self.birth_year(number),
                self.postcode(number),
                self.group,
            )
        };
        let persons: Vec<String> = (0..persons).map(someone).collect();
        let body = format!(
            "{{\"campaign\":\"{}\",\"persons\":[{}],\"contact\":{contact},\"attempt_key\":\"{attempt_key:032x}\"}}",
            self.campaign,
            persons.join(",")
        );
        self.write_body("POST", &["/api/v1/registrations"], "", &body, out);
    }

    fn write_body(&self, method: &str, path: &[&str], permit: &str, body: &str, out: &mut Vec<u8>) {
        self.write_head(method, path, permit, out);
        if !body.is_empty() {
            out.extend_from_slice(b"content-type: application/json\r\n");
        }
        // Writing to a vector does not fail.
        let _ = write!(out, "content-length: {}\r\n\r\n{body}", body.len());
    }

    /// Copied piece by piece: every request begins so, and formatting takes several times as long.
    fn write_head(&self, method: &str, path: &[&str], permit: &str, out: &mut Vec<u8>) {
        let authorization = if permit.is_empty() {
            [""; 3]
        } else {
            ["authorization: Bearer ", permit, "\r\n"]
        };
        let start = [method, " "];
        for part in start
            .iter()
            .chain(path)
            .chain([&self.head.as_str()])
            .chain(&authorization)
        {
            out.extend_from_slice(part.as_bytes());
        }
    }

    fn postcode(&self, number: u64) -> &str {
        &self.postcodes[scattered(number) as usize % self.postcodes.len()]
    }

    fn birth_year(&self, number: u64) -> u16 {
        let (first, last) = self.birth_years;
        first + (number % u64::from(last - first + 1)) as u16
    }
}

/// Day and month of birth.
fn birthday(number: u64) -> (u64, u64) {
    (number % 28 + 1, number % 12 + 1)
}

fn street(number: u64) -> String {
    format!("Lindenweg {}", number % 99 + 1)
}

/// Somebody's telephone number.
pub fn mobile(number: u64) -> String {
    format!("+49151{:08}", (MOBILES_FROM + number) % MOBILES)
}

/// Whose telephone number this is.
pub fn of_mobile(phone: &str) -> Option<u64> {
    let own: u64 = phone
        .strip_prefix("+49151")
        .filter(|own| own.len() == 8)?
        .parse()
        .ok()?;
    Some((own + MOBILES - MOBILES_FROM) % MOBILES)
}

/// Neighbours in number do not live side by side.
fn scattered(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33
}

/// A name of its own for every number, in letters only: names have no digits.
fn spelled(number: u64, syllables_min: u32) -> String {
    let (mut rest, mut name, mut written) = (number, String::new(), 0);
    while written < syllables_min || rest > 0 {
        name.push_str(SYLLABLES[(rest % 16) as usize]);
        rest /= 16;
        written += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_people_of_a_crowd_have_one_name() {
        let names: std::collections::HashSet<String> = (0..200_000).map(|number| spelled(number, 4)).collect();
        assert_eq!(names.len(), 200_000);
    }

    #[test]
    fn everybody_is_known_by_their_number() {
        for number in [0, 1, 99_999, 89_999_999] {
            assert_eq!(of_mobile(&mobile(number)), Some(number));
        }
        assert_eq!(of_mobile("+495617870"), None);
    }

    #[test]
    fn another_seed_is_another_family() {
        assert_ne!(spelled(1, 2), spelled(2, 2));
    }
}

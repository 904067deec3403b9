use super::super::heard::{Answer, NO_ANSWER};
use super::super::notes::Notes;
use super::super::person::{Act, Desk, Then};
use super::{Agent, Caller, Callers, Office, Says, Sends, Step};
use crate::kind::Kind;
use crate::pace::Pace;

/// One caller of the crowd, and how often their call-back was settled.
#[derive(Default)]
struct One {
    settled: std::cell::Cell<u32>,
}

impl Callers for One {
    fn of_phone(&self, phone: &str) -> Option<Caller> {
        (phone == "+4915110000007").then_some(Caller { number: 7, persons: 2 })
    }

    fn settled(&self) {
        self.settled.set(self.settled.get() + 1);
    }
}

/// A desk that answers what it is told to.
struct Day {
    agent: Agent,
    callers: One,
    desk: Desk,
    notes: Notes,
}

impl Day {
    fn new() -> Self {
        Self {
            agent: Agent::new(0, 1),
            callers: One::default(),
            desk: Desk::of(None, 1, true),
            notes: Notes::default(),
        }
    }

    /// An agent who has logged in and has the empty screen.
    fn at_the_desk() -> Self {
        let mut day = Self::new();
        day.hears(200, "", "<form><input name=\"login\" value=\"l1\"></form>");
        day.hears(
            303,
            "set-cookie: dran_staff=ab; Path=/\r\nset-cookie: dran_browser=cd\r\n",
            "",
        );
        day.hears(200, "", &form(&[("csrf", "c1")]));
        day
    }

    fn hears(&mut self, status: u16, head: &str, body: &str) -> Then {
        let head = format!("HTTP/1.1 {status} x\r\n{head}\r\n");
        self.hear(&Answer {
            status,
            head: head.as_bytes(),
            body: body.as_bytes(),
        })
    }

    fn hear(&mut self, answer: &Answer<'_>) -> Then {
        let pace = Pace::new(1.0, 0.0, 0.0, false);
        let mut office = Office {
            pace: &pace,
            desk: &mut self.desk,
            notes: &mut self.notes,
            callers: &self.callers,
            now: 9,
        };
        self.agent.hear(answer, &mut office)
    }

    fn sends(&self) -> Sends {
        let says = Says {
            births: vec!["08.08.1930".to_owned(); 2],
            names: vec![["Muster".to_owned(), "Erna".to_owned(), "f".to_owned()]; 2],
            postcode: "34117".to_owned(),
            address: ["Lindenweg 8".to_owned(), "Musterstadt".to_owned()],
        };
        self.agent.sends("anna", "vier rote dosen", "123456", Some(&says))
    }

    fn posts(&self, name: &str) -> String {
        match self.sends() {
            Sends::Post(_, fields) => super::page::value(&fields, name).to_owned(),
            Sends::Get(path) => path,
        }
    }

    fn rings(&mut self) {
        let phone = ("phone", "+4915110000007");
        self.hears(
            200,
            "",
            &form(&[("csrf", "c1"), ("step", "who"), ("callback", "5"), phone]),
        );
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let inputs = fields
        .iter()
        .map(|(name, value)| format!("<input name=\"{name}\" value=\"{value}\">"));
    format!(
        "<form id=\"form\" method=\"post\">{}</form>",
        inputs.collect::<String>()
    )
}

const CHOOSE: [(&str, &str); 4] = [("csrf", "c1"), ("step", "choose"), ("p1", "a"), ("p2", "b")];

#[test]
fn an_agent_logs_in_with_password_and_code_and_keeps_what_the_browser_keeps() {
    let mut day = Day::new();
    assert_eq!(
        (day.agent.act(), day.posts("password")),
        (Act::Ask(Kind::DeskLogin), "vier rote dosen".to_owned())
    );
    day.hears(200, "", "<form><input name=\"login\" value=\"l1\"></form>");
    assert_eq!(
        (day.posts("login"), day.posts("code")),
        ("l1".to_owned(), "123456".to_owned())
    );
    assert!(day.agent.is_outside());
    day.hears(
        303,
        "set-cookie: dran_staff=ab; Path=/\r\nset-cookie: dran_browser=cd\r\n",
        "",
    );
    assert_eq!(day.agent.cookie, "dran_staff=ab; dran_browser=cd");
    assert_eq!((day.agent.is_outside(), day.notes.agents_in), (false, 1));
}

#[test]
fn a_wrong_password_is_tried_once_and_a_code_of_this_half_minute_again_later() {
    let mut day = Day::new();
    assert_eq!(day.hears(422, "", ""), Then::End);
    assert_eq!(day.notes.agents_refused, 1);
    let mut day = Day::new();
    day.hears(200, "", "<form><input name=\"login\" value=\"l1\"></form>");
    assert!(matches!(day.hears(422, "", ""), Then::After(micros) if micros > 30_000_000));
    assert_eq!((day.agent.step, day.notes.agents_refused), (Step::Password, 0));
}

#[test]
fn a_caller_is_rung_up_and_both_are_booked_page_by_page() {
    let mut day = Day::at_the_desk();
    assert_eq!(
        (day.agent.act(), day.posts("csrf")),
        (Act::Ask(Kind::DeskCallback), "c1".to_owned())
    );
    day.rings();
    assert_eq!((day.desk.busy, day.notes.called), (1, 1));
    assert_eq!(
        (day.posts("birth_2"), day.posts("callback")),
        ("08.08.1930".to_owned(), "5".to_owned())
    );
    day.hears(200, "", &form(&[("step", "place")]));
    assert_eq!(
        (day.agent.act(), day.agent.step),
        (Act::Ask(Kind::DeskProposals), Step::Place)
    );
    day.hears(200, "", &form(&CHOOSE));
    assert!(["1", "2"].contains(&&*day.posts("choice")));
    // Somebody else was faster.
    day.hears(200, "", &form(&CHOOSE));
    day.hears(200, "", &form(&[("step", "names"), ("hold", "3")]));
    assert_eq!(
        (day.posts("given_name_2"), day.posts("hold")),
        ("Erna".to_owned(), "3".to_owned())
    );
    day.hears(200, "", &form(&[("step", "review"), ("hold", "3")]));
    assert_eq!(day.agent.act(), Act::Ask(Kind::DeskConfirm));
    // Whether it is booked is not known: the same is sent once more.
    day.hear(&NO_ANSWER);
    assert_eq!((day.agent.act(), day.notes.booked), (Act::Ask(Kind::DeskConfirm), 0));
    day.hears(303, "location: /desk/gebucht/1-7\r\n", "");
    assert_eq!(day.sends(), Sends::Get("/desk/gebucht/1-7".to_owned()));
    day.hears(200, "", "");
    assert_eq!(
        (day.notes.booked, day.notes.booked_by_phone, day.notes.chose_again),
        (2, 2, 1)
    );
    assert_eq!(
        (day.desk.busy, day.callers.settled.get(), day.notes.desk_surprises),
        (0, 1, 0)
    );
    assert_eq!(day.agent.act(), Act::Ask(Kind::DeskCallback));
}

#[test]
fn a_caller_for_whom_nothing_is_left_is_told_so_and_the_call_back_is_settled() {
    let mut day = Day::at_the_desk();
    day.rings();
    day.hears(200, "", &form(&[("step", "choose")]));
    assert_eq!(
        (day.posts("settle"), day.notes.nothing_left),
        ("not-wanted".to_owned(), 1)
    );
    day.hears(303, "location: /desk\r\n", "");
    assert_eq!((day.desk.busy, day.callers.settled.get()), (0, 1));
}

#[test]
fn an_idle_agent_looks_again_and_a_page_that_should_not_be_is_counted() {
    let mut day = Day::at_the_desk();
    let idle = day.hears(200, "", &form(&[("csrf", "c1"), ("callback", "")]));
    assert!(matches!(idle, Then::After(micros) if micros >= 1_000_000), "{idle:?}");
    day.rings();
    day.hears(422, "", &form(&[("step", "who")]));
    assert_eq!(
        (day.notes.desk_surprises, day.posts("settle")),
        (1, "not-wanted".to_owned())
    );
}

#[test]
fn a_session_that_is_over_begins_again_with_the_password() {
    let mut day = Day::at_the_desk();
    day.rings();
    day.hears(303, "location: /anmelden\r\n", "");
    assert_eq!(
        (day.agent.step, day.desk.busy, day.notes.desk_surprises),
        (Step::Password, 0, 1)
    );
}

//! What an agent makes of a page.

use super::super::heard::Answer;
use super::super::page::{self, Fields, between};
use super::super::person::Then;
use super::{
    AGAIN_MS, Agent, CHOICES_MAX, Caller, LOGIN_AGAIN_MS, LOGINS_MAX, LOOK_MS, LOOK_MS_MIN, NEXT_CODE_MS, Office,
    PLACES_MAX, Step,
};

/// The cookie of a session, with and without TLS.
const SESSIONS: [&str; 2] = ["dran_staff=", "__Host-dran_staff="];

impl Agent {
    /// An answer has come.
    pub fn hear(&mut self, answer: &Answer<'_>, office: &mut Office<'_>) -> Then {
        if self.is_outside() {
            return self.hear_login(answer, office);
        }
        if answer.is_fault() {
            // The attempt key in the form makes it safe to send the same again.
            return Then::After(AGAIN_MS * 1_000);
        }
        let to = answer.header("location").next().unwrap_or_default();
        if answer.status == 303 && to.starts_with("/anmelden") {
            self.surprised(office);
            self.puts_down(office);
            self.step = Step::Password;
            return Then::After(AGAIN_MS * 1_000);
        }
        let shown = page::fields(str::from_utf8(answer.body).unwrap_or_default());
        match self.step {
            Step::Begin => self.hear_begun(shown, office),
            Step::Callback => self.hear_callback(shown, office),
            Step::Who | Step::Place | Step::Choose | Step::Names => self.hear_part(shown, to, office),
            Step::Confirm if to.starts_with("/desk/gebucht/") => self.hear_confirmed(to, office),
            Step::Confirm => self.hear_part(shown, to, office),
            Step::Booked => {
                if answer.status != 200 {
                    self.surprised(office);
                }
                self.hangs_up(office, true)
            }
            Step::Settle(word) => {
                if answer.status != 303 {
                    self.surprised(office);
                }
                self.hangs_up(office, word != "not-reached")
            }
            Step::Password | Step::Code => Then::End,
        }
    }

    fn hear_login(&mut self, answer: &Answer<'_>, office: &mut Office<'_>) -> Then {
        if answer.is_fault() || answer.status == 429 {
            self.step = Step::Password;
            return Then::After(LOGIN_AGAIN_MS * 1_000);
        }
        let body = str::from_utf8(answer.body).unwrap_or_default();
        let session = answer
            .header("set-cookie")
            .any(|set| SESSIONS.iter().any(|name| set.starts_with(name)));
        if self.step == Step::Password
            && let Some(login) = between(body, "name=\"login\" value=\"", "\"")
        {
            login.clone_into(&mut self.login);
            self.step = Step::Code;
            return Then::After(0);
        }
        // A session without a code is one that the account is set up with.
        if self.step == Step::Code && session {
            let pairs = answer.header("set-cookie").filter_map(|set| set.split(';').next());
            self.cookie = pairs.collect::<Vec<_>>().join("; ");
            self.step = Step::Begin;
            office.notes.agents_in += 1;
            return Then::After(0);
        }
        self.logins += 1;
        // A code works once: somebody has used this one in the same half minute.
        if self.step == Step::Code && self.logins < LOGINS_MAX {
            self.step = Step::Password;
            return Then::After(NEXT_CODE_MS * 1_000);
        }
        office.notes.agents_refused += 1;
        Then::End
    }

    fn hear_begun(&mut self, shown: Fields, office: &mut Office<'_>) -> Then {
        page::value(&shown, "csrf").clone_into(&mut self.csrf);
        self.form = shown;
        if self.csrf.is_empty() {
            self.surprised(office);
            return Then::After(AGAIN_MS * 1_000);
        }
        self.step = Step::Callback;
        Then::After(0)
    }

    fn hear_callback(&mut self, shown: Fields, office: &mut Office<'_>) -> Then {
        if page::value(&shown, "callback").is_empty() {
            if page::value(&shown, "csrf").is_empty() {
                self.surprised(office);
                self.step = Step::Begin;
            }
            let look = office.pace.length_ms(self.chance.around(LOOK_MS));
            return Then::After(look.max(LOOK_MS_MIN * 1_000));
        }
        self.tries = 0;
        self.has_entered = false;
        self.on_call = true;
        office.desk.busy += 1;
        self.caller = office.callers.of_phone(page::value(&shown, "phone"));
        self.form = shown;
        if self.caller.is_none() {
            // The database has callers of another crowd: none of them picks up here.
            self.step = Step::Settle("not-reached");
            return Then::After(self.talks(office, 0.2));
        }
        office.notes.called += 1;
        self.step = Step::Who;
        Then::After(self.talks(office, 1.0))
    }

    /// One of the parts of a call is on the screen.
    fn hear_part(&mut self, shown: Fields, to: &str, office: &mut Office<'_>) -> Then {
        if to.starts_with("/desk/gebucht/") {
            office.notes.had_one_already += 1;
            return self.hangs_up(office, true);
        }
        let part = page::value(&shown, "step").to_owned();
        let before = self.step;
        if !part.is_empty() {
            self.form = shown;
        }
        match &*part {
            "place" if self.tries < PLACES_MAX => {
                self.tries += 1;
                self.step = Step::Place;
                Then::After(AGAIN_MS * 1_000)
            }
            "place" => self.settles("not-reached", office),
            "choose" if page::value(&self.form, "p1").is_empty() => {
                office.notes.nothing_left += 1;
                self.settles("not-wanted", office)
            }
            "choose" => {
                if !self.has_entered {
                    self.has_entered = true;
                    self.tries = 0;
                    office.notes.entered += 1;
                } else {
                    self.tries += 1;
                    office.notes.chose_again += 1;
                    if self.tries > CHOICES_MAX {
                        return self.settles("not-reached", office);
                    }
                }
                self.step = Step::Choose;
                Then::After(self.talks(office, 1.0))
            }
            "names" if before == Step::Choose => {
                self.step = Step::Names;
                Then::After(self.talks(office, 1.0))
            }
            "review" => {
                self.step = Step::Confirm;
                Then::After(self.talks(office, 1.0))
            }
            "names" if before == Step::Confirm => {
                office.notes.had_one_already += 1;
                self.settles("not-wanted", office)
            }
            _ => {
                self.surprised(office);
                self.settles("not-wanted", office)
            }
        }
    }

    fn hear_confirmed(&mut self, to: &str, office: &mut Office<'_>) -> Then {
        let persons = u64::from(self.caller.map_or(1, |caller| caller.persons));
        office.notes.booked += persons;
        office.notes.booked_by_phone += persons;
        office.notes.last_booked = office.now;
        to.clone_into(&mut self.booked_at);
        self.step = Step::Booked;
        Then::After(0)
    }

    fn settles(&mut self, word: &'static str, office: &Office<'_>) -> Then {
        self.step = Step::Settle(word);
        Then::After(self.talks(office, 0.2))
    }

    /// The call is over; after a moment for what has to be written down, the next one.
    fn hangs_up(&mut self, office: &mut Office<'_>, for_good: bool) -> Then {
        if self.puts_down(office).is_some() && for_good {
            office.callers.settled();
        }
        self.step = Step::Callback;
        Then::After(self.talks(office, 1.0))
    }

    /// Nobody is on the telephone any more.
    fn puts_down(&mut self, office: &mut Office<'_>) -> Option<Caller> {
        if std::mem::take(&mut self.on_call) {
            office.desk.busy = office.desk.busy.saturating_sub(1);
        }
        self.caller.take()
    }

    /// The desk has shown something that it should not.
    fn surprised(&self, office: &mut Office<'_>) {
        office.notes.desk_surprises += 1;
    }
}

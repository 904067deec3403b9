//! What somebody makes of an answer.

use super::super::call::Next;
use super::super::heard::Answer;
use super::{AGAIN_MS, CALL_STEPS, CHOICES_MAX, Person, Step, Then, World};

impl Person {
    /// An answer has come to what they asked.
    pub fn hear(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        let then = match self.step {
            Step::Join => self.hear_joined(answer, world),
            Step::Poll => self.hear_standing(answer, world),
            Step::Enter => self.hear_entered(answer, world),
            Step::Register => self.hear_registered(answer, world),
            Step::Look | Step::Verify => self.hear_verified(answer, world),
            Step::Proposals => self.hear_proposals(answer, world),
            Step::Hold => self.hear_held(answer, world),
            Step::Book => self.hear_booked(answer, world),
            Step::Leave => Then::End,
            Step::Watch => self.hear_watched(world),
            Step::Call => self.hear_machine(answer, world),
        };
        if then == Then::End && self.has_agent {
            self.has_agent = false;
            world.desk.busy = world.desk.busy.saturating_sub(1);
        }
        then
    }

    fn hear_joined(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        let Some(ticket) = answer.fields().ticket.filter(|_| answer.status == 201) else {
            return self.not_joined(world);
        };
        self.ticket = ticket.into();
        self.tries = 0;
        self.step = Step::Poll;
        if self.manner.window {
            return Then::After(0);
        }
        world.notes.joined += 1;
        if self.manner.abandons {
            world.notes.abandoned += 1;
            return Then::End;
        }
        if self.manner.goes_away {
            let lasts = world.people.away.as_ref().map_or(0, |away| away.lasts.0);
            return Then::After(world.pace.length_ms(self.chance.around(lasts as f64)));
        }
        if world.people.registers_early {
            self.waits_still = true;
            self.step = Step::Register;
            return self.thought(world, 3.0);
        }
        Then::After(answer.fields().poll_after_ms.unwrap_or(AGAIN_MS) * 1_000)
    }

    fn not_joined(&mut self, world: &mut World<'_>) -> Then {
        if self.manner.window {
            return Then::End;
        }
        world.notes.joins_not_given += 1;
        if self.manner.by_phone {
            self.tries += 1;
            if self.tries > world.people.redials {
                world.notes.gave_up += 1;
                return Then::End;
            }
            return Then::After(world.pace.length(world.people.redial_every).max(AGAIN_MS * 1_000));
        }
        Then::After(AGAIN_MS * 1_000)
    }

    /// The hotline's machine has spoken.
    fn hear_machine(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        let Some(call) = self.call.as_mut() else {
            return Then::End;
        };
        let was_placed = call.is_placed();
        let next = call.hear(answer);
        if call.is_placed() && !was_placed {
            world.notes.joined += 1;
            world.notes.promised += 1;
        }
        match next {
            Next::Presses => Then::After(world.pace.thought_ms(self.chance.around(world.desk.listen_ms as f64))),
            Next::Waits(seconds) => Then::After(u64::from(seconds) * 1_000_000),
            Next::Over => Then::End,
            // Whoever hangs up with a place has it, whatever became of the hanging up.
            Next::Nothing if was_placed => Then::End,
            Next::Nothing => {
                **call = call.redialled();
                self.not_joined(world)
            }
        }
    }

    fn hear_standing(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        if answer.status == 404 {
            if !self.manner.window {
                world.notes.places_lost += 1;
            }
            return Then::End;
        }
        let fields = answer.fields();
        let mut again = fields.poll_after_ms.unwrap_or(AGAIN_MS) * 1_000;
        if let Some(every) = world.people.reload_every {
            // In this machine's time, as what they are told: ten times the speed is not ten times the questions.
            again = again.min(every.0.unsigned_abs() * 1_000).max(1);
        }
        match fields.state.as_deref() {
            Some("called" | "entered") if self.manner.window => Then::End,
            Some("called" | "entered") => {
                if !self.called {
                    self.called = true;
                    world.notes.called += 1;
                }
                self.step = Step::Enter;
                if self.manner.by_phone {
                    Then::After(0)
                } else {
                    self.thought(world, 1.0)
                }
            }
            Some("beyond_supply" | "done") => self.nothing_left(world),
            _ => Then::After(again),
        }
    }

    fn nothing_left(&self, world: &mut World<'_>) -> Then {
        if !self.manner.window {
            world.notes.nothing_left += 1;
        }
        Then::End
    }

    fn hear_entered(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        let fields = answer.fields();
        let Some(permit) = fields.permit.as_deref().filter(|_| answer.status == 200) else {
            if fields.is_problem("beyond-supply") {
                return self.nothing_left(world);
            }
            return self.wait_again();
        };
        if self.permit.is_empty() {
            world.notes.entered += 1;
        }
        self.permit = permit.into();
        if self.registration.is_empty() {
            self.step = Step::Register;
            return self.thought(world, if self.manner.by_phone { 1.0 } else { 3.0 });
        }
        self.step = Step::Proposals;
        self.thought(world, 1.0)
    }

    /// The place in the line is good; somebody asks again how it stands.
    fn wait_again(&mut self) -> Then {
        self.step = Step::Poll;
        Then::After(AGAIN_MS * 1_000)
    }

    fn hear_registered(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        let fields = answer.fields();
        let Some(registration) = fields.registration.as_deref().filter(|_| answer.status == 201) else {
            return Then::After(AGAIN_MS * 1_000);
        };
        self.registration = registration.into();
        self.tries = 0;
        if self.manner.by_letter {
            return self.registered(world);
        }
        self.step = Step::Look;
        self.thought(world, 0.5)
    }

    fn hear_verified(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        if answer.status == 200 {
            world.notes.codes_typed += 1;
            return self.registered(world);
        }
        self.step = Step::Look;
        if answer.is_fault() {
            Then::After(AGAIN_MS * 1_000)
        } else {
            self.thought(world, 0.5)
        }
    }

    fn registered(&mut self, world: &mut World<'_>) -> Then {
        self.tries = 0;
        if self.waits_still {
            self.waits_still = false;
            self.step = Step::Poll;
            return Then::After(0);
        }
        self.step = Step::Proposals;
        self.thought(world, 1.0)
    }

    fn hear_proposals(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        if answer.is_fault() {
            return Then::After(AGAIN_MS * 1_000);
        }
        if answer.status != 200 {
            return self.wait_again();
        }
        let fields = answer.fields();
        if fields.proposals.is_empty() {
            world.notes.nothing_left += 1;
            self.step = Step::Leave;
            return Then::After(0);
        }
        let chosen = self.chance.below(fields.proposals.len());
        self.proposal = fields.proposals[chosen].proposal.as_ref().into();
        self.step = Step::Hold;
        self.thought(world, 1.0)
    }

    fn hear_held(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        let fields = answer.fields();
        if let Some(hold) = fields.hold.filter(|_| answer.status == 201) {
            self.hold = hold;
            self.step = Step::Book;
            return self.thought(world, 1.0);
        }
        if answer.is_fault() {
            return Then::After(AGAIN_MS * 1_000);
        }
        if fields.is_problem("slot-just-went") && self.tries < CHOICES_MAX {
            world.notes.chose_again += 1;
            self.tries += 1;
            self.step = Step::Proposals;
            return self.thought(world, 0.2);
        }
        self.wait_again()
    }

    fn hear_booked(&mut self, answer: &Answer<'_>, world: &mut World<'_>) -> Then {
        if answer.status == 201 {
            let persons = u64::from(self.persons());
            world.notes.booked += persons;
            if self.manner.by_phone {
                world.notes.booked_by_phone += persons;
            }
            world.notes.last_booked = world.now;
            return Then::End;
        }
        if answer.is_fault() {
            // The attempt key makes it safe to send the same again.
            return Then::After(AGAIN_MS * 1_000);
        }
        if answer.fields().is_problem("person-has-series") {
            world.notes.had_one_already += 1;
            self.step = Step::Leave;
            return Then::After(0);
        }
        self.wait_again()
    }

    fn hear_watched(&self, world: &World<'_>) -> Then {
        match &world.people.watch {
            Some(watch) if world.now < self.until => Then::Every((watch.every.0.unsigned_abs() * 1_000).max(1)),
            _ => Then::End,
        }
    }

    /// Some time for so many pages, or an agent's step.
    fn thought(&mut self, world: &World<'_>, pages: f64) -> Then {
        let median = if self.has_agent {
            world.desk.call_ms as f64 / CALL_STEPS
        } else {
            world.people.think.0 as f64 * pages
        };
        Then::After(world.pace.thought_ms(self.chance.around(median)))
    }
}

//! The day from the first delivery to the last audit.

use std::collections::VecDeque;

use anyhow::{Result, bail, ensure};
use dran_core::ids::{CentreId, LineNo, Party, TicketId, TicketNumber};
use dran_store::{
    CampaignStep, Freeze, MessageOutcome, MessageResult, NewCode, NewTicketContact, StoredDelivery, VerifyContact,
};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::command::{Command, Ended, Said};
use crate::ending;
use crate::engine::Engine;
use crate::people::{code_hash, new_code, scattered};
use crate::report::Report;
use crate::supply::{Board, NO_DELIVERY, deliveries, impossible, release};
use crate::visitor::{SENDS_MAX, Scene, TRIES_MAX, Visitor};
use crate::wave::{Turn, Wave};
use crate::world::{CAMPAIGNS, CENTRES, LINES, campaign_id, moment, new_campaign};

/// Rounds after which something goes round in circles.
const ROUNDS_MAX: u32 = 20_000;

/// Messages that are settled, and series that are released, by one command: a batch may not take long.
const PORTION: usize = 500;
const RELEASE_MAX: u32 = 5_000;

/// Differences that are told in words; all are counted.
const TOLD_MAX: usize = 20;

/// What is played.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Persons who want to be vaccinated.
    pub people: u32,
    /// Of everything that could be otherwise.
    pub seed: u64,
}

/// Plays a day on two empty stores.
///
/// # Errors
/// When an engine cannot be read, or the day does not come to an end.
pub async fn play(plan: Plan, engines: [Engine; 2]) -> Result<Report> {
    let mut day = Day {
        plan,
        engines,
        rng: StdRng::seed_from_u64(plan.seed),
        now: -7_200_000_000,
        report: Report::new(plan),
        board: Board::default(),
        codes: Vec::new(),
        waiting: Default::default(),
        inside: Vec::new(),
        tickets: Vec::new(),
        called: [0; LINES.len()],
    };
    day.prepare().await?;
    day.join().await?;
    day.leave_contacts().await?;
    day.open().await?;
    day.rounds().await?;
    day.close().await?;
    ending::compare(
        &mut day.engines,
        &day.tickets,
        &day.codes,
        moment(day.now),
        &mut day.report,
    )
    .await?;
    for (engine, seconds) in day.engines.iter().zip(&mut day.report.seconds) {
        *seconds = (engine.name, engine.spent.as_secs_f64());
    }
    Ok(day.report)
}

struct Day {
    plan: Plan,
    engines: [Engine; 2],
    rng: StdRng,
    /// Microseconds behind the opening.
    now: i64,
    report: Report,
    board: Board,
    codes: Vec<String>,
    /// Who is not called yet, by line, the foremost first.
    waiting: [VecDeque<Visitor>; LINES.len()],
    /// Who is called and not done.
    inside: Vec<Visitor>,
    tickets: Vec<TicketId>,
    called: [u32; LINES.len()],
}

impl Day {
    /// Gives a wave to both engines and compares what they say.
    async fn wave(&mut self, commands: Vec<Command>) -> Result<Vec<Said>> {
        self.now += self.rng.random_range(3_000_001..15_000_000);
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let said = self.engines[0].answer(&commands).await;
        let other = self.engines[1].answer(&commands).await;
        self.report.waves += 1;
        self.report.largest_wave = self.report.largest_wave.max(commands.len());
        for (at, (one, two)) in said.iter().zip(&other).enumerate() {
            let ended = one.ended();
            if let Ended::Fault(fault) = &ended {
                bail!("{:?} was answered by a fault: {fault}", commands[at]);
            }
            let count = self.report.commands.entry(commands[at].kind()).or_default();
            *count.entry(ended).or_default() += 1;
            if one != two {
                self.report.differ(TOLD_MAX, || {
                    format!("{:?}: {one:?} and {two:?} (number {at} of its wave)", commands[at])
                });
            }
        }
        Ok(said)
    }

    async fn prepare(&mut self) -> Result<()> {
        let centres = CENTRES.into_iter().map(CentreId::new).collect();
        self.wave(vec![Command::SyncCentres(centres)]).await?;
        for campaign in 0..CAMPAIGNS.len() {
            let made = self
                .wave(vec![Command::CreateCampaign(Box::new(new_campaign(campaign)))])
                .await?;
            ensure!(matches!(&made[..], [Said::Created(Ok(_))]), "no campaign: {made:?}");
        }
        // Twice the same lists, as an impatient planner does.
        let listed = deliveries(self.plan.people * 2);
        self.wave(vec![Command::Deliver(listed.clone()), Command::Deliver(listed)])
            .await?;
        let stored = self.deliveries().await?;
        let refused = impossible(&stored, self.now).map(Command::Release);
        self.wave(refused.into()).await?;
        self.release(self.plan.people / 2).await
    }

    async fn deliveries(&self) -> Result<Vec<StoredDelivery>> {
        let stored = self.engines[0].store.deliveries().await?;
        ensure!(
            stored.iter().all(|stored| stored.id != NO_DELIVERY),
            "a number that stands for none"
        );
        Ok(stored)
    }

    async fn release(&mut self, series: u32) -> Result<()> {
        let stored = self.deliveries().await?;
        for _ in 0..series.div_ceil(RELEASE_MAX) {
            let new = release(&stored, series.min(RELEASE_MAX), self.now, &mut self.rng);
            self.wave(vec![Command::Release(new)]).await?;
        }
        self.look().await
    }

    /// Reads the boards: that of the first engine is what visitors see.
    async fn look(&mut self) -> Result<()> {
        let boards = [
            self.engines[0].store.board().await?,
            self.engines[1].store.board().await?,
        ];
        if boards[0] != boards[1] {
            self.report.differ(TOLD_MAX, || "the boards differ".into());
        }
        let [board, _] = boards;
        self.board = Board::new(board);
        Ok(())
    }

    /// Everybody takes a ticket. Some are registered by two helpers, some couples are one person typed twice.
    async fn join(&mut self) -> Result<()> {
        let mut joining: [Vec<Vec<u32>>; LINES.len()] = Default::default();
        let mut next_person = 0;
        while next_person < self.plan.people {
            let mut persons = vec![next_person];
            next_person += 1;
            if self.rng.random_bool(0.3) {
                persons.push(next_person);
                next_person += 1;
            }
            match self.rng.random_range(0..100) {
                0..=2 => persons[0] = self.rng.random_range(0..next_person),
                3 if persons.len() == 2 => persons[1] = persons[0],
                _ => {}
            }
            let line = if self.rng.random_bool(0.04) {
                2
            } else {
                self.rng.random_range(0..2)
            };
            if self.rng.random_bool(0.04) {
                joining[line].push(persons.clone());
            }
            joining[line].push(persons);
        }
        let mut number = 0;
        for (line, joining) in joining.into_iter().enumerate() {
            let block = joining.len() as u32;
            let first = self.lease(line, block).await?;
            let mut visitors = Vec::with_capacity(joining.len());
            for (ticket, persons) in (first..).zip(joining) {
                visitors.push(self.visitor(number, line, ticket, persons));
                number += 1;
            }
            // The draw.
            visitors.shuffle(&mut self.rng);
            self.waiting[line] = visitors.into();
        }
        Ok(())
    }

    async fn lease(&mut self, line: usize, count: u32) -> Result<u32> {
        let said = self.wave(vec![Command::Lease(line_no(line), count)]).await?;
        match &said[..] {
            [Said::Counted(Ok(first))] => Ok(u32::try_from(*first)?),
            other => bail!("no ticket numbers: {other:?}"),
        }
    }

    fn visitor(&mut self, number: u64, line: usize, ticket: u32, persons: Vec<u32>) -> Visitor {
        let ticket = TicketId {
            line: line_no(line),
            number: TicketNumber(ticket),
        };
        self.tickets.push(ticket);
        Visitor::new(number, ticket, line, persons, &mut self.rng)
    }

    /// Some leave a contact before the opening and ask for one place per person; some withdraw it.
    async fn leave_contacts(&mut self) -> Result<()> {
        let (mut left, mut typed, mut withdrawn) = (Vec::new(), Vec::new(), Vec::new());
        for visitor in self.waiting.iter().flatten() {
            let code = new_code(visitor.number, &visitor.contact, self.now + 60_000_000);
            let Some(code) = code.filter(|_| self.rng.random_bool(0.4)) else {
                continue;
            };
            let contact = contact_of(visitor, code, self.now);
            for _ in 0..self.rng.random_range(1..=SENDS_MAX + 1) {
                left.push(Command::LeaveContact(Box::new(contact.clone())));
            }
            let wrong = u64::from(self.rng.random_bool(0.1));
            let verify = VerifyContact {
                ticket: visitor.ticket,
                code_hash: code_hash(visitor.number + wrong),
                tries_max: TRIES_MAX,
                now: moment(self.now + 120_000_000),
            };
            typed.extend(vec![Command::VerifyContact(verify); self.rng.random_range(1..=4)]);
            if self.rng.random_bool(0.1) {
                withdrawn.push(Command::WithdrawContact(visitor.ticket));
                withdrawn.push(Command::VerifyContact(verify));
            }
        }
        for commands in [left, typed, withdrawn] {
            for wave in commands.chunks(1400) {
                self.wave(wave.to_vec()).await?;
            }
        }
        Ok(())
    }

    /// The impatient come too early; then the campaigns open, asked for twice.
    async fn open(&mut self) -> Result<()> {
        self.call(0, 5);
        self.turn(Turn::Arriving).await?;
        self.now = self.now.max(0);
        for campaign in 0..CAMPAIGNS.len() {
            let of_it = (0..LINES.len()).filter(|line| LINES[*line].0 == campaign);
            let freeze = Freeze {
                campaign: campaign_id(campaign),
                frozen_at: moment(self.now),
                counts: of_it
                    .map(|line| (line_no(line), self.waiting[line].len() as u32))
                    .collect(),
                randomness: new_campaign(campaign).randomness,
            };
            let draw = Command::Draw(campaign_id(campaign), moment(self.now));
            self.wave(vec![
                Command::Freeze(freeze.clone()),
                draw.clone(),
                Command::Freeze(freeze),
                draw,
            ])
            .await?;
        }
        Ok(())
    }

    async fn rounds(&mut self) -> Result<()> {
        let mut released = self.plan.people / 2;
        for round in 0_u32.. {
            ensure!(round < ROUNDS_MAX, "the day does not end");
            let waiting = self.waiting.iter().any(|line| !line.is_empty());
            if !waiting && self.inside.iter().all(|visitor| visitor.turn().is_none()) {
                break;
            }
            self.sleep_through(waiting);
            self.call_all().await?;
            for turn in Turn::ALL {
                self.turn(turn).await?;
            }
            self.come_again().await?;
            self.wave(vec![Command::Expire(moment(self.now))]).await?;
            self.look().await?;
            self.inside.retain(|visitor| visitor.turn().is_some());
            if round % 8 == 7 && released < self.plan.people * 9 / 10 {
                released += self.plan.people / 10;
                self.release(self.plan.people / 10).await?;
            }
            self.operate(round).await?;
        }
        Ok(())
    }

    /// Nobody is called any more and nobody does anything for a while.
    fn sleep_through(&mut self, waiting: bool) {
        let busy = self.inside.iter().filter(|visitor| visitor.turn().is_some());
        if let Some(next) = busy.map(|visitor| visitor.due).min()
            && !waiting
        {
            self.now = self.now.max(next);
        }
    }

    /// Visitors of a line who are called now come within two minutes, or never.
    fn call(&mut self, line: usize, count: usize) {
        for _ in 0..count {
            let Some(mut visitor) = self.waiting[line].pop_front() else {
                return;
            };
            self.called[line] += 1;
            if !self.rng.random_bool(0.04) {
                visitor.due = self.now + self.rng.random_range(0..120_000_000);
                self.inside.push(visitor);
            }
        }
    }

    async fn call_all(&mut self) -> Result<()> {
        if self.inside.len() > 2 * self.permits_max() as usize {
            return Ok(());
        }
        for line in 0..LINES.len() {
            let count = self.waiting[line].len().min(self.permits_max() as usize / 2);
            self.call(line, count);
        }
        let marks = (0..LINES.len())
            .map(|line| (line_no(line), self.called[line]))
            .collect();
        self.wave(vec![Command::Call(marks, moment(self.now))])
            .await
            .map(|_| ())
    }

    /// So few that the bound is met.
    fn permits_max(&self) -> u32 {
        (self.plan.people / 20).max(10)
    }

    async fn turn(&mut self, turn: Turn) -> Result<()> {
        let scene = Scene {
            now: self.now,
            permits_max: self.permits_max(),
            board: &self.board,
            codes: &self.codes,
            registrations: self.engines[0].registrations(),
        };
        let wave = Wave::of(turn, &mut self.inside, &scene, &mut self.rng);
        let said = self.wave(wave.commands).await?;
        for (said, hears) in said.iter().zip(wave.hears) {
            if let Some(at) = hears {
                self.inside[at].learn(said, self.now, &mut self.codes, &mut self.rng);
            }
        }
        Ok(())
    }

    /// Who has cancelled takes another ticket.
    async fn come_again(&mut self) -> Result<()> {
        let again: Vec<(usize, Vec<u32>)> = self
            .inside
            .iter()
            .filter(|visitor| visitor.wants_to_return())
            .map(|visitor| (visitor.line, visitor.persons.clone()))
            .collect();
        for (line, persons) in again {
            let ticket = self.lease(line, 1).await?;
            let visitor = self.visitor(self.tickets.len() as u64, line, ticket, persons);
            self.waiting[line].push_back(visitor);
        }
        Ok(())
    }

    /// What operators and the worker do on the side.
    async fn operate(&mut self, round: u32) -> Result<()> {
        let step = |campaign, step, now| Command::Step(campaign_id(campaign), step, moment(now));
        match round % 12 {
            3 => self
                .wave(vec![step(0, CampaignStep::Pause, self.now)])
                .await
                .map(|_| ()),
            4 => {
                let resume = step(0, CampaignStep::Resume, self.now);
                self.wave(vec![resume.clone(), resume]).await.map(|_| ())
            }
            6 => self.send_messages().await,
            _ => Ok(()),
        }
    }

    /// Settles what is due: most was sent, some is tried again, some never will arrive.
    async fn send_messages(&mut self) -> Result<()> {
        let mut due = Vec::new();
        for engine in &self.engines {
            let mut messages = engine.store.due_messages(moment(self.now), u32::MAX).await?;
            messages.sort_by_cached_key(ending::by_contents);
            due.push(messages);
        }
        let same = due[0].len() == due[1].len()
            && due[0]
                .iter()
                .zip(&due[1])
                .all(|(one, two)| ending::by_contents(one) == ending::by_contents(two));
        if !same {
            self.report.differ(TOLD_MAX, || "other messages are due".into());
        }
        let results: Vec<MessageResult> = due[0].iter().map(|_| self.result()).collect();
        for (engine, due) in self.engines.iter().zip(due) {
            let outcomes = due.iter().zip(&results).map(|(message, result)| MessageOutcome {
                id: message.id,
                result: result.clone(),
            });
            let outcomes: Vec<MessageOutcome> = outcomes.collect();
            for portion in outcomes.chunks(PORTION) {
                engine.store.settle_messages(portion.to_vec()).await?;
            }
        }
        Ok(())
    }

    fn result(&mut self) -> MessageResult {
        let reason = || "451 later".to_owned();
        match self.rng.random_range(0..20) {
            0 => MessageResult::Failed {
                next_try_at: moment(self.now + 600_000_000),
                reason: reason(),
            },
            1 => MessageResult::GivenUp { reason: reason() },
            _ => MessageResult::Sent { at: moment(self.now) },
        }
    }

    /// The campaigns are closed, and what is still inside runs out.
    async fn close(&mut self) -> Result<()> {
        let close = |campaign| Command::Step(campaign_id(campaign), CampaignStep::Close, moment(self.now));
        let closing = (0..CAMPAIGNS.len()).flat_map(|campaign| [close(campaign), close(campaign)]);
        let closing = closing.collect();
        self.wave(closing).await?;
        self.now += 7_200_000_000;
        loop {
            let said = self.wave(vec![Command::Expire(moment(self.now))]).await?;
            if matches!(&said[..], [Said::Expired(Ok(expired))] if expired.permits.is_empty() && expired.holds == 0) {
                return self.look().await;
            }
        }
    }
}

/// The number of a line: they are given out in the order of the campaigns.
fn line_no(line: usize) -> LineNo {
    LineNo(line as u16 + 1)
}

fn contact_of(visitor: &Visitor, code: NewCode, now: i64) -> NewTicketContact {
    // Two tickets of one person, and only those, have the same claim.
    let claim =
        u64::from(visitor.persons[0]) << 3 | (visitor.line as u64) << 1 | u64::from(visitor.party == Party::Couple);
    NewTicketContact {
        ticket: visitor.ticket,
        party: visitor.party,
        birth_year: 1936,
        joined_at: moment(now - 60_000_000),
        contact: visitor.contact.clone(),
        language: dran_core::ids::Language::new("de"),
        claim: Some(scattered(claim, 5)),
        code,
        sends_max: SENDS_MAX,
        now: moment(now),
    }
}

//! A small campaign for the sentences of the suite to happen in.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use dran_core::campaign::{Campaign, Pool};
use dran_core::ids::{
    AttemptKey, CampaignId, CentreId, DistrictId, GroupId, Language, LineNo, Party, PoolId, RegistrationId,
    SeriesSlotId, TicketId, TicketNumber, VaccineId,
};
use dran_core::line::randomness::{DrandChain, DrandRound, Randomness};
use dran_core::phone::PhonePolicy;
use dran_core::supply::SeriesSlot;
use jiff::Timestamp;
use jiff::civil::date;

use crate::{
    Booked, Channel, Confirm, ConfirmRefusal, ContactRecord, Enter, Failure, Freeze, Hold, HoldRefusal, MessageKind,
    NewCampaign, NewCode, NewDelivery, NewHold, NewMessage, NewRegistration, NewRelease, NewSeriesSlot, Permit,
    PersonRecord, Store, Verify,
};

/// Tickets that the world's lines have given out.
pub(crate) const TICKETS: u32 = 100_000;

/// Active permits at most.
pub(crate) const PERMITS_MAX: u32 = 100_000;

/// How long a permit lives unless prolonged, in seconds.
pub(crate) const PERMIT_S: i64 = 900;

/// The right verification code, hashed.
pub(crate) const CODE: [u8; 32] = [7; 32];

/// An open campaign with two centres, a line each.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) campaign: CampaignId,
    pub(crate) line: LineNo,
    pub(crate) other_line: LineNo,
    slots_made: Arc<AtomicI64>,
}

/// A called visitor with a permit and a verified registration.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) ticket: TicketId,
    pub(crate) party: Party,
    pub(crate) registration: RegistrationId,
}

impl World {
    /// The campaign is drawn and open; nothing is released yet.
    pub(crate) async fn open(store: Arc<dyn Store>) -> Self {
        let world = Self::scheduled(store).await;
        world.store.freeze(world.freeze(0, 10)).await.unwrap();
        world
            .store
            .record_draw(world.campaign.clone(), second(0))
            .await
            .unwrap();
        world
    }

    /// The freezing of so many tickets in the first line, and none in the other.
    pub(crate) fn freeze(&self, at: i64, n: u32) -> Freeze {
        Freeze {
            campaign: self.campaign.clone(),
            frozen_at: second(at),
            counts: vec![(self.line, n), (self.other_line, 0)],
            randomness: Randomness::None,
        }
    }

    /// The campaign waits for its opening.
    pub(crate) async fn scheduled(store: Arc<dyn Store>) -> Self {
        Self::scheduled_with(store, Randomness::None).await
    }

    /// The campaign waits for its opening, and has named this source.
    pub(crate) async fn scheduled_with(store: Arc<dyn Store>, randomness: Randomness) -> Self {
        let new = NewCampaign {
            randomness,
            ..new_campaign("winter")
        };
        Self::scheduled_as(store, new).await
    }

    /// Another campaign in the same store, drawn and open, that lets callers in beside the line.
    pub(crate) async fn first_come(store: Arc<dyn Store>) -> Self {
        let mut new = new_campaign("spring");
        new.campaign.phone = PhonePolicy::FirstCome;
        let world = Self::scheduled_as(store, new).await;
        world.store.freeze(world.freeze(0, 10)).await.unwrap();
        let drawn = world.store.record_draw(world.campaign.clone(), second(0));
        drawn.await.unwrap();
        world
    }

    async fn scheduled_as(store: Arc<dyn Store>, new: NewCampaign) -> Self {
        store
            .sync_centres(vec![centre("kassel"), centre("giessen")])
            .await
            .unwrap();
        let created = store.create_campaign(new).await.unwrap();
        let (line, other_line) = (created.lines[0].line, created.lines[1].line);
        store.lease_tickets(line, TICKETS).await.unwrap();
        store.lease_tickets(other_line, TICKETS).await.unwrap();
        Self {
            store,
            campaign: created.campaign.id,
            line,
            other_line,
            slots_made: Arc::default(),
        }
    }

    /// A world that is there already, in a store that is opened again.
    pub(crate) fn again(store: Arc<dyn Store>, campaign: CampaignId, line: LineNo, other_line: LineNo) -> Self {
        Self {
            store,
            campaign,
            line,
            other_line,
            slots_made: Arc::default(),
        }
    }

    /// A new slot in Kassel for so many series.
    pub(crate) async fn slot(&self, capacity: u32) -> SeriesSlotId {
        self.slot_of("kassel", "biontech", capacity).await
    }

    /// A new slot anywhere, with a delivery of exactly the doses that it needs.
    pub(crate) async fn slot_of(&self, at_centre: &str, vaccine: &str, capacity: u32) -> SeriesSlotId {
        let number = self.slots_made.fetch_add(1, Ordering::Relaxed);
        let delivery = self
            .deliver(at_centre, vaccine, &format!("for slot {number}"), capacity * 2)
            .await;
        let first = second(7 * 86_400 + number * 300);
        let slot = NewSeriesSlot {
            centre: centre(at_centre),
            vaccine: VaccineId::new(vaccine),
            first,
            second: Some(second(28 * 86_400 + number * 300)),
            doses: vec![(delivery, 1, capacity), (delivery, 2, capacity)],
            capacity,
        };
        self.store
            .release(NewRelease {
                at: second(0),
                slots: vec![slot],
            })
            .await
            .unwrap();
        let board = self.store.board().await.unwrap();
        let made = |slot: &&SeriesSlot| {
            slot.first == first && slot.centre == centre(at_centre) && slot.vaccine.as_str() == vaccine
        };
        board.iter().find(made).unwrap().id
    }

    /// Books a delivery in.
    pub(crate) async fn deliver(
        &self,
        at_centre: &str,
        vaccine: &str,
        reference: &str,
        doses: u32,
    ) -> dran_core::ids::DeliveryId {
        let delivery = NewDelivery {
            reference: reference.into(),
            centre: centre(at_centre),
            vaccine: VaccineId::new(vaccine),
            day: date(2021, 1, 18),
            doses,
        };
        self.store.add_deliveries(vec![delivery.clone()]).await.unwrap();
        let stored = self.store.deliveries().await.unwrap();
        stored.iter().find(|stored| stored.delivery == delivery).unwrap().id
    }

    /// Free places of a slot.
    pub(crate) async fn free(&self, slot: SeriesSlotId) -> u32 {
        self.store
            .board()
            .await
            .unwrap()
            .iter()
            .find(|row| row.id == slot)
            .unwrap()
            .free
    }

    /// The ticket of so many'th joining.
    pub(crate) fn ticket(&self, number: u32) -> TicketId {
        TicketId {
            line: self.line,
            number: TicketNumber(number),
        }
    }

    /// Enters with a ticket at the opening.
    pub(crate) async fn enter(&self, number: u32, party: Party) -> Permit {
        self.store.enter(enter(self.ticket(number), party)).await.unwrap()
    }

    /// Registers persons of their own and verifies them.
    pub(crate) async fn register(&self, number: u32, party: Party) -> RegistrationId {
        let persons = (0..party.persons()).map(|person| person_of(number, person)).collect();
        let registration = self
            .store
            .register(self.new_registration(number, persons))
            .await
            .unwrap();
        self.store
            .verify(Verify {
                registration,
                code_hash: CODE,
                tries_max: 5,
                now: second(0),
            })
            .await
            .unwrap();
        registration
    }

    /// A registration by SMS, its attempt key made of `number`.
    pub(crate) fn new_registration(&self, number: u32, persons: Vec<PersonRecord>) -> NewRegistration {
        NewRegistration {
            attempt_key: key(number.into()),
            campaign: self.campaign.clone(),
            persons,
            contact: ContactRecord::Sms("+491700000000".into()),
            language: Language::new("de"),
            code: Some(NewCode {
                hash: CODE,
                valid_until: second(1800),
                message: message(MessageKind::Code, vec![]),
            }),
            now: second(0),
        }
    }

    /// A visitor who has entered and is registered.
    pub(crate) async fn visitor(&self, number: u32, party: Party) -> Visitor {
        let registration = self.register(number, party).await;
        let permit = self.enter(number, party).await;
        Visitor {
            ticket: permit.ticket,
            party,
            registration,
        }
    }

    /// Holds places for a visitor.
    pub(crate) async fn hold(&self, visitor: &Visitor, places: &[SeriesSlotId]) -> Result<Hold, Failure<HoldRefusal>> {
        self.store.hold(new_hold(visitor.ticket, places)).await
    }

    /// Confirms what a visitor holds.
    pub(crate) async fn confirm(&self, visitor: &Visitor, hold: &Hold) -> Result<Booked, Failure<ConfirmRefusal>> {
        self.store.confirm(new_confirm(visitor, hold)).await
    }

    /// A visitor who books.
    pub(crate) async fn book(&self, number: u32, places: &[SeriesSlotId]) -> (Visitor, Booked) {
        let party = Party::from_persons(places.len() as u8).unwrap();
        let visitor = self.visitor(number, party).await;
        let hold = self.hold(&visitor, places).await.unwrap();
        let booked = self.confirm(&visitor, &hold).await.unwrap();
        (visitor, booked)
    }

    /// Insists that every promise of the database holds.
    pub(crate) async fn audit_is_clean(&self) {
        let report = self.store.audit(second(60)).await.unwrap();
        assert!(report.ok(), "{report:#?}");
    }
}

/// Does all of it at once, each on its own, and answers in their order.
pub(crate) async fn at_once<T, F>(all: impl IntoIterator<Item = F>) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let started: Vec<_> = all.into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::with_capacity(started.len());
    for one in started {
        answers.push(one.await.unwrap());
    }
    answers
}

/// So many seconds after the opening of 12 January 2021, 8:00 in Hessen.
pub(crate) fn second(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_610_434_800 + seconds).unwrap()
}

pub(crate) fn centre(id: &str) -> CentreId {
    CentreId::new(id)
}

/// An attempt key.
pub(crate) fn key(number: u64) -> AttemptKey {
    AttemptKey(u128::from(number).to_be_bytes())
}

/// A campaign in Kassel and Gießen.
pub(crate) fn new_campaign(id: &str) -> NewCampaign {
    let pool = |name: &str, district: &str| Pool {
        id: PoolId::new(name),
        line: LineNo(0),
        centres: vec![centre(name)],
        districts: vec![DistrictId::new(district)],
    };
    NewCampaign {
        campaign: Campaign {
            id: CampaignId::new(id),
            opens_at: second(0),
            centres: vec![centre("kassel"), centre("giessen")],
            groups: vec![GroupId::new("80-plus"), GroupId::new("care")],
            pools: vec![pool("kassel", "06611"), pool("giessen", "06531")],
            phone: PhonePolicy::OneLine,
        },
        draw_secret: [1; 32],
        draw_commitment: [2; 32],
        committed_at: second(-86_400),
        randomness: Randomness::None,
    }
}

/// The drand round for an opening at that second, named a day before the campaign opens.
pub(crate) fn by_drand(opens_at: i64) -> Randomness {
    let chain = DrandChain::named("quicknet").unwrap();
    Randomness::Drand(DrandRound::name(chain, 10, second(opens_at), second(-86_400)))
}

/// A lottery.
pub(crate) fn of_lottery() -> Randomness {
    Randomness::Lottery {
        draw: "Lotto 6 aus 49, Samstag 16. Januar 2021".into(),
    }
}

/// An entry at the opening.
pub(crate) fn enter(ticket: TicketId, party: Party) -> Enter {
    Enter {
        ticket,
        party,
        now: second(0),
        expires_at: second(PERMIT_S),
        permits_max: PERMITS_MAX,
    }
}

/// A hold a moment after the opening.
pub(crate) fn new_hold(ticket: TicketId, places: &[SeriesSlotId]) -> NewHold {
    NewHold {
        ticket,
        places: places.to_vec(),
        now: second(1),
        expires_at: second(PERMIT_S),
    }
}

/// A confirmation with a message; codes and attempt key are made of the ticket.
pub(crate) fn new_confirm(visitor: &Visitor, hold: &Hold) -> Confirm {
    let number = visitor.ticket.number.0;
    let booking_codes: Vec<_> = (0..visitor.party.persons())
        .map(|person| booking_code(number, person))
        .collect();
    Confirm {
        attempt_key: key(number.into()),
        ticket: visitor.ticket,
        hold: hold.id,
        registration: visitor.registration,
        messages: vec![message(MessageKind::Confirmation, booking_codes.clone())],
        booking_codes,
        receipt: format!("receipt {number}"),
        now: second(2),
    }
}

/// The booking code of a ticket's person.
pub(crate) fn booking_code(number: u32, person: u8) -> String {
    format!("C{number:010}{person}")
}

/// A person like no other.
pub(crate) fn person_of(number: u32, person: u8) -> PersonRecord {
    let mut person_key = [0; 32];
    person_key[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b9).to_be_bytes());
    person_key[4..8].copy_from_slice(&number.to_be_bytes());
    person_key[8] = person;
    PersonRecord {
        given_name: "Änne".into(),
        family_name: "von der Höh-O'Brien".into(),
        birth_date: date(1936, 2, 29),
        sex: 'f',
        postcode: "34117".into(),
        district: DistrictId::new("06611"),
        group: GroupId::new("80-plus"),
        person_key,
    }
}

/// A message to the same mobile number.
pub(crate) fn message(kind: MessageKind, booking_codes: Vec<String>) -> NewMessage {
    NewMessage {
        channel: Channel::Sms,
        kind,
        booking_codes,
        recipient: "+491700000000".into(),
        language: Language::new("de"),
        subject: String::new(),
        body: "Sie sind dran.".into(),
        calendar: None,
    }
}

//! The campaign that both engines are measured with, and what its visitors send.

use std::sync::Arc;

use dran_core::campaign::{Campaign, Pool};
use dran_core::ids::{
    AttemptKey, CampaignId, CentreId, DistrictId, GroupId, HoldId, Language, LineNo, Party, PoolId, RegistrationId,
    SeriesSlotId, TicketId, TicketNumber, VaccineId,
};
use dran_core::line::randomness::Randomness;
use dran_core::phone::PhonePolicy;
use dran_store::{
    Channel, Confirm, ContactRecord, Enter, Freeze, MessageKind, NewCampaign, NewCode, NewDelivery, NewHold,
    NewMessage, NewRegistration, NewRelease, NewSeriesSlot, PersonRecord, Store, Verify,
};
use jiff::Timestamp;
use jiff::civil::date;

use crate::Outcome;

/// Slots over which the bookings are spread.
pub const SLOTS: u32 = 500;

const LINE: LineNo = LineNo(1);

/// An open campaign with so many tickets and slots of so many places; its slots.
pub async fn open(store: &dyn Store, tickets: u32, capacity: u32) -> Outcome<Vec<SeriesSlotId>> {
    store.sync_centres(vec![CentreId::new("kassel")]).await?;
    store.create_campaign(campaign()).await?;
    store.lease_tickets(LINE, tickets).await?;
    let freeze = Freeze {
        campaign: campaign().campaign.id,
        frozen_at: at(0),
        counts: vec![(LINE, 0)],
        randomness: Randomness::None,
    };
    store.freeze(freeze).await?;
    store.record_draw(campaign().campaign.id, at(0)).await?;
    let delivery = NewDelivery {
        reference: "all".into(),
        centre: CentreId::new("kassel"),
        vaccine: VaccineId::new("biontech"),
        day: date(2021, 1, 18),
        doses: 2 * SLOTS * capacity,
    };
    store.add_deliveries(vec![delivery]).await?;
    let delivery = store.deliveries().await?[0].id;
    let slots = (0..SLOTS).map(|slot| NewSeriesSlot {
        centre: CentreId::new("kassel"),
        vaccine: VaccineId::new("biontech"),
        first: at(first_s(slot, 1)),
        second: Some(at(first_s(slot, 2))),
        doses: vec![(delivery, 1, capacity), (delivery, 2, capacity)],
        capacity,
    });
    store
        .release(NewRelease {
            at: at(0),
            slots: slots.collect(),
        })
        .await?;
    Ok(store.board().await?.iter().map(|slot| slot.id).collect())
}

/// Lets visitors register and enter; registration `number + 1` and permit `number` belong together.
pub async fn admit(store: &dyn Store, visitors: u32) -> Outcome<()> {
    for first in (0..visitors).step_by(256) {
        let batch = first..visitors.min(first + 256);
        let registering: Vec<_> = batch
            .clone()
            .map(|number| store.register(registration(number)))
            .collect();
        for registered in registering {
            registered.await?;
        }
        let entering: Vec<_> = batch.map(|number| store.enter(enter(number))).collect();
        for entered in entering {
            entered.await?;
        }
    }
    Ok(())
}

/// How visitors book.
#[derive(Clone)]
pub struct Load {
    /// Visitors at a time.
    pub lanes: u32,
    /// The number of the first ticket that books.
    pub first: u32,
    /// Series that are booked in all.
    pub series: u32,
    /// The slots, one after the other for each visitor.
    pub slots: Arc<[SeriesSlotId]>,
    /// Whether each of them enters, registers and sends the code first.
    pub whole_visit: bool,
}

impl Load {
    /// The slot that a visitor wants.
    pub fn slot(&self, number: u32) -> SeriesSlotId {
        self.slots[number as usize % self.slots.len()]
    }

    /// Books all of it, through the nodes in turn; series a second.
    pub async fn book(&self, nodes: &[Arc<dyn Store>]) -> Outcome<f64> {
        let started = crate::now();
        let mut visitors = tokio::task::JoinSet::new();
        for lane in 0..self.lanes {
            let store = Arc::clone(&nodes[lane as usize % nodes.len()]);
            let load = self.clone();
            visitors.spawn(async move {
                for number in (lane..load.series).step_by(load.lanes as usize) {
                    load.visit(&*store, load.first + number).await?;
                }
                Outcome::Ok(())
            });
        }
        while let Some(lane) = visitors.join_next().await {
            lane??;
        }
        Ok(f64::from(self.series) / started.elapsed().as_secs_f64())
    }

    async fn visit(&self, store: &dyn Store, number: u32) -> Outcome<()> {
        let mut registration = RegistrationId(i64::from(number) + 1);
        if self.whole_visit {
            store.enter(enter(number)).await?;
            registration = store.register(registration_with_code(number)).await?;
            store.verify(verify(registration)).await?;
        }
        let hold = store.hold(hold(number, self.slot(number))).await?;
        store
            .confirm(Confirm {
                registration,
                ..confirm(number, hold.id)
            })
            .await?;
        Ok(())
    }
}

/// What a visitor sends first.
pub fn enter(number: u32) -> Enter {
    Enter {
        ticket: ticket(number),
        party: Party::One,
        now: at(0),
        expires_at: at(900),
        permits_max: u32::MAX,
    }
}

/// With a code that is sent.
pub fn registration_with_code(number: u32) -> NewRegistration {
    let message = NewMessage {
        channel: Channel::Sms,
        kind: MessageKind::Code,
        booking_codes: Vec::new(),
        recipient: "+491700000000".into(),
        language: Language::new("de"),
        subject: String::new(),
        body: "Ihr Code ist 123456. Er gilt 30 Minuten.".into(),
        calendar: None,
    };
    let code = NewCode {
        hash: CODE,
        valid_until: at(1800),
        message,
    };
    NewRegistration {
        code: Some(code),
        ..registration(number)
    }
}

const CODE: [u8; 32] = [7; 32];

/// The right code.
pub fn verify(registration: RegistrationId) -> Verify {
    Verify {
        registration,
        code_hash: CODE,
        tries_max: 5,
        now: at(1),
    }
}

/// A place for one.
pub fn hold(number: u32, slot: SeriesSlotId) -> NewHold {
    NewHold {
        ticket: ticket(number),
        places: vec![slot],
        now: at(1),
        expires_at: at(900),
    }
}

fn campaign() -> NewCampaign {
    let pool = Pool {
        id: PoolId::new("kassel"),
        line: LINE,
        centres: vec![CentreId::new("kassel")],
        districts: vec![DistrictId::new("06611")],
    };
    NewCampaign {
        campaign: Campaign {
            id: CampaignId::new("bench"),
            opens_at: at(0),
            centres: vec![CentreId::new("kassel")],
            groups: vec![GroupId::new("80-plus")],
            pools: vec![pool],
            phone: PhonePolicy::OneLine,
        },
        draw_secret: [1; 32],
        draw_commitment: [2; 32],
        committed_at: at(0),
        randomness: Randomness::None,
    }
}

fn registration(number: u32) -> NewRegistration {
    NewRegistration {
        attempt_key: attempt_key(number),
        campaign: campaign().campaign.id,
        persons: vec![person(number)],
        contact: ContactRecord::Sms("+491700000000".into()),
        language: Language::new("de"),
        code: None,
        now: at(0),
    }
}

pub fn person(number: u32) -> PersonRecord {
    PersonRecord {
        given_name: "Änne".into(),
        family_name: "von der Höh".into(),
        birth_date: date(1936, 2, 29),
        sex: 'f',
        postcode: "34117".into(),
        district: DistrictId::new("06611"),
        group: GroupId::new("80-plus"),
        person_key: scattered(number, 1),
    }
}

/// What a visitor sends, with a message of the length of a real one.
pub fn confirm(number: u32, hold: HoldId) -> Confirm {
    let code: String = scattered(number, 2)[..6]
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let message = NewMessage {
        channel: Channel::Sms,
        kind: MessageKind::Confirmation,
        booking_codes: vec![code.clone()],
        recipient: "+491700000000".into(),
        language: Language::new("de"),
        subject: String::new(),
        body: "Ihre Termine im Impfzentrum Kassel: 19.1.2021 um 9:00 Uhr und 9.2.2021 um 9:00 Uhr. ".repeat(2),
        calendar: None,
    };
    Confirm {
        attempt_key: attempt_key(number),
        ticket: ticket(number),
        hold,
        registration: RegistrationId(i64::from(number) + 1),
        booking_codes: vec![code],
        receipt: "R".repeat(24),
        messages: vec![message],
        now: at(2),
    }
}

/// Bytes that come in no order, as hashes and random codes do.
fn scattered(number: u32, salt: u64) -> [u8; 32] {
    let mut state = u64::from(number) << 8 | salt;
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_be_bytes());
    }
    bytes
}

fn attempt_key(number: u32) -> AttemptKey {
    let mut key = [0; 16];
    key.copy_from_slice(&scattered(number, 3)[..16]);
    AttemptKey(key)
}

fn ticket(number: u32) -> TicketId {
    TicketId {
        line: LINE,
        number: TicketNumber(number),
    }
}

/// Seconds from the opening to a dose of a slot.
fn first_s(slot: u32, dose: i64) -> i64 {
    dose * 21 * 86_400 + i64::from(slot) * 300
}

pub fn first_ms(slot: u32, dose: i64) -> i64 {
    ms(first_s(slot, dose))
}

pub fn ms(seconds: i64) -> i64 {
    at(seconds).as_millisecond()
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::constant(1_610_434_800 + seconds, 0)
}

//! An open campaign with one line of people on the web, on a real store, and a clock that the test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use dran_core::hex;
use dran_core::ids::{AttemptKey, CampaignId, CentreId, GroupId, Language, Party, StaffId, VaccineId};
use dran_core::line::ticket::{PermitToken, Ticket};
use dran_core::person::{BirthDate, BirthYear, PersonName, Sex};
use dran_core::phone::{PhoneNumber, PhonePolicy};
use dran_core::region::{Postcode, Region};
use dran_core::staff::log::Actor;
use dran_core::staff::{Duty, Role, StaffName};
use dran_core::supply::{HoldBack, Preferences, parse_csv_for};
use dran_core::token::{HashKey, KeyRing};
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_service::planning::{self, CampaignOrder, RandomnessOrder, ReleaseOrder};
use dran_service::staff::{Staff, StaffParts};
use dran_service::{
    Calling, Claim, Clock, Entropy, Joining, Limits, NewPerson, NewPersons, Parts, PoolChoice, Promised, Service,
};
use dran_store::sqlite::SqliteStore;
use dran_store::{AccountLine, Booked, NewStaffAccount, Store, StoredPassword};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How many stand in the line before anybody rings.
const ON_THE_WEB: usize = 3;

pub struct World {
    pub service: Service,
    pub staff: Staff,
    pub campaign: CampaignId,
    store: Arc<dyn Store>,
    now_ms: Arc<AtomicI64>,
    limits: Limits,
}

/// The leader's loop of a service, until it is stopped.
pub struct Leader {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Leader {
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

impl World {
    /// Drawn and open; few are let in at a time.
    pub async fn open(phone: PhonePolicy, permits_max: u32) -> Self {
        Self::prepared(phone, permits_max, true).await
    }

    /// Nothing was delivered.
    pub async fn without_supply(phone: PhonePolicy) -> Self {
        Self::prepared(phone, 10, false).await
    }

    async fn prepared(phone: PhonePolicy, permits_max: u32, supplied: bool) -> Self {
        let region = region();
        let opens_at = region.time_zone.to_timestamp(date(2021, 1, 12).at(8, 0, 0, 0)).unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open_temporary().unwrap());
        let campaign = CampaignId::new("winter");
        let before = opens_at - SignedDuration::from_mins(10);
        let order = CampaignOrder {
            id: campaign.clone(),
            opens_at,
            centres: vec![],
            groups: vec![GroupId::new("ab-80")],
            randomness: RandomnessOrder::None,
            phone,
        };
        prepare(&region, &*store, order, before, supplied).await;
        let now_ms = Arc::new(AtomicI64::new(before.as_millisecond()));
        let limits = Limits {
            permits_max,
            permits_min: permits_max,
            ..Limits::default()
        };
        let service = service(&store, &now_ms, limits).await;
        let world = Self {
            staff: staff(&store, &now_ms),
            service,
            campaign,
            store,
            now_ms,
            limits,
        };
        world.service.open_now(&world.campaign).await.unwrap();
        let leader = world.lead();
        let drawn = async || world.service.campaign(&world.campaign).unwrap().drawn.is_some();
        until("the line is drawn", drawn).await;
        leader.stop().await;
        // Who joins after the draw stands in the order of joining.
        for _ in 0..ON_THE_WEB {
            world.service.join(&world.joining(Party::One)).await.unwrap();
        }
        world
    }

    /// Another node on the same store.
    pub async fn node(&self) -> Service {
        service(&self.store, &self.now_ms, self.limits).await
    }

    pub fn lead(&self) -> Leader {
        let (leading, stop) = (self.service.clone(), CancellationToken::new());
        let until = stop.clone();
        let task = tokio::spawn(async move { leading.run(true, until).await });
        Leader { stop, task }
    }

    pub fn pass(&self, time: SignedDuration) {
        let ms = i64::try_from(time.as_millis()).unwrap();
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn joining(&self, party: Party) -> Joining {
        let pool = self.service.campaign(&self.campaign).unwrap().lines[0].pool.id.clone();
        Joining {
            campaign: self.campaign.clone(),
            choice: PoolChoice::Pool(pool),
            party,
            birth_year: BirthYear::parse("1935", self.service.today()).unwrap(),
        }
    }

    pub fn calling(&self, number: u32) -> Calling {
        Calling {
            phone: number_of(number),
            joining: self.joining(Party::One),
            postcode: Some(postcode()),
            language: Language::new("de"),
            by: None,
        }
    }

    pub async fn ring(&self, number: u32) -> Promised {
        self.service.callback_for(&self.calling(number)).await.unwrap()
    }

    /// Tickets given out in the first line.
    pub fn joined(&self) -> u32 {
        self.service.campaign(&self.campaign).unwrap().lines[0].joined
    }

    pub async fn agent(&self, name: &str) -> StaffId {
        let staff = self.store.staff();
        for (name, role) in [("olga", Role::Operator), (name, Role::Agent)] {
            let new = NewStaffAccount {
                name: StaffName::parse(name).unwrap(),
                duty: Duty::new(role, vec![]).unwrap(),
                password: StoredPassword {
                    memory_kib: 1,
                    passes: 1,
                    salt: [1; 16],
                    hash: [1; 32],
                },
                actor: Actor::Command,
                now: self.service.clock().now(),
            };
            // The operator is there already when the second agent comes.
            let _ = staff.make_staff_account(new).await;
        }
        let made = staff
            .staff_account_named(StaffName::parse(name).unwrap())
            .await
            .unwrap();
        made.unwrap().id
    }

    /// What an agent books for somebody who is inside.
    pub async fn book(&self, ticket: &Ticket) -> Booked {
        let at = self
            .service
            .whereabouts(&PermitToken::from(ticket))
            .await
            .unwrap()
            .unwrap();
        let registration = self.service.register_by_agent(self.persons(ticket)).await.unwrap();
        let found = self.service.registration(registration).await.unwrap().unwrap();
        let persons: Vec<Claim> = found.persons.iter().map(Claim::from).collect();
        let proposals = self.service.proposals(&at, &Preferences::default(), &persons);
        let chosen = self.service.hold(&at, &proposals[0].key(), &persons).await.unwrap();
        let key = AttemptKey([7; 16]);
        let booked = self.service.confirm(ticket.id, chosen.hold.id, registration, key).await;
        booked.unwrap()
    }

    /// One person who lives in the ticket's district.
    pub fn persons(&self, ticket: &Ticket) -> NewPersons {
        let line = self.service.line(ticket.id.line).unwrap();
        let person = NewPerson {
            name: PersonName::parse("Änne", "Müller").unwrap(),
            birth_date: BirthDate::parse("3", "4", "1935", self.service.today()).unwrap(),
            sex: Sex::Female,
            postcode: postcode(),
            district: line.pool.districts[0].clone(),
            group: GroupId::new("ab-80"),
        };
        let mobile = dran_core::contact::Country::parse("DE").unwrap();
        NewPersons {
            campaign: self.campaign.clone(),
            persons: vec![person],
            contact: dran_core::contact::Contact::Sms(
                dran_core::contact::Mobile::parse("0151 23456789", mobile).unwrap(),
            ),
            language: Language::new("de"),
            attempt_key: AttemptKey([1; 16]),
        }
    }

    /// The audit log without numbers and times, from a line on.
    pub async fn log(&self, from: u64) -> Vec<String> {
        let lines = self.store.staff().audit_log(from, 100).await.unwrap();
        let acts = lines
            .iter()
            .map(|line| line.line.splitn(3, ' ').nth(2).unwrap().to_owned());
        acts.collect()
    }

    pub async fn log_lines(&self) -> u64 {
        self.store
            .staff()
            .audit_log_end()
            .await
            .unwrap()
            .map_or(0, |end| end.number)
    }

    /// The deeds of the public account.
    pub async fn deeds(&self) -> Vec<String> {
        let lines = self.store.account(1, 1_000).await.unwrap();
        let deeds = lines
            .iter()
            .map(|line| line.line.splitn(4, ' ').nth(3).unwrap().to_owned());
        deeds.collect()
    }

    /// The public account as anybody fetches it.
    pub async fn account(&self) -> String {
        let lines = self.store.account(1, 1_000).await.unwrap();
        let row = |line: &AccountLine| format!("{}\t{}\n", line.line, hex::encode(&line.head));
        lines.iter().map(row).collect()
    }

    pub async fn audit_is_clean(&self) {
        let report = self.store.audit(self.service.clock().now()).await.unwrap();
        assert!(report.ok(), "{report:#?}");
    }
}

/// A landline.
pub fn number_of(number: u32) -> PhoneNumber {
    PhoneNumber::of_e164(&format!("+49561{number:06}")).unwrap()
}

fn postcode() -> Postcode {
    Postcode::parse("34117").unwrap()
}

/// Waits for it; says what it waited for when it does not come.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let wait = async {
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        while !holds().await {
            looks.tick().await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(120), wait).await;
    assert!(came.is_ok(), "not within patience: {what}");
}

fn region() -> Region {
    Region::parse(include_str!("../../../../regions/hessen.toml")).unwrap()
}

fn clock(now_ms: &Arc<AtomicI64>) -> Clock {
    let now_ms = Arc::clone(now_ms);
    Clock::new(move || Timestamp::from_millisecond(now_ms.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// Bytes that differ from call to call.
fn entropy() -> Entropy {
    let count = AtomicU64::new(1);
    Entropy::new(move |bytes| {
        let number = count
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = number.to_be_bytes()[place % 8].wrapping_add(place as u8);
        }
    })
}

async fn service(store: &Arc<dyn Store>, now_ms: &Arc<AtomicI64>, limits: Limits) -> Service {
    let parts = Parts {
        region: region(),
        texts: Texts::builtin().unwrap(),
        store: Arc::clone(store),
        keys: KeyRing::new(vec![(1, [1; 32])]).unwrap(),
        hash_key: HashKey::new([2; 32]),
        clock: clock(now_ms),
        entropy: entropy(),
        limits,
        sender: Sender {
            portal_url: "https://termine.hessen.example".into(),
            email: "termine@hessen.example".into(),
        },
    };
    Service::start(parts).await.unwrap()
}

fn staff(store: &Arc<dyn Store>, now_ms: &Arc<AtomicI64>) -> Staff {
    Staff::new(StaffParts {
        store: Arc::clone(store),
        hash_key: HashKey::new([2; 32]),
        clock: clock(now_ms),
        app_clock: clock(now_ms),
        entropy: entropy(),
    })
}

async fn prepare(region: &Region, store: &dyn Store, order: CampaignOrder, now: Timestamp, supplied: bool) {
    let centres = [
        "kassel-stadt",
        "giessen",
        "fulda",
        "frankfurt",
        "wiesbaden",
        "darmstadt",
    ];
    let centres: Vec<CentreId> = centres.map(CentreId::new).to_vec();
    let all = region.centres.iter().map(|centre| centre.id.clone()).collect();
    store.sync_centres(all).await.unwrap();
    if supplied {
        let deliveries = include_str!("../../../../scenarios/hessen-2021-01-12.deliveries.csv");
        let deliveries = parse_csv_for(deliveries, region).unwrap();
        planning::import_deliveries(store, deliveries).await.unwrap();
        let release = ReleaseOrder {
            vaccine: VaccineId::new("biontech"),
            centres: centres.clone(),
            first_days: date(2021, 1, 19)..=date(2021, 2, 5),
            hold_back: HoldBack::ALL,
        };
        planning::release(region, store, &release, now).await.unwrap();
    }
    let order = CampaignOrder { centres, ..order };
    planning::create_campaign(region, store, order, [4; 32], now)
        .await
        .unwrap();
}

//! What all tests of this folder need: messages, a store that holds them, a clock, processes.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Child;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dran_core::campaign::Campaign;
use dran_core::ids::{AttemptKey, CampaignId, DistrictId, GroupId, Language, MessageId};
use dran_core::phone::PhonePolicy;
use dran_notify::email::EmailFrom;
use dran_notify::worker::{OutboxPolicy, OutboxWorker};
use dran_store::sqlite::{SqliteOptions, SqliteStore};
use dran_store::{
    Channel, ContactRecord, Message, MessageKind, NewCampaign, NewCode, NewMessage, NewRegistration, PersonRecord,
    Store,
};
use jiff::Timestamp;
use jiff::civil::date;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use dran_notify::transport::Transports;

/// When every test begins, in seconds since 1970: 12 January 2021, 8:00 in Berlin.
const BEGIN_S: i64 = 1_610_434_800;

pub fn begin() -> Timestamp {
    Timestamp::from_second(BEGIN_S).unwrap()
}

pub fn new_message(channel: Channel, recipient: &str, body: &str) -> NewMessage {
    NewMessage {
        channel,
        kind: MessageKind::Confirmation,
        booking_codes: Vec::new(),
        recipient: recipient.to_owned(),
        language: Language::new("de"),
        subject: if channel == Channel::Sms {
            String::new()
        } else {
            "Ihre Termine für Übermorgen".to_owned()
        },
        body: body.to_owned(),
        calendar: None,
    }
}

pub fn message(id: i64, message: NewMessage) -> Message {
    Message {
        id: MessageId(id),
        message,
        created_at: begin(),
        tries: 0,
        sent_at: None,
    }
}

pub fn from() -> EmailFrom {
    EmailFrom::new("Terminservice Hessen", "termine@hessen.example").unwrap()
}

/// A store whose outbox holds these messages, due at the beginning.
pub async fn store_with(path: &Path, messages: Vec<NewMessage>) -> Arc<SqliteStore> {
    let store = open(path);
    let campaign = Campaign {
        id: CampaignId::new("hessen-2021-01-12"),
        opens_at: begin(),
        centres: Vec::new(),
        groups: vec![GroupId::new("ab-80")],
        pools: Vec::new(),
        phone: PhonePolicy::OneLine,
    };
    let new = NewCampaign {
        campaign,
        draw_secret: [1; 32],
        draw_commitment: [2; 32],
        committed_at: begin(),
        randomness: dran_core::line::randomness::Randomness::None,
    };
    store.create_campaign(new).await.unwrap();
    for (number, message) in (1u8..).zip(messages) {
        put(&store, number, message).await;
    }
    store
}

/// Puts a message into the outbox, as a registration does with its code.
pub async fn put(store: &SqliteStore, number: u8, message: NewMessage) {
    let person = PersonRecord {
        given_name: "Erna".to_owned(),
        family_name: "Müller".to_owned(),
        birth_date: date(1938, 5, 4),
        sex: 'f',
        postcode: "34117".to_owned(),
        district: DistrictId::new("06611"),
        group: GroupId::new("ab-80"),
        person_key: [number; 32],
    };
    let registration = NewRegistration {
        attempt_key: AttemptKey([number; 16]),
        campaign: CampaignId::new("hessen-2021-01-12"),
        persons: vec![person],
        contact: ContactRecord::Email("erna@example.org".to_owned()),
        language: Language::new("de"),
        code: Some(NewCode {
            hash: [number; 32],
            valid_until: begin(),
            message,
        }),
        now: begin(),
    };
    store.register(registration).await.unwrap();
}

/// Opens the database of a test that was there before, or makes it.
pub fn open(path: &Path) -> Arc<SqliteStore> {
    let options = SqliteOptions {
        create: true,
        ..SqliteOptions::default()
    };
    Arc::new(SqliteStore::open(path, options).unwrap())
}

/// A policy with pauses that suit [`Running::start`]'s clock.
pub fn impatient() -> OutboxPolicy {
    OutboxPolicy {
        poll_interval: Duration::from_millis(20),
        retry_first: Duration::from_secs(1),
        retry_max: Duration::from_secs(4),
        tries_max: u32::MAX,
        ..OutboxPolicy::default()
    }
}

/// A worker at work. Its clock goes one second further each time it is asked.
pub struct Running {
    pub wake: Arc<Notify>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub fn start(store: &Arc<SqliteStore>, transports: Transports, policy: OutboxPolicy) -> Self {
        let now_s = AtomicI64::new(BEGIN_S);
        let wake = Arc::new(Notify::new());
        let worker = OutboxWorker {
            store: Arc::clone(store) as Arc<dyn Store>,
            transports: Arc::new(transports),
            wake: Arc::clone(&wake),
            policy,
            clock: move || Timestamp::from_second(now_s.fetch_add(1, Ordering::Relaxed)).unwrap(),
            jitter: || 1.0,
        };
        let stop = CancellationToken::new();
        Self {
            wake,
            task: tokio::spawn(worker.run(stop.clone())),
            stop,
        }
    }

    /// Ends it as it should be ended.
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }

    /// Ends it in the middle of whatever it does.
    pub async fn kill(self) {
        self.task.abort();
        assert!(
            self.task.await.is_err_and(|error| error.is_cancelled()),
            "it had ended before"
        );
    }
}

/// The only message of a store.
pub async fn only_message(store: &SqliteStore) -> Message {
    let mut messages = store.recent_messages(2).await.unwrap();
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

/// Asks until the answer is there, at most half a minute: the other side is another process.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let mut turn = tokio::time::interval(Duration::from_millis(20));
    let asking = async {
        loop {
            turn.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    match tokio::time::timeout(Duration::from_secs(30), asking).await {
        Ok(answer) => answer,
        Err(_) => panic!("waited half a minute for this: {what}"),
    }
}

/// Ports that nobody uses now, and that no other test of this run was given.
pub fn free_ports<const N: usize>() -> [u16; N] {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let mut given = GIVEN.lock().unwrap();
    std::array::from_fn(|_| {
        loop {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            if given.insert(port) {
                return port;
            }
        }
    })
}

pub async fn listening(port: u16) {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    eventually("a server listens", async || TcpStream::connect(address).ok()).await;
}

/// A process of a test, ended with it by its own number.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

//! The staff side through its router, on a real store, with a clock that the test turns.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where its example is wrong"
)]

mod accounts;
mod desk;
mod forms;
mod login;
mod operations;
mod provider;
mod routes;
mod sessions;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use dran_core::hex;
use dran_core::ids::CentreId;
use dran_core::region::Region;
use dran_core::staff::log::Actor;
use dran_core::staff::totp::{Secret, step_at};
use dran_core::staff::{Duty, Role, StaffName};
use dran_core::token::{HashKey, KeyRing};
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_service::staff::{LeakedPasswords, ProviderDoor, Staff, StaffParts};
use dran_service::{Clock, Entropy, Limits, Parts, Service};
use dran_store::Store;
use dran_store::sqlite::SqliteStore;
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use super::{StaffApp, StaffSide};
use crate::app::App;
use crate::listener::ClientAddress;

/// The password of everybody here.
const PASSWORD: &str = "vier ganz normale worte";
/// A good one, but for being in the file of leaked ones.
const LEAKED: &str = "ein satz der gestohlen ist";
const HOST: &str = "desk.example";

/// The staff side of a deployment.
struct Desk {
    router: Router,
    service: Service,
    staff: Staff,
    hash_key: HashKey,
    seconds: Arc<AtomicI64>,
    https: bool,
}

/// A browser: its cookies, and where it stands.
#[derive(Clone)]
struct Browser {
    cookies: Vec<(String, String)>,
    network: [u8; 4],
}

/// What came back.
#[derive(Clone, Debug)]
struct Seen {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Desk {
    async fn new() -> Self {
        Self::at(None).await
    }

    async fn at(url: Option<&str>) -> Self {
        Self::with(url, None).await
    }

    async fn with(url: Option<&str>, door: Option<ProviderDoor>) -> Self {
        let region = Region::parse(include_str!("../../../../../regions/hessen.toml")).unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open_temporary().unwrap());
        let seconds = Arc::new(AtomicI64::new(1_610_434_800));
        let turned = Arc::clone(&seconds);
        let clock = Clock::new(move || Timestamp::from_second(turned.load(Ordering::SeqCst)).unwrap());
        let drawn = AtomicU64::new(0);
        let entropy = Entropy::new(move |bytes| {
            let number = drawn.fetch_add(1, Ordering::SeqCst);
            let hash = Sha256::digest(number.to_be_bytes());
            bytes
                .iter_mut()
                .zip(hash.iter().cycle())
                .for_each(|(byte, drawn)| *byte = *drawn);
        });
        let (keys, hash_key) = (KeyRing::new(vec![(1, [1; 32])]).unwrap(), HashKey::new([2; 32]));
        let mut staff = Staff::new(StaffParts {
            store: Arc::clone(&store),
            hash_key: hash_key.clone(),
            clock: clock.clone(),
            app_clock: clock.clone(),
            entropy: entropy.clone(),
        });
        staff = staff.with_leaked_passwords(leaked());
        if let Some(door) = door {
            staff = staff.with_provider(door);
        }
        let parts = Parts {
            region,
            texts: Texts::builtin().unwrap(),
            store,
            keys,
            hash_key: hash_key.clone(),
            clock,
            entropy,
            limits: Limits::default(),
            sender: Sender {
                portal_url: "https://termine.example".into(),
                email: "termine@hessen.example".into(),
            },
        };
        let service = Service::start(parts).await.unwrap();
        let side = StaffSide::new(StaffApp {
            app: App::new(service.clone(), false),
            staff: staff.clone(),
            url: url.map(str::to_owned),
        });
        let desk = Self {
            router: side.router(),
            service,
            staff,
            hash_key,
            seconds,
            https: url.is_some(),
        };
        // Somebody who looks after accounts is always there.
        desk.account("first", Role::Operator).await;
        desk
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.seconds.load(Ordering::SeqCst)).unwrap()
    }

    fn wait(&self, duration: SignedDuration) {
        self.seconds.fetch_add(duration.as_secs(), Ordering::SeqCst);
    }

    /// Makes an account; its initial password.
    async fn account(&self, name: &str, role: Role) -> String {
        let centres = match role {
            Role::Centre => vec![CentreId::new("kassel-stadt")],
            _ => vec![],
        };
        let (name, duty) = (StaffName::parse(name).unwrap(), Duty::new(role, centres).unwrap());
        let made = self.staff.make_account(Actor::Command, name, duty).await.unwrap();
        made.1.as_str().to_owned()
    }

    /// An account with everything set up, and the browser that it was set up with.
    async fn ready(&self, name: &str, role: Role) -> Browser {
        let initial = self.account(name, role).await;
        let mut browser = Browser::new();
        browser.sign_in(self, name, &initial).await;
        browser.set_password(self, &initial).await;
        let codes = browser.enrol(self).await;
        assert_eq!(codes.len(), 10);
        self.wait(SignedDuration::from_secs(30));
        browser
    }

    /// The present code of an account's app.
    async fn code(&self, name: &str) -> String {
        let account = self
            .staff
            .store()
            .staff_account_named(StaffName::parse(name).unwrap())
            .await;
        let account = account.unwrap().unwrap();
        let secret = Secret::of(&self.hash_key, account.id, &account.app.unwrap().nonce);
        secret.code(step_at(self.now())).to_string()
    }

    /// All lines of the audit log.
    async fn log(&self) -> Vec<String> {
        let lines = self.staff.store().audit_log(1, 1_000).await.unwrap();
        lines.into_iter().map(|line| line.line).collect()
    }

    fn origin(&self) -> String {
        format!("{}://{HOST}", if self.https { "https" } else { "http" })
    }

    async fn send(&self, request: Request<Body>) -> Seen {
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Seen {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

impl Browser {
    fn new() -> Self {
        Self {
            cookies: Vec::new(),
            network: [192, 0, 2, 1],
        }
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .header(header::ACCEPT_LANGUAGE, "en")
            .header(header::COOKIE, cookies.join("; "))
            .extension(ClientAddress((self.network, 4_000).into()))
    }

    async fn get(&mut self, desk: &Desk, path: &str) -> Seen {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.keep(desk.send(request).await)
    }

    async fn post(&mut self, desk: &Desk, path: &str, fields: &[(&str, &str)]) -> Seen {
        let request = self.request("POST", path).header(header::ORIGIN, desk.origin());
        let request = request.body(Body::from(form(fields))).unwrap();
        self.keep(desk.send(request).await)
    }

    /// Posts with what stands in the forms of this session.
    async fn post_own(&mut self, desk: &Desk, path: &str, fields: &[(&str, &str)]) -> Seen {
        let csrf = self.csrf(desk).await;
        self.post(desk, path, &[&[("csrf", csrf.as_str())], fields].concat())
            .await
    }

    async fn csrf(&mut self, desk: &Desk) -> String {
        let page = self.clone().get(desk, "/konto/kennwort").await;
        hidden(&page.text, "csrf")
    }

    fn keep(&mut self, seen: Seen) -> Seen {
        for set in seen.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !attributes.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        seen
    }

    fn session(&self) -> Option<&str> {
        let found = self.cookies.iter().find(|(name, _)| name.ends_with("dran_staff"));
        found.map(|(_, value)| value.as_str())
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        let found = self.cookies.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Forgets the session, as a browser does that was closed.
    fn close(&mut self) {
        self.cookies.retain(|(name, _)| !name.ends_with("dran_staff"));
    }

    /// Name and password.
    async fn sign_in(&mut self, desk: &Desk, name: &str, password: &str) -> Seen {
        self.post(desk, "/anmelden", &[("name", name), ("password", password)])
            .await
    }

    /// The code that comes next.
    async fn give_code(&mut self, desk: &Desk, page: &Seen, code: &str) -> Seen {
        let login = hidden(&page.text, "login");
        self.post(desk, "/anmelden/code", &[("login", &login), ("code", code)])
            .await
    }

    /// Everything of it, for an account that is ready.
    async fn come_in(&mut self, desk: &Desk, name: &str) -> Seen {
        desk.wait(SignedDuration::from_secs(30));
        let page = self.sign_in(desk, name, PASSWORD).await;
        let code = desk.code(name).await;
        self.give_code(desk, &page, &code).await
    }

    async fn set_password(&mut self, desk: &Desk, old: &str) -> Seen {
        let fields = [("old", old), ("new", PASSWORD), ("again", PASSWORD)];
        self.post_own(desk, "/konto/kennwort", &fields).await
    }

    /// Enrols an app; the recovery codes.
    async fn enrol(&mut self, desk: &Desk) -> Vec<String> {
        let page = self.get(desk, "/konto/app").await;
        let (csrf, enrolment) = (hidden(&page.text, "csrf"), hidden(&page.text, "enrolment"));
        let code = code_of(desk, &page.text);
        let fields = [("csrf", &*csrf), ("enrolment", &enrolment), ("code", &code)];
        let seen = self.post(desk, "/konto/app", &fields).await;
        let codes = seen.text.split("<span class=\"code\">").skip(1);
        codes.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    }
}

/// The code that an app shows which has read the secret from a page.
fn code_of(desk: &Desk, page: &str) -> String {
    let secret = page
        .split("<span class=\"code\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let bits = secret.bytes().flat_map(|letter| {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            _ => letter - b'2' + 26,
        };
        (0..5).rev().map(move |bit| value >> bit & 1)
    });
    let bits: Vec<u8> = bits.collect();
    let bytes: Vec<u8> = bits
        .chunks(8)
        .map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit))
        .collect();
    oathtool(&bytes, step_at(desk.now()))
}

/// RFC 4226 once more, by another hand: with the hash worked out over padded keys.
fn oathtool(key: &[u8], step: i64) -> String {
    let pad = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block.to_vec()
    };
    let inner = sha1(&[pad(0x36), step.to_be_bytes().to_vec()].concat());
    let mac = sha1(&[pad(0x5c), inner].concat());
    let at = (mac[19] & 15) as usize;
    let number = u32::from_str_radix(&hex::encode(&mac[at..at + 4]), 16).unwrap() & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// A file of leaked passwords with one in it. Its name is gone at once; who has opened it reads it.
fn leaked() -> LeakedPasswords {
    let file = tempfile::NamedTempFile::new().unwrap();
    let line = format!("{}:3\n", hex::encode(&sha1(LEAKED.as_bytes())).to_uppercase());
    std::fs::write(file.path(), line).unwrap();
    LeakedPasswords::open(file.path()).unwrap()
}

/// SHA-1 as FIPS 180-4 writes it.
fn sha1(message: &[u8]) -> Vec<u8> {
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    let mut padded = [message, &[0x80]].concat();
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut words: Vec<u32> = block
            .chunks(4)
            .map(|word| u32::from_be_bytes(word.try_into().unwrap()))
            .collect();
        for at in 16..80 {
            words.push((words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (at, word) in words.iter().enumerate() {
            let (mix, constant) = match at {
                0..20 => (b & c | !b & d, 0x5a82_7999_u32),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => (b & c | b & d | c & d, 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let sum = a.rotate_left(5).wrapping_add(mix).wrapping_add(e);
            (e, d, c, b, a) = (
                d,
                c,
                b.rotate_left(30),
                a,
                sum.wrapping_add(constant).wrapping_add(*word),
            );
        }
        for (sum, value) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(value);
        }
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect::<String>()
    };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    let found = page
        .split(&field)
        .nth(1)
        .unwrap_or_else(|| panic!("no field {name} in {page}"));
    found.split('"').next().unwrap().to_owned()
}

impl Seen {
    fn location(&self) -> &str {
        self.header("location")
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn says(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

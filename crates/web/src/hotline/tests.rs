//! The hotline through its router, on a real store, with real signatures.
#![expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]

mod booked;
mod doors;
mod storm;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use dran_core::hotline::voice_signature;
use dran_core::ids::{CampaignId, CentreId, GroupId, VaccineId};
use dran_core::phone::PhonePolicy;
use dran_core::region::Region;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_core::token::{HashKey, KeyRing};
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_service::planning::{self, CampaignOrder, RandomnessOrder, ReleaseOrder};
use dran_service::staff::{Staff, StaffParts};
use dran_service::{Clock, Entropy, Limits, Parts, Service};
use dran_store::Store;
use dran_store::sqlite::SqliteStore;
use http_body_util::BodyExt;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use super::{AgentsLine, HotlineConfig, routes};

const URL: &str = "https://telefon.example";
const SECRET: &[u8] = b"the telephone system's secret";
const JSON_SECRET: &[u8] = b"the other one's secret";
/// A landline in Kassel.
const GRANDMOTHER: &str = "+495617870";
const CAMPAIGN: &str = "hessen-2021-01-12";

/// The hotline of Hessen on the morning of 12 January 2021, ten minutes before the opening.
struct Hotline {
    router: Router,
    service: Service,
    store: Arc<dyn Store>,
    seconds: Arc<AtomicI64>,
}

/// Name, attributes and text.
type Element = (String, Vec<(String, String)>, String);

/// What came back.
#[derive(Clone, Debug)]
struct Seen {
    status: StatusCode,
    text: String,
}

impl Hotline {
    async fn new() -> Self {
        Self::with(HotlineConfig {
            url: URL.into(),
            voice_secret: Some(SECRET.into()),
            json_secret: Some(JSON_SECRET.into()),
            agents: AgentsLine::Queue("hotline".into()),
        })
        .await
    }

    async fn with(config: HotlineConfig) -> Self {
        let region = Region::parse(include_str!("../../../../regions/hessen.toml")).unwrap();
        let opens_at = region.time_zone.to_timestamp(date(2021, 1, 12).at(8, 0, 0, 0)).unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open_temporary().unwrap());
        let seconds = Arc::new(AtomicI64::new((opens_at - SignedDuration::from_mins(10)).as_second()));
        let turned = Arc::clone(&seconds);
        let clock = Clock::new(move || Timestamp::from_second(turned.load(Ordering::SeqCst)).unwrap());
        let drawn = AtomicU64::new(0);
        let entropy = Entropy::new(move |bytes| {
            let hash = Sha256::digest(drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            bytes
                .iter_mut()
                .zip(hash.iter().cycle())
                .for_each(|(byte, drawn)| *byte = *drawn);
        });
        prepare(&region, &*store, opens_at, clock.now()).await;
        let parts = Parts {
            region,
            texts: Texts::builtin().unwrap(),
            store: Arc::clone(&store),
            keys: KeyRing::new(vec![(1, [1; 32])]).unwrap(),
            hash_key: HashKey::new([2; 32]),
            clock,
            entropy,
            limits: Limits::default(),
            sender: Sender {
                portal_url: "https://termine.example".into(),
                email: "termine@hessen.example".into(),
            },
        };
        let service = Service::start(parts).await.unwrap();
        Self {
            router: routes(service.clone(), config),
            service,
            store,
            seconds,
        }
    }

    /// The accounts of its staff.
    fn staff(&self) -> Staff {
        Staff::new(StaffParts {
            store: Arc::clone(&self.store),
            hash_key: HashKey::new([2; 32]),
            clock: self.service.clock().clone(),
            app_clock: self.service.clock().clone(),
            entropy: self.service.entropy().clone(),
        })
    }

    fn now(&self) -> i64 {
        self.seconds.load(Ordering::SeqCst)
    }

    async fn send(&self, request: Request<Body>) -> Seen {
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Seen {
            status: head.status,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// A voice request with its genuine signature.
    async fn voice(&self, target: &str, fields: &[(&str, &str)]) -> Seen {
        let signature = sign(target, fields);
        self.send(voice_request(target, &form(fields), Some(&signature))).await
    }

    /// Tickets given out in all lines.
    fn joined(&self) -> u32 {
        let campaigns = self.service.campaigns();
        let lines = campaigns.iter().flat_map(|campaign| &campaign.lines);
        lines.map(|line| line.joined).sum()
    }
}

/// A call, as a telephone system leads it.
struct Call<'h> {
    hotline: &'h Hotline,
    sid: String,
    from: String,
    target: String,
    seen: Seen,
}

impl<'h> Call<'h> {
    async fn from(hotline: &'h Hotline, from: &str, sid: &str) -> Self {
        let mut call = Self {
            hotline,
            sid: sid.to_owned(),
            from: from.to_owned(),
            target: "/hotline/voice".to_owned(),
            seen: Seen {
                status: StatusCode::OK,
                text: String::new(),
            },
        };
        call.goes_on(&[]).await;
        call
    }

    async fn goes_on(&mut self, more: &[(&str, &str)]) -> &mut Self {
        let mut fields = vec![
            ("CallSid", self.sid.as_str()),
            ("From", self.from.as_str()),
            ("To", "+4961150592888"),
            ("CallStatus", "in-progress"),
        ];
        fields.extend_from_slice(more);
        let seen = self.hotline.voice(&self.target, &fields).await;
        assert_eq!(seen.status, StatusCode::OK, "{seen:?}");
        if let Some(next) = seen.next() {
            self.target = next;
        }
        self.seen = seen;
        self
    }

    async fn types(&mut self, keys: &str) -> &mut Self {
        self.goes_on(&[("Digits", keys)]).await
    }

    fn hears(&self) -> String {
        self.seen.said()
    }
}

impl Seen {
    /// All elements of the document, which a parser has read: name, attributes, text.
    fn elements(&self) -> Vec<Element> {
        let mut reader = Reader::from_str(&self.text);
        let mut elements: Vec<Element> = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) | Event::Empty(start) => {
                    let attributes = start.attributes().map(|attribute| {
                        let attribute = attribute.unwrap();
                        let value = attribute
                            .normalized_value(XmlVersion::Implicit1_0)
                            .unwrap()
                            .into_owned();
                        (String::from_utf8(attribute.key.0.to_vec()).unwrap(), value)
                    });
                    let name = String::from_utf8(start.name().0.to_vec()).unwrap();
                    elements.push((name, attributes.collect(), String::new()));
                }
                Event::Text(text) => {
                    let last = elements.last_mut().unwrap();
                    last.2.push_str(&text.decode().unwrap());
                }
                Event::Eof => return elements,
                _ => {}
            }
        }
    }

    fn named(&self, name: &str) -> Vec<Element> {
        let mut elements = self.elements();
        elements.retain(|(found, ..)| found == name);
        elements
    }

    /// Everything that is said.
    fn said(&self) -> String {
        self.named("Say")
            .into_iter()
            .map(|(.., text)| text)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Where the telephone system asks next.
    fn next(&self) -> Option<String> {
        let redirect = self.named("Redirect").into_iter().map(|(.., text)| text).next();
        let action = self.elements().into_iter().flat_map(|(_, attributes, _)| attributes);
        let mut action = action.filter(|(name, _)| name == "action").map(|(_, value)| value);
        let url = action.next().or(redirect)?;
        Some(url.strip_prefix(URL).unwrap().to_owned())
    }
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

fn sign(target: &str, fields: &[(&str, &str)]) -> String {
    voice_signature(SECRET, &format!("{URL}{target}"), &pairs(fields))
}

/// Names and values, every byte but letters and digits escaped.
fn form(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let fields = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    fields.collect::<Vec<_>>().join("&")
}

fn voice_request(target: &str, body: &str, signature: Option<&str>) -> Request<Body> {
    let mut request = Request::post(target).header("content-type", "application/x-www-form-urlencoded");
    if let Some(signature) = signature {
        request = request.header("X-Twilio-Signature", signature);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

async fn prepare(region: &Region, store: &dyn Store, opens_at: Timestamp, now: Timestamp) {
    let all = region.centres.iter().map(|centre| centre.id.clone()).collect();
    store.sync_centres(all).await.unwrap();
    let deliveries = include_str!("../../../../scenarios/hessen-2021-01-12.deliveries.csv");
    let deliveries = parse_csv_for(deliveries, region).unwrap();
    planning::import_deliveries(store, deliveries).await.unwrap();
    let centres = [
        "kassel-stadt",
        "giessen",
        "fulda",
        "frankfurt",
        "wiesbaden",
        "darmstadt",
    ];
    let centres: Vec<CentreId> = centres.map(CentreId::new).to_vec();
    let release = ReleaseOrder {
        vaccine: VaccineId::new("biontech"),
        centres: centres.clone(),
        first_days: date(2021, 1, 19)..=date(2021, 1, 20),
        hold_back: HoldBack::ALL,
    };
    planning::release(region, store, &release, now).await.unwrap();
    let order = CampaignOrder {
        id: CampaignId::new(CAMPAIGN),
        opens_at,
        centres,
        groups: vec![GroupId::new("ab-80")],
        randomness: RandomnessOrder::None,
        phone: PhonePolicy::OneLine,
    };
    planning::create_campaign(region, store, order, [4; 32], now)
        .await
        .unwrap();
}

//! What every handler has: the service, the visitor's language, and the bounds on guessing.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use dran_core::contact::Contact;
use dran_core::ids::Language;
use dran_i18n::Speaker;
use dran_service::Service;
use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::listener::ClientAddress;
use crate::open_data::LineDocument;
use crate::problem::{Kind, Problem};
use crate::work::{Solved, Spent};

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The live service.
    pub service: Service,
    /// Whether this is the demo: pages say so and its messages can be read.
    pub demo: bool,
    /// The public state of the lines, as of this second.
    pub line_document: Arc<LineDocument>,
    throttles: Arc<Throttles>,
}

/// Guesses of booking codes and short codes per network prefix: a hundred people of a nursing home look
/// up a booking in a minute; a guesser of one in 10^16 gets nowhere with it. Verification codes are not
/// counted here: each has its own bound on tries, whatever network it is tried from.
const GUESSES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(120).unwrap();
/// Registrations and verification messages per network prefix: what a carrier's shared address sees
/// of real people in a rush.
const REGISTRATIONS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).unwrap();
/// Codes to one mobile number or address: a family's helper verifies a handful of places in an hour, and
/// nobody is flooded with messages by whoever knows a number, from however many networks and tickets.
const CODES_PER_HOUR: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// Prefixes remembered before idle ones are forgotten.
const PREFIXES_MAX: usize = 100_000;
/// How long who is throttled should wait.
const RETRY_AFTER_S: u64 = 30;

type Throttle = DefaultKeyedRateLimiter<IpAddr>;

struct Throttles {
    guesses: Throttle,
    registrations: Throttle,
    joins: Option<Throttle>,
    without_work: Throttle,
    spent: Spent,
    /// By the keyed hash of the contact.
    codes: DefaultKeyedRateLimiter<[u8; 32]>,
}

impl App {
    /// Puts handlers' state together.
    pub fn new(service: Service, demo: bool) -> Self {
        let joins = service.limits().joins_per_minute;
        let throttles = Throttles {
            guesses: RateLimiter::keyed(Quota::per_minute(GUESSES_PER_MINUTE)),
            registrations: RateLimiter::keyed(Quota::per_minute(REGISTRATIONS_PER_MINUTE)),
            without_work: RateLimiter::keyed(Quota::per_minute(service.limits().joins_without_work_per_minute)),
            spent: Spent::default(),
            joins: joins.map(|per_minute| RateLimiter::keyed(Quota::per_minute(per_minute))),
            codes: RateLimiter::keyed(Quota::per_hour(CODES_PER_HOUR)),
        };
        Self {
            service,
            demo,
            line_document: Arc::default(),
            throttles: Arc::new(throttles),
        }
    }

    /// Counts a guess of a code.
    ///
    /// # Errors
    /// When this network has guessed too often.
    pub fn count_guess(&self, visitor: &Visitor) -> Result<(), Problem> {
        count(&self.throttles.guesses, visitor)
    }

    /// Counts a ticket that is taken. In normal use nobody comes to this bound; who does is told in how many
    /// seconds the next one is taken. While work is asked for, a few come through without it. The demo's crowd comes from one address and is not counted.
    ///
    /// # Errors
    /// When this network has taken more than people take.
    pub fn count_join(&self, network: Option<IpAddr>, work: Solved<'_>) -> Result<(), Problem> {
        if self.demo {
            return Ok(());
        }
        if let Some(throttle) = &self.throttles.joins {
            pace(throttle, network, Kind::JoinsPaced)?;
        }
        match self.service.limits().join_work_bits {
            Some(bits) if !self.is_solved(work, bits.get()) => {
                pace(&self.throttles.without_work, network, Kind::WorkMissing)
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn spent(&self) -> &Spent {
        &self.throttles.spent
    }

    /// Counts a verification code that is asked for: by the network, and by the contact it goes to.
    ///
    /// # Errors
    /// When either has been asked for too many.
    pub fn count_code(&self, visitor: &Visitor, contact: &Contact) -> Result<(), Problem> {
        self.count_registration(visitor)?;
        let address = match contact {
            Contact::Sms(mobile) => mobile.as_str(),
            Contact::Email(email) => email.as_str(),
            Contact::Letter(_) => return Ok(()),
        };
        let codes = &self.throttles.codes;
        forget_idle(codes);
        let key = self.service.hash_key().hash("code-throttle", &[address.as_bytes()]);
        codes.check_key(&key).map_err(|not_until| {
            let wait = not_until.wait_time_from(codes.clock().now());
            Problem::from(Kind::TooManyRequests).retry_after(wait.as_secs() + 1)
        })
    }

    /// Counts a registration or a message asked for.
    ///
    /// # Errors
    /// When this network has asked for too many. The demo's crowd comes from one address and is not
    /// counted.
    pub fn count_registration(&self, visitor: &Visitor) -> Result<(), Problem> {
        if self.demo {
            Ok(())
        } else {
            count(&self.throttles.registrations, visitor)
        }
    }
}

/// Counts by the network, and says in how many seconds to go on.
fn pace(throttle: &Throttle, network: Option<IpAddr>, kind: Kind) -> Result<(), Problem> {
    let Some(network) = network else { return Ok(()) };
    forget_idle(throttle);
    throttle.check_key(&network).map_err(|not_until| {
        let wait = not_until.wait_time_from(throttle.clock().now());
        Problem::from(kind).retry_after(wait.as_secs() + 1)
    })
}

/// Forgets who has not come for long, when many have.
fn forget_idle<K: std::hash::Hash + Eq + Clone>(throttle: &DefaultKeyedRateLimiter<K>) {
    if throttle.len() > PREFIXES_MAX {
        throttle.retain_recent();
    }
}

fn count(throttle: &Throttle, visitor: &Visitor) -> Result<(), Problem> {
    let Some(network) = visitor.network else { return Ok(()) };
    forget_idle(throttle);
    let slow_down = |_| Problem::from(Kind::TooManyRequests).retry_after(RETRY_AFTER_S);
    throttle.check_key(&network).map_err(slow_down)
}

/// Who asks: the language to answer in and the network it comes from.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Speaks the visitor's language.
    pub speaker: Speaker,
    /// The language was chosen by this request (`?lang=`), so it should be remembered.
    pub chose_language: bool,
    /// The [`network`] it comes from, unless the address is unknown.
    pub network: Option<IpAddr>,
    /// Path and query of the request, without the language.
    pub path: String,
}

/// The cookie that remembers a chosen language.
pub const LANGUAGE_COOKIE: &str = "dran_lang";

impl Visitor {
    /// Reads language and network from a request's head.
    pub fn of(app: &App, uri: &Uri, headers: &HeaderMap, address: Option<SocketAddr>) -> Self {
        let asked = query_value(uri, "lang").and_then(|tag| offered(app, &tag));
        let text = |name| headers.get(name).and_then(|header| header.to_str().ok());
        let remembered = || cookie(headers, LANGUAGE_COOKIE).and_then(|tag| offered(app, tag));
        let language: Language = asked
            .clone()
            .or_else(remembered)
            .unwrap_or_else(|| language(app, None, text(ACCEPT_LANGUAGE)));
        Self {
            speaker: app.service.texts().speaker(&language),
            chose_language: asked.is_some(),
            network: address.map(network),
            path: path_without_language(uri),
        }
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // Known already, where the guard has looked (`protect::guard`).
        if let Some(visitor) = parts.extensions.get::<Self>() {
            return Ok(visitor.clone());
        }
        let address = parts.extensions.get::<ClientAddress>().map(|address| address.0);
        Ok(Self::of(app, &parts.uri, &parts.headers, address))
    }
}

/// The region's language of this tag, if it has one.
fn offered(app: &App, tag: &str) -> Option<Language> {
    let offered = &app.service.region().languages;
    offered.iter().find(|language| language.as_str() == tag).cloned()
}

/// The language to answer in, by the headers `Cookie` and `Accept-Language`.
pub fn language(app: &App, cookies: Option<&str>, accepted: Option<&str>) -> Language {
    let remembered = cookies.and_then(|cookies| in_cookies(cookies, LANGUAGE_COOKIE));
    remembered.and_then(|tag| offered(app, tag)).unwrap_or_else(|| {
        let (texts, region) = (app.service.texts(), app.service.region());
        texts.negotiate(accepted, &region.languages)
    })
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    cookies.flat_map(|header| in_cookies(header, name)).next()
}

/// The value of a cookie in a header of cookies.
fn in_cookies<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}

/// The value of a query parameter made of plain characters (language tags, switches).
pub fn query_value(uri: &Uri, name: &str) -> Option<String> {
    uri.query()?.split('&').find_map(|pair| {
        let (found, value) = pair.split_once('=')?;
        (found == name).then(|| value.to_owned())
    })
}

fn path_without_language(uri: &Uri) -> String {
    let rest: Vec<&str> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="))
        .collect();
    if rest.is_empty() {
        uri.path().to_owned()
    } else {
        format!("{}?{}", uri.path(), rest.join("&"))
    }
}

/// One household or company: an IPv4 address, or the /64 that a provider gives to a customer.
pub fn network(client: SocketAddr) -> IpAddr {
    match client.ip() {
        address @ IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[8..].fill(0);
            IpAddr::from(octets)
        }
    }
}

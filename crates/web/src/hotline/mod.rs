//! The hotline: what telephone systems ask by HTTP, on the staff listener (`docs/hotline.md`).
//!
//! Two doors to one dialogue: `voice` speaks the XML of TwiML-compatible systems, `json` the plain twin for everything
//! else. A door exists only where its secret is configured. A caller's number comes in and goes out again to be read
//! back; it stands in no address, no log and no metric.

mod json;
#[cfg(test)]
mod tests;
mod voice;
mod words;
mod xml;

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use dran_core::phone::PhoneNumber;
use dran_service::Service;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Where TwiML-compatible systems ask.
pub const VOICE_PATH: &str = "/hotline/voice";
/// Where everything else asks.
pub const JSON_PATH: &str = "/hotline/json";

/// Tries of codes from one number, and of one code from anywhere: a helper looks up the bookings of a family in an
/// hour; a guesser of a date of birth is through in 500 years.
const TRIES_PER_HOUR: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// Numbers and codes remembered before idle ones are forgotten.
const TRIED_MAX: usize = 100_000;

/// What a telephone system needs to know, and to be known by.
#[derive(Clone, Debug)]
pub struct HotlineConfig {
    /// The address of the staff side as the telephone system calls it (`https://telefon.example`), without a slash at
    /// the end. It is part of the signature, and of the addresses at which it asks again.
    pub url: String,
    /// What signs voice requests; none: there is no voice door.
    pub voice_secret: Option<Vec<u8>>,
    /// What signs JSON requests; none: there is no JSON door.
    pub json_secret: Option<Vec<u8>>,
    /// Where callers are connected to.
    pub agents: AgentsLine,
}

/// Where the telephone system reaches the agents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AgentsLine {
    /// A queue of the telephone system, by name.
    Queue(String),
    /// A SIP address.
    Sip(String),
    /// A telephone number in E.164 form.
    Number(String),
}

/// Why a text names no line of agents.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is no line of agents; write queue:NAME, sip:USER@HOST or tel:+NUMBER")]
pub struct AgentsLineError(String);

impl std::str::FromStr for AgentsLine {
    type Err = AgentsLineError;

    fn from_str(text: &str) -> Result<Self, AgentsLineError> {
        let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic());
        match text.split_once(':') {
            Some(("queue", name)) if plain(name) => Ok(Self::Queue(name.to_owned())),
            Some(("sip", address)) if plain(address) && address.contains('@') => Ok(Self::Sip(text.to_owned())),
            Some(("tel", number)) if PhoneNumber::of_e164(number).is_some() => Ok(Self::Number(number.to_owned())),
            _ => Err(AgentsLineError(text.to_owned())),
        }
    }
}

impl std::fmt::Display for AgentsLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Queue(name) => write!(f, "queue:{name}"),
            Self::Sip(address) => f.write_str(address),
            Self::Number(number) => write!(f, "tel:{number}"),
        }
    }
}

/// Shared by the handlers; cheap to clone.
#[derive(Clone)]
struct Hotline {
    service: Service,
    config: Arc<HotlineConfig>,
    tries: Arc<DefaultKeyedRateLimiter<[u8; 32]>>,
}

impl Hotline {
    /// Counts a try of a code.
    fn may_guess(&self, tried: [u8; 32]) -> bool {
        if self.tries.len() > TRIED_MAX {
            self.tries.retain_recent();
        }
        self.tries.check_key(&tried).is_ok()
    }

    /// The number that calls, unless it is withheld or none that can be rung.
    fn number(&self, from: &str) -> Option<PhoneNumber> {
        PhoneNumber::parse(from, self.service.region().country).ok()
    }
}

/// The doors whose secrets are configured.
pub fn routes(service: Service, config: HotlineConfig) -> Router {
    let hotline = Hotline {
        service,
        config: Arc::new(config),
        tries: Arc::new(RateLimiter::keyed(Quota::per_hour(TRIES_PER_HOUR))),
    };
    let mut router = Router::new();
    if hotline.config.voice_secret.is_some() {
        router = router
            .route(VOICE_PATH, post(voice::answer))
            .route(&format!("{VOICE_PATH}/{{state}}"), post(voice::answer));
    }
    if hotline.config.json_secret.is_some() {
        router = router.route(JSON_PATH, post(json::answer));
    }
    router.with_state(hotline)
}

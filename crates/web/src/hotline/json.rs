//! `POST /hotline/json`: the same dialogue for telephone systems that speak no XML.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use dran_core::hotline::{Ending, Verb, json_signature_matches};
use dran_core::ids::Language;
use dran_service::hotline::{Heard, Ringing};
use serde::{Deserialize, Serialize};

use super::Hotline;
use super::words::{Said, say};
use crate::api::json;
use crate::body;
use crate::problem::Kind;

/// The header that carries the signature.
const SIGNATURE: &str = "x-dran-signature";
/// A request that is older than this, or that much ahead, is somebody's who has kept it. In seconds.
const AGE_MAX_S: i64 = 300;
/// The longest name of a call that is looked at.
const CALL_BYTES_MAX: usize = 256;

/// A request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The telephone system's name for the call, the same in all its requests.
    call: String,
    /// When it asks, in seconds since 1970.
    at: i64,
    /// What the last answer said.
    state: Option<String>,
    /// The caller's number; none if it is withheld.
    from: Option<String>,
    /// The keys that were pressed.
    keys: Option<String>,
    /// After `connect`: whether an agent has answered.
    bridged: Option<bool>,
    /// Whether the caller has hung up.
    #[serde(default)]
    hung_up: bool,
}

/// An answer.
#[derive(Serialize)]
struct Told {
    /// To be brought back.
    state: String,
    /// In this order.
    #[serde(rename = "do")]
    acts: Vec<Act>,
    /// What the caller has got, where the call ends here.
    ended: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Say(Vec<Spoken>),
    Gather {
        say: Vec<Spoken>,
        keys: Option<u8>,
        timeout_s: u8,
    },
    Connect(String),
    WaitS(u8),
    HangUp(bool),
}

#[derive(Serialize)]
struct Spoken {
    language: String,
    text: String,
}

#[derive(Serialize)]
struct Wrong {
    error: &'static str,
}

/// Answers one request of a call.
pub async fn answer(State(hotline): State<Hotline>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let body = match body::read(body).await {
        Ok(body) => body,
        Err(Kind::TooLarge) => return wrong(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
        Err(_) => return wrong(StatusCode::BAD_REQUEST, "the body broke off"),
    };
    if !is_signed(&hotline, &head.headers, &body) {
        tracing::warn!("a JSON request of the hotline without the right signature is refused");
        return wrong(StatusCode::FORBIDDEN, "the signature is not right");
    }
    let Ok(asked) = serde_json::from_slice::<Asked>(&body) else {
        return wrong(StatusCode::BAD_REQUEST, "the body is not as docs/hotline.md describes");
    };
    if asked.call.is_empty() || asked.call.len() > CALL_BYTES_MAX {
        return wrong(StatusCode::BAD_REQUEST, "`call` is empty or too long");
    }
    let age = hotline.service.clock().now().as_second().saturating_sub(asked.at);
    if !(-AGE_MAX_S..=AGE_MAX_S).contains(&age) {
        return wrong(StatusCode::FORBIDDEN, "`at` is more than five minutes off");
    }
    let ringing = Ringing {
        call: &asked.call,
        number: asked.from.as_deref().and_then(|from| hotline.number(from)),
        state: asked.state.as_deref(),
        heard: heard(&asked),
    };
    let may_guess = |tried| hotline.may_guess(tried);
    let reply = hotline.service.converse(&ringing, &may_guess).await;
    let acts = reply.verbs.iter().map(|verb| act(&hotline, &reply.language, verb));
    let told = Told {
        acts: acts.collect(),
        ended: reply.ending.map(word),
        state: reply.state,
    };
    json(StatusCode::OK, &told)
}

fn is_signed(hotline: &Hotline, headers: &HeaderMap, body: &[u8]) -> bool {
    let given = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    match (&hotline.config.json_secret, given) {
        (Some(secret), Some(given)) => json_signature_matches(secret, body, given),
        _ => false,
    }
}

fn heard(asked: &Asked) -> Heard {
    match (asked.hung_up, asked.bridged, asked.keys.as_deref()) {
        (true, ..) => Heard::HungUp,
        (_, Some(reached), _) => Heard::Bridged { reached },
        (.., Some(keys)) if !keys.is_empty() => Heard::Keys(keys.to_owned()),
        _ => Heard::Nothing,
    }
}

fn act(hotline: &Hotline, language: &Language, verb: &Verb) -> Act {
    let spoken = |sentences: &[_]| {
        say(hotline, language, sentences)
            .into_iter()
            .map(Spoken::from)
            .collect()
    };
    match verb {
        Verb::Say(sentences) => Act::Say(spoken(sentences)),
        Verb::Gather(sentences, entry) => Act::Gather {
            say: spoken(sentences),
            keys: entry.keys,
            timeout_s: entry.timeout_s,
        },
        Verb::Connect => Act::Connect(hotline.config.agents.to_string()),
        Verb::Wait(seconds) => Act::WaitS(*seconds),
        Verb::HangUp => Act::HangUp(true),
    }
}

impl From<Said> for Spoken {
    fn from(said: Said) -> Self {
        Self {
            language: said.language,
            text: said.text,
        }
    }
}

fn word(ending: Ending) -> &'static str {
    match ending {
        Ending::Ticket => "ticket",
        Ending::Agent => "agent",
        Ending::Answer => "answer",
        Ending::GivenUp => "given-up",
    }
}

fn wrong(status: StatusCode, error: &'static str) -> Response {
    json(status, &Wrong { error })
}

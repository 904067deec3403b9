//! `POST /hotline/voice`: form fields in, XML out, as TwiML-compatible systems speak.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dran_core::hotline::{Entry, Verb, voice_signature_matches};
use dran_service::hotline::{Heard, Reply, Ringing};

use super::words::{Said, say};
use super::xml::Xml;
use super::{AgentsLine, Hotline, VOICE_PATH};
use crate::body;
use crate::portal::forms::Posted;
use crate::problem::Kind;

/// The header that carries the signature.
const SIGNATURE: &str = "x-twilio-signature";
/// How long an agent's telephone may ring, in seconds.
const RING_S: &str = "20";

/// Answers one request of a call.
pub async fn answer(State(hotline): State<Hotline>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or(VOICE_PATH, |target| target.as_str());
    let url = format!("{}{target}", hotline.config.url);
    let path = head.uri.path();
    let body = match body::read(body).await {
        Ok(body) => body,
        Err(Kind::TooLarge) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::BAD_REQUEST.into_response(),
    };
    let posted = Posted::parse(&String::from_utf8_lossy(&body));
    if !is_signed(&hotline, &head.headers, &url, &posted) {
        tracing::warn!("a voice request without the right signature is refused");
        return StatusCode::FORBIDDEN.into_response();
    }
    let ringing = Ringing {
        call: posted.get("CallSid"),
        number: hotline.number(posted.get("From")),
        state: path.strip_prefix(VOICE_PATH).and_then(|rest| rest.strip_prefix('/')),
        heard: heard(&posted),
    };
    let may_guess = |tried| hotline.may_guess(tried);
    let reply = hotline.service.converse(&ringing, &may_guess).await;
    let xml = render(&hotline, &reply);
    (
        [
            (header::CONTENT_TYPE, "text/xml; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        xml,
    )
        .into_response()
}

fn is_signed(hotline: &Hotline, headers: &HeaderMap, url: &str, posted: &Posted) -> bool {
    let given = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    match (&hotline.config.voice_secret, given) {
        (Some(secret), Some(given)) => voice_signature_matches(secret, url, posted.fields(), given),
        _ => false,
    }
}

/// What the fields say has happened.
fn heard(posted: &Posted) -> Heard {
    match (posted.get("DialCallStatus"), posted.get("QueueResult")) {
        ("completed" | "answered", _) | (_, "bridged") => return Heard::Bridged { reached: true },
        (_, "hangup") => return Heard::HungUp,
        ("", "") => {}
        _ => return Heard::Bridged { reached: false },
    }
    match posted.get("CallStatus") {
        "completed" | "busy" | "failed" | "no-answer" | "canceled" => Heard::HungUp,
        _ if posted.get("Digits").is_empty() => Heard::Nothing,
        _ => Heard::Keys(posted.get("Digits").to_owned()),
    }
}

/// The answer as XML.
fn render(hotline: &Hotline, reply: &Reply) -> String {
    let back = format!("{}{VOICE_PATH}/{}", hotline.config.url, reply.state);
    let mut xml = Xml::new();
    xml.open("Response", &[]);
    for verb in &reply.verbs {
        match verb {
            Verb::Say(sentences) => speak(&mut xml, &say(hotline, &reply.language, sentences)),
            Verb::Gather(sentences, entry) => {
                gather(&mut xml, &say(hotline, &reply.language, sentences), *entry, &back);
                xml.text("Redirect", &[("method", "POST")], &back);
            }
            Verb::Connect => connect(&mut xml, &hotline.config.agents, &back),
            Verb::Wait(seconds) => {
                xml.empty("Pause", &[("length", &seconds.to_string())]);
                xml.text("Redirect", &[("method", "POST")], &back);
            }
            Verb::HangUp => xml.empty("Hangup", &[]),
        }
    }
    xml.close("Response");
    xml.finish()
}

fn speak(xml: &mut Xml, said: &[Said]) {
    for said in said {
        xml.text("Say", &[("language", &said.language)], &said.text);
    }
}

fn gather(xml: &mut Xml, said: &[Said], entry: Entry, back: &str) {
    let (timeout, keys) = (entry.timeout_s.to_string(), entry.keys.map(|keys| keys.to_string()));
    let mut attributes = vec![
        ("input", "dtmf"),
        ("action", back),
        ("method", "POST"),
        ("timeout", &timeout),
        ("finishOnKey", "#"),
    ];
    if let Some(keys) = &keys {
        attributes.push(("numDigits", keys));
    }
    xml.open("Gather", &attributes);
    speak(xml, said);
    xml.close("Gather");
}

fn connect(xml: &mut Xml, agents: &AgentsLine, back: &str) {
    let dial = [
        ("action", back),
        ("method", "POST"),
        ("timeout", RING_S),
        ("answerOnBridge", "true"),
    ];
    match agents {
        AgentsLine::Queue(name) => xml.text("Enqueue", &[("action", back), ("method", "POST")], name),
        AgentsLine::Sip(address) => {
            xml.open("Dial", &dial);
            xml.text("Sip", &[], address);
            xml.close("Dial");
        }
        AgentsLine::Number(number) => {
            xml.open("Dial", &dial);
            xml.text("Number", &[], number);
            xml.close("Dial");
        }
    }
}

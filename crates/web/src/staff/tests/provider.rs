//! Logging in at an identity provider: one that this test plays, and that can say what a real one would not. A real
//! one is logged in at by `e2e/tests/oidc.spec.ts`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use dran_core::staff::Role;
use dran_core::staff::log::Actor;
use dran_core::staff::provider::ProviderRules;
use dran_oidc::{Provider, ProviderConfig};
use dran_service::staff::{AccountAction, ProviderDoor};
use hyper_util::rt::TokioIo;
use jiff::SignedDuration;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use super::{Browser, Desk, Seen};
use crate::portal::forms::Posted;

/// Where the provider sends people back to.
const BACK: &str = "https://desk.example/anmelden/zurueck";

/// The provider that this test plays.
#[derive(Clone)]
struct Played {
    issuer: String,
    says: Arc<Mutex<Says>>,
}

/// What it says and has heard.
struct Says {
    /// Whether it answers at all.
    answers: bool,
    /// Which of its keys signs; the one of this number is in its key set.
    key: u8,
    /// Changes of the claims of each token.
    claims: Value,
    /// Codes given out: challenge, nonce, and whether it is still good.
    codes: BTreeMap<String, (String, String, bool)>,
    /// How often its keys were fetched.
    keys_fetched: u32,
    now_s: i64,
}

impl Played {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let played = Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            says: Arc::new(Mutex::new(Says {
                answers: true,
                key: 1,
                claims: json!({"preferred_username": "Anna", "groups": ["telefon"]}),
                codes: BTreeMap::new(),
                keys_fetched: 0,
                now_s: 0,
            })),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(played.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = hyper_util::service::TowerToHyperService::new(router.clone());
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        played
    }

    fn set(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.says.lock().unwrap());
    }

    /// The next tokens say this besides.
    fn claim(&self, claims: Value) {
        self.set(|says| says.claims = claims);
    }

    fn signer(key: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[key; 32]).unwrap()
    }

    /// What its login page does once somebody has logged in: where the browser goes back to.
    fn log_in(&self, address: &str) -> String {
        let query = Posted::parse(address.split_once('?').unwrap().1);
        assert!(address.starts_with(&format!("{}/auth?", self.issuer)), "{address}");
        assert_eq!(
            (query.get("code_challenge_method"), query.get("client_id")),
            ("S256", "dran")
        );
        let mut says = self.says.lock().unwrap();
        let code = format!("code-{}", says.codes.len());
        let given = (
            query.get("code_challenge").to_owned(),
            query.get("nonce").to_owned(),
            true,
        );
        says.codes.insert(code.clone(), given);
        format!("/anmelden/zurueck?code={code}&state={}", query.get("state"))
    }
}

async fn description(State(played): State<Played>) -> Result<Json<Value>, StatusCode> {
    if !played.says.lock().unwrap().answers {
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let issuer = &played.issuer;
    Ok(Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
    })))
}

async fn keys(State(played): State<Played>) -> Json<Value> {
    let mut says = played.says.lock().unwrap();
    says.keys_fetched += 1;
    let x = URL_SAFE_NO_PAD.encode(Played::signer(says.key).public_key());
    Json(json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": says.key.to_string(), "x": x}]}))
}

async fn token(State(played): State<Played>, headers: HeaderMap, body: String) -> (StatusCode, Json<Value>) {
    let mut says = played.says.lock().unwrap();
    let form = Posted::parse(&body);
    // "dran:geheim &" with its parts encoded.
    let basic = format!("Basic {}", STANDARD.encode("dran:geheim%20%26"));
    assert_eq!(headers["authorization"], basic.as_str());
    assert_eq!(form.get("redirect_uri"), BACK);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form.get("code_verifier")));
    let refused = (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"})));
    let nonce = match says.codes.get_mut(form.get("code")) {
        Some((asked, nonce, good)) if *good && *asked == challenge => {
            *good = false;
            nonce.clone()
        }
        _ => return refused,
    };
    let now = says.now_s;
    let mut claims = json!({
        "iss": played.issuer, "aud": "dran", "sub": "4711", "nonce": nonce,
        "iat": now, "exp": now + 300, "auth_time": now,
    });
    for (name, value) in says.claims.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!(
        "{}.{}",
        part(json!({"alg": "EdDSA", "kid": says.key.to_string()})),
        part(claims)
    );
    let signature = URL_SAFE_NO_PAD.encode(Played::signer(says.key).sign(message.as_bytes()));
    (
        StatusCode::OK,
        Json(json!({"id_token": format!("{message}.{signature}"), "token_type": "Bearer"})),
    )
}

/// A desk with that provider's door beside its own.
async fn desk_with(played: &Played, roles: bool, makes: bool) -> Desk {
    let listed = [("telefon", "agent"), ("betrieb", "operator"), ("iz", "centre:fulda")];
    let listed = listed.map(|(text, role)| (text.to_owned(), role.to_owned())).into();
    let rules = ProviderRules::new(
        "preferred_username".into(),
        roles.then(|| "groups".into()),
        &if roles { listed } else { BTreeMap::new() },
        makes,
    );
    let provider = Provider::new(ProviderConfig {
        issuer: played.issuer.clone(),
        client_id: "dran".into(),
        client_secret: SecretString::from("geheim &"),
        redirect_uri: BACK.into(),
        scopes: vec!["profile".into()],
        ask_again: true,
    });
    let door = ProviderDoor {
        provider: provider.unwrap(),
        rules: rules.unwrap(),
        name: "Landeskonto".into(),
    };
    let desk = Desk::with(None, Some(door)).await;
    played.set(|says| says.now_s = desk.now().as_second());
    desk
}

/// From our page to the provider and back.
async fn log_in(browser: &mut Browser, desk: &Desk, played: &Played) -> Seen {
    let back = leave(browser, desk, played).await;
    browser.get(desk, &back).await
}

/// From our page to the provider: where it sends the browser back to.
async fn leave(browser: &mut Browser, desk: &Desk, played: &Played) -> String {
    played.set(|says| says.now_s = desk.now().as_second());
    let sent = browser.get(desk, "/anmelden/extern").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    played.log_in(sent.location())
}

#[tokio::test]
async fn who_comes_from_the_provider_has_a_session_like_any_other() {
    let played = Played::start().await;
    let desk = desk_with(&played, false, false).await;
    desk.account("anna", Role::Agent).await;
    let mut browser = Browser::new();
    let page = browser.get(&desk, "/anmelden").await;
    assert!(
        page.says("Sign in with Landeskonto") && page.says("href=\"/anmelden/extern\""),
        "{}",
        page.text
    );
    let back = leave(&mut browser, &desk, &played).await;
    let flow = browser.cookie("dran_flow").unwrap().to_owned();
    let came = browser.get(&desk, &back).await;
    assert_eq!(
        came.status,
        StatusCode::OK,
        "a redirect would lose the new cookie: {}",
        came.text
    );
    assert!(
        came.says("http-equiv=\"refresh\" content=\"0; url=/\""),
        "{}",
        came.text
    );
    let set: Vec<_> = came
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert!(
        set.iter()
            .any(|cookie| cookie.starts_with("dran_staff=") && cookie.contains("HttpOnly; SameSite=Strict"))
    );
    assert!(
        set.iter()
            .any(|cookie| cookie.starts_with("dran_flow=;") && cookie.contains("Max-Age=0")),
        "{set:?}"
    );
    assert_eq!(
        browser.get(&desk, "/").await.location(),
        "/desk",
        "no password and no app to set up"
    );
    assert_eq!(browser.get(&desk, "/desk").await.status, StatusCode::OK);
    assert_eq!(
        browser.get(&desk, "/verwaltung/konten").await.status,
        StatusCode::FORBIDDEN,
        "the role is the account's"
    );
    let log = desk.log().await;
    assert!(
        log.iter()
            .any(|line| line.ends_with("account=2 logged-in-by-provider account=2")),
        "{log:?}"
    );
    assert!(!flow.contains(&played.issuer), "the browser keeps a number");
    desk.wait(SignedDuration::from_mins(31));
    assert_eq!(
        browser.get(&desk, "/desk").await.location(),
        "/anmelden",
        "idle like any other"
    );
    log_in(&mut browser, &desk, &played).await;
    browser.post_own(&desk, "/abmelden", &[]).await;
    assert_eq!(browser.get(&desk, "/desk").await.location(), "/anmelden");
}

#[tokio::test]
async fn who_came_from_the_provider_ends_sessions_only_just_after_logging_in() {
    let played = Played::start().await;
    let desk = desk_with(&played, false, false).await;
    desk.account("anna", Role::Agent).await;
    let (mut there, mut here) = (Browser::new(), Browser::new());
    log_in(&mut there, &desk, &played).await;
    log_in(&mut here, &desk, &played).await;
    desk.wait(SignedDuration::from_mins(10));
    let page = here.get(&desk, "/konto").await;
    assert!(!page.says("type=\"password\""), "there is none to show: {}", page.text);
    let others = [("session", "others")];
    let late = here.post_own(&desk, "/konto/sitzungen", &others).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.says("sign in again"), "{}", late.text);
    assert_eq!(there.get(&desk, "/konto").await.status, StatusCode::OK);
    here.close();
    log_in(&mut here, &desk, &played).await;
    let ended = here.post_own(&desk, "/konto/sitzungen", &others).await;
    assert_eq!(ended.location(), "/konto?erledigt=1", "{}", ended.text);
    assert_eq!(there.get(&desk, "/konto").await.location(), "/anmelden");
}

#[tokio::test]
async fn a_session_that_was_there_before_is_not_taken_over_from_the_provider() {
    let played = Played::start().await;
    let desk = desk_with(&played, false, false).await;
    desk.account("anna", Role::Agent).await;
    let mut browser = Browser::new();
    browser.cookies.push(("dran_staff".into(), "5".repeat(64)));
    log_in(&mut browser, &desk, &played).await;
    let first = browser.cookie("dran_staff").unwrap().to_owned();
    assert_ne!(first, "5".repeat(64));
    browser.close();
    log_in(&mut browser, &desk, &played).await;
    assert_ne!(browser.cookie("dran_staff").unwrap(), first);
}

#[tokio::test]
async fn a_way_back_that_did_not_begin_in_this_browser_leads_nowhere() {
    let played = Played::start().await;
    let desk = desk_with(&played, false, false).await;
    desk.account("anna", Role::Agent).await;
    let (mut victim, mut thief) = (Browser::new(), Browser::new());
    let back = leave(&mut thief, &desk, &played).await;
    let lured = victim.get(&desk, &back).await;
    assert_eq!(lured.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        lured.says("no longer good") && lured.says("name=\"password\""),
        "{}",
        lured.text
    );
    assert!(victim.session().is_none());
    let own = leave(&mut victim, &desk, &played).await;
    let code = back.split_once("code=").unwrap().1.split('&').next().unwrap();
    let own_code = own.split_once("code=").unwrap().1.split('&').next().unwrap();
    let injected = victim.get(&desk, &own.replace(own_code, code)).await;
    assert_eq!(
        injected.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a code of another browser: PKCE"
    );
    let tampered = leave(&mut victim, &desk, &played).await.replace("state=", "state=x");
    assert_eq!(
        victim.get(&desk, &tampered).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(victim.session().is_none());
    // What was refused can be begun anew.
    assert!(log_in(&mut victim, &desk, &played).await.says("You are signed in"));
}

#[tokio::test]
async fn a_way_back_is_gone_once() {
    let played = Played::start().await;
    let desk = desk_with(&played, false, false).await;
    desk.account("anna", Role::Agent).await;
    let mut browser = Browser::new();
    let back = leave(&mut browser, &desk, &played).await;
    let kept = browser.clone();
    assert!(browser.get(&desk, &back).await.says("You are signed in"));
    browser.close();
    let again = browser.get(&desk, &back).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && browser.session().is_none());
    // Somebody has kept the cookie too.
    let mut kept = kept;
    assert_eq!(
        kept.get(&desk, &back).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the code is used"
    );
    let mut late = Browser::new();
    let back = leave(&mut late, &desk, &played).await;
    desk.wait(SignedDuration::from_mins(10));
    assert_eq!(
        late.get(&desk, &back).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "ten minutes are over"
    );
}

#[tokio::test]
async fn a_token_that_is_over_or_for_somebody_else_lets_nobody_in() {
    let played = Played::start().await;
    let desk = desk_with(&played, false, false).await;
    desk.account("anna", Role::Agent).await;
    let now = desk.now().as_second();
    let wrong = [
        json!({"exp": now - 61}),
        json!({"iat": now - 700}),
        json!({"aud": "another-client"}),
        json!({"iss": "http://127.0.0.1:1"}),
        json!({"nonce": "another"}),
        json!({"auth_time": now - 3_600}),
        json!({"sub": ""}),
    ];
    for claims in wrong {
        let mut browser = Browser::new();
        let mut all = json!({"preferred_username": "anna"});
        all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        played.claim(all);
        let seen = log_in(&mut browser, &desk, &played).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{claims}");
        assert!(browser.session().is_none(), "{claims}");
    }
    let log = desk.log().await;
    assert!(!log.iter().any(|line| line.contains("logged-in-by-provider")));
}

#[tokio::test]
async fn an_unknown_person_is_told_so_and_no_account_is_made() {
    let played = Played::start().await;
    let desk = desk_with(&played, false, false).await;
    let mut browser = Browser::new();
    let seen = log_in(&mut browser, &desk, &played).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(seen.says("There is no account here that you can use."), "{}", seen.text);
    assert_eq!(desk.staff.store().staff_accounts().await.unwrap().len(), 1);
    desk.account("anna", Role::Agent).await;
    assert!(log_in(&mut browser, &desk, &played).await.says("You are signed in"));
    browser.close();
    played.claim(json!({"preferred_username": "anna", "sub": "4712"}));
    let other = log_in(&mut browser, &desk, &played).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN, "the name was given out again");
    played.claim(json!({"preferred_username": "anna.neu"}));
    assert!(
        log_in(&mut browser, &desk, &played).await.says("You are signed in"),
        "renamed, but the same person"
    );
    browser.close();
    let account = desk.staff.store().staff_accounts().await.unwrap().remove(0);
    let disabled = desk
        .staff
        .change_account(Actor::Command, account.id, AccountAction::Disable);
    disabled.await.unwrap();
    assert_eq!(
        log_in(&mut browser, &desk, &played).await.status,
        StatusCode::FORBIDDEN,
        "disabled here"
    );
    let log = desk.log().await;
    assert!(
        log.last().unwrap().ends_with("account=2 login-failed account=2"),
        "{log:?}"
    );
}

#[tokio::test]
async fn where_it_is_configured_the_provider_gives_the_role_and_makes_accounts() {
    let played = Played::start().await;
    let desk = desk_with(&played, true, true).await;
    let mut browser = Browser::new();
    assert!(log_in(&mut browser, &desk, &played).await.says("You are signed in"));
    assert_eq!(browser.get(&desk, "/").await.location(), "/desk");
    let log = desk.log().await;
    assert!(
        log.iter()
            .any(|line| line.ends_with("provider account-made account=2 agent")),
        "{log:?}"
    );
    let old = browser.clone();
    browser.close();
    played.claim(json!({"preferred_username": "anna", "groups": ["betrieb", "alle"]}));
    log_in(&mut browser, &desk, &played).await;
    assert_eq!(browser.get(&desk, "/verwaltung/konten").await.status, StatusCode::OK);
    assert_eq!(
        old.clone().get(&desk, "/desk").await.location(),
        "/anmelden",
        "sessions of the old role end"
    );
    let log = desk.log().await;
    assert!(
        log.iter()
            .any(|line| line.ends_with("provider duty-changed account=2 operator")),
        "{log:?}"
    );
    browser.close();
    for groups in [json!([]), json!(["alle"]), json!(["telefon", "betrieb"])] {
        played.claim(json!({"preferred_username": "anna", "groups": groups}));
        let seen = log_in(&mut browser, &desk, &played).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
        assert!(seen.says("gives you no task at this workplace"), "{}", seen.text);
    }
    // A stranger with the name of an account neither comes in nor changes its role.
    played.claim(json!({"preferred_username": "anna", "groups": ["telefon"], "sub": "4712"}));
    assert_eq!(log_in(&mut browser, &desk, &played).await.status, StatusCode::FORBIDDEN);
    let account = desk.staff.store().staff_accounts().await.unwrap().remove(0);
    assert_eq!(account.duty.role(), Role::Operator);
}

#[tokio::test]
async fn a_provider_that_is_away_is_named_and_the_password_opens() {
    let played = Played::start().await;
    let desk = desk_with(&played, false, false).await;
    let mut agent = desk.ready("agent", Role::Agent).await;
    agent.close();
    played.set(|says| says.answers = false);
    let mut browser = Browser::new();
    let seen = browser.get(&desk, "/anmelden/extern").await;
    assert_eq!(
        (seen.status, seen.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, "10")
    );
    assert!(seen.says("Landeskonto does not answer at the moment."), "{}", seen.text);
    assert!(seen.says("name=\"password\""));
    agent.come_in(&desk, "agent").await;
    assert_eq!(agent.get(&desk, "/desk").await.status, StatusCode::OK);
    played.set(|says| says.answers = true);
    desk.wait(SignedDuration::from_secs(10));
    desk.account("anna", Role::Agent).await;
    assert!(log_in(&mut browser, &desk, &played).await.says("You are signed in"));
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_fetched_when_a_token_names_it() {
    let played = Played::start().await;
    let desk = desk_with(&played, false, false).await;
    desk.account("anna", Role::Agent).await;
    let mut browser = Browser::new();
    log_in(&mut browser, &desk, &played).await;
    browser.close();
    log_in(&mut browser, &desk, &played).await;
    assert_eq!(played.says.lock().unwrap().keys_fetched, 1, "kept");
    browser.close();
    played.set(|says| says.key = 2);
    desk.wait(SignedDuration::from_secs(10));
    assert!(log_in(&mut browser, &desk, &played).await.says("You are signed in"));
    assert_eq!(played.says.lock().unwrap().keys_fetched, 2);
}

#[tokio::test]
async fn without_a_provider_its_addresses_are_not_there() {
    let desk = Desk::new().await;
    let mut browser = Browser::new();
    assert!(!browser.get(&desk, "/anmelden").await.says("/anmelden/extern"));
    for path in ["/anmelden/extern", "/anmelden/zurueck?code=a&state=b"] {
        assert_eq!(browser.get(&desk, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

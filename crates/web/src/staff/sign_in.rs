//! Logging in and out.

use axum::http::{StatusCode, header};
use axum::response::Response;
use dran_core::staff::Right;
use dran_service::staff::{LoginError, Opened, SignedIn};

use super::call::{AnySession, Anybody, Call, set_up_first, unavailable, way};
use super::views::{SignIn, SignInCode, paths};
use super::{cookies, page, tokens};
use crate::app::query_value;
use crate::portal::page::{Page, go, shell, show, show_as};
use crate::portal::views::{Field, Form};

/// `GET /`
pub async fn home(call: Call<Anybody>) -> Page {
    Ok(go(after_sign_in(&call)))
}

/// Where somebody goes on.
fn after_sign_in(call: &Call<Anybody>) -> &'static str {
    match &call.who {
        None => paths::SIGN_IN,
        Some(who) => set_up_first(who).and_then(way).unwrap_or_else(|| first_page(who)),
    }
}

/// Whoever answers calls begins where they come in.
fn first_page(who: &SignedIn) -> &'static str {
    if who.may(Right::Desk) { paths::DESK } else { paths::OWN }
}

/// `GET /anmelden`
pub async fn form(call: Call<Anybody>) -> Page {
    if call.who.is_some() {
        return Ok(go(after_sign_in(&call)));
    }
    let out = query_value(&call.uri, "abgemeldet").is_some();
    Ok(show(&call.visitor, &view(&call, "", None, out)))
}

/// `POST /anmelden`: name and password.
pub async fn password(mut call: Call<Anybody>) -> Page {
    let (name, password) = (call.posted.get("name"), call.posted.get("password"));
    let shown = call.app.staff.show_password(name, password, &call.whence).await;
    let shown = match shown {
        Ok(shown) => shown,
        Err(error) => return refused(&call, error, None),
    };
    if shown.has_app {
        let now = call.app.app.service.clock().now();
        let login = tokens::seal_login(&shown, now, call.app.app.service.keys());
        // What was posted cannot be asked for with GET: another language begins again.
        call.visitor.path = paths::SIGN_IN.to_owned();
        return Ok(show(&call.visitor, &code_view(&call, &login, None)));
    }
    match call.app.staff.begin_set_up(&shown, &call.whence).await {
        Ok(opened) => begun(&call, &opened).await,
        Err(error) => refused(&call, error, None),
    }
}

/// `POST /anmelden/code`: the code of the app, or a recovery code.
pub async fn code(mut call: Call<Anybody>) -> Page {
    call.visitor.path = paths::SIGN_IN.to_owned();
    let service = &call.app.app.service;
    let login = call.posted.get("login").to_owned();
    let Some(shown) = tokens::open_login(&login, service.clock().now(), service.keys()) else {
        return refused(&call, LoginError::Over, None);
    };
    let opened = call.app.staff.show_code(&shown, call.posted.get("code"), &call.whence);
    match opened.await {
        Ok(opened) => begun(&call, &opened).await,
        Err(error) => refused(&call, error, Some(&login)),
    }
}

/// The browser gets its new session; the one that it had until now ends.
async fn begun(call: &Call<Anybody>, opened: &Opened) -> Page {
    if let Some(until_now) = &call.who {
        call.app.staff.log_out(until_now).await.map_err(|_| unavailable())?;
    }
    let mut response = go(paths::HOME);
    cookies::set_opened(&call.app, &mut response, opened, &call.whence);
    Ok(response)
}

/// `POST /abmelden`
pub async fn out(call: Call<AnySession>) -> Page {
    call.app.staff.log_out(&call.who).await.map_err(|_| unavailable())?;
    let mut response = go(&format!("{}?abgemeldet=1", paths::SIGN_IN));
    cookies::clear(&call.app, &mut response);
    Ok(response)
}

/// The form again, with what can be told: with the code's if `login` is still good for it.
fn refused(call: &Call<Anybody>, error: LoginError, login: Option<&str>) -> Page {
    let speaker = &call.visitor.speaker;
    let mut retry_after_s = None;
    let (status, text) = match error {
        LoginError::Fault(_) => return Err(unavailable()),
        LoginError::Wrong => {
            let key = if login.is_some() {
                "staff-error-code"
            } else {
                "staff-error-wrong"
            };
            (StatusCode::UNPROCESSABLE_ENTITY, speaker.text(key))
        }
        LoginError::TooSoon { until } => {
            let seconds = page::seconds_until(&call.app, until);
            retry_after_s = Some(seconds);
            let text = speaker.text_with("staff-error-too-soon", &[("seconds", seconds.into())]);
            (StatusCode::TOO_MANY_REQUESTS, text)
        }
        LoginError::Over => (StatusCode::UNPROCESSABLE_ENTITY, speaker.text("staff-error-over")),
        LoginError::Busy => {
            retry_after_s = Some(10);
            (StatusCode::SERVICE_UNAVAILABLE, speaker.text("staff-error-busy"))
        }
    };
    let mut response: Response = match login {
        Some(login) if error != LoginError::Over => show_as(&call.visitor, status, &code_view(call, login, Some(text))),
        _ => show_as(
            &call.visitor,
            status,
            &view(call, call.posted.get("name"), Some(text), false),
        ),
    };
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

/// The form of name and password, with the way to the identity provider if there is one.
pub fn view(call: &Call<Anybody>, name: &str, error: Option<String>, out: bool) -> SignIn {
    SignIn {
        shell: shell(&call.app.app, &call.visitor),
        who: None,
        form: Form {
            error,
            ..Form::to(paths::SIGN_IN)
        },
        name: Field::filled("name", name),
        password: Field::empty("password"),
        signed_out: out,
        provider: call.app.staff.provider_name().map(str::to_owned),
    }
}

fn code_view(call: &Call<Anybody>, login: &str, error: Option<String>) -> SignInCode {
    SignInCode {
        shell: shell(&call.app.app, &call.visitor),
        who: None,
        form: Form::to(paths::SIGN_IN_CODE).with_hidden("login", login),
        code: Field {
            error,
            ..Field::empty("code")
        },
        back_href: paths::SIGN_IN.to_owned(),
    }
}

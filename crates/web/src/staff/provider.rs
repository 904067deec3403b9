//! Logging in at an identity provider: there and back.

use axum::http::{StatusCode, header};
use dran_service::staff::{OidcError, ProviderError, Returned};

use super::call::{Anybody, Call, unavailable};
use super::views::{Arrived, paths};
use super::{cookies, sign_in};
use crate::portal::forms::Posted;
use crate::portal::page::{Page, go, shell, show, show_as};
use crate::problem::Kind;

/// When a browser tries again that found the provider away, in seconds.
const RETRY_AFTER_S: u64 = 10;

/// `GET /anmelden/extern`. A link, not a form: `form-action` of the pages' policy forbids forms to lead elsewhere, and
/// nothing changes here but a cookie of this browser.
pub async fn go_there(mut call: Call<Anybody>) -> Page {
    if call.app.staff.provider_name().is_none() {
        return Err(Kind::NotFound.into());
    }
    call.visitor.path = paths::SIGN_IN.to_owned();
    if call.who.is_some() {
        return Ok(go(paths::HOME));
    }
    match call.app.staff.go_to_provider().await {
        Ok((id, address)) => {
            let mut response = go(&address);
            let now = call.app.app.service.clock().now();
            cookies::set_flow(&call.app, &mut response, &id, now);
            Ok(response)
        }
        Err(error) => refused(&call, &error),
    }
}

/// `GET /anmelden/zurueck`: the browser comes back from the provider.
pub async fn come_back(mut call: Call<Anybody>) -> Page {
    if call.app.staff.provider_name().is_none() {
        return Err(Kind::NotFound.into());
    }
    // Another language begins again: a code is good once.
    call.visitor.path = paths::SIGN_IN.to_owned();
    if call.who.is_some() {
        return Ok(go(paths::HOME));
    }
    let query = Posted::parse(call.uri.query().unwrap_or_default());
    let value = |name| Some(query.get(name).to_owned()).filter(|value| !value.is_empty());
    let returned = Returned {
        state: query.get("state").to_owned(),
        code: value("code"),
        error: value("error"),
        issuer: value("iss"),
    };
    let came = match call.flow {
        Some((id, began_at)) => {
            let staff = &call.app.staff;
            staff.come_from_provider(&id, began_at, &returned, &call.whence).await
        }
        None => Err(OidcError::NotOurs.into()),
    };
    let mut response = match came {
        Ok(opened) => {
            // No redirect: the browser comes from another site, and would not show the new session on the way.
            let view = Arrived {
                shell: shell(&call.app.app, &call.visitor),
                who: None,
                next_href: paths::HOME.to_owned(),
            };
            let mut response = show(&call.visitor, &view);
            cookies::set_opened(&call.app, &mut response, &opened, &call.whence);
            response
        }
        Err(error) => refused(&call, &error)?,
    };
    cookies::clear_flow(&call.app, &mut response);
    Ok(response)
}

/// The page of both doors, with what happened at this one.
fn refused(call: &Call<Anybody>, error: &ProviderError) -> Page {
    let (status, key) = match error {
        ProviderError::Fault(_) => return Err(unavailable()),
        ProviderError::Oidc(OidcError::Away(_)) => (StatusCode::SERVICE_UNAVAILABLE, "provider-error-away"),
        ProviderError::Oidc(OidcError::Busy) => (StatusCode::SERVICE_UNAVAILABLE, "staff-error-busy"),
        ProviderError::Oidc(OidcError::Ended(_)) => (StatusCode::UNPROCESSABLE_ENTITY, "provider-error-ended"),
        ProviderError::Oidc(OidcError::NotOurs | OidcError::CodeRefused(_) | OidcError::Token(_))
        | ProviderError::Again => (StatusCode::UNPROCESSABLE_ENTITY, "provider-error-again"),
        ProviderError::Claims(_) | ProviderError::Role(_) => (StatusCode::FORBIDDEN, "provider-error-role"),
        ProviderError::NoAccount | ProviderError::OtherPerson => (StatusCode::FORBIDDEN, "provider-error-account"),
    };
    // None of these errors carries a name or a secret.
    tracing::warn!(%error, "nobody was let in from the identity provider");
    let name = call.app.staff.provider_name().unwrap_or_default().to_owned();
    let text = call.visitor.speaker.text_with(key, &[("name", name.into())]);
    let view = sign_in::view(call, "", Some(text), false);
    let mut response = show_as(&call.visitor, status, &view);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_S.into());
    }
    Ok(response)
}

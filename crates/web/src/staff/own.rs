//! One's own account.

use axum::http::StatusCode;
use dran_core::staff::password::{CHARS_MIN, PasswordError};
use dran_core::staff::recovery::RecoveryCode;
use dran_service::staff::{Enrolment, OwnError, Shown, SignedIn};

use super::call::{AnySession, Call, Needs, OwnAccount, unavailable};
use super::views::{
    AppForm, EndSessionsForm, OwnAccount as OwnView, PasswordForm, Qr, RecoveryCodes, RecoveryForm, SessionRow, paths,
};
use super::{cookies, page, tokens};
use crate::app::query_value;
use crate::portal::page::{Page, civil, go, shell, show as page_of, show_as};
use crate::portal::views::{Choice, ChoiceOption, Field, Form};
use crate::problem::Problem;

/// `GET /konto`
pub async fn show(call: Call<OwnAccount>) -> Page {
    Ok(page_of(&call.visitor, &own_view(&call, None).await?))
}

async fn own_view(call: &Call<OwnAccount>, said: Option<&Said>) -> Result<OwnView, Problem> {
    let (app, me) = (&call.app, &call.who);
    let sessions = app.staff.own_sessions(me).await.map_err(|_| unavailable())?;
    let shell = shell(&app.app, &call.visitor);
    let row = |session: &dran_store::StaffSession| SessionRow {
        began: civil(&app.app, session.began_at),
        used: civil(&app.app, session.used_at),
        is_this: session.id == me.session.id,
    };
    let others = sessions.iter().filter(|session| session.id != me.session.id);
    let option = |session: &dran_store::StaffSession| {
        let began = civil(&app.app, session.began_at);
        let (day, time) = (shell.day_of(&began), shell.time_of(&began));
        ChoiceOption::new(
            session.id.to_string(),
            shell.tv2("staff-session-since", "day", &day, "time", &time),
        )
    };
    let all = ChoiceOption::new(OTHERS, shell.t("staff-sessions-others"));
    let options: Vec<ChoiceOption> = std::iter::once(all).chain(others.map(option)).collect();
    let end = (options.len() > 1).then(|| EndSessionsForm {
        form: Said::form(said, form(me, paths::SESSIONS)),
        which: Choice::new("session", options, OTHERS),
        password: app.staff.ends_by_password(me).then(|| Said::on(said, "old")),
    });
    let centres = me.account.duty.centres().iter();
    Ok(OwnView {
        who: Some(page::who(&call.visitor, me)),
        done: query_value(&call.uri, "erledigt").is_some(),
        name: me.account.name.to_string(),
        role: page::role_text(&call.visitor, me.account.duty.role()),
        centres: centres.map(|centre| centre_name(call, centre)).collect(),
        recovery_left: me.account.recovery_left.into(),
        sessions: sessions.iter().map(row).collect(),
        end,
        shell,
    })
}

/// What the form says for all sessions but this one.
const OTHERS: &str = "others";

fn centre_name(call: &Call<OwnAccount>, centre: &dran_core::ids::CentreId) -> String {
    let found = call
        .app
        .app
        .service
        .region()
        .centres
        .iter()
        .find(|known| known.id == *centre);
    found.map_or_else(|| centre.to_string(), |found| found.name.clone())
}

/// A form of somebody's session.
pub fn form(me: &SignedIn, action: &str) -> Form {
    Form::to(action).with_hidden("csrf", me.csrf.clone())
}

/// `POST /konto/sitzungen`: ends one of one's own sessions, or all others.
pub async fn end_sessions(call: Call<OwnAccount>) -> Page {
    let session = match call.posted.get("session") {
        OTHERS => None,
        // One that is no number is none of ours.
        number => Some(number.parse().unwrap_or(0)),
    };
    let password = call.posted.get("old");
    match call.app.staff.end_own_sessions(&call.who, password, session).await {
        Ok(_) => Ok(go(&format!("{}?erledigt=1", paths::OWN))),
        Err(error) => {
            let said = said(&call, error)?;
            let view = own_view(&call, Some(&said)).await?;
            Ok(show_as(&call.visitor, said.status, &view))
        }
    }
}

/// What somebody shows once more.
fn shown<N: Needs>(call: &Call<N>) -> Shown<'_> {
    Shown {
        password: call.posted.get("old"),
        factor: call.posted.get("factor"),
    }
}

/// What to say of a refusal, and to which field.
struct Said {
    status: StatusCode,
    field: &'static str,
    text: String,
}

/// What to say where somebody's own account was not changed.
fn said<N: Needs>(call: &Call<N>, error: OwnError) -> Result<Said, Problem> {
    let speaker = &call.visitor.speaker;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let (status, field, text) = match error {
        OwnError::Fault(_) => return Err(unavailable()),
        OwnError::WrongPassword => (unprocessable, "old", speaker.text("staff-error-old-password")),
        OwnError::WrongCode => (unprocessable, "code", speaker.text("staff-error-code")),
        OwnError::WrongFactor => (unprocessable, "factor", speaker.text("staff-error-code")),
        OwnError::Leaked => (unprocessable, "new", speaker.text("staff-error-password-leaked")),
        OwnError::Same => (unprocessable, "new", speaker.text("staff-error-same-password")),
        OwnError::Password(error) => {
            let key = match error {
                PasswordError::TooShort => "staff-error-password-short",
                PasswordError::TooLong => "staff-error-password-long",
                PasswordError::ContainsName => "staff-error-password-name",
                PasswordError::Common => "staff-error-password-common",
            };
            (
                unprocessable,
                "new",
                speaker.text_with(key, &[("count", (CHARS_MIN as u64).into())]),
            )
        }
        OwnError::TooSoon { until } => {
            let seconds = page::seconds_until(&call.app, until);
            let text = speaker.text_with("staff-error-too-soon", &[("seconds", seconds.into())]);
            (StatusCode::TOO_MANY_REQUESTS, "", text)
        }
        OwnError::OutOfDate => (unprocessable, "", speaker.text("staff-error-over")),
        OwnError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "", speaker.text("staff-error-busy")),
    };
    Ok(Said { status, field, text })
}

impl Said {
    /// The field with what is said about it. What was typed as a password is typed again.
    fn on(said: Option<&Self>, name: &'static str) -> Field {
        Field {
            error: said.filter(|said| said.field == name).map(|said| said.text.clone()),
            ..Field::empty(name)
        }
    }

    /// The form with what is said about all of it.
    fn form(said: Option<&Self>, form: Form) -> Form {
        Form {
            error: said.filter(|said| said.field.is_empty()).map(|said| said.text.clone()),
            ..form
        }
    }
}

/// `GET /konto/kennwort`
pub async fn password_form(call: Call<AnySession>) -> Page {
    Ok(page_of(&call.visitor, &password_view(&call, None)))
}

/// `POST /konto/kennwort`
pub async fn password(call: Call<AnySession>) -> Page {
    let get = |name| call.posted.get(name);
    if get("new") != get("again") {
        let said = Said {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            field: "again",
            text: call.visitor.speaker.text("staff-error-again"),
        };
        return Ok(show_as(&call.visitor, said.status, &password_view(&call, Some(&said))));
    }
    match call
        .app
        .staff
        .change_password(&call.who, &shown(&call), get("new"))
        .await
    {
        Ok(()) if call.who.account.app.is_none() => Ok(go(paths::APP)),
        Ok(()) => Ok(go(&format!("{}?erledigt=1", paths::OWN))),
        Err(error) => {
            let said = said(&call, error)?;
            Ok(show_as(&call.visitor, said.status, &password_view(&call, Some(&said))))
        }
    }
}

/// The field for the second factor, where there is one to show.
fn factor(me: &SignedIn, said: Option<&Said>) -> Option<Field> {
    me.account.app.is_some().then(|| Said::on(said, "factor"))
}

fn password_view(call: &Call<AnySession>, said: Option<&Said>) -> PasswordForm {
    PasswordForm {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        form: Said::form(said, form(&call.who, paths::PASSWORD)),
        initial: call.who.account.password_initial,
        chars_min: CHARS_MIN as u64,
        old: Said::on(said, "old"),
        new: Said::on(said, "new"),
        again: Said::on(said, "again"),
        factor: factor(&call.who, said),
    }
}

/// `GET /konto/app`
pub async fn app_form(call: Call<AnySession>) -> Page {
    if call.who.account.password_initial {
        return Ok(go(paths::PASSWORD));
    }
    let enrolment = call.app.staff.begin_enrolment(&call.who);
    Ok(page_of(&call.visitor, &app_view(&call, &enrolment, None)))
}

/// `POST /konto/app`: the first code of the app. What comes back are the recovery codes, once.
pub async fn app(call: Call<AnySession>) -> Page {
    if call.who.account.password_initial {
        return Ok(go(paths::PASSWORD));
    }
    let service = &call.app.app.service;
    let sent = call.posted.get("enrolment");
    let nonce = tokens::open_enrolment(sent, call.who.account.id, service.clock().now(), service.keys());
    let Some(nonce) = nonce else {
        return Ok(go(paths::APP));
    };
    let enrolment = call.app.staff.enrolment(&call.who, nonce);
    let (code, shown) = (call.posted.get("code"), shown(&call));
    match call.app.staff.enrol_app(&call.who, &enrolment, code, &shown).await {
        Ok((token, codes)) => {
            let mut response = page_of(&call.visitor, &codes_view(&call, &codes));
            cookies::set_session(&call.app, &mut response, &token);
            Ok(response)
        }
        Err(error) => {
            let said = said(&call, error)?;
            Ok(show_as(
                &call.visitor,
                said.status,
                &app_view(&call, &enrolment, Some(&said)),
            ))
        }
    }
}

fn app_view(call: &Call<AnySession>, enrolment: &Enrolment, said: Option<&Said>) -> AppForm {
    let (service, account) = (&call.app.app.service, &call.who.account);
    let shell = shell(&call.app.app, &call.visitor);
    let sealed = tokens::seal_enrolment(account.id, &enrolment.nonce, service.clock().now(), service.keys());
    let uri = enrolment
        .secret
        .uri(&format!("dran {}", shell.region), account.name.as_str());
    AppForm {
        who: Some(page::who(&call.visitor, &call.who)),
        form: Said::form(said, form(&call.who, paths::APP).with_hidden("enrolment", sealed)),
        qr: Qr::of(&uri),
        secret: enrolment.secret.base32(),
        uri,
        code: Said::on(said, "code"),
        password: account.app.is_some().then(|| Said::on(said, "old")),
        factor: factor(&call.who, said),
        shell,
    }
}

fn codes_view<N: Needs<Who = SignedIn>>(call: &Call<N>, codes: &[RecoveryCode]) -> RecoveryCodes {
    RecoveryCodes {
        shell: shell(&call.app.app, &call.visitor),
        // The session of this page is over or another one; the next page knows it.
        who: None,
        codes: codes.iter().map(ToString::to_string).collect(),
        next_href: paths::OWN.to_owned(),
    }
}

/// `GET /konto/wiederherstellung`
pub async fn recovery_form(call: Call<OwnAccount>) -> Page {
    Ok(page_of(&call.visitor, &recovery_view(&call, None)))
}

/// `POST /konto/wiederherstellung`
pub async fn recovery(call: Call<OwnAccount>) -> Page {
    match call.app.staff.new_recovery_codes(&call.who, &shown(&call)).await {
        Ok(codes) => Ok(page_of(&call.visitor, &codes_view(&call, &codes))),
        Err(error) => {
            let said = said(&call, error)?;
            Ok(show_as(&call.visitor, said.status, &recovery_view(&call, Some(&said))))
        }
    }
}

fn recovery_view(call: &Call<OwnAccount>, said: Option<&Said>) -> RecoveryForm {
    RecoveryForm {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        form: Said::form(said, form(&call.who, paths::RECOVERY)),
        left: call.who.account.recovery_left.into(),
        password: Said::on(said, "old"),
        factor: factor(&call.who, said),
    }
}

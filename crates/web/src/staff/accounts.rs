//! Everybody's accounts.

use axum::http::StatusCode;
use dran_core::ids::{CentreId, StaffId};
use dran_core::staff::{Duty, DutyError, NameError, ROLES, Role, StaffName};
use dran_service::staff::{AccountAction, AccountError};
use dran_store::StaffAccount;

use super::call::{Accounts, Call, unavailable};
use super::own::form;
use super::page;
use super::views::{AccountForm, AccountList, AccountPassword, AccountRow, AccountShow, AccountState, paths};
use crate::app::query_value;
use crate::portal::page::{Page, civil, go, shell, show as page_of, show_as};
use crate::portal::views::{Choice, ChoiceOption, Field};
use crate::problem::{Kind, Problem};

/// `GET /verwaltung/konten`
pub async fn list(call: Call<Accounts>) -> Page {
    let accounts = call.app.staff.store().staff_accounts().await;
    let row = |account: &StaffAccount| AccountRow {
        href: paths::account(account.id.0),
        name: account.name.to_string(),
        role: page::role_text(&call.visitor, account.duty.role()),
        centres: account.duty.centres().iter().map(|id| centre_name(&call, id)).collect(),
        state: state(account),
    };
    let view = AccountList {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        rows: accounts.map_err(|_| unavailable())?.iter().map(row).collect(),
        new_href: paths::NEW_ACCOUNT.to_owned(),
    };
    Ok(page_of(&call.visitor, &view))
}

fn state(account: &StaffAccount) -> AccountState {
    match account {
        account if account.disabled_at.is_some() => AccountState::Disabled,
        account if account.password_initial => AccountState::InitialPassword,
        account if account.app.is_none() => AccountState::NoApp,
        _ => AccountState::Ready,
    }
}

fn centre_name(call: &Call<Accounts>, id: &CentreId) -> String {
    let found = call
        .app
        .app
        .service
        .region()
        .centres
        .iter()
        .find(|known| known.id == *id);
    found.map_or_else(|| id.to_string(), |found| found.name.clone())
}

/// `GET /verwaltung/konten/neu`
pub async fn new_form(call: Call<Accounts>) -> Page {
    Ok(page_of(&call.visitor, &new_view(&call, None)))
}

/// What is wrong with a form: the field, and the text's key.
type Wrong = (&'static str, &'static str);

fn new_view(call: &Call<Accounts>, wrong: Option<Wrong>) -> AccountForm {
    let (role, centres) = duty_fields(call, None, wrong);
    AccountForm {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        form: form(&call.who, paths::NEW_ACCOUNT),
        name: Field {
            name: "name",
            value: call.posted.get("name").to_owned(),
            error: said(call, wrong, "name"),
        },
        role,
        centres,
    }
}

fn said(call: &Call<Accounts>, wrong: Option<Wrong>, field: &str) -> Option<String> {
    let (_, key) = wrong.filter(|(at, _)| *at == field)?;
    Some(call.visitor.speaker.text(key))
}

/// The choice of role and centres, as posted or as they are.
fn duty_fields(call: &Call<Accounts>, now: Option<&Duty>, wrong: Option<Wrong>) -> (Choice, Choice) {
    let word = now.map_or_else(|| call.posted.get("role"), |duty| duty.role().word());
    let role = |role: Role| ChoiceOption {
        hint: Some(call.visitor.speaker.text(&format!("staff-role-{}-hint", role.word()))),
        ..ChoiceOption::new(role.word(), page::role_text(&call.visitor, role))
    };
    let posted: Vec<&str> = call.posted.all("centres").collect();
    let centre = |centre: &dran_core::region::Centre| ChoiceOption {
        chosen: match now {
            Some(duty) => duty.centres().contains(&centre.id),
            None => posted.contains(&centre.id.as_str()),
        },
        ..ChoiceOption::new(centre.id.as_str(), centre.name.clone())
    };
    let role = Choice {
        error: said(call, wrong, "role"),
        ..Choice::new("role", ROLES.map(role).to_vec(), word)
    };
    let centres = Choice {
        name: "centres",
        options: call.app.app.service.region().centres.iter().map(centre).collect(),
        error: said(call, wrong, "centres"),
    };
    (role, centres)
}

fn duty(call: &Call<Accounts>) -> Result<Duty, Wrong> {
    let role = Role::of_word(call.posted.get("role")).ok_or(("role", "staff-error-role"))?;
    let centres = call.posted.all("centres").map(CentreId::new).collect();
    Duty::new(role, centres).map_err(|error| match error {
        DutyError::NoCentre => ("centres", "staff-error-no-centre"),
        DutyError::NotBounded => ("centres", "staff-error-not-bounded"),
    })
}

/// `POST /verwaltung/konten/neu`
pub async fn make(call: Call<Accounts>) -> Page {
    let name = StaffName::parse(call.posted.get("name")).map_err(|error| match error {
        NameError::Length => ("name", "staff-error-name-length"),
        NameError::Character => ("name", "staff-error-name-character"),
    });
    let (name, duty) = match name.and_then(|name| Ok((name, duty(&call)?))) {
        Ok(typed) => typed,
        Err(wrong) => return Ok(again(&call, wrong)),
    };
    match call.app.staff.make_account(call.who.actor(), name.clone(), duty).await {
        Ok((_, password)) => Ok(page_of(&call.visitor, &password_view(&call, &name, password.as_str()))),
        Err(AccountError::NameTaken) => Ok(again(&call, ("name", "staff-error-name-taken"))),
        Err(error) => Err(problem(&error)),
    }
}

fn again(call: &Call<Accounts>, wrong: Wrong) -> axum::response::Response {
    show_as(
        &call.visitor,
        StatusCode::UNPROCESSABLE_ENTITY,
        &new_view(call, Some(wrong)),
    )
}

/// What an account's refusal is that no form of ours leads to.
fn problem(error: &AccountError) -> Problem {
    match error {
        AccountError::UnknownAccount => Kind::NotFound.into(),
        AccountError::UnknownCentre(_) => Kind::Malformed.into(),
        AccountError::Busy => Problem::from(Kind::Unavailable).retry_after(10),
        AccountError::NameTaken | AccountError::LastAdministrator | AccountError::Fault(_) => unavailable(),
    }
}

fn password_view(call: &Call<Accounts>, name: &StaffName, password: &str) -> AccountPassword {
    AccountPassword {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        name: name.to_string(),
        password: password.to_owned(),
        list_href: paths::ACCOUNTS.to_owned(),
    }
}

async fn asked(call: &Call<Accounts>) -> Result<StaffAccount, Problem> {
    let id: i64 = call.param("account").parse().map_err(|_| Kind::NotFound)?;
    let found = call.app.staff.store().staff_account(StaffId(id)).await;
    Ok(found.map_err(|_| unavailable())?.ok_or(Kind::NotFound)?)
}

/// `GET /verwaltung/konten/{account}`
pub async fn show(call: Call<Accounts>) -> Page {
    let account = asked(&call).await?;
    let done = query_value(&call.uri, "erledigt").is_some();
    Ok(page_of(&call.visitor, &account_view(&call, &account, None, done)))
}

fn account_view(call: &Call<Accounts>, account: &StaffAccount, wrong: Option<Wrong>, done: bool) -> AccountShow {
    let href = paths::account(account.id.0);
    let action = |what: &str| form(&call.who, &href).with_hidden("what", what);
    let typed = wrong.filter(|(field, _)| !field.is_empty());
    let (role, centres) = duty_fields(call, typed.is_none().then_some(&account.duty), wrong);
    let mut duty = action("duty");
    duty.error = said(call, wrong, "");
    AccountShow {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        done,
        name: account.name.to_string(),
        state: state(account),
        created: civil(&call.app.app, account.created_at),
        duty,
        role,
        centres,
        reset: action("reset"),
        disable: account.disabled_at.is_none().then(|| action("disable")),
        enable: account.disabled_at.is_some().then(|| action("enable")),
        list_href: paths::ACCOUNTS.to_owned(),
    }
}

/// `POST /verwaltung/konten/{account}`: `what` says what is done.
pub async fn change(call: Call<Accounts>) -> Page {
    let account = asked(&call).await?;
    let refused = |wrong| {
        let view = account_view(&call, &account, Some(wrong), false);
        Ok(show_as(&call.visitor, StatusCode::UNPROCESSABLE_ENTITY, &view))
    };
    let action = match call.posted.get("what") {
        "duty" => match duty(&call) {
            Ok(duty) => AccountAction::Duty(duty),
            Err(wrong) => return refused(wrong),
        },
        "disable" => AccountAction::Disable,
        "enable" => AccountAction::Enable,
        "reset" => AccountAction::Reset,
        _ => return Err(Kind::Malformed.into()),
    };
    match call
        .app
        .staff
        .change_account(call.who.actor(), account.id, action)
        .await
    {
        Ok(Some(password)) => {
            let view = password_view(&call, &account.name, password.as_str());
            Ok(page_of(&call.visitor, &view))
        }
        Ok(None) => Ok(go(&format!("{}?erledigt=1", paths::account(account.id.0)))),
        Err(AccountError::LastAdministrator) => refused(("", "staff-error-last-administrator")),
        Err(error) => Err(problem(&error)),
    }
}

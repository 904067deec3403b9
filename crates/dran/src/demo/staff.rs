//! The demo's staff: an account for each role, ready to be used, made the way that people make theirs.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use dran_core::ids::CentreId;
use dran_core::staff::log::Actor;
use dran_core::staff::totp::{Secret, step_at};
use dran_core::staff::{Duty, ROLES, Role, StaffName};
use dran_service::staff::{AccountAction, AccountError, OwnError, Shown, Staff, Whence};

use super::{CENTRES, telephone};
use crate::sources;

/// A demo account, as it is printed.
pub struct DemoAccount {
    name: String,
    password: String,
    secret: Secret,
}

/// The password of all of them. A demo has nothing to protect, and its data go with it unless they are kept.
const PASSWORD: &str = "vier muntere rote dosen";

/// Makes an account for each role, named after it. A folder used before has them already, with passwords under keys
/// that went with that demo: they begin again.
pub async fn make_accounts(staff: &Staff) -> Result<Vec<DemoAccount>> {
    let mut made = Vec::new();
    for role in ROLES {
        let centres = match role {
            Role::Centre => vec![CentreId::new(CENTRES[0])],
            _ => Vec::new(),
        };
        made.push(make(staff, role.word(), Duty::new(role, centres)?).await?);
    }
    Ok(made)
}

/// Agents for `dran storm`, in the file that it reads.
pub async fn make_agents(staff: &Staff, count: u32, file: &Path) -> Result<()> {
    let mut written = String::new();
    for number in 1..=count {
        let agent = make(staff, &format!("agent-{number}"), Duty::new(Role::Agent, Vec::new())?).await?;
        written += &format!(
            "[[agent]]\nname = \"{}\"\npassword = \"{}\"\nsecret = \"{}\"\n\n",
            agent.name,
            agent.password,
            agent.secret.base32()
        );
    }
    telephone::write_private(file, &written)
}

async fn make(staff: &Staff, name: &str, duty: Duty) -> Result<DemoAccount> {
    let parsed = StaffName::parse(name)?;
    let initial = match staff.make_account(Actor::Command, parsed.clone(), duty).await {
        Ok((_, initial)) => Some(initial),
        Err(AccountError::NameTaken) => {
            let known = staff.store().staff_account_named(parsed).await?;
            let known = known.context("the demo's account is gone")?;
            staff
                .change_account(Actor::Command, known.id, AccountAction::Reset)
                .await?
        }
        Err(error) => return Err(error.into()),
    };
    let initial = initial.context("the demo's account has no password")?;
    set_up(staff, name, initial.as_str()).await
}

/// The first login of an account: an own password, then the app.
async fn set_up(staff: &Staff, name: &str, initial: &str) -> Result<DemoAccount> {
    let whence = Whence::default();
    let failed = |what: &'static str| move |error| anyhow!("the demo's {what}: {error:?}");
    let shown = staff
        .show_password(name, initial, &whence)
        .await
        .map_err(failed("login"))?;
    let opened = staff.begin_set_up(&shown, &whence).await.map_err(failed("session"))?;
    let me = staff
        .session(&opened.token)
        .await?
        .context("the demo's session is over")?;
    let given_out = Shown {
        password: initial,
        ..Shown::default()
    };
    staff
        .change_password(&me, &given_out, PASSWORD)
        .await
        .map_err(|error| anyhow!("the demo's password: {error:?}"))?;
    let me = staff
        .session(&opened.token)
        .await?
        .context("the demo's session is over")?;
    let enrolment = staff.begin_enrolment(&me);
    // The code of half a minute ago is still good, and leaves the present one for whoever reads it from an app.
    let earlier = || {
        let step = step_at(sources::system_clock().now()) - 1;
        enrolment.secret.code(step).to_string()
    };
    let mut enrolled = staff.enrol_app(&me, &enrolment, &earlier(), &Shown::default()).await;
    if matches!(enrolled, Err(OwnError::WrongCode)) {
        // The next half minute has begun in between.
        enrolled = staff.enrol_app(&me, &enrolment, &earlier(), &Shown::default()).await;
    }
    let (token, _) = enrolled.map_err(|error| anyhow!("the demo's app: {error:?}"))?;
    let me = staff.session(&token).await?.context("the demo's session is over")?;
    staff.log_out(&me).await?;
    Ok(DemoAccount {
        name: name.to_owned(),
        password: PASSWORD.to_owned(),
        secret: enrolment.secret,
    })
}

/// Prints how to log in.
pub fn print(account: &DemoAccount) {
    println!(
        "  {:<9} password \"{}\", secret of the app {}",
        account.name,
        account.password,
        account.secret.base32()
    );
}

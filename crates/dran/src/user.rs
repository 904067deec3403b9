//! `dran user …`: accounts of staff and tokens of programs, for who has the machine. The first administrator is made
//! here, and who has lost everything comes back here.

use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use dran_core::ids::{ApiTokenId, CentreId, StaffId};
use dran_core::staff::log::Actor;
use dran_core::staff::{Duty, ROLES, Right, Role, StaffName};
use dran_service::staff::{AccountAction, Staff, StaffParts};

use crate::commands::{open_store, wait};
use crate::config::{Deployment, DeploymentArgs};
use crate::{keys, sources};

/// `dran user …`
#[derive(Subcommand)]
pub enum UserCommand {
    /// Make an account; its initial password is printed once and must be changed at the first login
    Add {
        /// The name to log in with
        name: String,
        /// agent, centre, planner, operator or auditor
        #[arg(long)]
        role: String,
        /// The centres of the role centre, separated by commas
        #[arg(long, value_delimiter = ',')]
        centres: Vec<String>,
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// List accounts
    List {
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// Take an account out of use; all of its sessions end at once
    Disable(UserName),
    /// Put an account back into use
    Enable(UserName),
    /// Give out a new initial password; app, recovery codes and sessions of the account are gone
    Reset(UserName),
    /// Tokens of programs
    #[command(subcommand)]
    Token(TokenCommand),
}

/// Which account.
#[derive(Args)]
pub struct UserName {
    /// Its name
    name: String,
    #[command(flatten)]
    deployment: DeploymentArgs,
}

/// `dran user token …`
#[derive(Subcommand)]
pub enum TokenCommand {
    /// Make a token; it is printed once
    Add {
        /// What it is for
        name: String,
        /// What it may do, separated by commas: desk, centre, planning, operations, overview, audit-log
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<String>,
        /// How many days it lives
        #[arg(long, default_value_t = 90)]
        days: u32,
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// List tokens
    List {
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// Revoke a token at once
    Revoke {
        /// Its number
        id: i64,
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
}

/// Runs one of them.
pub fn run(command: UserCommand) -> Result<ExitCode> {
    match command {
        UserCommand::Add {
            name,
            role,
            centres,
            deployment,
        } => add(&name, &role, centres, &deployment)?,
        UserCommand::List { deployment } => list(&deployment)?,
        UserCommand::Disable(user) => change(&user, AccountAction::Disable, "may no longer be used")?,
        UserCommand::Enable(user) => change(&user, AccountAction::Enable, "may be used again")?,
        UserCommand::Reset(user) => change(&user, AccountAction::Reset, "has no app and no session any more")?,
        UserCommand::Token(command) => token(command)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The staff of a deployment, for a command.
pub fn staff(args: &DeploymentArgs) -> Result<Staff> {
    let deployment = Deployment::resolve(args)?;
    let keys = keys::read(&deployment.keys)?;
    Ok(Staff::new(StaffParts {
        store: open_store(&deployment)?,
        hash_key: keys.hash,
        clock: sources::system_clock(),
        app_clock: sources::system_clock(),
        entropy: sources::system_entropy(),
    }))
}

fn add(name: &str, role: &str, centres: Vec<String>, args: &DeploymentArgs) -> Result<()> {
    let name = StaffName::parse(name)?;
    let words = || ROLES.map(Role::word).join(", ");
    let role = Role::of_word(role).with_context(|| format!("`{role}` is no role; there are {}", words()))?;
    let duty = Duty::new(role, centres.into_iter().map(CentreId::new).collect())?;
    let staff = staff(args)?;
    let (_, password) = wait(async { Ok(staff.make_account(Actor::Command, name.clone(), duty).await?) })?;
    println!("made {name} with the role {}", role.word());
    print_password(password.as_str());
    Ok(())
}

fn print_password(password: &str) {
    println!("initial password, shown once, good for three days: {password}");
}

fn list(args: &DeploymentArgs) -> Result<()> {
    let staff = staff(args)?;
    for account in wait(async { Ok(staff.store().staff_accounts().await?) })? {
        let centres: Vec<&str> = account.duty.centres().iter().map(CentreId::as_str).collect();
        let state = match (account.disabled_at, account.password_initial, account.app) {
            (Some(since), ..) => format!("disabled since {since:.0}"),
            (None, true, _) => "has an initial password".to_owned(),
            (None, false, None) => "has no app yet".to_owned(),
            (None, false, Some(_)) => format!("{} recovery codes left", account.recovery_left),
        };
        let role = account.duty.role().word();
        println!(
            "{:>4}  {:<32} {role:<9} {}  {state}",
            account.id,
            account.name,
            centres.join(",")
        );
    }
    Ok(())
}

fn change(user: &UserName, action: AccountAction, done: &str) -> Result<()> {
    let staff = staff(&user.deployment)?;
    let name = StaffName::parse(&user.name)?;
    let password = wait(async {
        let found = staff.store().staff_account_named(name.clone()).await?;
        let account: StaffId = found
            .map(|found| found.id)
            .with_context(|| format!("there is no account {name}"))?;
        Ok(staff.change_account(Actor::Command, account, action).await?)
    })?;
    println!("{name} {done}");
    if let Some(password) = password {
        print_password(password.as_str());
    }
    Ok(())
}

fn token(command: TokenCommand) -> Result<()> {
    match command {
        TokenCommand::Add {
            name,
            scopes,
            days,
            deployment,
        } => {
            let rights: Vec<Right> = scopes
                .iter()
                .map(|word| Right::for_token(word).ok_or_else(|| anyhow!("`{word}` is no right of a token")))
                .collect::<Result<_>>()?;
            let staff = staff(&deployment)?;
            let made = wait(async { Ok(staff.make_token(Actor::Command, &name, rights, days).await?) })?;
            println!("token {}, shown once, good for {days} days: {}", made.0, made.1);
        }
        TokenCommand::List { deployment } => {
            let staff = staff(&deployment)?;
            for token in wait(async { Ok(staff.store().api_tokens().await?) })? {
                let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.word()).collect();
                let state = match token.revoked_at {
                    Some(at) => format!("revoked {at:.0}"),
                    None => format!("ends {:.0}", token.expires_at),
                };
                println!("{:>4}  {:<32} {}  {state}", token.id, token.name, scopes.join(","));
            }
        }
        TokenCommand::Revoke { id, deployment } => {
            let staff = staff(&deployment)?;
            let now = sources::system_clock().now();
            let id = ApiTokenId(id);
            if !wait(async { Ok(staff.store().revoke_api_token(id, Actor::Command, now).await?) })? {
                bail!("there is no token {id} in use");
            }
            println!("token {id} is revoked");
        }
    }
    Ok(())
}

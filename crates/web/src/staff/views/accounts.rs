//! Everybody's accounts.

use askama::Template;
use jiff::civil::DateTime;

use super::Who;
use crate::portal::views::{Choice, ErrorLine, Errors, Field, Form, Shell};

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// In use.
    Ready,
    /// Its password was given out and not changed yet.
    InitialPassword,
    /// It has no app yet.
    NoApp,
    /// It may not be used.
    Disabled,
}

impl AccountState {
    fn key(&self) -> &'static str {
        match self {
            Self::Ready => "staff-state-ready",
            Self::InitialPassword => "staff-state-initial",
            Self::NoApp => "staff-state-no-app",
            Self::Disabled => "staff-state-disabled",
        }
    }
}

/// Everybody's accounts.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/accounts.html")]
pub struct AccountList {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// The accounts by name.
    pub rows: Vec<AccountRow>,
    /// Where one is made.
    pub new_href: String,
}

/// One account of the list.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Its role in words.
    pub role: String,
    /// Names of its centres.
    pub centres: Vec<String>,
    /// How it stands.
    pub state: AccountState,
}

/// An account to be made.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/account_new.html")]
pub struct AccountForm {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// Where it goes.
    pub form: Form,
    /// Its name.
    pub name: Field,
    /// Its role.
    pub role: Choice,
    /// Its centres.
    pub centres: Choice,
}

impl AccountForm {
    fn errors(&self) -> Vec<ErrorLine> {
        let errors = Errors::of(&self.form).field(&self.name);
        errors.choice(&self.role).choice(&self.centres).done()
    }
}

/// One account, and what can be done to it.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/account.html")]
pub struct AccountShow {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// Whether something was just done.
    pub done: bool,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: AccountState,
    /// When it was made.
    pub created: DateTime,
    /// Gives it another role.
    pub duty: Form,
    /// Its role.
    pub role: Choice,
    /// Its centres.
    pub centres: Choice,
    /// Gives out a new password.
    pub reset: Form,
    /// Takes it out of use.
    pub disable: Option<Form>,
    /// Puts it back into use.
    pub enable: Option<Form>,
    /// Back to all of them.
    pub list_href: String,
}

impl AccountShow {
    fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.duty).choice(&self.role).choice(&self.centres).done()
    }
}

/// An initial password, shown once.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/account_password.html")]
pub struct AccountPassword {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// The account's name.
    pub name: String,
    /// The password.
    pub password: String,
    /// Back to all of them.
    pub list_href: String,
}

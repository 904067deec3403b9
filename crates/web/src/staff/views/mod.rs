//! The pages of the staff side as data and templates; see [`crate::portal::views`] for how views are made.

mod accounts;
mod desk;
mod operations;
pub mod paths;
pub mod samples;

use askama::Template;
use jiff::civil::DateTime;
use qrcode::{Color, QrCode};

use crate::portal::views::{Choice, ErrorLine, Errors, Field, Form, Shell};

pub use accounts::{AccountForm, AccountList, AccountPassword, AccountRow, AccountShow, AccountState};
pub use desk::{
    DeskBar, DeskBooked, DeskCall, DeskChoose, DeskFact, DeskFound, DeskHelp, DeskMove, DeskNames, DeskNote, DeskPart,
    DeskPerson, DeskPrint, DeskSearch, DeskSeries, DeskWho,
};
pub use operations::{
    ActionForm, AlarmLine, Announced, Bars, CampaignPart, LineRow, NodeRow, OperationsPage, ReleasePart, Steering,
    SupplyRow, TextField, Tile,
};

/// Who is signed in, for the head of a page.
#[derive(Clone, Debug)]
pub struct Who {
    /// The account's name.
    pub name: String,
    /// The role in words.
    pub role: String,
    /// Pages that the role reaches.
    pub pages: Vec<NavLink>,
    /// Stands in every form of the session.
    pub csrf: String,
}

/// A page that is reached from every page.
#[derive(Clone, Debug)]
pub struct NavLink {
    /// Where it is.
    pub href: String,
    /// What it is called.
    pub label: String,
    /// Whether it is this one.
    pub current: bool,
}

impl Who {
    fn sign_out(&self) -> &'static str {
        paths::SIGN_OUT
    }
}

/// Name and password.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/sign_in.html")]
pub struct SignIn {
    /// The frame.
    pub shell: Shell,
    /// Nobody.
    pub who: Option<Who>,
    /// Where it goes.
    pub form: Form,
    /// The account's name.
    pub name: Field,
    /// The password.
    pub password: Field,
    /// Whether somebody has just logged out.
    pub signed_out: bool,
    /// The name of the identity provider, if there is one.
    pub provider: Option<String>,
}

impl SignIn {
    fn provider_href(&self) -> &'static str {
        paths::TO_PROVIDER
    }

    fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form).field(&self.name).field(&self.password).done()
    }
}

/// The code of the app.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/sign_in_code.html")]
pub struct SignInCode {
    /// The frame.
    pub shell: Shell,
    /// Nobody.
    pub who: Option<Who>,
    /// Where it goes.
    pub form: Form,
    /// The code.
    pub code: Field,
    /// Back to the password.
    pub back_href: String,
}

impl SignInCode {
    fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form).field(&self.code).done()
    }
}

/// Somebody has come in from the identity provider, and goes on.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/arrived.html")]
pub struct Arrived {
    /// The frame.
    pub shell: Shell,
    /// Nobody yet: the browser shows its session with the next page.
    pub who: Option<Who>,
    /// Where it goes on.
    pub next_href: String,
}

/// One's own account.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/own.html")]
pub struct OwnAccount {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// Whether something was just done.
    pub done: bool,
    /// The account's name.
    pub name: String,
    /// The role in words.
    pub role: String,
    /// Names of the centres that the role is bounded to.
    pub centres: Vec<String>,
    /// Recovery codes left.
    pub recovery_left: u64,
    /// Sessions, newest first.
    pub sessions: Vec<SessionRow>,
    /// Ends others, if there are any.
    pub end: Option<EndSessionsForm>,
}

/// Ends sessions of one's own elsewhere.
#[derive(Clone, Debug)]
pub struct EndSessionsForm {
    /// Where it goes.
    pub form: Form,
    /// Which.
    pub which: Choice,
    /// The password; none for who has come from the identity provider.
    pub password: Option<Field>,
}

/// A session of one's own.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// When it began.
    pub began: DateTime,
    /// When it was last used.
    pub used: DateTime,
    /// Whether it is this one.
    pub is_this: bool,
}

impl OwnAccount {
    fn errors(&self) -> Vec<ErrorLine> {
        let Some(end) = &self.end else { return Vec::new() };
        Errors::of(&end.form).field_if(end.password.as_ref()).done()
    }

    fn password_href(&self) -> &'static str {
        paths::PASSWORD
    }

    fn app_href(&self) -> &'static str {
        paths::APP
    }

    fn recovery_href(&self) -> &'static str {
        paths::RECOVERY
    }
}

/// A new password of one's own.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/password.html")]
pub struct PasswordForm {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// Where it goes.
    pub form: Form,
    /// Whether the old one was given out by somebody else.
    pub initial: bool,
    /// Characters that it has at least.
    pub chars_min: u64,
    /// The old password.
    pub old: Field,
    /// The new one.
    pub new: Field,
    /// The new one once more.
    pub again: Field,
    /// The second factor, if there is an app.
    pub factor: Option<Field>,
}

impl PasswordForm {
    fn errors(&self) -> Vec<ErrorLine> {
        let errors = Errors::of(&self.form).field(&self.old);
        let errors = errors.field(&self.new).field(&self.again);
        errors.field_if(self.factor.as_ref()).done()
    }
}

/// A QR code as one path of squares.
#[derive(Clone, Debug)]
pub struct Qr {
    /// Modules on each side, with the quiet zone of four around.
    pub size: usize,
    /// The dark modules.
    pub path: String,
}

impl Qr {
    /// The code of a text; none if it is too long for one.
    pub fn of(text: &str) -> Option<Self> {
        const QUIET: usize = 4;
        let code = QrCode::new(text).ok()?;
        let width = code.width();
        let colors = code.to_colors();
        let dark = colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark);
        let square = |(at, _): (usize, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET);
        Some(Self {
            size: width + 2 * QUIET,
            path: dark.map(square).collect(),
        })
    }
}

/// An app is enrolled.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/app.html")]
pub struct AppForm {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// Where it goes.
    pub form: Form,
    /// The secret as a picture.
    pub qr: Option<Qr>,
    /// The secret as letters.
    pub secret: String,
    /// The secret as an address, for an app on this device.
    pub uri: String,
    /// The first code.
    pub code: Field,
    /// The password, if there is an app already.
    pub password: Option<Field>,
    /// The second factor that there is, likewise.
    pub factor: Option<Field>,
}

impl AppForm {
    fn errors(&self) -> Vec<ErrorLine> {
        let errors = Errors::of(&self.form).field(&self.code);
        let errors = errors.field_if(self.password.as_ref());
        errors.field_if(self.factor.as_ref()).done()
    }
}

/// Recovery codes, shown once.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/recovery_codes.html")]
pub struct RecoveryCodes {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// The codes.
    pub codes: Vec<String>,
    /// Where it goes on.
    pub next_href: String,
}

/// New recovery codes.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/recovery.html")]
pub struct RecoveryForm {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// Where it goes.
    pub form: Form,
    /// Codes left.
    pub left: u64,
    /// The password.
    pub password: Field,
    /// The second factor, if there is an app.
    pub factor: Option<Field>,
}

impl RecoveryForm {
    fn errors(&self) -> Vec<ErrorLine> {
        let errors = Errors::of(&self.form).field(&self.password);
        errors.field_if(self.factor.as_ref()).done()
    }
}

/// The audit log.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/log.html")]
pub struct LogView {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// Lines in all.
    pub count: u64,
    /// The head of all of them, in hexadecimal.
    pub head: String,
    /// Lines of this page, newest first.
    pub lines: Vec<String>,
    /// The page before.
    pub older_href: Option<String>,
}

/// Something did not work.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/problem.html")]
pub struct StaffProblem {
    /// The frame.
    pub shell: Shell,
    /// Who asks, if that is known.
    pub who: Option<Who>,
    /// What happened, as a heading.
    pub title: String,
    /// What happened and what to do.
    pub detail: String,
    /// The HTTP status.
    pub status: u64,
}

impl StaffProblem {
    fn home(&self) -> &'static str {
        paths::HOME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_has_its_finder_patterns_and_a_quiet_zone() {
        let qr = Qr::of("otpauth://totp/dran:anna?secret=GEZDGNBVGY3TQOJQ");
        let (size, path) = qr.map(|qr| (qr.size, qr.path)).unwrap_or_default();
        assert!(size >= 21 + 8);
        // The outer corners of the three finder patterns, and nothing outside of them.
        let far = size - 5;
        for (x, y) in [(4, 4), (far, 4), (4, far)] {
            assert!(path.contains(&format!("M{x} {y}h1v1h-1z")), "{x} {y}");
        }
        assert!(!path.contains("M3 ") && !path.contains(" 3h"));
        assert!(Qr::of(&"x".repeat(10_000)).is_none());
    }
}

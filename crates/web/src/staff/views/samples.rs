//! Every page of the staff side in every state, with invented people.

use askama::Template;
use dran_core::staff::{ROLES, Role};
use jiff::civil::date;

use super::{
    AccountForm, AccountList, AccountPassword, AccountRow, AccountShow, AccountState, AppForm, Arrived,
    EndSessionsForm, LogView, NavLink, OwnAccount, PasswordForm, Qr, RecoveryCodes, RecoveryForm, SessionRow, SignIn,
    SignInCode, StaffProblem, Who, paths,
};
use crate::portal::views::samples::{ODD_NAMES, Sample};
use crate::portal::views::{Choice, ChoiceOption, Field, Form, Shell};

/// All samples in the language of the frame.
///
/// # Errors
///
/// Tells the page that could not be rendered.
pub fn all(shell: &Shell) -> Result<Vec<Sample>, askama::Error> {
    let mut samples = Samples {
        shell: shell.clone(),
        made: Vec::new(),
    };
    samples.signing_in()?;
    samples.own()?;
    samples.accounts()?;
    samples.others()?;
    samples.desk()?;
    samples.operations()?;
    Ok(samples.made)
}

pub(super) struct Samples {
    pub(super) shell: Shell,
    made: Vec<Sample>,
}

impl Samples {
    pub(super) fn add(&mut self, name: &str, page: &impl Template) -> Result<(), askama::Error> {
        self.made.push(Sample {
            name: format!("staff-{name}"),
            html: page.render()?,
        });
        Ok(())
    }

    pub(super) fn t(&self, key: &str) -> String {
        self.shell.t(key)
    }

    pub(super) fn who(&self) -> Option<Who> {
        let page = |(href, key, current): (&str, &str, bool)| NavLink {
            href: href.to_owned(),
            label: self.t(key),
            current,
        };
        Some(Who {
            name: "erika.muster@hotline.example".to_owned(),
            role: self.t("staff-role-operator"),
            pages: [
                (paths::OWN, "staff-own-title", false),
                (paths::ACCOUNTS, "staff-accounts-title", true),
            ]
            .map(page)
            .to_vec(),
            csrf: "00112233445566778899aabbccddeeff".to_owned(),
        })
    }

    fn signing_in(&mut self) -> Result<(), askama::Error> {
        let form = SignIn {
            shell: self.shell.clone(),
            who: None,
            form: Form::to(paths::SIGN_IN),
            name: Field::empty("name"),
            password: Field::empty("password"),
            signed_out: false,
            provider: None,
        };
        self.add("sign-in", &form)?;
        let external = SignIn {
            provider: Some(ODD_NAMES[2].to_owned()),
            ..form.clone()
        };
        self.add("sign-in-provider", &external)?;
        let away = SignIn {
            form: Form {
                error: Some(self.shell.tv("provider-error-away", "name", ODD_NAMES[2])),
                ..Form::to(paths::SIGN_IN)
            },
            ..external
        };
        self.add("sign-in-provider-errors", &away)?;
        let arrived = Arrived {
            shell: self.shell.clone(),
            who: None,
            next_href: paths::HOME.to_owned(),
        };
        self.add("arrived", &arrived)?;
        let out = SignIn {
            signed_out: true,
            ..form.clone()
        };
        self.add("sign-in-again", &out)?;
        let wrong = SignIn {
            form: Form {
                error: Some(self.t("staff-error-wrong")),
                ..Form::to(paths::SIGN_IN)
            },
            name: Field::filled("name", ODD_NAMES[2]),
            ..form
        };
        self.add("sign-in-errors", &wrong)?;
        let code = SignInCode {
            shell: self.shell.clone(),
            who: None,
            form: Form::to(paths::SIGN_IN_CODE).with_hidden("login", "AQEHAAAA"),
            code: Field::empty("code"),
            back_href: paths::SIGN_IN.to_owned(),
        };
        self.add("code", &code)?;
        let wrong = SignInCode {
            code: Field::empty("code").with_error(self.t("staff-error-code")),
            ..code
        };
        self.add("code-errors", &wrong)
    }

    fn own(&mut self) -> Result<(), askama::Error> {
        let at = date(2021, 1, 12).at(7, 58, 0, 0);
        let session = |is_this: bool| SessionRow {
            began: at,
            used: at,
            is_this,
        };
        let others = ["staff-sessions-others", "staff-session-this"].map(|key| ChoiceOption::new(key, self.t(key)));
        let end = EndSessionsForm {
            form: Form::to(paths::SESSIONS),
            which: Choice::new("session", others.to_vec(), "staff-sessions-others"),
            password: Some(Field::empty("old")),
        };
        let own = OwnAccount {
            shell: self.shell.clone(),
            who: self.who(),
            done: true,
            name: "erika.muster@hotline.example".to_owned(),
            role: self.t("staff-role-centre"),
            centres: vec![
                "Impfzentrum Kassel, Jahnsporthalle".to_owned(),
                "Impfzentrum Fulda".to_owned(),
            ],
            recovery_left: 9,
            sessions: vec![session(true), session(false)],
            end: Some(end.clone()),
        };
        self.add("own", &own)?;
        let wrong = OwnAccount {
            end: Some(EndSessionsForm {
                password: Some(Field::empty("old").with_error(self.t("staff-error-old-password"))),
                ..end
            }),
            done: false,
            ..own.clone()
        };
        self.add("own-errors", &wrong)?;
        let alone = OwnAccount {
            done: false,
            centres: vec![],
            recovery_left: 1,
            sessions: vec![session(true)],
            end: None,
            ..own
        };
        self.add("own-alone", &alone)?;
        let password = PasswordForm {
            shell: self.shell.clone(),
            who: self.who(),
            form: Form::to(paths::PASSWORD),
            initial: true,
            chars_min: 12,
            old: Field::empty("old"),
            new: Field::empty("new"),
            again: Field::empty("again"),
            factor: None,
        };
        self.add("password", &password)?;
        let wrong = PasswordForm {
            initial: false,
            old: Field::empty("old").with_error(self.t("staff-error-old-password")),
            new: Field::empty("new").with_error(self.t("staff-error-password-common")),
            again: Field::empty("again").with_error(self.t("staff-error-again")),
            factor: Some(Field::empty("factor").with_error(self.t("staff-error-code"))),
            ..password
        };
        self.add("password-errors", &wrong)?;
        let uri = "otpauth://totp/dran%20Hessen:erika?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=dran%20Hessen";
        let app = AppForm {
            shell: self.shell.clone(),
            who: self.who(),
            form: Form::to(paths::APP).with_hidden("enrolment", "AQEJAAAA"),
            qr: Qr::of(uri),
            secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned(),
            uri: uri.to_owned(),
            code: Field::empty("code"),
            password: None,
            factor: None,
        };
        self.add("app", &app)?;
        let wrong = AppForm {
            code: Field::empty("code").with_error(self.t("staff-error-code")),
            password: Some(Field::empty("old").with_error(self.t("staff-error-old-password"))),
            factor: Some(Field::empty("factor").with_error(self.t("staff-error-code"))),
            ..app
        };
        self.add("app-errors", &wrong)?;
        let codes = RecoveryCodes {
            shell: self.shell.clone(),
            who: None,
            codes: vec!["ABCD-EFGH-JKLM-NPQR-STUV-WXYZ".to_owned(); 10],
            next_href: paths::OWN.to_owned(),
        };
        self.add("recovery-codes", &codes)?;
        let recovery = RecoveryForm {
            shell: self.shell.clone(),
            who: self.who(),
            form: Form::to(paths::RECOVERY),
            left: 3,
            password: Field::empty("old"),
            factor: Some(Field::empty("factor")),
        };
        self.add("recovery", &recovery)?;
        let wrong = RecoveryForm {
            password: Field::empty("old").with_error(self.t("staff-error-old-password")),
            ..recovery
        };
        self.add("recovery-errors", &wrong)
    }

    fn duty(&self) -> (Choice, Choice) {
        let role = |role: Role| {
            let key = format!("staff-role-{}", role.word());
            ChoiceOption::new(role.word(), self.t(&key)).with_hint(self.t(&format!("{key}-hint")))
        };
        let centres = ["Impfzentrum Kassel", "Impfzentrum Fulda"].map(|name| ChoiceOption::new(name, name));
        (
            Choice::new("role", ROLES.map(role).to_vec(), "centre"),
            Choice::new("centres", centres.to_vec(), "Impfzentrum Fulda"),
        )
    }

    fn accounts(&mut self) -> Result<(), askama::Error> {
        let row = |name: &str, role: &str, centres: &[&str], state| AccountRow {
            href: paths::account(7),
            name: name.to_owned(),
            role: self.t(role),
            centres: centres.iter().map(|centre| (*centre).to_owned()).collect(),
            state,
        };
        let list = AccountList {
            shell: self.shell.clone(),
            who: self.who(),
            rows: vec![
                row("anna", "staff-role-operator", &[], AccountState::Ready),
                row(
                    "erika.muster@hotline.example",
                    "staff-role-agent",
                    &[],
                    AccountState::InitialPassword,
                ),
                row(
                    "kassel",
                    "staff-role-centre",
                    &["Impfzentrum Kassel", "Fulda"],
                    AccountState::NoApp,
                ),
                row("otto", "staff-role-auditor", &[], AccountState::Disabled),
            ],
            new_href: paths::NEW_ACCOUNT.to_owned(),
        };
        self.add("accounts", &list)?;
        let (role, centres) = self.duty();
        let new = AccountForm {
            shell: self.shell.clone(),
            who: self.who(),
            form: Form::to(paths::NEW_ACCOUNT),
            name: Field::empty("name"),
            role: role.clone(),
            centres: centres.clone(),
        };
        self.add("account-new", &new)?;
        let wrong = AccountForm {
            name: Field::filled("name", "erika muster").with_error(self.t("staff-error-name-character")),
            role: role.clone().with_error(self.t("staff-error-role")),
            centres: centres.clone().with_error(self.t("staff-error-no-centre")),
            ..new
        };
        self.add("account-new-errors", &wrong)?;
        let here = Form::to(paths::account(7));
        let account = AccountShow {
            shell: self.shell.clone(),
            who: self.who(),
            done: true,
            name: "otto".to_owned(),
            state: AccountState::Ready,
            created: date(2021, 1, 10).at(9, 0, 0, 0),
            duty: here.clone().with_hidden("what", "duty"),
            role,
            centres,
            reset: here.clone().with_hidden("what", "reset"),
            disable: Some(here.clone().with_hidden("what", "disable")),
            enable: None,
            list_href: paths::ACCOUNTS.to_owned(),
        };
        self.add("account", &account)?;
        let last = AccountShow {
            done: false,
            state: AccountState::Disabled,
            duty: Form {
                error: Some(self.t("staff-error-last-administrator")),
                ..here.clone()
            },
            disable: None,
            enable: Some(here.with_hidden("what", "enable")),
            ..account
        };
        self.add("account-errors", &last)?;
        let password = AccountPassword {
            shell: self.shell.clone(),
            who: self.who(),
            name: "otto".to_owned(),
            password: "ABCDEFGHJKMNPQRSTUVW".to_owned(),
            list_href: paths::ACCOUNTS.to_owned(),
        };
        self.add("account-password", &password)
    }

    fn others(&mut self) -> Result<(), askama::Error> {
        let log = LogView {
            shell: self.shell.clone(),
            who: self.who(),
            count: 2,
            head: "ab".repeat(32),
            lines: vec![
                "2 2021-01-12T06:58:11.204Z account=7 logged-in account=7".to_owned(),
                "1 2021-01-10T09:00:00.000Z command account-made account=1 operator".to_owned(),
            ],
            older_href: Some("?vor=1".to_owned()),
        };
        self.add("log", &log)?;
        let empty = LogView {
            count: 0,
            head: String::new(),
            lines: vec![],
            older_href: None,
            ..log
        };
        self.add("log-empty", &empty)?;
        let problem = StaffProblem {
            shell: self.shell.clone(),
            who: self.who(),
            title: self.t("refusal-not-allowed-title"),
            detail: self.t("refusal-not-allowed-detail"),
            status: 403,
        };
        self.add("problem", &problem)
    }
}

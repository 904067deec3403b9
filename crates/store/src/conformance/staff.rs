//! Staff: accounts, logging in, sessions, tokens of programs, and the log of what was done.

use std::sync::Arc;

use dran_core::ids::{CentreId, StaffId};
use dran_core::staff::log::{Act, Actor, Chain, Entry, Subject};
use dran_core::staff::throttle::Counted;
use dran_core::staff::{Duty, Right, Role, StaffName};
use jiff::{SignedDuration, Timestamp};

use super::world::{centre, second};
use crate::{
    AccountChange, ChangeAccountRefusal, ChangeOwnPassword, ChangeStaffAccount, EndSessions, EnrolApp, EnrolledApp,
    Failure, LoginKey, MakeAccountRefusal, NewApiToken, NewStaffAccount, OpenSession, OpenSessionRefusal, OutOfDate,
    SecondFactor, StaffStore, Store, StoredPassword, TooSoon,
};

fn password(number: u8) -> StoredPassword {
    StoredPassword {
        memory_kib: 19_456,
        passes: 2,
        salt: [number; 16],
        hash: [number; 32],
    }
}

fn name(name: &str) -> StaffName {
    StaffName::parse(name).unwrap()
}

fn duty(role: Role) -> Duty {
    Duty::new(role, vec![]).unwrap()
}

fn new(account: &str, duty: Duty) -> NewStaffAccount {
    NewStaffAccount {
        name: name(account),
        duty,
        password: password(1),
        actor: Actor::Command,
        now: second(0),
    }
}

pub(super) async fn made(staff: &dyn StaffStore, account: &str, role: Role) -> StaffId {
    staff.make_staff_account(new(account, duty(role))).await.unwrap()
}

async fn change(
    staff: &dyn StaffStore,
    account: StaffId,
    change: AccountChange,
) -> Result<(), Failure<ChangeAccountRefusal>> {
    staff
        .change_staff_account(ChangeStaffAccount {
            account,
            change,
            actor: Actor::Command,
            now: second(100),
        })
        .await
}

pub(super) async fn reset(staff: &dyn StaffStore, account: StaffId) {
    change(staff, account, AccountChange::Reset(password(2))).await.unwrap();
}

/// The step of the app's last code that [`ready`] leaves behind.
const STEP: i64 = 50;

/// An account with an app, two recovery codes and one session, of the token 1.
pub(crate) async fn ready(staff: &dyn StaffStore, account: &str, role: Role) -> StaffId {
    let account = made(staff, account, role).await;
    staff.enrol_app(enrol(account, 1)).await.unwrap();
    account
}

/// An agent, likewise, of a deployment that somebody looks after.
pub(crate) async fn agent(store: &dyn Store, account: &str) -> StaffId {
    let staff = store.staff();
    if staff.staff_accounts().await.unwrap().is_empty() {
        made(staff, "olga", Role::Operator).await;
    }
    ready(staff, account, Role::Agent).await
}

fn enrol(account: StaffId, token: u8) -> EnrolApp {
    EnrolApp {
        account,
        password_set_at: second(0),
        app: EnrolledApp {
            nonce: [5; 16],
            last_step: STEP,
        },
        recovery: vec![[81; 32], [82; 32]],
        token_hash: token_of(account, token),
        now: second(10),
    }
}

pub(super) fn token_of(account: StaffId, number: u8) -> [u8; 32] {
    [number.wrapping_add(account.0 as u8 * 16); 32]
}

fn open(account: StaffId, token: u8, factor: SecondFactor) -> OpenSession {
    OpenSession {
        token_hash: token_of(account, token),
        account,
        password_set_at: second(0),
        factor,
        forget: vec![],
        now: second(20),
    }
}

const fn code(step: i64) -> SecondFactor {
    SecondFactor::App { step }
}

async fn lives(staff: &dyn StaffStore, account: StaffId, token: u8) -> bool {
    let found = staff.staff_session(token_of(account, token)).await.unwrap();
    found.is_some_and(|(_, owner)| owner.id == account)
}

pub(crate) async fn an_account_comes_back_as_it_was_made(store: Arc<dyn Store>) {
    store
        .sync_centres(vec![centre("kassel"), centre("fulda")])
        .await
        .unwrap();
    let staff = store.staff();
    let bounded = Duty::new(Role::Centre, vec![centre("kassel"), centre("fulda")]).unwrap();
    let id = staff
        .make_staff_account(new("kassel.desk", bounded.clone()))
        .await
        .unwrap();
    let operator = made(staff, "anna", Role::Operator).await;
    let account = staff.staff_account(id).await.unwrap().unwrap();
    assert_eq!(account.name, name("kassel.desk"));
    assert_eq!(account.duty, bounded);
    assert_eq!(
        (account.password.clone(), account.password_initial),
        (password(1), true)
    );
    assert_eq!((account.created_at, account.password_set_at), (second(0), second(0)));
    assert_eq!(
        (account.disabled_at, account.app, account.recovery_left),
        (None, None, 0)
    );
    assert_eq!(
        staff.staff_account_named(name("kassel.desk")).await.unwrap(),
        Some(account)
    );
    assert_eq!(staff.staff_account_named(name("nobody")).await, Ok(None));
    let all: Vec<_> = staff
        .staff_accounts()
        .await
        .unwrap()
        .into_iter()
        .map(|found| found.id)
        .collect();
    assert_eq!(all, [operator, id]);
}

pub(crate) async fn a_name_is_given_once_and_a_centre_must_be_there(store: Arc<dyn Store>) {
    let staff = store.staff();
    made(staff, "anna", Role::Operator).await;
    let again = staff.make_staff_account(new("anna", duty(Role::Agent))).await;
    assert_eq!(again, Err(Failure::Refused(MakeAccountRefusal::NameTaken)));
    let nowhere = Duty::new(Role::Centre, vec![CentreId::new("nowhere")]).unwrap();
    let lost = staff.make_staff_account(new("berta", nowhere)).await;
    let unknown = MakeAccountRefusal::UnknownCentre(CentreId::new("nowhere"));
    assert_eq!(lost, Err(Failure::Refused(unknown)));
    assert_eq!(
        staff.staff_accounts().await.unwrap().len(),
        1,
        "a refusal leaves nothing behind"
    );
    assert_eq!(staff.audit_log(1, 10).await.unwrap().len(), 1);
}

pub(crate) async fn the_last_administrator_cannot_be_removed(store: Arc<dyn Store>) {
    let staff = store.staff();
    let (anna, agent) = (
        made(staff, "anna", Role::Operator).await,
        made(staff, "agent", Role::Agent).await,
    );
    let last = Err(Failure::Refused(ChangeAccountRefusal::LastAdministrator));
    assert_eq!(change(staff, anna, AccountChange::Disable).await, last);
    assert_eq!(change(staff, anna, AccountChange::Duty(duty(Role::Agent))).await, last);
    let berta = made(staff, "berta", Role::Operator).await;
    change(staff, anna, AccountChange::Disable).await.unwrap();
    assert_eq!(
        change(staff, berta, AccountChange::Disable).await,
        last,
        "a disabled one does not count"
    );
    change(staff, anna, AccountChange::Enable).await.unwrap();
    change(staff, berta, AccountChange::Duty(duty(Role::Agent)))
        .await
        .unwrap();
    change(staff, agent, AccountChange::Disable).await.unwrap();
    change(staff, anna, AccountChange::Reset(password(2))).await.unwrap();
    let nobody = change(staff, StaffId(99), AccountChange::Disable).await;
    assert_eq!(nobody, Err(Failure::Refused(ChangeAccountRefusal::UnknownAccount)));
}

pub(crate) async fn two_administrators_cannot_remove_each_other_at_once(store: Arc<dyn Store>) {
    let staff = store.staff();
    let (anna, berta) = (
        made(staff, "anna", Role::Operator).await,
        made(staff, "berta", Role::Operator).await,
    );
    let (one, other) = tokio::join!(
        change(staff, anna, AccountChange::Disable),
        change(staff, berta, AccountChange::Disable)
    );
    assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
}

pub(crate) async fn a_change_of_an_account_ends_its_sessions(store: Arc<dyn Store>) {
    let staff = store.staff();
    made(staff, "anna", Role::Operator).await;
    for (who, change_it) in [
        ("b1", AccountChange::Duty(duty(Role::Planner))),
        ("b2", AccountChange::Disable),
        ("b3", AccountChange::Reset(password(2))),
    ] {
        let account = ready(staff, who, Role::Agent).await;
        staff.open_session(open(account, 2, code(STEP + 1))).await.unwrap();
        assert!(lives(staff, account, 1).await && lives(staff, account, 2).await);
        change(staff, account, change_it).await.unwrap();
        assert!(
            !lives(staff, account, 1).await && !lives(staff, account, 2).await,
            "{who}"
        );
        assert_eq!(staff.sessions_of(account).await, Ok(vec![]));
    }
}

pub(crate) async fn a_reset_account_begins_again(store: Arc<dyn Store>) {
    let staff = store.staff();
    let account = ready(staff, "anna", Role::Operator).await;
    change(staff, account, AccountChange::Reset(password(2))).await.unwrap();
    let found = staff.staff_account(account).await.unwrap().unwrap();
    assert_eq!(
        (found.password, found.password_initial, found.password_set_at),
        (password(2), true, second(100))
    );
    assert_eq!((found.app, found.recovery_left), (None, 0));
    let begun = OpenSession {
        password_set_at: second(100),
        ..open(account, 3, SecondFactor::SetUp)
    };
    staff.open_session(begun).await.unwrap();
    let (session, _) = staff.staff_session(token_of(account, 3)).await.unwrap().unwrap();
    assert!(!session.second_factor);
}

pub(crate) async fn a_code_of_the_app_opens_one_session(store: Arc<dyn Store>) {
    let staff = store.staff();
    let account = ready(staff, "anna", Role::Operator).await;
    let used = Err(Failure::Refused(OpenSessionRefusal::CodeUsed));
    assert_eq!(
        staff.open_session(open(account, 2, code(STEP))).await,
        used,
        "the code that enrolled"
    );
    let (one, other) = tokio::join!(
        staff.open_session(open(account, 3, code(STEP + 1))),
        staff.open_session(open(account, 4, code(STEP + 1)))
    );
    assert_ne!(one.is_ok(), other.is_ok(), "two logins with the same code");
    assert_eq!(lives(staff, account, 3).await, one.is_ok());
    assert_eq!(lives(staff, account, 4).await, other.is_ok());
    assert_eq!(staff.open_session(open(account, 5, code(STEP - 1))).await, used);
    let without = staff.open_session(open(account, 6, SecondFactor::SetUp)).await;
    assert_eq!(
        without,
        Err(Failure::Refused(OpenSessionRefusal::OutOfDate)),
        "an app is there"
    );
}

pub(crate) async fn a_recovery_code_is_used_once(store: Arc<dyn Store>) {
    let staff = store.staff();
    let account = ready(staff, "anna", Role::Operator).await;
    let recovery = |number| SecondFactor::Recovery { hash: [number; 32] };
    let used = Err(Failure::Refused(OpenSessionRefusal::CodeUsed));
    let (one, other) = tokio::join!(
        staff.open_session(open(account, 2, recovery(81))),
        staff.open_session(open(account, 3, recovery(81)))
    );
    assert_ne!(one.is_ok(), other.is_ok());
    assert_eq!(staff.staff_account(account).await.unwrap().unwrap().recovery_left, 1);
    assert_eq!(
        staff.open_session(open(account, 4, recovery(99))).await,
        used,
        "one that never was"
    );
    let codes = vec![[91; 32], [92; 32], [93; 32]];
    staff.replace_recovery_codes(account, codes, second(30)).await.unwrap();
    assert_eq!(staff.staff_account(account).await.unwrap().unwrap().recovery_left, 3);
    assert_eq!(
        staff.open_session(open(account, 5, recovery(82))).await,
        used,
        "one of before"
    );
    staff.open_session(open(account, 6, recovery(92))).await.unwrap();
}

pub(crate) async fn a_second_factor_within_a_session_is_used_up_like_one_at_the_door(store: Arc<dyn Store>) {
    let staff = store.staff();
    let account = ready(staff, "anna", Role::Operator).await;
    let shown = |factor| staff.use_second_factor(account, second(0), factor, second(20));
    let used = Err(Failure::Refused(OpenSessionRefusal::CodeUsed));
    let (one, other) = tokio::join!(shown(code(STEP + 1)), shown(code(STEP + 1)));
    assert_ne!(one.is_ok(), other.is_ok());
    assert_eq!(
        staff.open_session(open(account, 2, code(STEP + 1))).await,
        used,
        "nor does it log in"
    );
    let recovery = SecondFactor::Recovery { hash: [81; 32] };
    shown(recovery).await.unwrap();
    assert_eq!(shown(recovery).await, used);
    assert_eq!(staff.staff_account(account).await.unwrap().unwrap().recovery_left, 1);
    let stale = staff.use_second_factor(account, second(1), code(STEP + 2), second(20));
    assert_eq!(stale.await, Err(Failure::Refused(OpenSessionRefusal::OutOfDate)));
    shown(code(STEP + 2)).await.unwrap();
}

pub(crate) async fn a_login_to_an_account_that_changed_meanwhile_is_refused(store: Arc<dyn Store>) {
    let staff = store.staff();
    made(staff, "anna", Role::Operator).await;
    let account = ready(staff, "berta", Role::Agent).await;
    staff.open_session(open(account, 2, code(STEP + 1))).await.unwrap();
    let own = |at: i64| ChangeOwnPassword {
        account,
        password_set_at: second(at),
        password: password(3),
        session: token_of(account, 2),
        now: second(30),
    };
    staff.change_own_password(own(0)).await.unwrap();
    assert!(lives(staff, account, 2).await, "the session that changed it goes on");
    assert!(!lives(staff, account, 1).await, "the others end");
    assert!(!staff.staff_account(account).await.unwrap().unwrap().password_initial);
    let out_of_date = Err(Failure::Refused(OutOfDate));
    assert_eq!(staff.change_own_password(own(0)).await, out_of_date);
    assert_eq!(staff.enrol_app(enrol(account, 7)).await, out_of_date);
    let late = staff.open_session(open(account, 4, code(STEP + 2))).await;
    assert_eq!(late, Err(Failure::Refused(OpenSessionRefusal::OutOfDate)));
    change(staff, account, AccountChange::Disable).await.unwrap();
    let mut now = open(account, 5, code(STEP + 3));
    now.password_set_at = second(30);
    let disabled = staff.open_session(now).await;
    assert_eq!(disabled, Err(Failure::Refused(OpenSessionRefusal::OutOfDate)));
}

pub(crate) async fn a_session_that_ended_is_gone_at_once(store: Arc<dyn Store>) {
    let staff = store.staff();
    let (anna, berta) = (
        ready(staff, "anna", Role::Operator).await,
        ready(staff, "berta", Role::Agent).await,
    );
    for token in 2..=5 {
        let factor = code(STEP + i64::from(token));
        staff.open_session(open(anna, token, factor)).await.unwrap();
    }
    let end = |end| staff.end_sessions(end, Actor::Account(anna), second(40));
    assert_eq!(end(EndSessions::OfToken(token_of(anna, 2))).await, Ok(1));
    assert_eq!(end(EndSessions::OfToken(token_of(anna, 2))).await, Ok(0), "ended once");
    staff.touch_session(token_of(anna, 2), second(41)).await.unwrap();
    assert!(!lives(staff, anna, 2).await, "use does not bring it back");
    let (third, _) = staff.staff_session(token_of(anna, 3)).await.unwrap().unwrap();
    assert_eq!(
        end(EndSessions::One(berta, third.id)).await,
        Ok(0),
        "of another account"
    );
    assert!(lives(staff, anna, 3).await);
    assert_eq!(end(EndSessions::One(anna, third.id)).await, Ok(1));
    assert!(!lives(staff, anna, 3).await);
    assert_eq!(end(EndSessions::Others(anna, token_of(anna, 4))).await, Ok(2));
    assert!(lives(staff, anna, 4).await && lives(staff, berta, 1).await);
    assert_eq!(staff.sessions_of(anna).await.unwrap().len(), 1);
}

pub(crate) async fn the_use_of_a_session_is_noted_and_what_is_over_is_swept(store: Arc<dyn Store>) {
    let staff = store.staff();
    let account = ready(staff, "anna", Role::Operator).await;
    staff.open_session(open(account, 2, code(STEP + 1))).await.unwrap();
    let later = second(20) + SignedDuration::from_mins(29);
    staff.touch_session(token_of(account, 2), later).await.unwrap();
    staff.touch_session(token_of(account, 2), second(21)).await.unwrap();
    let (session, _) = staff.staff_session(token_of(account, 2)).await.unwrap().unwrap();
    assert_eq!(
        (session.began_at, session.used_at),
        (second(20), later),
        "use is never earlier"
    );
    let at = |token, step, minutes| OpenSession {
        now: second(20) + SignedDuration::from_mins(minutes),
        ..open(account, token, code(step))
    };
    staff.open_session(at(3, STEP + 2, 31)).await.unwrap();
    assert!(!lives(staff, account, 1).await, "nobody used it");
    assert!(lives(staff, account, 2).await);
    staff
        .touch_session(
            token_of(account, 3),
            second(20) + SignedDuration::from_mins(12 * 60 + 31),
        )
        .await
        .unwrap();
    staff.open_session(at(4, STEP + 3, 12 * 60 + 32)).await.unwrap();
    assert!(!lives(staff, account, 3).await, "used, but half a day old");
}

pub(crate) async fn guessers_at_the_same_moment_share_the_tries_of_an_account(store: Arc<dyn Store>) {
    let staff = store.staff();
    let account = ready(staff, "anna", Role::Operator).await;
    let key = LoginKey {
        counted: Counted::Account,
        hash: [1; 32],
    };
    let mut guessers = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let store = Arc::clone(&store);
        guessers.spawn(async move { store.staff().try_login(vec![key], second(0)).await });
    }
    let outcomes = guessers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5);
    let until = second(1);
    assert!(outcomes.contains(&Err(Failure::Refused(TooSoon { until }))));
    staff.try_login(vec![key], second(1)).await.unwrap();
    let until = second(3);
    assert_eq!(
        staff.try_login(vec![key], second(2)).await,
        Err(Failure::Refused(TooSoon { until }))
    );
    let opened = OpenSession {
        forget: vec![key],
        ..open(account, 2, code(STEP + 1))
    };
    staff.open_session(opened).await.unwrap();
    staff.try_login(vec![key], second(2)).await.unwrap();
}

pub(crate) async fn a_network_is_counted_by_its_failures_alone(store: Arc<dyn Store>) {
    let staff = store.staff();
    let account = made(staff, "anna", Role::Operator).await;
    let network = LoginKey {
        counted: Counted::Network,
        hash: [2; 32],
    };
    for _ in 0..60 {
        staff.try_login(vec![network], second(0)).await.unwrap();
    }
    for failure in 0..50 {
        staff.try_login(vec![network], second(0)).await.unwrap();
        let account = (failure == 0).then_some(account);
        staff.login_failed(Some(network), account, second(0)).await.unwrap();
    }
    let until = second(1);
    let other = LoginKey {
        counted: Counted::Account,
        hash: [3; 32],
    };
    let refused = staff.try_login(vec![other, network], second(0)).await;
    assert_eq!(refused, Err(Failure::Refused(TooSoon { until })));
    let lines = staff.audit_log(1, 10).await.unwrap();
    assert_eq!(lines.len(), 2, "made, and one failure of an account that is there");
    assert!(
        lines[1].line.ends_with(&format!("login-failed account={account}")),
        "{lines:?}"
    );
}

pub(crate) async fn a_token_of_a_program_ends_and_is_revoked(store: Arc<dyn Store>) {
    let staff = store.staff();
    let new = |number: u8, expires_at: Timestamp| NewApiToken {
        name: format!("reports {number}"),
        token_hash: [number; 32],
        scopes: vec![Right::Overview, Right::AuditLog],
        expires_at,
        actor: Actor::Command,
        now: second(0),
    };
    let first = staff.make_api_token(new(1, second(100))).await.unwrap();
    let second_token = staff.make_api_token(new(2, second(200))).await.unwrap();
    let found = staff.api_token([1; 32], second(99)).await.unwrap().unwrap();
    assert_eq!(
        (found.id, &*found.name, found.expires_at),
        (first, "reports 1", second(100))
    );
    assert_eq!(found.scopes, [Right::Overview, Right::AuditLog]);
    assert_eq!(staff.api_token([1; 32], second(100)).await, Ok(None), "over");
    assert_eq!(staff.api_token([3; 32], second(1)).await, Ok(None), "unknown");
    let revoke = |token| staff.revoke_api_token(token, Actor::Command, second(50));
    assert_eq!(revoke(second_token).await, Ok(true));
    assert_eq!(revoke(second_token).await, Ok(false));
    assert_eq!(staff.api_token([2; 32], second(60)).await, Ok(None), "revoked");
    let all: Vec<_> = staff
        .api_tokens()
        .await
        .unwrap()
        .into_iter()
        .map(|token| (token.id, token.revoked_at))
        .collect();
    assert_eq!(all, [(second_token, Some(second(50))), (first, None)]);
}

pub(crate) async fn every_act_is_a_line_of_an_unbroken_log(store: Arc<dyn Store>) {
    let staff = store.staff();
    assert_eq!(staff.audit_log_end().await, Ok(None));
    let account = ready(staff, "anna", Role::Operator).await;
    staff.open_session(open(account, 2, code(STEP + 1))).await.unwrap();
    let recovery = SecondFactor::Recovery { hash: [81; 32] };
    staff.open_session(open(account, 3, recovery)).await.unwrap();
    let acts = [Act::Read, Act::Changed].map(|act| Entry::new(Actor::Account(account), act, Subject::Series(4711)));
    staff.record_acts(acts.to_vec(), second(30)).await.unwrap();
    let out = EndSessions::OfToken(token_of(account, 2));
    staff
        .end_sessions(out, Actor::Account(account), second(40))
        .await
        .unwrap();
    change(staff, account, AccountChange::Reset(password(2))).await.unwrap();

    let lines = staff.audit_log(1, 100).await.unwrap();
    let told: Vec<&str> = lines
        .iter()
        .map(|line| line.line.splitn(3, ' ').nth(2).unwrap())
        .collect();
    let me = format!("account={account}");
    assert_eq!(
        told,
        [
            format!("command account-made {me} operator"),
            format!("{me} app-enrolled {me}"),
            format!("{me} logged-in {me}"),
            format!("{me} logged-in-by-recovery {me}"),
            format!("{me} read series=4711"),
            format!("{me} changed series=4711"),
            format!("{me} logged-out {me}"),
            format!("command reset {me}"),
        ]
    );
    let mut chain = Chain::default();
    for line in &lines {
        assert!(chain.follows(line.number, &line.line, &line.head), "{line:?}");
    }
    assert_eq!(staff.audit_log_end().await.unwrap().as_ref(), lines.last());
    assert_eq!(staff.audit_log(3, 2).await.unwrap(), lines[2..4]);
    let report = store.audit(second(200)).await.unwrap();
    assert!(report.ok(), "{report:#?}");
}

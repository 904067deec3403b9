//! Logging in at an identity provider: one person, one account.

use std::sync::Arc;

use dran_core::ids::StaffId;
use dran_core::staff::Role;

use super::staff::{made, ready, reset, token_of};
use super::world::second;
use crate::{Failure, OpenSession, OpenSessionRefusal, SecondFactor, StaffStore, Store};

const OTHER_PERSON: Result<(), Failure<OpenSessionRefusal>> = Err(Failure::Refused(OpenSessionRefusal::OtherPerson));

async fn open(
    staff: &dyn StaffStore,
    account: StaffId,
    token: u8,
    subject: u8,
) -> Result<(), Failure<OpenSessionRefusal>> {
    let found = staff.staff_account(account).await.unwrap().unwrap();
    staff
        .open_session(OpenSession {
            token_hash: token_of(account, token),
            account,
            password_set_at: found.password_set_at,
            factor: SecondFactor::Provider { subject: [subject; 32] },
            forget: vec![],
            now: second(20),
        })
        .await
}

pub(crate) async fn a_person_of_the_provider_opens_sessions_without_password_and_app(store: Arc<dyn Store>) {
    let staff = store.staff();
    let account = made(staff, "anna", Role::Operator).await;
    open(staff, account, 1, 71).await.unwrap();
    open(staff, account, 2, 71).await.unwrap();
    let (session, owner) = staff.staff_session(token_of(account, 2)).await.unwrap().unwrap();
    assert!(session.by_provider && session.second_factor && owner.password_initial);
    let found = staff.staff_account_of_subject([71; 32]).await.unwrap().unwrap();
    assert_eq!((found.id, found.provider_subject), (account, Some([71; 32])));
    assert_eq!(staff.staff_account_of_subject([72; 32]).await, Ok(None));
    let lines = staff.audit_log(1, 10).await.unwrap();
    assert!(
        lines
            .last()
            .unwrap()
            .line
            .ends_with("account=1 logged-in-by-provider account=1")
    );
    assert!(
        staff
            .sessions_of(account)
            .await
            .unwrap()
            .iter()
            .all(|session| session.by_provider)
    );
    let with_app = ready(staff, "berta", Role::Agent).await;
    let (session, _) = staff.staff_session(token_of(with_app, 1)).await.unwrap().unwrap();
    assert!(!session.by_provider);
}

pub(crate) async fn an_account_belongs_to_the_first_person_that_came_to_it(store: Arc<dyn Store>) {
    let staff = store.staff();
    let (anna, berta) = (
        made(staff, "anna", Role::Operator).await,
        made(staff, "berta", Role::Agent).await,
    );
    let (one, other) = tokio::join!(open(staff, anna, 1, 71), open(staff, anna, 2, 72));
    assert_ne!(one.is_ok(), other.is_ok(), "two persons at once: {one:?} {other:?}");
    let (owner, stranger) = if one.is_ok() { (71, 72) } else { (72, 71) };
    assert_eq!(one.and(other), OTHER_PERSON);
    assert_eq!(
        open(staff, anna, 3, stranger).await,
        OTHER_PERSON,
        "the name was given out again"
    );
    assert_eq!(
        open(staff, berta, 1, owner).await,
        OTHER_PERSON,
        "a person has one account"
    );
    assert_eq!(staff.sessions_of(berta).await, Ok(vec![]));
    open(staff, berta, 1, stranger).await.unwrap();
}

pub(crate) async fn a_reset_account_is_free_for_another_person_of_the_provider(store: Arc<dyn Store>) {
    let staff = store.staff();
    let account = made(staff, "anna", Role::Operator).await;
    open(staff, account, 1, 71).await.unwrap();
    reset(staff, account).await;
    assert_eq!(staff.staff_account_of_subject([71; 32]).await, Ok(None));
    assert_eq!(staff.sessions_of(account).await, Ok(vec![]));
    open(staff, account, 2, 72).await.unwrap();
    assert_eq!(open(staff, account, 3, 71).await, OTHER_PERSON);
}

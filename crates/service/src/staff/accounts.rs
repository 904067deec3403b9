//! Everybody's accounts, as an administrator looks after them.

use dran_core::ids::{CentreId, StaffId};
use dran_core::staff::log::Actor;
use dran_core::staff::password::Password;
use dran_core::staff::{Duty, StaffName};
use dran_store::{
    AccountChange, ChangeAccountRefusal, ChangeStaffAccount, Failure, Fault, MakeAccountRefusal, NewStaffAccount,
};

use super::{Staff, hashing};

/// What is done to an account. All of its sessions end with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountAction {
    /// It gets another role, or other centres.
    Duty(Duty),
    /// It may no longer be used.
    Disable,
    /// It may be used again.
    Enable,
    /// It gets a new initial password, and its app and recovery codes are gone.
    Reset,
}

/// Why an account was not made or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The name is taken.
    #[error("there is an account of this name already")]
    NameTaken,
    /// There is no such account.
    #[error("there is no such account")]
    UnknownAccount,
    /// There is no such centre.
    #[error("there is no centre {0}")]
    UnknownCentre(CentreId),
    /// Nobody would be left who looks after accounts.
    #[error("this is the last operator in use; make another one first")]
    LastAdministrator,
    /// Too many logins at once.
    #[error("too many logins at once; try again")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<hashing::Busy> for AccountError {
    fn from(_: hashing::Busy) -> Self {
        Self::Busy
    }
}

impl Staff {
    /// Makes an account and answers its initial password, which is kept nowhere.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn make_account(
        &self,
        actor: Actor,
        name: StaffName,
        duty: Duty,
    ) -> Result<(StaffId, Password), AccountError> {
        let password = Password::initial(&self.parts.entropy.bytes());
        let new = NewStaffAccount {
            name,
            duty,
            password: self.hashing.hash(password.clone(), self.parts.entropy.bytes()).await?,
            actor,
            now: self.now(),
        };
        let made = self.store().make_staff_account(new).await;
        let account = made.map_err(|failure| match failure {
            Failure::Refused(MakeAccountRefusal::NameTaken) => AccountError::NameTaken,
            Failure::Refused(MakeAccountRefusal::UnknownCentre(centre)) => AccountError::UnknownCentre(centre),
            Failure::Fault(fault) => fault.into(),
        })?;
        Ok((account, password))
    }

    /// Does something to an account; for a reset it answers the new initial password.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn change_account(
        &self,
        actor: Actor,
        account: StaffId,
        action: AccountAction,
    ) -> Result<Option<Password>, AccountError> {
        let (change, password) = match action {
            AccountAction::Duty(duty) => (AccountChange::Duty(duty), None),
            AccountAction::Disable => (AccountChange::Disable, None),
            AccountAction::Enable => (AccountChange::Enable, None),
            AccountAction::Reset => {
                let password = Password::initial(&self.parts.entropy.bytes());
                let hashed = self.hashing.hash(password.clone(), self.parts.entropy.bytes()).await?;
                (AccountChange::Reset(hashed), Some(password))
            }
        };
        let changed = self.store().change_staff_account(ChangeStaffAccount {
            account,
            change,
            actor,
            now: self.now(),
        });
        changed.await.map_err(|failure| match failure {
            Failure::Refused(ChangeAccountRefusal::UnknownAccount) => AccountError::UnknownAccount,
            Failure::Refused(ChangeAccountRefusal::UnknownCentre(centre)) => AccountError::UnknownCentre(centre),
            Failure::Refused(ChangeAccountRefusal::LastAdministrator) => AccountError::LastAdministrator,
            Failure::Fault(fault) => fault.into(),
        })?;
        Ok(password)
    }
}

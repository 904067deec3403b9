//! What is asked of a store, and what it answers. The numbers in both are the day's own (see
//! [`crate::engine`]).

use std::fmt::Debug;

use dran_core::ids::{CampaignId, CentreId, LineNo, RegistrationId, TicketId};
use dran_store::{
    Answer, Booked, CampaignStep, Cancel, Confirm, ConfirmRefusal, Enter, EnterRefusal, Expired, ExtendPermit, Failure,
    Fault, Freeze, Hold, HoldRefusal, LeaveContactRefusal, MoveSeries, NewCampaign, NewDelivery, NewHold,
    NewRegistration, NewRelease, NewTicketContact, OpeningRefusal, Permit, PermitRefusal, RegisterRefusal,
    ReleaseRefusal, ReleaseSummary, ResendCode, ResendRefusal, Series, SeriesRefusal, StepRefusal, Store, Verify,
    VerifyContact, VerifyContactRefusal, VerifyRefusal,
};
use jiff::Timestamp;

/// A write.
#[derive(Clone, Debug)]
pub enum Command {
    SyncCentres(Vec<CentreId>),
    CreateCampaign(Box<NewCampaign>),
    Freeze(Freeze),
    Draw(CampaignId, Timestamp),
    Step(CampaignId, CampaignStep, Timestamp),
    Deliver(Vec<NewDelivery>),
    Release(NewRelease),
    Lease(LineNo, u32),
    Call(Vec<(LineNo, u32)>, Timestamp),
    Expire(Timestamp),
    LeaveContact(Box<NewTicketContact>),
    VerifyContact(VerifyContact),
    WithdrawContact(TicketId),
    Enter(Enter),
    Extend(ExtendPermit),
    Leave(TicketId, Timestamp),
    Register(Box<NewRegistration>),
    Verify(Verify),
    Resend(Box<ResendCode>),
    Hold(NewHold),
    Confirm(Box<Confirm>),
    Cancel(Cancel),
    Move(MoveSeries),
}

/// An answer, in full.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a wave of them at a time, each looked at and counted"
)]
pub enum Said {
    Done(Result<(), Fault>),
    Created(Result<Vec<LineNo>, Fault>),
    Opened(Result<(), Failure<OpeningRefusal>>),
    Stepped(Result<(), Failure<StepRefusal>>),
    Counted(Result<u64, Fault>),
    Released(Result<ReleaseSummary, Failure<ReleaseRefusal>>),
    Expired(Result<Expired, Fault>),
    ContactLeft(Result<(), Failure<LeaveContactRefusal>>),
    ContactVerified(Result<Vec<TicketId>, Failure<VerifyContactRefusal>>),
    Withdrawn(Result<bool, Fault>),
    Entered(Result<Permit, Failure<EnterRefusal>>),
    Extended(Result<Permit, Failure<PermitRefusal>>),
    Left(Result<(), Failure<PermitRefusal>>),
    Registered(Result<RegistrationId, Failure<RegisterRefusal>>),
    Verified(Result<(), Failure<VerifyRefusal>>),
    Resent(Result<(), Failure<ResendRefusal>>),
    Held(Result<Hold, Failure<HoldRefusal>>),
    Confirmed(Result<Booked, Failure<ConfirmRefusal>>),
    Changed(Result<Series, Failure<SeriesRefusal>>),
}

/// How an answer ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// As asked.
    Done,
    /// By a rule, with its name.
    Refused(String),
    /// By the database: nothing that happens in a day.
    Fault(String),
}

impl Command {
    /// Its kind in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SyncCentres(_) => "sync centres",
            Self::CreateCampaign(_) => "create campaign",
            Self::Freeze(_) => "freeze",
            Self::Draw(..) => "record draw",
            Self::Step(..) => "step",
            Self::Deliver(_) => "add deliveries",
            Self::Release(_) => "release",
            Self::Lease(..) => "lease tickets",
            Self::Call(..) => "record calls",
            Self::Expire(_) => "expire",
            Self::LeaveContact(_) => "leave contact",
            Self::VerifyContact(_) => "verify contact",
            Self::WithdrawContact(_) => "withdraw contact",
            Self::Enter(_) => "enter",
            Self::Extend(_) => "extend permit",
            Self::Leave(..) => "leave",
            Self::Register(_) => "register",
            Self::Verify(_) => "verify",
            Self::Resend(_) => "resend code",
            Self::Hold(_) => "hold",
            Self::Confirm(_) => "confirm",
            Self::Cancel(_) => "cancel",
            Self::Move(_) => "move",
        }
    }

    /// Queues it, now and not when the answer is polled for.
    pub fn give(self, store: &dyn Store) -> Answer<'_, Said> {
        match self {
            Self::SyncCentres(centres) => then(store.sync_centres(centres), Said::Done),
            Self::CreateCampaign(new) => {
                let answer = store.create_campaign(*new);
                Box::pin(async {
                    let lines = |lines: Vec<dran_store::StoredLine>| lines.iter().map(|line| line.line).collect();
                    let unexpected = |failure| Fault::Failed(format!("{failure:?}"));
                    Said::Created(answer.await.map(|made| lines(made.lines)).map_err(unexpected))
                })
            }
            Self::Freeze(freeze) => then(store.freeze(freeze), Said::Opened),
            Self::Draw(campaign, at) => then(store.record_draw(campaign, at), Said::Opened),
            Self::Step(campaign, step, now) => then(store.step(campaign, step, now), Said::Stepped),
            Self::Deliver(deliveries) => then(store.add_deliveries(deliveries), Said::Counted),
            Self::Release(release) => then(store.release(release), Said::Released),
            Self::Lease(line, count) => {
                let answer = store.lease_tickets(line, count);
                Box::pin(async { Said::Counted(answer.await.map(u64::from)) })
            }
            Self::Call(calls, now) => then(store.record_calls(calls, now), Said::Done),
            Self::Expire(now) => then(store.expire(now), Said::Expired),
            Self::LeaveContact(new) => then(store.leave_contact(*new), Said::ContactLeft),
            Self::VerifyContact(verify) => then(store.verify_contact(verify), Said::ContactVerified),
            Self::WithdrawContact(ticket) => then(store.withdraw_contact(ticket), Said::Withdrawn),
            Self::Enter(enter) => then(store.enter(enter), Said::Entered),
            Self::Extend(extend) => then(store.extend_permit(extend), Said::Extended),
            Self::Leave(ticket, now) => then(store.leave(ticket, now), Said::Left),
            Self::Register(new) => then(store.register(*new), Said::Registered),
            Self::Verify(verify) => then(store.verify(verify), Said::Verified),
            Self::Resend(resend) => then(store.resend_code(*resend), Said::Resent),
            Self::Hold(hold) => then(store.hold(hold), Said::Held),
            Self::Confirm(confirm) => then(store.confirm(*confirm), Said::Confirmed),
            Self::Cancel(cancel) => then(store.cancel(cancel), Said::Changed),
            Self::Move(moved) => then(store.move_series(moved), Said::Changed),
        }
    }
}

fn then<'a, T: Send + 'a>(answer: Answer<'a, T>, said: impl FnOnce(T) -> Said + Send + 'a) -> Answer<'a, Said> {
    Box::pin(async move { said(answer.await) })
}

impl Said {
    /// How it ended, without what it says besides.
    pub fn ended(&self) -> Ended {
        match self {
            Self::Done(answer) => of_fault(answer),
            Self::Created(answer) => of_fault(answer),
            Self::Counted(answer) => of_fault(answer),
            Self::Expired(answer) => of_fault(answer),
            Self::Withdrawn(answer) => of_fault(answer),
            Self::Opened(answer) => of(answer),
            Self::Stepped(answer) => of(answer),
            Self::Released(answer) => of(answer),
            Self::ContactLeft(answer) => of(answer),
            Self::ContactVerified(answer) => of(answer),
            Self::Entered(answer) => of(answer),
            Self::Extended(answer) => of(answer),
            Self::Left(answer) => of(answer),
            Self::Registered(answer) => of(answer),
            Self::Verified(answer) => of(answer),
            Self::Resent(answer) => of(answer),
            Self::Held(answer) => of(answer),
            Self::Confirmed(answer) => of(answer),
            Self::Changed(answer) => of(answer),
        }
    }
}

fn of_fault<T>(answer: &Result<T, Fault>) -> Ended {
    match answer {
        Ok(_) => Ended::Done,
        Err(fault) => Ended::Fault(fault.to_string()),
    }
}

fn of<T, R: Debug>(answer: &Result<T, Failure<R>>) -> Ended {
    match answer {
        Ok(_) => Ended::Done,
        Err(Failure::Refused(refusal)) => {
            let told = format!("{refusal:?}");
            let name = told.split([' ', '(', '{']).next().unwrap_or_default();
            Ended::Refused(name.to_owned())
        }
        Err(Failure::Fault(fault)) => Ended::Fault(fault.to_string()),
    }
}

//! PostgreSQL: the engine of several nodes.
//!
//! On each node one thread writes, in batches (`writer`), a few connections read (`readers`), and one
//! listens to what the others commit (`board`). Each operation is a function over a transaction, in the
//! file of its subject.
//!
//! # What nodes may not do to each other
//!
//! Every batch takes one advisory lock before anything else and keeps it until its COMMIT. So the batches of
//! all nodes come one after the other, as those of one node do: what a command has read is still so when
//! it writes, and no two transactions ever wait for each other. Every write states its precondition in SQL
//! and checks the rows it touched all the same.

mod account;
mod audit;
mod backup;
mod board;
mod booking;
mod campaigns;
mod command;
mod contacts;
mod counts;
mod day;
mod draw;
mod folds;
mod holds;
mod leadership;
mod line;
mod messages;
mod migrations;
mod notices;
mod open;
mod operations;
mod phone;
mod read_only;
mod readers;
mod references;
mod registration;
mod release;
mod rows;
mod series;
mod session;
mod sets;
mod sql;
mod staff;
mod supply;
mod writer;

use std::sync::Arc;

use dran_core::ids::{CampaignId, CentreId, LineNo, RegistrationId, TicketId};
use dran_core::line::randomness::PublicValue;
use dran_core::supply::SeriesSlot;
use jiff::Timestamp;
use jiff::civil::Date;

use session::Tx;

use crate::{
    AccountHead, AccountLine, Answer, AuditReport, Booked, CampaignStep, Cancel, Confirm, ConfirmRefusal, Counts,
    CreateCampaignRefusal, DueNotice, Enter, EnterRefusal, Expired, ExtendPermit, Failure, Fault, Freeze, Hold,
    HoldRefusal, KeptDay, LeaveContactRefusal, LostTime, Message, MessageOutcome, MoveSeries, NewCampaign, NewDelivery,
    NewHold, NewNotice, NewRegistration, NewRelease, NewTicketContact, NoticeMarks, OpeningRefusal, OperationsStore,
    Permit, PermitRefusal, PhoneStore, Pressure, RegisterRefusal, Registration, ReleaseRefusal, ReleaseSummary,
    ResendCode, ResendRefusal, SendAgain, Series, SeriesRefusal, SetOpening, Shared, StaffStore, StepRefusal, Store,
    StoredCampaign, StoredDelivery, Term, TicketContact, Verify, VerifyContact, VerifyContactRefusal, VerifyRefusal,
};

pub(crate) use backup::{back_up, restore};
pub use open::{OpenError, PostgresOptions};

/// A store in a PostgreSQL database. Dropping it lets everything that is queued be written first.
pub struct PostgresStore {
    readers: readers::Readers,
    writer: writer::Writer,
    leadership: leadership::Leadership,
    board_version: Arc<board::BoardVersion>,
}

impl PostgresStore {
    /// Opens the database at a `postgres://` URL and brings its schema up to date. The database must be
    /// there.
    pub fn open(url: &str, options: PostgresOptions) -> Result<Self, OpenError> {
        let config = open::config(url)?;
        let board_version = Arc::<board::BoardVersion>::default();
        // First: without a schema there is nothing to read.
        let writer = writer::Writer::start(config.clone(), &options, Arc::clone(&board_version))?;
        let (leadership, seat) = leadership::Leadership::new(config.clone());
        Ok(Self {
            writer,
            readers: readers::Readers::start(config, &options, Arc::clone(&board_version), seat)?,
            leadership,
            board_version,
        })
    }

    /// Queues a command that only the leader gives.
    fn write_leading<T, E>(
        &self,
        command: impl AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let claim = self.leadership.claim();
        self.writer.write(async move |tx: &Tx| {
            leadership::check(tx, claim).await?;
            command(tx).await
        })
    }
}

impl Store for PostgresStore {
    fn sync_centres(&self, centres: Vec<CentreId>) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(async move |tx: &Tx| campaigns::sync_centres(tx, &centres).await)
    }

    fn create_campaign(&self, new: NewCampaign) -> Answer<'_, Result<StoredCampaign, Failure<CreateCampaignRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| campaigns::create(tx, &new).await)
    }

    fn campaigns(&self) -> Answer<'_, Result<Vec<StoredCampaign>, Fault>> {
        self.readers.read(async |tx: &Tx| campaigns::list(tx).await)
    }

    fn set_opening(&self, opening: SetOpening) -> Answer<'_, Result<(), Failure<OpeningRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| draw::set_opening(tx, &opening).await)
    }

    fn freeze(&self, freeze: Freeze) -> Answer<'_, Result<(), Failure<OpeningRefusal>>> {
        self.write_leading(async move |tx: &Tx| draw::freeze(tx, &freeze).await)
    }

    fn record_public_value(
        &self,
        campaign: CampaignId,
        value: PublicValue,
    ) -> Answer<'_, Result<(), Failure<OpeningRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| draw::record_public_value(tx, &campaign, &value).await)
    }

    fn record_draw(
        &self,
        campaign: CampaignId,
        drawn_at: Timestamp,
    ) -> Answer<'_, Result<(), Failure<OpeningRefusal>>> {
        self.write_leading(async move |tx: &Tx| draw::record_draw(tx, &campaign, drawn_at).await)
    }

    fn step(
        &self,
        campaign: CampaignId,
        step: CampaignStep,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Failure<StepRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| campaigns::step(tx, &campaign, step, now).await)
    }

    fn add_deliveries(&self, deliveries: Vec<NewDelivery>) -> Answer<'_, Result<u64, Fault>> {
        self.writer
            .write(async move |tx: &Tx| supply::add_deliveries(tx, &deliveries).await)
    }

    fn deliveries(&self) -> Answer<'_, Result<Vec<StoredDelivery>, Fault>> {
        self.readers.read(async |tx: &Tx| supply::deliveries(tx).await)
    }

    fn release(&self, release: NewRelease) -> Answer<'_, Result<ReleaseSummary, Failure<ReleaseRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| release::release(tx, &release).await)
    }

    fn board(&self) -> Answer<'_, Result<Vec<SeriesSlot>, Fault>> {
        self.readers.read(async |tx: &Tx| supply::board(tx).await)
    }

    fn lease_tickets(&self, line: LineNo, count: u32) -> Answer<'_, Result<u32, Fault>> {
        self.writer
            .write_at_the_door(async move |tx: &Tx| line::lease(tx, line, count).await)
    }

    fn record_calls(&self, calls: Vec<(LineNo, u32)>, now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(async move |tx: &Tx| line::record_calls(tx, &calls, now).await)
    }

    fn enter(&self, enter: Enter) -> Answer<'_, Result<Permit, Failure<EnterRefusal>>> {
        self.writer.ask(sets::Asked::new(enter))
    }

    fn extend_permit(&self, extend: ExtendPermit) -> Answer<'_, Result<Permit, Failure<PermitRefusal>>> {
        self.writer.write(async move |tx: &Tx| line::extend(tx, &extend).await)
    }

    fn leave(&self, ticket: TicketId, now: Timestamp) -> Answer<'_, Result<(), Failure<PermitRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| line::leave(tx, ticket, now).await)
    }

    fn permits(&self) -> Answer<'_, Result<Vec<Permit>, Fault>> {
        self.readers.read(async |tx: &Tx| line::permits(tx).await)
    }

    fn expire(&self, now: Timestamp) -> Answer<'_, Result<Expired, Fault>> {
        self.write_leading(async move |tx: &Tx| line::expire(tx, now).await)
    }

    fn register(&self, new: NewRegistration) -> Answer<'_, Result<RegistrationId, Failure<RegisterRefusal>>> {
        self.writer.ask(sets::Asked::new(new))
    }

    fn registration(&self, id: RegistrationId) -> Answer<'_, Result<Option<Registration>, Fault>> {
        self.readers.read(async move |tx: &Tx| registration::get(tx, id).await)
    }

    fn verify(&self, verify: Verify) -> Answer<'_, Result<(), Failure<VerifyRefusal>>> {
        let answer = self.writer.ask(sets::Asked::new(verify));
        Box::pin(async { answer.await?.map_err(Failure::Refused) })
    }

    fn resend_code(&self, resend: ResendCode) -> Answer<'_, Result<(), Failure<ResendRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| registration::resend(tx, &resend).await)
    }

    fn hold(&self, hold: NewHold) -> Answer<'_, Result<Hold, Failure<HoldRefusal>>> {
        self.writer.ask(sets::Asked::new(hold))
    }

    fn hold_of(&self, ticket: TicketId) -> Answer<'_, Result<Option<Hold>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| holds::of_ticket(tx, ticket).await)
    }

    fn confirm(&self, confirm: Confirm) -> Answer<'_, Result<Booked, Failure<ConfirmRefusal>>> {
        self.writer.ask(sets::Asked::new(confirm))
    }

    fn booked_by(&self, ticket: TicketId) -> Answer<'_, Result<Option<Booked>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| booking::by_ticket(tx, ticket).await)
    }

    fn series(&self, booking_code: String) -> Answer<'_, Result<Option<Series>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| series::get(tx, &booking_code).await)
    }

    fn booking_codes_born_on(&self, birth_date: Date, limit: u32) -> Answer<'_, Result<Vec<String>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| series::codes_born_on(tx, birth_date, limit).await)
    }

    fn cancel(&self, cancel: Cancel) -> Answer<'_, Result<Series, Failure<SeriesRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| series::cancel(tx, &cancel).await)
    }

    fn move_series(&self, moved: MoveSeries) -> Answer<'_, Result<Series, Failure<SeriesRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| series::move_series(tx, &moved).await)
    }

    fn send_again(&self, again: SendAgain) -> Answer<'_, Result<(), Failure<SeriesRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| series::send_again(tx, &again).await)
    }

    fn leave_contact(&self, new: NewTicketContact) -> Answer<'_, Result<(), Failure<LeaveContactRefusal>>> {
        self.writer.write(async move |tx: &Tx| contacts::leave(tx, &new).await)
    }

    fn ticket_contact(&self, ticket: TicketId) -> Answer<'_, Result<Option<TicketContact>, Fault>> {
        self.readers.read(async move |tx: &Tx| contacts::get(tx, ticket).await)
    }

    fn verify_contact(
        &self,
        verify: VerifyContact,
    ) -> Answer<'_, Result<Vec<TicketId>, Failure<VerifyContactRefusal>>> {
        let answer = self
            .writer
            .write::<_, Fault>(async move |tx: &Tx| contacts::verify(tx, &verify).await);
        Box::pin(async { answer.await?.map_err(Failure::Refused) })
    }

    fn withdraw_contact(&self, ticket: TicketId) -> Answer<'_, Result<bool, Fault>> {
        self.writer
            .write(async move |tx: &Tx| contacts::withdraw(tx, ticket).await)
    }

    fn folded_places(&self) -> Answer<'_, Result<Vec<Vec<TicketId>>, Fault>> {
        self.readers.read(async |tx: &Tx| folds::all_folded(tx).await)
    }

    fn unplaced_contacts(&self, lines: Vec<LineNo>, limit: u32) -> Answer<'_, Result<Vec<TicketId>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| notices::unplaced(tx, &lines, limit).await)
    }

    fn place_contacts(&self, positions: Vec<(TicketId, u32)>) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(async move |tx: &Tx| notices::place(tx, &positions).await)
    }

    fn due_notices(&self, marks: Vec<NoticeMarks>, limit: u32) -> Answer<'_, Result<Vec<DueNotice>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| notices::due(tx, &marks, limit).await)
    }

    fn send_notices(&self, new: Vec<NewNotice>, now: Timestamp) -> Answer<'_, Result<u32, Fault>> {
        self.write_leading(async move |tx: &Tx| notices::send(tx, &new, now).await)
    }

    fn forget_contacts(
        &self,
        closed: Vec<LineNo>,
        unverified_before: Timestamp,
        limit: u32,
    ) -> Answer<'_, Result<u32, Fault>> {
        self.write_leading(async move |tx: &Tx| contacts::forget(tx, &closed, unverified_before, limit).await)
    }

    fn due_messages(&self, now: Timestamp, limit: u32) -> Answer<'_, Result<Vec<Message>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| messages::due(tx, now, limit).await)
    }

    fn settle_messages(&self, outcomes: Vec<MessageOutcome>) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(async move |tx: &Tx| messages::settle(tx, &outcomes).await)
    }

    fn recent_messages(&self, limit: u32) -> Answer<'_, Result<Vec<Message>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| messages::recent(tx, limit).await)
    }

    fn account(&self, from: u32, limit: u32) -> Answer<'_, Result<Vec<AccountLine>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| account::lines(tx, from, limit).await)
    }

    fn account_head(&self) -> Answer<'_, Result<AccountHead, Fault>> {
        self.readers.read(async |tx: &Tx| account::head(tx).await)
    }

    fn keep_day(&self, day: KeptDay) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(async move |tx: &Tx| day::keep(tx, &day).await)
    }

    fn kept_day(&self, since: Timestamp) -> Answer<'_, Result<KeptDay, Fault>> {
        self.readers.read(async move |tx: &Tx| day::kept(tx, since).await)
    }

    fn lead(&self) -> Answer<'_, Result<Option<Term>, Fault>> {
        self.leadership.lead()
    }

    fn tell(&self, told: Vec<u8>) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(async move |tx: &Tx| leadership::tell(tx, &told).await)
    }

    fn shared(&self, booked_after: i64) -> Answer<'_, Result<Shared, Fault>> {
        self.readers
            .read(async move |tx: &Tx| leadership::shared(tx, booked_after).await)
    }

    fn permits_of(&self, tickets: Vec<TicketId>) -> Answer<'_, Result<Vec<Permit>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| leadership::permits_of(tx, &tickets).await)
    }

    fn begin_read_only(&self, now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(async move |tx: &Tx| read_only::begin(tx, now).await)
    }

    fn end_read_only(&self, now: Timestamp, expires_at_max: Timestamp) -> Answer<'_, Result<Option<u64>, Fault>> {
        self.writer
            .write(async move |tx: &Tx| read_only::end(tx, now, expires_at_max).await)
    }

    fn give_time_back(&self, lost: LostTime) -> Answer<'_, Result<u64, Fault>> {
        self.write_leading(async move |tx: &Tx| read_only::give_back(tx, &lost).await)
    }

    fn staff(&self) -> &dyn StaffStore {
        self
    }

    fn phone(&self) -> &dyn PhoneStore {
        self
    }

    fn operations(&self) -> &dyn OperationsStore {
        self
    }

    fn clock(&self) -> Answer<'_, Result<Option<Timestamp>, Fault>> {
        self.readers.read(async |tx: &Tx| leadership::clock(tx).await.map(Some))
    }

    fn counts(&self) -> Answer<'_, Result<Counts, Fault>> {
        self.readers.read(async |tx: &Tx| counts::counts(tx).await)
    }

    fn audit(&self, now: Timestamp) -> Answer<'_, Result<AuditReport, Fault>> {
        self.readers.read(async move |tx: &Tx| audit::audit(tx, now).await)
    }

    fn board_version(&self) -> u64 {
        self.board_version.now()
    }

    fn pressure(&self) -> Option<Pressure> {
        self.writer.pressure()
    }
}

#[cfg(test)]
mod tests;

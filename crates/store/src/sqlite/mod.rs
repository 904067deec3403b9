//! SQLite: the engine of one machine.
//!
//! One thread writes, in batches (`writer`); a few read (`readers`). Each operation is a plain
//! function over a transaction or a connection, in the file of its subject.

mod account;
mod audit;
mod backup;
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
mod registration;
mod rows;
mod series;
mod sql;
mod staff;
mod supply;
mod writer;

use std::path::{Path, PathBuf};

use dran_core::ids::{CampaignId, CentreId, LineNo, RegistrationId, TicketId};
use dran_core::line::randomness::PublicValue;
use dran_core::supply::SeriesSlot;
use jiff::Timestamp;
use jiff::civil::Date;
use tempfile::TempDir;

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
#[cfg(test)]
pub(crate) use migrations::names as migration_names;
pub use open::{OpenError, SqliteOptions};

/// A store in one SQLite file. Dropping it lets everything that is queued be written first.
pub struct SqliteStore {
    // Closed in this order: only the last connection that can write moves the log into the file.
    readers: readers::Readers,
    writer: writer::Writer,
    leadership: leadership::Leadership,
    /// What further connections are opened with.
    path: PathBuf,
    options: SqliteOptions,
    /// Removed last, after the connections are closed.
    folder: Option<TempDir>,
}

impl SqliteStore {
    /// Opens the database at `path` and brings its schema up to date.
    pub fn open(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let writer = open::open_writer(path, &options)?;
        let readers = (0..options.read_connections.max(1))
            .map(|_| open::open_reader(path, &options))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            writer: writer::Writer::start(writer, options.queue_len_max, options.hooks())?,
            readers: readers::Readers::start(readers, options.read_queue_len_max)?,
            leadership: leadership::Leadership::of(path),
            path: path.to_owned(),
            options,
            folder: None,
        })
    }

    /// The way of staff into the same database: a queue to the writer that goes before the citizens', and connections of
    /// its own to read. It writes for as long as this one is there.
    pub fn staff_side(&self) -> Result<Self, OpenError> {
        let readers = (0..self.options.read_connections.max(1))
            .map(|_| open::open_reader(&self.path, &self.options))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            writer: self.writer.of_staff(),
            readers: readers::Readers::start(readers, self.options.read_queue_len_max)?,
            leadership: leadership::Leadership::of(&self.path),
            path: self.path.clone(),
            options: self.options,
            folder: None,
        })
    }

    /// Opens an empty database in a temporary folder that goes when the store goes.
    pub fn open_temporary() -> Result<Self, OpenError> {
        let folder = TempDir::with_prefix("dran-")?;
        let options = SqliteOptions {
            create: true,
            ..SqliteOptions::default()
        };
        let mut store = Self::open(&folder.path().join("dran.sqlite"), options)?;
        store.folder = Some(folder);
        Ok(store)
    }

    /// Queues a command that only the leader gives.
    fn write_leading<T, E>(
        &self,
        command: impl Fn(&writer::Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let claim = self.leadership.claim();
        self.writer.write(move |tx| {
            leadership::check(tx, claim)?;
            command(tx)
        })
    }
}

impl Store for SqliteStore {
    fn sync_centres(&self, centres: Vec<CentreId>) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(move |tx| campaigns::sync_centres(tx, &centres))
    }

    fn create_campaign(&self, new: NewCampaign) -> Answer<'_, Result<StoredCampaign, Failure<CreateCampaignRefusal>>> {
        self.writer.write(move |tx| campaigns::create(tx, &new))
    }

    fn campaigns(&self) -> Answer<'_, Result<Vec<StoredCampaign>, Fault>> {
        self.readers.read(campaigns::list)
    }

    fn set_opening(&self, opening: SetOpening) -> Answer<'_, Result<(), Failure<OpeningRefusal>>> {
        self.writer.write(move |tx| draw::set_opening(tx, &opening))
    }

    fn freeze(&self, freeze: Freeze) -> Answer<'_, Result<(), Failure<OpeningRefusal>>> {
        self.write_leading(move |tx| draw::freeze(tx, &freeze))
    }

    fn record_public_value(
        &self,
        campaign: CampaignId,
        value: PublicValue,
    ) -> Answer<'_, Result<(), Failure<OpeningRefusal>>> {
        self.writer
            .write(move |tx| draw::record_public_value(tx, &campaign, &value))
    }

    fn record_draw(
        &self,
        campaign: CampaignId,
        drawn_at: Timestamp,
    ) -> Answer<'_, Result<(), Failure<OpeningRefusal>>> {
        self.write_leading(move |tx| draw::record_draw(tx, &campaign, drawn_at))
    }

    fn step(
        &self,
        campaign: CampaignId,
        step: CampaignStep,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Failure<StepRefusal>>> {
        self.writer.write(move |tx| campaigns::step(tx, &campaign, step, now))
    }

    fn add_deliveries(&self, deliveries: Vec<NewDelivery>) -> Answer<'_, Result<u64, Fault>> {
        self.writer.write(move |tx| supply::add_deliveries(tx, &deliveries))
    }

    fn deliveries(&self) -> Answer<'_, Result<Vec<StoredDelivery>, Fault>> {
        self.readers.read(supply::deliveries)
    }

    fn release(&self, release: NewRelease) -> Answer<'_, Result<ReleaseSummary, Failure<ReleaseRefusal>>> {
        self.writer.write(move |tx| supply::release(tx, &release))
    }

    fn board(&self) -> Answer<'_, Result<Vec<SeriesSlot>, Fault>> {
        self.readers.read(supply::board)
    }

    fn lease_tickets(&self, line: LineNo, count: u32) -> Answer<'_, Result<u32, Fault>> {
        self.writer.write_at_the_door(move |tx| line::lease(tx, line, count))
    }

    fn record_calls(&self, calls: Vec<(LineNo, u32)>, now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(move |tx| line::record_calls(tx, &calls, now))
    }

    fn enter(&self, enter: Enter) -> Answer<'_, Result<Permit, Failure<EnterRefusal>>> {
        self.writer.write(move |tx| line::enter(tx, &enter))
    }

    fn extend_permit(&self, extend: ExtendPermit) -> Answer<'_, Result<Permit, Failure<PermitRefusal>>> {
        self.writer.write(move |tx| line::extend(tx, &extend))
    }

    fn leave(&self, ticket: TicketId, now: Timestamp) -> Answer<'_, Result<(), Failure<PermitRefusal>>> {
        self.writer.write(move |tx| line::leave(tx, ticket, now))
    }

    fn permits(&self) -> Answer<'_, Result<Vec<Permit>, Fault>> {
        self.readers.read(line::permits)
    }

    fn expire(&self, now: Timestamp) -> Answer<'_, Result<Expired, Fault>> {
        self.write_leading(move |tx| line::expire(tx, now))
    }

    fn register(&self, new: NewRegistration) -> Answer<'_, Result<RegistrationId, Failure<RegisterRefusal>>> {
        self.writer.write(move |tx| registration::register(tx, &new))
    }

    fn registration(&self, id: RegistrationId) -> Answer<'_, Result<Option<Registration>, Fault>> {
        self.readers.read(move |connection| registration::get(connection, id))
    }

    fn verify(&self, verify: Verify) -> Answer<'_, Result<(), Failure<VerifyRefusal>>> {
        let answer = self
            .writer
            .write::<_, Fault>(move |tx| registration::verify(tx, &verify));
        Box::pin(async { answer.await?.map_err(Failure::Refused) })
    }

    fn resend_code(&self, resend: ResendCode) -> Answer<'_, Result<(), Failure<ResendRefusal>>> {
        self.writer.write(move |tx| registration::resend(tx, &resend))
    }

    fn hold(&self, hold: NewHold) -> Answer<'_, Result<Hold, Failure<HoldRefusal>>> {
        self.writer.write(move |tx| holds::hold(tx, &hold))
    }

    fn hold_of(&self, ticket: TicketId) -> Answer<'_, Result<Option<Hold>, Fault>> {
        self.readers
            .read(move |connection| holds::of_ticket(connection, ticket))
    }

    fn confirm(&self, confirm: Confirm) -> Answer<'_, Result<Booked, Failure<ConfirmRefusal>>> {
        self.writer.write(move |tx| booking::confirm(tx, &confirm))
    }

    fn booked_by(&self, ticket: TicketId) -> Answer<'_, Result<Option<Booked>, Fault>> {
        self.readers
            .read(move |connection| booking::by_ticket(connection, ticket))
    }

    fn series(&self, booking_code: String) -> Answer<'_, Result<Option<Series>, Fault>> {
        self.readers
            .read(move |connection| series::get(connection, &booking_code))
    }

    fn booking_codes_born_on(&self, birth_date: Date, limit: u32) -> Answer<'_, Result<Vec<String>, Fault>> {
        self.readers
            .read(move |connection| series::codes_born_on(connection, birth_date, limit))
    }

    fn cancel(&self, cancel: Cancel) -> Answer<'_, Result<Series, Failure<SeriesRefusal>>> {
        self.writer.write(move |tx| series::cancel(tx, &cancel))
    }

    fn move_series(&self, moved: MoveSeries) -> Answer<'_, Result<Series, Failure<SeriesRefusal>>> {
        self.writer.write(move |tx| series::move_series(tx, &moved))
    }

    fn send_again(&self, again: SendAgain) -> Answer<'_, Result<(), Failure<SeriesRefusal>>> {
        self.writer.write(move |tx| series::send_again(tx, &again))
    }

    fn leave_contact(&self, new: NewTicketContact) -> Answer<'_, Result<(), Failure<LeaveContactRefusal>>> {
        self.writer.write(move |tx| contacts::leave(tx, &new))
    }

    fn ticket_contact(&self, ticket: TicketId) -> Answer<'_, Result<Option<TicketContact>, Fault>> {
        self.readers.read(move |connection| contacts::get(connection, ticket))
    }

    fn verify_contact(
        &self,
        verify: VerifyContact,
    ) -> Answer<'_, Result<Vec<TicketId>, Failure<VerifyContactRefusal>>> {
        let answer = self.writer.write::<_, Fault>(move |tx| contacts::verify(tx, &verify));
        Box::pin(async { answer.await?.map_err(Failure::Refused) })
    }

    fn withdraw_contact(&self, ticket: TicketId) -> Answer<'_, Result<bool, Fault>> {
        self.writer.write(move |tx| contacts::withdraw(tx, ticket))
    }

    fn folded_places(&self) -> Answer<'_, Result<Vec<Vec<TicketId>>, Fault>> {
        self.readers.read(folds::all_folded)
    }

    fn unplaced_contacts(&self, lines: Vec<LineNo>, limit: u32) -> Answer<'_, Result<Vec<TicketId>, Fault>> {
        self.readers
            .read(move |connection| notices::unplaced(connection, &lines, limit))
    }

    fn place_contacts(&self, positions: Vec<(TicketId, u32)>) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(move |tx| notices::place(tx, &positions))
    }

    fn due_notices(&self, marks: Vec<NoticeMarks>, limit: u32) -> Answer<'_, Result<Vec<DueNotice>, Fault>> {
        self.readers
            .read(move |connection| notices::due(connection, &marks, limit))
    }

    fn send_notices(&self, new: Vec<NewNotice>, now: Timestamp) -> Answer<'_, Result<u32, Fault>> {
        self.write_leading(move |tx| notices::send(tx, &new, now))
    }

    fn forget_contacts(
        &self,
        closed: Vec<LineNo>,
        unverified_before: Timestamp,
        limit: u32,
    ) -> Answer<'_, Result<u32, Fault>> {
        self.write_leading(move |tx| contacts::forget(tx, &closed, unverified_before, limit))
    }

    fn due_messages(&self, now: Timestamp, limit: u32) -> Answer<'_, Result<Vec<Message>, Fault>> {
        self.readers
            .read(move |connection| messages::due(connection, now, limit))
    }

    fn settle_messages(&self, outcomes: Vec<MessageOutcome>) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(move |tx| messages::settle(tx, &outcomes))
    }

    fn recent_messages(&self, limit: u32) -> Answer<'_, Result<Vec<Message>, Fault>> {
        self.readers.read(move |connection| messages::recent(connection, limit))
    }

    fn account(&self, from: u32, limit: u32) -> Answer<'_, Result<Vec<AccountLine>, Fault>> {
        self.readers
            .read(move |connection| account::lines(connection, from, limit))
    }

    fn account_head(&self) -> Answer<'_, Result<AccountHead, Fault>> {
        self.readers.read(account::head)
    }

    fn keep_day(&self, day: KeptDay) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(move |tx| day::keep(tx, &day))
    }

    fn kept_day(&self, since: Timestamp) -> Answer<'_, Result<KeptDay, Fault>> {
        self.readers.read(move |connection| day::kept(connection, since))
    }

    fn lead(&self) -> Answer<'_, Result<Option<Term>, Fault>> {
        Box::pin(self.leadership.lead(&self.writer))
    }

    fn tell(&self, told: Vec<u8>) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(move |tx| leadership::tell(tx, &told))
    }

    fn shared(&self, booked_after: i64) -> Answer<'_, Result<Shared, Fault>> {
        self.readers
            .read(move |connection| leadership::shared(connection, booked_after))
    }

    fn permits_of(&self, tickets: Vec<TicketId>) -> Answer<'_, Result<Vec<Permit>, Fault>> {
        self.readers
            .read(move |connection| leadership::permits_of(connection, &tickets))
    }

    fn begin_read_only(&self, now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(move |tx| read_only::begin(tx, now))
    }

    fn end_read_only(&self, now: Timestamp, expires_at_max: Timestamp) -> Answer<'_, Result<Option<u64>, Fault>> {
        self.writer.write(move |tx| read_only::end(tx, now, expires_at_max))
    }

    fn give_time_back(&self, lost: LostTime) -> Answer<'_, Result<u64, Fault>> {
        self.write_leading(move |tx| read_only::give_back(tx, &lost))
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
        Box::pin(async { Ok(None) })
    }

    fn counts(&self) -> Answer<'_, Result<Counts, Fault>> {
        self.readers.read(counts::counts)
    }

    fn audit(&self, now: Timestamp) -> Answer<'_, Result<AuditReport, Fault>> {
        self.readers.read(move |connection| audit::audit(connection, now))
    }

    fn board_version(&self) -> u64 {
        self.writer.board_version()
    }

    fn pressure(&self) -> Option<Pressure> {
        self.writer.pressure()
    }
}

#[cfg(test)]
mod tests;

//! The addresses of the staff side; the router uses the same constants.

use dran_core::ids::TicketId;

/// Sends everybody where they go on.
pub const HOME: &str = "/";
/// Name and password.
pub const SIGN_IN: &str = "/anmelden";
/// The code after it.
pub const SIGN_IN_CODE: &str = "/anmelden/code";
/// Off to the identity provider.
pub const TO_PROVIDER: &str = "/anmelden/extern";
/// Back from it; the operator tells the provider this address.
pub const FROM_PROVIDER: &str = "/anmelden/zurueck";
/// Logging out.
pub const SIGN_OUT: &str = "/abmelden";
/// One's own account.
pub const OWN: &str = "/konto";
/// One's own password.
pub const PASSWORD: &str = "/konto/kennwort";
/// One's own app.
pub const APP: &str = "/konto/app";
/// One's own recovery codes.
pub const RECOVERY: &str = "/konto/wiederherstellung";
/// One's own sessions.
pub const SESSIONS: &str = "/konto/sitzungen";
/// Everybody's accounts.
pub const ACCOUNTS: &str = "/verwaltung/konten";
/// A new account.
pub const NEW_ACCOUNT: &str = "/verwaltung/konten/neu";
/// One account.
pub const ACCOUNT: &str = "/verwaltung/konten/{account}";
/// The audit log.
pub const LOG: &str = "/pruefung/protokoll";
/// The audit log, for programs.
pub const LOG_CALL: &str = "/api/v1/staff/audit-log";
/// The desk: a call from its beginning to its end.
pub const DESK: &str = "/desk";
/// What a call has booked, with what is read aloud.
pub const DESK_BOOKED: &str = "/desk/gebucht/{place}";
/// The same for paper.
pub const DESK_PRINT: &str = "/desk/gebucht/{place}/druck";
/// The first call-back that is due.
pub const DESK_CALLBACK: &str = "/desk/rueckruf";
/// What an agent is doing.
pub const DESK_STATE: &str = "/desk/zustand";
/// Says that the agent is there.
pub const DESK_HERE: &str = "/desk/da";
/// Looking people up.
pub const DESK_SEARCH: &str = "/desk/suche";
/// The appointments of a booking code.
pub const DESK_SERIES: &str = "/desk/termin/{code}";
/// Moving them.
pub const DESK_MOVE: &str = "/desk/termin/{code}/verschieben";
/// The same for paper.
pub const DESK_SERIES_PRINT: &str = "/desk/termin/{code}/druck";
/// The keys of the desk.
pub const DESK_HELP: &str = "/desk/hilfe";

/// How the day goes, and what operators do about it.
pub const OPERATIONS: &str = "/betrieb";
/// The same as numbers, for a script or a screen.
pub const OPERATIONS_NUMBERS: &str = "/betrieb/zahlen";
/// Releases what is delivered.
pub const OPERATIONS_RELEASE: &str = "/betrieb/freigabe";
/// The numbers, for programs.
pub const OPERATIONS_CALL: &str = "/api/v1/staff/operations";

/// The address of what a place in a line has booked.
pub fn desk_booked(ticket: TicketId) -> String {
    DESK_BOOKED.replace("{place}", &format!("{}-{}", ticket.line, ticket.number))
}

/// The address of the appointments of a booking code, or of a page below it: [`DESK_MOVE`].
pub fn desk_series(page: &str, code: &str) -> String {
    page.replace("{code}", code)
}

/// The address of one account.
pub fn account(number: i64) -> String {
    format!("{ACCOUNTS}/{number}")
}

//! The addresses of the staff side; the router uses the same constants.

/// Sends everybody where they go on.
pub const HOME: &str = "/";
/// Name and password.
pub const SIGN_IN: &str = "/anmelden";
/// The code after it. Below the first one, so that the browser's marks reach both.
pub const SIGN_IN_CODE: &str = "/anmelden/code";
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

/// The address of one account.
pub fn account(number: i64) -> String {
    format!("{ACCOUNTS}/{number}")
}

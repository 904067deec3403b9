//! The roads of messages against real things: a mail server (Debian's `python3-aiosmtpd`), an SMS
//! gateway (Debian's `kannel` with the fake operator of `kannel-extras`), and the SQLite engine.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod harness;
mod kannel;
mod mail_server;
mod outbox;
mod sms;
mod smtp;

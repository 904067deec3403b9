//! Messages: their texts, their roads, and the worker that empties the outbox.
//!
//! [`compose`] words a message; it goes into the outbox in the transaction that causes it (the store's
//! promise); [`worker`] sends it at least once over e-mail, SMS or the spool folder. Nothing here logs
//! a recipient or a text.

pub mod calendar;
pub mod compose;
pub mod email;
pub mod gsm7;
pub mod secret;
pub mod sms;
pub mod smtp;
pub mod spool;
pub mod transport;
pub mod worker;

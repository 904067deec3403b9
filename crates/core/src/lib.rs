//! The domain of dran: rules as plain functions over plain data.
//!
//! Nothing here does I/O, reads a clock or draws randomness: time and random bytes are parameters.
//! The words are those of `ARCHITECTURE.md` § Words, and mean the same thing everywhere.

pub mod campaign;
pub mod codes;
pub mod contact;
pub mod form;
pub mod hex;
pub mod hotline;
pub mod ids;
pub mod line;
pub mod operations;
pub mod person;
pub mod phone;
pub mod region;
pub mod staff;
pub mod supply;
pub mod token;

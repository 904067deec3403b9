//! The citizens' portal.

pub mod views;

//! What a drand network says: its signatures checked, its rounds fetched over HTTP.
//!
//! A crate of its own because of the mathematics behind the signatures, which nothing else needs.

mod beacon;
mod client;

pub use beacon::{BeaconError, read_beacon, signed};
pub use client::{DrandClient, FetchError, UrlError};

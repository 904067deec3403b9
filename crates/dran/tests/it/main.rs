//! The product as it is delivered: the real `dran` binary on free ports, with a database of its own in a
//! folder of its own, driven over HTTP by clients that share no code with it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a setup or a step that fails is a failed test"
)]

mod agents;
mod backup;
mod bad_input;
mod balancer;
mod cli;
mod comeback;
mod commit;
mod crash;
mod deployment;
mod draw;
mod games;
mod http;
mod isolation;
mod mailbox;
mod names;
mod nodes;
mod openapi;
mod operators;
mod postgres;
mod proxies;
mod race;
mod read_only;
mod repeat;
mod road;
mod staff;
mod steering;
mod storm;
mod visitor;

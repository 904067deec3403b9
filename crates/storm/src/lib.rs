//! `dran storm`: replays a day against a running service, at any speed and size, and says truthfully what came of it.
//!
//! Who comes, when, how they behave and what must hold is data ([`scenario`]). What a person does next is a plain
//! function over plain data ([`crowd`]), told the time and the answers. The generator ([`wire`]) is the only part that
//! touches sockets. A latency is never reported from anything but the intended time.

pub mod bars;
pub mod chance;
pub mod codes;
pub mod crowd;
pub mod day;
pub mod kind;
pub mod live;
pub mod pace;
pub mod replay;
pub mod report;
pub mod scenario;
pub mod staff;
pub mod tally;
pub mod target;
pub mod wire;

//! Staff: who may do what, how they prove who they are, and what is kept of what they did.
//!
//! Plain rules over plain data. The password's hash (argon2id) is worked out by `dran-service`, because it takes
//! memory and time; everything else about logging in is here.

pub mod log;
mod name;
pub mod password;
pub mod provider;
mod reason;
pub mod recovery;
mod role;
mod session;
pub mod throttle;
pub mod totp;

pub use name::{NameError, StaffName};
pub use reason::{REASON_CHARS_MAX, REASON_CHARS_MIN, Reason, ReasonError};
pub use role::{Duty, DutyError, ROLES, Right, Role, may};
pub use session::{ABSOLUTE_TIMEOUT, FRESH, IDLE_TIMEOUT, TOUCH_EVERY, is_fresh, is_over, needs_touch};

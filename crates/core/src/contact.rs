//! Ways to reach a person: mobile number, e-mail address, or a letter.

mod address;
mod email;
mod mobile;

pub use address::{ADDRESS_LINE_CHARS_MAX, AddressError, AddressLine, AddressProblem, PostalAddress};
pub use email::{EMAIL_BYTES_MAX, Email, EmailError};
pub use mobile::{Country, Mobile, MobileError};
pub(crate) use mobile::{NumberProblem, e164, read_number};

/// How a person is reached.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Contact {
    /// By SMS.
    Sms(Mobile),
    /// By e-mail.
    Email(Email),
    /// By letter, for who has neither.
    Letter(PostalAddress),
}

//! E-mails as they travel: RFC 5322 and MIME.

use dran_store::Message;
use lettre::address::AddressError;
use lettre::message::header::{ContentDisposition, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use crate::transport::SendError;

/// The name of the attached calendar, the same in every language.
const CALENDAR_FILE: &str = "calendar.ics";

/// Who sends e-mails.
#[derive(Clone, Debug)]
pub struct EmailFrom {
    mailbox: Mailbox,
}

impl EmailFrom {
    /// A name as receivers see it, and an address.
    ///
    /// # Errors
    ///
    /// The address is none.
    pub fn new(name: &str, address: &str) -> Result<Self, AddressError> {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        Ok(Self {
            mailbox: Mailbox::new(name, address.parse()?),
        })
    }

    /// The identity of a message: made of its number in the outbox, so that a message sent twice is
    /// recognised as one, and of its time, so that the numbers of another database are others.
    pub fn message_id(&self, message: &Message) -> String {
        let (id, created_ms) = (message.id, message.created_at.as_millisecond());
        format!("<outbox-{id}-{created_ms}@{}>", self.mailbox.email.domain())
    }
}

/// Puts an e-mail together; its `Date` is when it was put into the outbox, so that sending again
/// gives the same bytes apart from MIME boundaries.
///
/// # Errors
///
/// [`SendError::Never`] if the recipient is no address.
pub fn build(from: &EmailFrom, message: &Message) -> Result<lettre::Message, SendError> {
    let content = &message.message;
    let to = content
        .recipient
        .parse()
        .map_err(|_| SendError::never("the e-mail address is not valid"))?;
    let mut builder = lettre::Message::builder()
        .from(from.mailbox.clone())
        .to(Mailbox::new(None, to))
        .subject(content.subject.as_str())
        .date(message.created_at.into())
        .message_id(Some(from.message_id(message)));
    // Automatic answers to automatic mail would go in circles (RFC 3834 § 5).
    for (name, value) in [
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", content.language.as_str()),
    ] {
        let name =
            HeaderName::new_from_ascii(name.to_owned()).map_err(|_| SendError::never("a header is not valid"))?;
        builder = builder.raw_header(HeaderValue::new(name, value.to_owned()));
    }
    let text = SinglePart::plain(content.body.clone());
    let built = match &content.calendar {
        None => builder.singlepart(text),
        Some(calendar) => builder.multipart(MultiPart::mixed().singlepart(text).singlepart(calendar_part(calendar)?)),
    };
    built.map_err(|_| SendError::never("the e-mail could not be put together"))
}

/// The calendar as an attachment whose type names its method, as RFC 6047 § 2.4 wants it.
fn calendar_part(calendar: &str) -> Result<SinglePart, SendError> {
    let method = calendar
        .lines()
        .find_map(|line| line.strip_prefix("METHOD:"))
        .unwrap_or("PUBLISH")
        .trim();
    let content_type = ContentType::parse(&format!("text/calendar; charset=utf-8; method={method}"))
        .map_err(|_| SendError::never("the calendar's method is not valid"))?;
    Ok(SinglePart::builder()
        .header(content_type)
        .header(ContentDisposition::attachment(CALENDAR_FILE))
        .body(calendar.to_owned()))
}

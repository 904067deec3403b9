//! E-mail addresses: not what RFC 5322 could mean, but what a mail server will take.

use std::fmt;

/// The longest address: a forward path of 256 octets with its brackets (RFC 5321 § 4.5.3.1.3).
pub const EMAIL_BYTES_MAX: usize = 254;

/// The longest part before the @ (RFC 5321 § 4.5.3.1.1), in octets.
const LOCAL_BYTES_MAX: usize = 64;

/// The longest label of a domain (RFC 1035 § 2.3.4), in octets.
const LABEL_BYTES_MAX: usize = 63;

/// An e-mail address that can be written into a message head as it stands: it has no space, no
/// control character and no bracket.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why a text is not an e-mail address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EmailError {
    /// Nothing was given.
    #[error("no address was given")]
    Empty,
    /// There is no @, or more than one.
    #[error("an address has one @")]
    NotOneAt,
    /// It is longer than mail servers take.
    #[error("the address is too long")]
    TooLong,
    /// What stands before the @ cannot.
    #[error("the part before the @ is not possible")]
    Local,
    /// What stands behind the @ is not the name of a mail server.
    #[error("the part behind the @ is not possible")]
    Domain,
}

impl Email {
    /// Reads an address as typed. The domain is made lower case; what stands before the @ is kept.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > EMAIL_BYTES_MAX {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::NotOneAt)?;
        if domain.contains('@') {
            return Err(EmailError::NotOneAt);
        }
        check_local(local)?;
        let domain = domain.strip_suffix('.').unwrap_or(domain).to_lowercase();
        check_domain(&domain)?;
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    /// Leaves the address out: it must not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

/// A dot-atom of ASCII (RFC 5321 § 4.1.2); quoted local parts are left to collectors.
fn check_local(local: &str) -> Result<(), EmailError> {
    let atoms_good = local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_alphanumeric() || is_special(b)));
    if local.len() > LOCAL_BYTES_MAX || !atoms_good {
        return Err(EmailError::Local);
    }
    Ok(())
}

/// `atext` of RFC 5322 § 3.2.3 besides letters and digits.
fn is_special(byte: u8) -> bool {
    b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// At least two labels of letters, digits and inner hyphens; letters of other scripts are left to
/// the mail server (RFC 5890), the last label is no number.
fn check_domain(domain: &str) -> Result<(), EmailError> {
    let labels: Vec<&str> = domain.split('.').collect();
    let top_is_name = labels
        .last()
        .is_some_and(|top| top.chars().count() >= 2 && !top.contains(|c: char| c.is_numeric()));
    let top_is_name = top_is_name || labels.last().is_some_and(|top| top.starts_with("xn--"));
    if labels.len() < 2 || !top_is_name || !labels.into_iter().all(is_label) {
        return Err(EmailError::Domain);
    }
    Ok(())
}

fn is_label(label: &str) -> bool {
    let good = |c: char| c == '-' || c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphabetic());
    let inner_hyphens = !label.starts_with('-') && !label.ends_with('-');
    !label.is_empty() && label.len() <= LABEL_BYTES_MAX && inner_hyphens && label.chars().all(good)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, EmailError> {
        Email::parse(text).map(|email| email.as_str().to_owned())
    }

    #[test]
    fn usual_addresses_are_taken() {
        for text in [
            "anna@example.org",
            "anna.maria+impfung@mail.example.co.uk",
            "o'brien@example.org",
            "_a-b@xn--mller-kva.example",
            "info@müller.example",
            "a@example.xn--p1ai",
        ] {
            assert_eq!(parse(text).as_deref(), Ok(text));
        }
        assert_eq!(parse(" Anna@Example.ORG. ").as_deref(), Ok("Anna@example.org"));
    }

    #[test]
    fn what_is_no_address_says_why() {
        assert_eq!(parse("  "), Err(EmailError::Empty));
        assert_eq!(parse("anna.example.org"), Err(EmailError::NotOneAt));
        assert_eq!(parse("anna@@example.org"), Err(EmailError::NotOneAt));
        assert_eq!(parse("a@b.org@c.org"), Err(EmailError::NotOneAt));
        assert_eq!(parse("@example.org"), Err(EmailError::Local));
        assert_eq!(parse("anna..maria@example.org"), Err(EmailError::Local));
        assert_eq!(parse("anna maria@example.org"), Err(EmailError::Local));
        assert_eq!(parse("\"anna\"@example.org"), Err(EmailError::Local));
        assert_eq!(parse("jörg@example.org"), Err(EmailError::Local));
        assert_eq!(
            parse(&format!("{}@example.org", "a".repeat(65))),
            Err(EmailError::Local)
        );
        assert_eq!(
            parse(&format!("a@{}org", "example.".repeat(40))),
            Err(EmailError::TooLong)
        );
        for domain in [
            "",
            "localhost",
            "example",
            "-a.org",
            "a-.org",
            "a..org",
            "127.0.0.1",
            "[127.0.0.1]",
            "a.b",
            "a_b.org",
        ] {
            assert_eq!(parse(&format!("anna@{domain}")), Err(EmailError::Domain), "{domain:?}");
        }
    }

    #[test]
    fn a_message_head_cannot_be_forged_through_an_address() {
        for text in [
            "anna@example.org\r\nBcc: all@example.org",
            "anna\r\n@example.org",
            "anna@example.org\u{0}",
            "anna@example.org,bert@example.org",
            "<anna@example.org>",
            "Anna <anna@example.org>",
            "anna@exa\u{202e}mple.org",
            "anna@example.org\u{2028}x.org",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_does_not_get_into_a_log() {
        assert_eq!(format!("{:?}", Email::parse("anna@example.org")), "Ok(Email(..))");
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_an_address_reads_back_as_itself(text in "[a-z.ü@\\r\\n -]{0,20}@?.{0,20}") {
            if let Ok(address) = parse(&text) {
                prop_assert!(!address.contains(|c: char| c.is_control() || c.is_whitespace() || "<>,;:\"".contains(c)));
                prop_assert_eq!(parse(&address), Ok(address));
            }
        }
    }
}

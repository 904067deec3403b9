//! What many get alike: bytes made once, in plain and compressed form, with a tag by which a client or a
//! cache sees that it has them already.

use std::io::Write as _;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use dran_core::hex;

/// How much of the SHA-256 goes into a tag: 64 bits, in bytes.
const TAG_BYTES: usize = 8;

/// Bytes ready to be sent.
#[derive(Debug)]
pub struct Document {
    /// As they are.
    plain: Encoded,
    /// Compressed with gzip, unless that would not make them smaller.
    gzip: Option<Encoded>,
}

/// One form of a document.
#[derive(Debug)]
pub struct Encoded {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its strong entity tag (RFC 9110 § 8.8.3), quotes included. The forms differ in bytes, so in tags.
    pub tag: String,
    /// The content coding, if any.
    pub coding: Option<&'static str>,
}

/// What to answer to who asks for a document.
pub enum Choice<'a> {
    /// The client has it already.
    NotModified(&'a Encoded),
    /// Send this form.
    Send(&'a Encoded),
}

impl Document {
    /// Makes both forms.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let tag = hex::encode(&Sha256::digest(&bytes)[..TAG_BYTES]);
        let gzip = compressed(&bytes).map(|gzip| Encoded {
            bytes: gzip.into(),
            tag: format!("\"{tag}-gzip\""),
            coding: Some("gzip"),
        });
        Self {
            plain: Encoded {
                bytes,
                tag: format!("\"{tag}\""),
                coding: None,
            },
            gzip,
        }
    }

    /// The bytes as they are.
    pub fn plain(&self) -> &[u8] {
        &self.plain.bytes
    }

    /// The form for a client that sent these headers.
    pub fn choose(&self, accept_encoding: Option<&str>, if_none_match: Option<&str>) -> Choice<'_> {
        let form = match &self.gzip {
            Some(gzip) if accept_encoding.is_some_and(takes_gzip) => gzip,
            _ => &self.plain,
        };
        if if_none_match.is_some_and(|known| names(known, &form.tag)) {
            Choice::NotModified(form)
        } else {
            Choice::Send(form)
        }
    }

    /// A response with the right form.
    pub fn respond(&self, asked: &HeaderMap, content_type: &'static str, cache_control: &'static str) -> Response {
        let value = |name| asked.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let (status, form) = match self.choose(value(header::ACCEPT_ENCODING), value(header::IF_NONE_MATCH)) {
            Choice::NotModified(form) => (StatusCode::NOT_MODIFIED, form),
            Choice::Send(form) => (StatusCode::OK, form),
        };
        let mut response = if status == StatusCode::OK {
            ([(header::CONTENT_TYPE, content_type)], form.bytes.clone()).into_response()
        } else {
            status.into_response()
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&form.tag) {
            headers.insert(header::ETAG, tag);
        }
        if let Some(coding) = form.coding.filter(|_| status == StatusCode::OK) {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        response
    }
}

fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).ok()?;
    let gzip = encoder.finish().ok()?;
    (gzip.len() < bytes.len()).then_some(gzip)
}

/// Whether an `Accept-Encoding` allows gzip. A weight of zero forbids it (RFC 9110 § 12.5.3).
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok());
        matches!(name.trim(), "gzip" | "*") && weight.unwrap_or(1.0) > 0.0
    })
}

/// Whether an `If-None-Match` names a tag. Compared weakly, as RFC 9110 § 13.1.2 wants it.
fn names(known: &str, tag: &str) -> bool {
    known
        .split(',')
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where its example is wrong"
)]
mod tests {
    use std::io::Read as _;

    use super::*;

    const TEXT: &str = "the same the same the same the same the same the same the same the same";

    fn sent<'a>(document: &'a Document, accept: Option<&str>, known: Option<&str>) -> &'a Encoded {
        match document.choose(accept, known) {
            Choice::Send(form) => form,
            Choice::NotModified(_) => panic!("not sent"),
        }
    }

    #[test]
    fn who_takes_gzip_gets_it_and_reads_the_same() {
        let document = Document::new(TEXT);
        let gzip = sent(&document, Some("br;q=1.0, gzip;q=0.8"), None);
        assert_eq!(gzip.coding, Some("gzip"));
        let mut read = String::new();
        flate2::read::GzDecoder::new(&*gzip.bytes)
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, TEXT);
        for accept in [None, Some(""), Some("identity"), Some("gzip;q=0"), Some("br")] {
            let plain = sent(&document, accept, None);
            assert_eq!((plain.coding, &*plain.bytes), (None, TEXT.as_bytes()), "{accept:?}");
        }
    }

    #[test]
    fn what_gzip_makes_longer_is_sent_as_it_is() {
        assert_eq!(sent(&Document::new("{}"), Some("gzip"), None).coding, None);
    }

    #[test]
    fn who_has_a_form_is_told_so_and_who_has_another_one_gets_it() {
        let document = Document::new(TEXT);
        let (plain, gzip) = (
            &sent(&document, None, None).tag,
            &sent(&document, Some("gzip"), None).tag,
        );
        assert_ne!(plain, gzip);
        for known in [plain.clone(), format!("\"x\", W/{plain}"), "*".to_owned()] {
            assert!(
                matches!(document.choose(None, Some(&known)), Choice::NotModified(_)),
                "{known}"
            );
        }
        assert_eq!(&sent(&document, None, Some(gzip)).tag, plain);
        assert_ne!(plain, &sent(&Document::new("other"), None, None).tag);
    }
}

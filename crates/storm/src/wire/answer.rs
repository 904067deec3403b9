//! Where an answer ends, and what its head says.

use std::mem::MaybeUninit;

/// The longest answer that anybody waits for.
pub const ANSWER_BYTES_MAX: usize = 1 << 20;
/// More header lines than any of our answers has.
const HEADERS_MAX: usize = 48;

/// A whole answer at the beginning of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Its status.
    pub status: u16,
    /// Where its body begins.
    pub body_from: usize,
    /// Where it ends.
    pub ends: usize,
    /// Whether the connection may be used again.
    pub keep: bool,
}

/// What some bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// A whole answer.
    Whole(Whole),
    /// The beginning of one.
    More,
    /// None.
    Nonsense,
}

/// Reads an answer. One in chunks, or one that is too long, is nonsense: no call of the contract is answered so.
pub fn read(bytes: &[u8]) -> Read {
    let mut headers = [const { MaybeUninit::uninit() }; HEADERS_MAX];
    let mut head = httparse::Response::new(&mut []);
    let parser = httparse::ParserConfig::default();
    let body_from = match parser.parse_response_with_uninit_headers(&mut head, bytes, &mut headers) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if bytes.len() < ANSWER_BYTES_MAX => return Read::More,
        _ => return Read::Nonsense,
    };
    let status = head.code.unwrap_or(0);
    let (mut length, mut keep) = (None, head.version == Some(1));
    for header in head.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            length = std::str::from_utf8(header.value)
                .ok()
                .and_then(|text| text.trim().parse::<usize>().ok());
        } else if header.name.eq_ignore_ascii_case("connection") {
            keep &= !header.value.eq_ignore_ascii_case(b"close");
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            return Read::Nonsense;
        }
    }
    if matches!(status, 204 | 304) {
        length = Some(0);
    }
    match length.and_then(|length| body_from.checked_add(length)) {
        Some(ends) if ends > ANSWER_BYTES_MAX => Read::Nonsense,
        Some(ends) if ends > bytes.len() => Read::More,
        Some(ends) => Read::Whole(Whole {
            status,
            body_from,
            ends,
            keep,
        }),
        None => Read::Nonsense,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    #[test]
    fn an_answer_is_whole_when_its_last_byte_is_there() {
        for some in 0..ANSWER.len() {
            assert_eq!(read(&ANSWER[..some]), Read::More, "{some}");
        }
        let body_from = ANSWER.len() - 2;
        let whole = Whole {
            status: 201,
            body_from,
            ends: ANSWER.len(),
            keep: true,
        };
        assert_eq!(read(ANSWER), Read::Whole(whole));
    }

    #[test]
    fn a_server_that_closes_is_believed() {
        let closing = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        assert!(matches!(read(closing), Read::Whole(whole) if !whole.keep));
    }

    #[test]
    fn what_is_no_answer_is_nonsense() {
        for text in [
            "SSH-2.0-x\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        ] {
            assert_eq!(read(text.as_bytes()), Read::Nonsense, "{text}");
        }
        let long = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", usize::MAX);
        assert_eq!(read(long.as_bytes()), Read::Nonsense);
        assert_eq!(
            read(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
            Read::Nonsense
        );
    }
}

//! What a person reads from an answer.

use std::borrow::Cow;

use serde::Deserialize;

/// An answer: its status, 0 when there was none, and its body.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The status line and the header lines.
    pub head: &'a [u8],
    /// The body.
    pub body: &'a [u8],
}

/// No answer at all.
pub const NO_ANSWER: Answer<'static> = Answer {
    status: 0,
    head: b"",
    body: b"",
};

/// The fields that anybody reads; what is not there is none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields<'a> {
    /// A place in the line.
    #[serde(borrow)]
    pub ticket: Option<Cow<'a, str>>,
    /// How a ticket stands.
    #[serde(borrow)]
    pub state: Option<Cow<'a, str>>,
    /// When to ask again.
    pub poll_after_ms: Option<u64>,
    /// The right to book.
    #[serde(borrow)]
    pub permit: Option<Cow<'a, str>>,
    /// A registration.
    #[serde(borrow)]
    pub registration: Option<Cow<'a, str>>,
    /// What can be held.
    #[serde(borrow)]
    pub proposals: Vec<Proposal<'a>>,
    /// What is held.
    pub hold: Option<i64>,
    /// The name of a problem, at the end of its type.
    #[serde(borrow, rename = "type")]
    pub problem: Option<Cow<'a, str>>,
}

/// A series that can be held.
#[derive(Debug, Deserialize)]
pub struct Proposal<'a> {
    /// Its name.
    #[serde(borrow)]
    pub proposal: Cow<'a, str>,
}

impl<'a> Answer<'a> {
    /// What it says. Nothing, where it is no JSON.
    pub fn fields(&self) -> Fields<'a> {
        serde_json::from_slice(self.body).unwrap_or_default()
    }

    /// What stands in its header lines of this name, in small letters.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let text = str::from_utf8(self.head).unwrap_or_default();
        text.lines().filter_map(move |line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Whether there was no answer, or an error page.
    pub fn is_fault(&self) -> bool {
        self.status == 0 || self.status >= 500
    }
}

impl Fields<'_> {
    /// Whether it is this problem.
    pub fn is_problem(&self, name: &str) -> bool {
        self.problem
            .as_deref()
            .is_some_and(|problem| problem.rsplit(['/', ':', '#']).next() == Some(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &[u8]) -> Answer<'_> {
        Answer {
            status,
            head: b"",
            body,
        }
    }

    #[test]
    fn header_lines_of_one_name_are_all_read() {
        let head = b"HTTP/1.1 303 See Other\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\nlocation: /desk\r\n\r\n";
        let answer = Answer {
            status: 303,
            head,
            body: b"",
        };
        assert_eq!(answer.header("set-cookie").collect::<Vec<_>>(), ["a=1; Path=/", "b=2"]);
        assert_eq!(answer.header("location").next(), Some("/desk"));
    }

    #[test]
    fn fields_are_read_from_any_answer_of_the_contract() {
        let body = br#"{"state":"waiting","position":null,"poll_after_ms":2500,"wait_s":{"low":1,"high":2}}"#;
        let fields = answer(200, body).fields();
        assert_eq!(
            (fields.state.as_deref(), fields.poll_after_ms),
            (Some("waiting"), Some(2_500))
        );
        let body = br#"{"type":"/problems/beyond-supply","title":"x"}"#;
        assert!(answer(409, body).fields().is_problem("beyond-supply"));
    }

    #[test]
    fn no_json_says_nothing() {
        let fields = answer(502, b"<html>Bad gateway").fields();
        assert!(fields.state.is_none() && fields.proposals.is_empty());
    }
}

//! Pages that explain: the draw, privacy, accessibility, and what went wrong.

use askama::Template;
use jiff::civil::DateTime;

use super::shell::Shell;

/// The draw of a campaign, and how to check it.
#[derive(Clone, Debug, Template)]
#[template(path = "draw_proof.html")]
pub struct DrawProof {
    /// The frame.
    pub shell: Shell,
    /// The campaign's name.
    pub campaign: String,
    /// SHA-256 of the secret, in hexadecimal.
    pub commitment: String,
    /// When it was published, in civil time.
    pub committed: DateTime,
    /// When the campaign opens, in civil time.
    pub opens: DateTime,
    /// What was drawn, once it was.
    pub drawn: Option<Drawn>,
}

/// A draw that took place.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// When, in civil time.
    pub at: DateTime,
    /// The secret, in hexadecimal.
    pub secret: String,
    /// Per pool: its centres' names, and how many tickets took part.
    pub pools: Vec<(String, u64)>,
}

/// Privacy.
#[derive(Clone, Debug, Template)]
#[template(path = "privacy.html")]
pub struct Privacy {
    /// The frame.
    pub shell: Shell,
    /// Lines of the address of the body in charge.
    pub controller: Vec<String>,
}

/// The accessibility statement.
#[derive(Clone, Debug, Template)]
#[template(path = "accessibility.html")]
pub struct Accessibility {
    /// The frame.
    pub shell: Shell,
    /// Lines of the address of the body in charge.
    pub controller: Vec<String>,
}

/// Something did not work: what happened, what is kept, what to do.
#[derive(Clone, Debug, Template)]
#[template(path = "problem.html")]
pub struct Problem {
    /// The frame.
    pub shell: Shell,
    /// What happened.
    pub kind: ProblemKind,
    /// Where to go on, if that is known; else the first page.
    pub next_href: Option<String>,
}

/// What happened, by status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// 400: not understood.
    NotUnderstood,
    /// 403: the link was forged, cut short, or is too old.
    BadLink,
    /// 404: there is no such page.
    NotFound,
    /// 405: the page cannot be asked for in this way.
    WrongMethod,
    /// 413: too long.
    TooLong,
    /// 422: not as expected.
    Unprocessable,
    /// 429: too often.
    TooOften,
    /// 500: a fault on our side.
    Fault,
    /// 503: too busy for the moment.
    Busy,
}

impl ProblemKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::NotUnderstood,
        Self::BadLink,
        Self::NotFound,
        Self::WrongMethod,
        Self::TooLong,
        Self::Unprocessable,
        Self::TooOften,
        Self::Fault,
        Self::Busy,
    ];

    /// The HTTP status (RFC 9110).
    pub fn status(self) -> u16 {
        match self {
            Self::NotUnderstood => 400,
            Self::BadLink => 403,
            Self::NotFound => 404,
            Self::WrongMethod => 405,
            Self::TooLong => 413,
            Self::Unprocessable => 422,
            Self::TooOften => 429,
            Self::Fault => 500,
            Self::Busy => 503,
        }
    }

    fn stem(self) -> &'static str {
        match self {
            Self::NotUnderstood => "problem-not-understood",
            Self::BadLink => "problem-bad-link",
            Self::NotFound => "problem-not-found",
            Self::WrongMethod => "problem-wrong-method",
            Self::TooLong => "problem-too-long",
            Self::Unprocessable => "problem-unprocessable",
            Self::TooOften => "problem-too-often",
            Self::Fault => "problem-fault",
            Self::Busy => "problem-busy",
        }
    }

    fn number(self) -> u64 {
        self.status().into()
    }

    fn title_key(self) -> String {
        format!("{}-title", self.stem())
    }

    fn what_key(self) -> String {
        format!("{}-what", self.stem())
    }

    fn do_key(self) -> String {
        format!("{}-do", self.stem())
    }
}

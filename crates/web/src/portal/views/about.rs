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
    /// What happened, as a heading.
    pub title: String,
    /// What happened, what is kept and what to do.
    pub detail: String,
    /// The HTTP status, for help by telephone.
    pub status: u64,
    /// Where to go on, if that is known; else the first page.
    pub next_href: Option<String>,
}

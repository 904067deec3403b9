//! Pages that explain: the draw, privacy, accessibility, and what went wrong.

use askama::Template;
use jiff::civil::DateTime;

use super::form::Form;
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
    /// Where the public value comes from.
    pub source: DrawSource,
    /// The public value, once it is known.
    pub value: Option<String>,
    /// The lines as they take part, once they are closed.
    pub frozen: Option<Frozen>,
    /// What was drawn, once it was.
    pub drawn: Option<Drawn>,
    /// The page that calculates a position again.
    pub proof_href: String,
}

/// The source of a draw's public value.
#[derive(Clone, Debug)]
pub enum DrawSource {
    /// None: the secret alone decides.
    None,
    /// A round of a drand network.
    Drand {
        /// The network's name.
        chain: String,
        /// The round.
        round: u64,
        /// When it comes, in civil time.
        at: DateTime,
    },
    /// An official lottery.
    Lottery {
        /// Which draw.
        draw: String,
    },
}

/// Lines that are closed for the draw.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// When, in civil time.
    pub at: DateTime,
    /// Per pool: its centres' names, and how many tickets take part.
    pub pools: Vec<(String, u64)>,
}

/// A draw that took place.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// When, in civil time.
    pub at: DateTime,
    /// The secret, in hexadecimal.
    pub secret: String,
}

/// Calculating a position again, in the browser. Nothing is sent.
#[derive(Clone, Debug, Template)]
#[template(path = "line_proof.html")]
pub struct LineProof {
    /// The frame.
    pub shell: Shell,
    /// The campaign's name.
    pub campaign: String,
    /// The page of its draw.
    pub draw_href: String,
    /// The proof document's address.
    pub document_href: String,
    /// The proof document itself, for the script and for the eye.
    pub document: String,
    /// Pool, its centres' names, and how many tickets take part; empty before the lines are closed.
    pub pools: Vec<(String, String, u64)>,
    /// Whether no public randomness was used.
    pub secret_alone: bool,
    /// Whether the order is drawn.
    pub drawn: bool,
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
    /// What was typed, to be sent once more.
    pub again: Option<Form>,
    /// In how many seconds the page asks again by itself.
    pub refresh_s: Option<u64>,
}

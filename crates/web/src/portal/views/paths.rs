//! The addresses that every page knows; the router uses the same constants.

/// The first page.
pub const HOME: &str = "/";
/// Joining a line.
pub const JOIN: &str = "/anstellen";
/// Finding one's place again with the short code; `/platz/TICKET` is the waiting page.
pub const PLACE: &str = "/platz";
/// Finding a booking with its code.
pub const MANAGE: &str = "/termin";
/// Booking with a permit; `/buchen/LINE-NUMBER/…`.
pub const BOOK: &str = "/buchen";
/// The draw and how to check it; `/auslosung/CAMPAIGN`.
pub const DRAW: &str = "/auslosung";
/// The public status.
pub const STATUS: &str = "/status";
/// Checking the draw in the browser; `/line/proof?campaign=CAMPAIGN#POOL:NUMBER`.
pub const PROOF: &str = "/line/proof";
/// The same as one document: `/line/proof.json?campaign=CAMPAIGN`.
pub const PROOF_DOCUMENT: &str = "/line/proof.json";
/// Privacy.
pub const PRIVACY: &str = "/datenschutz";
/// The accessibility statement.
pub const ACCESSIBILITY: &str = "/barrierefreiheit";
/// The demo's messages.
pub const DEMO_OUTBOX: &str = "/demo/outbox";

//! Tickets and permits as signed strings, and the short code that says a ticket on the phone.

use std::fmt;

use jiff::Timestamp;

use crate::codes::{self, CodeError, Family};
use crate::ids::{LineNo, Party, TicketId, TicketNumber};
use crate::token::{self, KeyRing, Purpose, TOKEN_BYTES_MAX, TokenError};

/// A place in a pool's line (`Wartemarke`). The server keeps nothing of it: whoever shows the signed
/// string has the place.
///
/// Payload of its token, integers big-endian: line (2 bytes), number (4), persons (1), year of birth
/// (2), joined at in seconds since 1970 (8). With the envelope that makes 48 characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ticket {
    /// Its line and its number there.
    pub id: TicketId,
    /// How many persons it stands for.
    pub party: Party,
    /// Year of birth of the (older) person, as told when joining: decides which vaccines are proposed.
    pub birth_year: u16,
    /// When it was taken. Whole seconds; what is below is not kept.
    pub joined_at: Timestamp,
}

impl Ticket {
    /// The signed string: 48 characters that can stand in a link.
    pub fn seal(&self, keys: &KeyRing) -> String {
        let mut payload = [0; 17];
        write_place(&mut payload, self.id, self.party, self.birth_year);
        payload[9..].copy_from_slice(&self.joined_at.as_second().to_be_bytes());
        keys.seal(Purpose::Ticket, &payload)
    }

    /// Checks a signed string and reads it. Allocates nothing.
    ///
    /// # Errors
    /// Any text that [`Ticket::seal`] did not write with a key of this ring.
    pub fn open(text: &str, keys: &KeyRing) -> Result<Self, TokenError> {
        let mut buffer = [0; TOKEN_BYTES_MAX];
        let payload: &[u8; 17] = exactly(keys.open(Purpose::Ticket, text, &mut buffer)?)?;
        let (id, party, birth_year) = read_place(exactly(&payload[..9])?)?;
        let joined_at = i64::from_be_bytes(*exactly(&payload[9..])?);
        let joined_at = Timestamp::from_second(joined_at).map_err(|_| TokenError::Malformed)?;
        Ok(Self {
            id,
            party,
            birth_year,
            joined_at,
        })
    }
}

/// The right to use the booking pages for one ticket (`Einlass`), as the visitor's browser carries
/// it. Whether the permit is alive is for the permit table to say: it can be prolonged and given back.
///
/// Payload of its token, integers big-endian: line (2 bytes), number (4), persons (1), year of birth
/// (2). With the envelope that makes 38 characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PermitToken {
    /// The ticket that has been let in.
    pub ticket: TicketId,
    /// How many persons it stands for.
    pub party: Party,
    /// Year of birth, as in the ticket.
    pub birth_year: u16,
}

impl PermitToken {
    /// The signed string: 38 characters.
    pub fn seal(&self, keys: &KeyRing) -> String {
        let mut payload = [0; 9];
        write_place(&mut payload, self.ticket, self.party, self.birth_year);
        keys.seal(Purpose::Permit, &payload)
    }

    /// Checks a signed string and reads it. Allocates nothing.
    ///
    /// # Errors
    /// Any text that [`PermitToken::seal`] did not write with a key of this ring.
    pub fn open(text: &str, keys: &KeyRing) -> Result<Self, TokenError> {
        let mut buffer = [0; TOKEN_BYTES_MAX];
        let payload = exactly(keys.open(Purpose::Permit, text, &mut buffer)?)?;
        let (ticket, party, birth_year) = read_place(payload)?;
        Ok(Self {
            ticket,
            party,
            birth_year,
        })
    }
}

impl From<&Ticket> for PermitToken {
    fn from(ticket: &Ticket) -> Self {
        Self {
            ticket: ticket.id,
            party: ticket.party,
            birth_year: ticket.birth_year,
        }
    }
}

/// Writes what ticket and permit share into the first nine bytes of their payload.
fn write_place(payload: &mut [u8], id: TicketId, party: Party, birth_year: u16) {
    payload[..2].copy_from_slice(&id.line.0.to_be_bytes());
    payload[2..6].copy_from_slice(&id.number.0.to_be_bytes());
    payload[6] = party.persons();
    payload[7..9].copy_from_slice(&birth_year.to_be_bytes());
}

/// Reads what [`write_place`] wrote.
fn read_place(payload: &[u8; 9]) -> Result<(TicketId, Party, u16), TokenError> {
    let &[line_0, line_1, n0, n1, n2, n3, persons, year_0, year_1] = payload;
    let id = TicketId {
        line: LineNo(u16::from_be_bytes([line_0, line_1])),
        number: TicketNumber(u32::from_be_bytes([n0, n1, n2, n3])),
    };
    let party = Party::from_persons(persons).ok_or(TokenError::Malformed)?;
    Ok((id, party, u16::from_be_bytes([year_0, year_1])))
}

/// The bytes as an array, if they are so many.
fn exactly<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], TokenError> {
    bytes.try_into().map_err(|_| TokenError::Malformed)
}

/// Characters of a short code, the check character included.
const SHORT_CODE_CHARS: usize = 12;
/// A short code has room for line numbers of so many bits.
const LINE_BITS: u32 = 12;
/// A short code has room for ticket numbers of so many bits: 16.7 million in one line.
const NUMBER_BITS: u32 = 24;
/// Line, number, and one bit for the party.
const PLACE_BITS: u32 = LINE_BITS + NUMBER_BITS + 1;
/// What 11 characters (31¹¹) hold beyond the place: 184,871 different tags, 17.5 bits.
const TAGS: u64 = 31_u64.pow(SHORT_CODE_CHARS as u32 - 1) >> PLACE_BITS;

/// A ticket as it can be read out on the phone: `ABCD-EFGH-JKMN`.
///
/// Eleven characters spell `tag · 2³⁷ + line · 2²⁵ + number · 2 + (persons - 1)`, the twelfth checks
/// them. The tag is a keyed MAC over the place modulo 184,871: who makes up a code that passes its
/// check character is believed once in 184,871 times (for each key on the ring), so the door where
/// codes are typed limits the tries. Year of birth and time of joining are not in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShortCode([u8; SHORT_CODE_CHARS]);

/// Why a short code is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ShortCodeError {
    /// Not a code, or a mistyped one: look again.
    #[error(transparent)]
    Typo(#[from] CodeError),
    /// Well-formed, but no ticket of these lines has it.
    #[error("no ticket has this code")]
    Unknown,
}

impl ShortCode {
    /// The code of a ticket, signed with the first key. `None` for a line above 4,095 or a number
    /// from 2²⁴ on, which do not fit; the store gives out neither.
    pub fn of(ticket: &Ticket, keys: &KeyRing) -> Option<Self> {
        let place = place_value(ticket.id, ticket.party)?;
        let tag = keys.tag(Purpose::ShortCode, &place.to_be_bytes()) % TAGS;
        Some(Self(codes::spell(tag << PLACE_BITS | place, Family::Ticket)))
    }

    /// Reads a code as people type it (any case, blanks and hyphens anywhere) and finds the place it
    /// stands for, whichever key of the ring has signed it.
    ///
    /// # Errors
    /// [`ShortCodeError::Typo`] when it cannot be a code, [`ShortCodeError::Unknown`] when its tag is
    /// of no key on the ring.
    pub fn parse(text: &str, keys: &KeyRing) -> Result<(TicketId, Party), ShortCodeError> {
        let code: [u8; SHORT_CODE_CHARS] = codes::read(text, Family::Ticket)?;
        let value = codes::value(&code);
        let (tag, place) = (value >> PLACE_BITS, value & ((1 << PLACE_BITS) - 1));
        // A value from TAGS · 2³⁷ on has a tag that no key makes.
        if !keys
            .tags(Purpose::ShortCode, &place.to_be_bytes())
            .any(|known| known % TAGS == tag)
        {
            return Err(ShortCodeError::Unknown);
        }
        Ok((place_of(place), if place & 1 == 0 { Party::One } else { Party::Couple }))
    }

    /// The code without groups.
    pub fn as_str(&self) -> &str {
        codes::as_text(&self.0)
    }
}

impl fmt::Display for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        codes::write_grouped(&self.0, f)
    }
}

impl fmt::Debug for ShortCode {
    /// Hidden: who reads it in a log could take the place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShortCode(..)")
    }
}

pub use keypad::tickets_typed;

/// The place that a ticket's string or short code names, read without any key: for who checks a draw on
/// a machine of their own. It does not say that the ticket is genuine.
pub fn place_told(text: &str) -> Option<TicketId> {
    let text = text.trim();
    if let Some(payload) = token::payload_told(Purpose::Ticket, text) {
        let (id, ..) = read_place(payload.first_chunk()?).ok()?;
        return Some(id);
    }
    let code: [u8; SHORT_CODE_CHARS] = codes::read(text, Family::Ticket).ok()?;
    Some(place_of(codes::value(&code)))
}

/// The place in the lower bits of a short code's value.
fn place_of(value: u64) -> TicketId {
    TicketId {
        line: LineNo((value >> (NUMBER_BITS + 1)) as u16 & ((1 << LINE_BITS) - 1)),
        number: TicketNumber((value >> 1) as u32 & ((1 << NUMBER_BITS) - 1)),
    }
}

/// Line, number and party in 37 bits, if they fit.
fn place_value(id: TicketId, party: Party) -> Option<u64> {
    let (line, number) = (u64::from(id.line.0), u64::from(id.number.0));
    let fits = line < 1 << LINE_BITS && number < 1 << NUMBER_BITS;
    fits.then(|| line << (NUMBER_BITS + 1) | number << 1 | u64::from(party == Party::Couple))
}

mod keypad;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests;

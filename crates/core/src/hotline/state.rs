//! What is remembered of a call from one answer to the next.

use jiff::civil::Date;

use super::keypad::Keys;
use crate::ids::{LineNo, Party, TicketId, TicketNumber};
use crate::region::Postcode;

/// What the caller was asked last, or is waiting for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Node {
    /// Which language.
    Language = 1,
    /// What it is about.
    Menu = 2,
    /// Has heard where something stands.
    Told = 3,
    /// Where the person lives.
    Postcode = 4,
    /// In which of the districts that share the postcode.
    District = 5,
    /// When the person was born.
    BirthYear = 6,
    /// For one or two.
    Party = 7,
    /// The number to ring.
    Number = 8,
    /// Whether that was it.
    NumberCheck = 9,
    /// The deed of the topic is tried again after a moment.
    Again = 10,
    /// The code of a ticket.
    TicketCode = 11,
    /// A booking code.
    BookingCode = 12,
    /// The date of birth that goes with it.
    BirthDate = 13,
    /// What to do with the booking.
    Booking = 14,
    /// Whether it shall really be cancelled.
    CancelSure = 15,
    /// Is being connected to an agent.
    Connecting = 16,
}

const NODES: [Node; 16] = [
    Node::Language,
    Node::Menu,
    Node::Told,
    Node::Postcode,
    Node::District,
    Node::BirthYear,
    Node::Party,
    Node::Number,
    Node::NumberCheck,
    Node::Again,
    Node::TicketCode,
    Node::BookingCode,
    Node::BirthDate,
    Node::Booking,
    Node::CancelSure,
    Node::Connecting,
];

/// What the caller is after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Topic {
    /// The place of the number they call from.
    Place = 0,
    /// A place in line.
    Ticket = 1,
    /// Whether there are appointments.
    Supply = 2,
    /// The place of a ticket by its code.
    Code = 3,
    /// Booked appointments.
    Booking = 4,
    /// Their cancellation.
    Cancel = 5,
}

const TOPICS: [Topic; 6] = [
    Topic::Place,
    Topic::Ticket,
    Topic::Supply,
    Topic::Code,
    Topic::Booking,
    Topic::Cancel,
];

/// What is remembered of a call. It has room in a token ([`State::seal`]) and holds nothing that is not needed again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct State {
    /// Where the call stands.
    pub node: Node,
    /// What it is about.
    pub topic: Topic,
    /// The language, by its place in the region's list.
    pub language: u8,
    /// Answers given so far.
    pub steps: u8,
    /// Silences in a row.
    pub silences: u8,
    /// Wrong keys at this question.
    pub mistakes: u8,
    /// How often in a row the store could not be asked.
    pub waits: u8,
    /// How often an agent was rung.
    pub connects: u8,
    /// The caller has got an answer to something.
    pub answered: bool,
    /// The caller has a place.
    pub has_place: bool,
    /// Ask no more: the agent will.
    pub ask_no_more: bool,
    /// Where the person lives, if it was told.
    pub postcode: Option<Postcode>,
    /// Which of the districts that share the postcode, from 0.
    pub district: Option<u8>,
    /// Year of birth, if it was told.
    pub birth_year: Option<i16>,
    /// For how many, if it was told.
    pub party: Option<Party>,
    /// The number to ring, by the digits of its E.164 form, where the telephone system tells none.
    pub number: Option<u64>,
    /// The ticket, where there is no number that it could be found by.
    pub ticket: Option<TicketId>,
    /// The keys of a code.
    pub keys: Keys,
    /// The date of birth that goes with them.
    pub birth_date: Option<Date>,
}

/// Bytes of a state before it is sealed.
pub(super) const STATE_BYTES: usize = 46;

impl State {
    /// A call that begins.
    pub fn new() -> Self {
        Self {
            node: Node::Language,
            topic: Topic::Place,
            language: 0,
            steps: 0,
            silences: 0,
            mistakes: 0,
            waits: 0,
            connects: 0,
            answered: false,
            has_place: false,
            ask_no_more: false,
            postcode: None,
            district: None,
            birth_year: None,
            party: None,
            number: None,
            ticket: None,
            keys: Keys::default(),
            birth_date: None,
        }
    }

    /// The state in bytes; `at` in seconds since 1970.
    pub(super) fn to_bytes(self, at: i64) -> [u8; STATE_BYTES] {
        let flags = u8::from(self.answered) | u8::from(self.has_place) << 1 | u8::from(self.ask_no_more) << 2;
        // 0 is no postcode: they are counted from 1.
        let postcode = self.postcode.map_or(0, |code| digits(code.as_str()) + 1);
        let birth_date = self.birth_date.map_or([0; 4], |date| {
            let [high, low] = date.year().to_be_bytes();
            [high, low, date.month().unsigned_abs(), date.day().unsigned_abs()]
        });
        let mut bytes = [0; STATE_BYTES];
        let mut rest = &mut bytes[..];
        let small = [
            self.node as u8,
            self.topic as u8,
            self.language,
            self.steps,
            self.silences,
            self.mistakes,
            self.waits,
            self.connects,
            flags,
            self.district.map_or(0, |district| district.saturating_add(1)),
            self.party.map_or(0, Party::persons),
        ];
        put(&mut rest, &small);
        put(&mut rest, &postcode.to_be_bytes());
        put(&mut rest, &self.birth_year.unwrap_or(0).to_be_bytes());
        // A number of 15 digits fits 50 bits: the whole eight bytes are not needed, nor are those of 13 digits.
        put(&mut rest, &self.number.unwrap_or(0).to_be_bytes()[1..]);
        put(&mut rest, &self.keys.to_number().to_be_bytes()[1..]);
        put(&mut rest, &birth_date);
        let (line, number) = self.ticket.map_or((0, 0), |id| (id.line.0, id.number.0));
        put(&mut rest, &[u8::from(self.ticket.is_some())]);
        put(&mut rest, &line.to_be_bytes());
        put(&mut rest, &number.to_be_bytes());
        put(&mut rest, &u32::try_from(at).unwrap_or(0).to_be_bytes());
        bytes
    }

    /// What [`State::to_bytes`] has written, with its time.
    pub(super) fn from_bytes(bytes: &[u8; STATE_BYTES]) -> Option<(Self, i64)> {
        let mut rest = &bytes[..];
        let [
            node,
            topic,
            language,
            steps,
            silences,
            mistakes,
            waits,
            connects,
            flags,
            district,
            party,
        ] = take::<11>(&mut rest)?;
        let postcode = match u32::from_be_bytes(take(&mut rest)?) {
            0 => None,
            code => Some(Postcode::parse(&format!("{:05}", code - 1)).ok()?),
        };
        let birth_year = i16::from_be_bytes(take(&mut rest)?);
        let number = seven(take(&mut rest)?);
        let keys = seven(take(&mut rest)?);
        let [high, low, month, day] = take(&mut rest)?;
        let birth_date = match i16::from_be_bytes([high, low]) {
            0 => None,
            year => Some(Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?),
        };
        let [has_ticket] = take(&mut rest)?;
        let ticket = TicketId {
            line: LineNo(u16::from_be_bytes(take(&mut rest)?)),
            number: TicketNumber(u32::from_be_bytes(take(&mut rest)?)),
        };
        let at = u32::from_be_bytes(take(&mut rest)?);
        let state = Self {
            node: NODES.into_iter().find(|known| *known as u8 == node)?,
            topic: TOPICS.into_iter().find(|known| *known as u8 == topic)?,
            language,
            steps,
            silences,
            mistakes,
            waits,
            connects,
            answered: flags & 1 != 0,
            has_place: flags & 2 != 0,
            ask_no_more: flags & 4 != 0,
            postcode,
            district: district.checked_sub(1),
            birth_year: (birth_year != 0).then_some(birth_year),
            party: Party::from_persons(party),
            number: (number != 0).then_some(number),
            ticket: (has_ticket != 0).then_some(ticket),
            keys: Keys::from_number(keys)?,
            birth_date,
        };
        Some((state, i64::from(at)))
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

fn digits(text: &str) -> u32 {
    text.bytes()
        .fold(0, |number, digit| number * 10 + u32::from(digit.wrapping_sub(b'0')))
}

fn put(rest: &mut &mut [u8], bytes: &[u8]) {
    let (here, behind) = std::mem::take(rest).split_at_mut(bytes.len());
    here.copy_from_slice(bytes);
    *rest = behind;
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (here, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*here)
}

fn seven(bytes: [u8; 7]) -> u64 {
    bytes.into_iter().fold(0, |number, byte| number << 8 | u64::from(byte))
}

//! What happens in a call, and what is said and done about it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::keypad::Keys;
use super::state::State;
use crate::ids::{CentreId, DistrictId, TicketId};
use crate::region::Postcode;

/// What is so at the moment of an answer, whoever calls.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// How many languages the region has; the first greets.
    pub languages: u8,
    /// Whether the telephone system tells the caller's number.
    pub number_known: bool,
    /// Whether an agent waits for a call. Where the connection is taken by somebody else meanwhile, the same turn is
    /// asked for again with `false`.
    pub agent_ready: bool,
    /// Whether a campaign takes people.
    pub campaign_open: bool,
    /// The region's civil day.
    pub today: Date,
}

/// What has just happened in a call.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// It begins.
    Called,
    /// Keys were pressed.
    Typed(String),
    /// Nothing was pressed, or the telephone system only goes on.
    Silence,
    /// The connection to an agent has ended; whether anybody answered.
    Bridged {
        /// They have spoken to each other.
        reached: bool,
    },
    /// The caller has hung up.
    HungUp,
    /// What the deed before brought.
    Learnt(Answer),
}

/// What has to be found out or done before the next thing can be said. All of them can be asked twice: they are done
/// once.
#[derive(Clone, PartialEq, Debug)]
pub enum Deed {
    /// Whether the caller's number has a place already.
    LookUp,
    /// Where people of a postcode stand in line, and what there is for them.
    AskPostcode {
        /// The postcode.
        postcode: Postcode,
        /// Which of its districts, from 0, if it was chosen.
        district: Option<u8>,
    },
    /// Whether these digits are a number that can be rung.
    CheckNumber(String),
    /// A place in line with a call-back, or the one that the number has already.
    TakeTicket,
    /// Where the ticket of these keys stands.
    FindTicket(Keys),
    /// The series of these keys and this date of birth.
    FindBooking(Keys, Date),
    /// Its cancellation.
    Cancel(Keys, Date),
}

/// What a deed brought.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// To [`Deed::LookUp`] and [`Deed::FindTicket`].
    Place(Option<Place>),
    /// To [`Deed::AskPostcode`].
    Postcode(Where),
    /// To [`Deed::CheckNumber`]: the digits of its E.164 form.
    Number(Option<u64>),
    /// To [`Deed::TakeTicket`].
    Ticket(Result<Taken, Refusal>),
    /// To [`Deed::FindBooking`].
    Booking(Option<Booked>),
    /// To [`Deed::Cancel`]: the series is cancelled now.
    Cancelled,
    /// To any: the store cannot be asked just now.
    NotNow,
    /// To a code: this number, or this code, has been tried too often.
    TooMany,
}

/// Where people of a postcode stand in line.
#[derive(Clone, PartialEq, Debug)]
pub enum Where {
    /// In one line, with so much supply.
    Line(Supply),
    /// In one of several: these districts share the postcode.
    Several(Vec<DistrictId>),
    /// No district of the campaign lists it.
    Unknown,
}

/// What there is to be had in a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Supply {
    /// Series that nobody holds or has booked.
    pub free: u32,
    /// Tickets that wait in front of whoever joins now.
    pub waiting: u32,
}

/// Where somebody stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    /// The language that goes with it, by its place in the region's list.
    pub language: Option<u8>,
    /// The position, counted from 1, once it is drawn.
    pub position: Option<u32>,
    /// How many stand before it, once that is known.
    pub ahead: Option<u32>,
    /// When the turn is expected, in seconds from now: between these two.
    pub wait_s: Option<(u32, u32)>,
    /// What the line does.
    pub state: PlaceState,
}

/// What is told of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlaceState {
    /// The line opens then, and the order is drawn.
    BeforeOpening(Timestamp),
    /// The order is being drawn.
    Drawing,
    /// The turn will come, and there is an appointment.
    Waiting,
    /// Nobody is called at the moment.
    Paused,
    /// There is none left for it now; the place counts for the next delivery.
    BeyondSupply,
    /// It is its turn.
    Called,
    /// It has booked.
    Done,
    /// The campaign has ended.
    Closed,
}

/// A ticket that was taken, or found.
#[derive(Clone, PartialEq, Debug)]
pub struct Taken {
    /// It is new; else the number had it already.
    pub made: bool,
    /// Where it stands.
    pub place: Place,
    /// The number that will be rung, by the digits of its E.164 form.
    pub call_back: Option<u64>,
    /// Where nobody can be rung: the ticket, with its short code to be written down.
    pub code: Option<(TicketId, String)>,
}

/// Why there is no ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// No group of the campaign takes in somebody of that year of birth.
    NotEntitled,
    /// No line for that postcode.
    UnknownPostcode,
    /// No campaign takes people.
    Closed,
}

/// A series, as it is read out.
#[derive(Clone, PartialEq, Debug)]
pub struct Booked {
    /// The centre.
    pub centre: CentreId,
    /// Starts of the appointments, first dose first.
    pub starts: Vec<Timestamp>,
    /// Whether it stands; else it is cancelled.
    pub stands: bool,
}

/// What is said. The words are in `voice.ftl`.
#[derive(Clone, PartialEq, Debug)]
pub enum Sentence {
    /// Who is speaking.
    Greeting,
    /// Which key speaks which language; each part in its own.
    ChooseLanguage,
    /// What each key does.
    Menu,
    /// Nothing was heard; the question comes again.
    DidNotHear,
    /// That was not one of the keys; the question comes again.
    WrongKey,
    /// No campaign takes people.
    NoCampaign,
    /// An agent answers now.
    Connecting,
    /// Everybody is on the telephone: you get a place, and are rung.
    AllBusy,
    /// The agent that was free is not any more: the same.
    NobodyFree,
    /// Asks for the postcode.
    AskPostcode,
    /// Five digits, please.
    PostcodeForm,
    /// Nobody is served there.
    PostcodeUnknown,
    /// Which of these districts, by key.
    AskDistrict(Vec<DistrictId>),
    /// How many appointments there are.
    Supply(Supply),
    /// Asks for the year of birth.
    AskBirthYear,
    /// Four digits, please.
    BirthYearForm,
    /// One person, or two?
    AskParty,
    /// Asks for the number to ring.
    AskNumber,
    /// That is no number that can be rung.
    NumberForm,
    /// Is it this one?
    CheckNumber(u64),
    /// Never mind: the agent will ask.
    NeverMind,
    /// A moment: the place is being written down.
    OneMoment,
    /// You have a place now.
    TicketTaken,
    /// You had one already, and still have it.
    TicketStands,
    /// Where you stand.
    Place(Place),
    /// We ring this number; you need not call again.
    CallBack(u64),
    /// The code to write down.
    TicketCode(String),
    /// Other people have their turn first.
    NotEntitled,
    /// Asks for a group of the ticket's code, from 0.
    AskTicketCode(u8),
    /// Asks for a group of the booking code, from 0.
    AskBookingCode(u8),
    /// Four keys from 2 to 9, please.
    CodeForm,
    /// No ticket has that code.
    TicketUnknown,
    /// Asks for the date of birth.
    AskBirthDate,
    /// Eight digits, please.
    BirthDateForm,
    /// No booking has that code and that date of birth.
    BookingUnknown,
    /// The appointments.
    Booking(Booked),
    /// What can be done with them.
    BookingMenu,
    /// Really?
    AskCancel,
    /// They are cancelled.
    Cancelled,
    /// They stand.
    NotCancelled,
    /// Again, the menu, a person, or hang up.
    More,
    /// Good-bye.
    Goodbye,
}

/// How keys are waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// So many keys are all; unknown where the caller ends with the hash key.
    pub keys: Option<u8>,
    /// How long to wait for the first and for each further key, in seconds. Fingers of 85 years need time.
    pub timeout_s: u8,
}

/// One thing for the telephone system to do.
#[derive(Clone, PartialEq, Debug)]
pub enum Verb {
    /// Say this.
    Say(Vec<Sentence>),
    /// Say this and wait for keys meanwhile and after.
    Gather(Vec<Sentence>, Entry),
    /// Connect to the agents.
    Connect,
    /// Wait silently for so many seconds, then ask again.
    Wait(u8),
    /// End the call.
    HangUp,
}

/// What a caller has got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// A place in line.
    Ticket,
    /// An agent.
    Agent,
    /// An answer to what was asked.
    Answer,
    /// Nothing: the caller hung up first.
    GivenUp,
}

/// What to do next.
#[derive(Clone, PartialEq, Debug)]
pub enum Turn {
    /// Say and do this.
    Speak {
        /// In this order.
        verbs: Vec<Verb>,
        /// The state to come back with.
        state: State,
        /// What the caller has got, where the call ends here.
        ending: Option<Ending>,
    },
    /// Do this first, and come back with its answer.
    Do {
        /// What.
        deed: Deed,
        /// The state to come back with.
        state: State,
    },
}

//! Proposals: up to five series that fit a visitor, the soonest first, and spread so that a thousand
//! people who ask at the same moment do not reach for the same row.
//!
//! The free slots that fit are walked in time order and cut into windows, each with room for
//! everybody who is booking now; one slot is drawn from each window by the visitor's own seed,
//! weighted by what is free. Successive windows lie on different days and take turns between morning
//! and afternoon. When there is too little left for that, the demands on the distance between
//! proposals are given up one after the other, until what is left is found.

mod half_days;
mod key;
mod preferences;

use jiff::Timestamp;
use jiff::civil::Date;

use self::half_days::HalfDays;
pub use self::key::{NotAProposal, ProposalKey};
pub use self::preferences::{PartOfDay, Preferences};
use super::SeriesSlot;
use super::board::{Board, CentreBoard, Open};
use super::eligibility::AllowedDays;
use crate::ids::{CentreId, Party, SeriesSlotId, VaccineId};

/// How many series are proposed at once: a real choice that still fits one large-type page.
pub const PROPOSALS_MAX: usize = 5;

/// How far apart the two places of a couple may start, on either day.
pub const COUPLE_APART_MAX_S: u64 = 60 * 60;

/// The room of a window, as a multiple of what everybody who is booking now needs. With two places
/// for each, a slot of ten is drawn by five people on average and overrun in one case of seventy.
const ROOM_PER_ASKER: u64 = 2;

/// From which distance on two proposals of one half day are a choice.
const CHOICE_APART_MIN_S: u64 = 60 * 60;

/// What is asked of the board, and for whom.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The centres of the visitor's pool.
    pub centres: &'a [CentreId],
    /// One person, or two who are booked together or not at all.
    pub party: Party,
    /// What they wish.
    pub preferences: &'a Preferences,
    /// Which vaccine they may get first on which days; see [`super::allowed_days`].
    pub allowed: &'a [AllowedDays],
    /// Only appointments after this moment.
    pub after: Timestamp,
    /// How many parties are booking in this pool at this moment; 0 counts as 1.
    pub crowd: u32,
    /// Any number that differs between visitors and stays the same for one: the same visitor sees
    /// the same proposals while the board does not change.
    pub seed: u64,
}

/// A series, or two for a couple, that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// One series slot per person: for a couple twice the same, or two that start at most
    /// [`COUPLE_APART_MAX_S`] apart on both days.
    pub places: Vec<SeriesSlotId>,
    /// Where.
    pub centre: CentreId,
    /// What.
    pub vaccine: VaccineId,
    /// The appointments, one entry per person.
    pub starts: Vec<Starts>,
}

impl Proposal {
    /// Its name in forms and calls.
    pub fn key(&self) -> ProposalKey {
        ProposalKey::of(&self.places)
    }

    fn of(slots: &[&SeriesSlot]) -> Option<Self> {
        let leader = slots.first()?;
        Some(Self {
            places: slots.iter().map(|slot| slot.id).collect(),
            centre: leader.centre.clone(),
            vaccine: leader.vaccine.clone(),
            starts: slots
                .iter()
                .map(|slot| Starts {
                    first: slot.first,
                    second: slot.second,
                })
                .collect(),
        })
    }
}

/// The appointments of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Starts {
    /// The first.
    pub first: Timestamp,
    /// The second; none for a vaccine of one dose.
    pub second: Option<Timestamp>,
}

/// Proposes at most [`PROPOSALS_MAX`] series, the soonest first. Empty only if nothing that is free
/// fits what was asked.
pub fn propose(board: &Board, asked: &Asked<'_>) -> Vec<Proposal> {
    let search = Search::new(board, asked);
    let mut dice = Dice(asked.seed);
    let mut drawn: Vec<Drawn<'_>> = Vec::with_capacity(PROPOSALS_MAX);
    for apart in Apart::LESS_AND_LESS {
        if drawn.is_empty() && !matches!(apart, Apart::LaterDay) {
            // The first draw is bound by no other: nothing fits at all.
            break;
        }
        while drawn.len() < PROPOSALS_MAX {
            let Some(next) = search.draw(apart, &drawn, &mut dice) else {
                break;
            };
            drawn.push(next);
        }
    }
    drawn.sort_unstable_by_key(|drawn| (drawn.choice.leader.first_s, drawn.choice.leader.slot));
    drawn
        .iter()
        .filter_map(|drawn| Proposal::of(&drawn.choice.slots(board, asked.party)))
        .collect()
}

/// The proposal that a visitor names, if it is one this party may choose: as many places as persons,
/// all in the pool, after the moment, of an allowed vaccine and day, a couple together. Wishes do not
/// bind here, and whether it is still free only the store can say.
pub fn resolve(board: &Board, asked: &Asked<'_>, key: &ProposalKey) -> Option<Proposal> {
    let places: Vec<(&SeriesSlot, Open)> = key
        .places()
        .iter()
        .map(|id| board.slot_with_times(*id))
        .collect::<Option<_>>()?;
    let (leader, leader_times) = places.first()?;
    let may_be_chosen = |(slot, times): &(&SeriesSlot, Open)| {
        let allows = |allowed: &AllowedDays| allowed.vaccine == slot.vaccine && allowed.days.contains(&times.day);
        asked.centres.contains(&slot.centre)
            && slot.first > asked.after
            && asked.allowed.iter().any(allows)
            && slot.centre == leader.centre
            && together(leader_times, times)
    };
    let is_right_party = places.len() == usize::from(asked.party.persons());
    let slots: Vec<&SeriesSlot> = places.iter().map(|(slot, _)| *slot).collect();
    if is_right_party && places.iter().all(may_be_chosen) {
        Proposal::of(&slots)
    } else {
        None
    }
}

/// How far a further proposal must be from those drawn before.
#[derive(Clone, Copy)]
enum Apart {
    /// On a day after the last window, in the other half of the day.
    LaterDay,
    /// On a half day that no other proposal has.
    HalfDay,
    /// An hour from any other, so many in one half day.
    Hour { per_half_day_max: usize },
    /// Another slot.
    Slot,
}

/// Places for one party.
#[derive(Clone, Copy)]
struct Choice<'a> {
    leader: &'a Open,
    /// The second person's slot, if not the leader.
    partner: Option<&'a Open>,
    /// For how many parties like this one there is room.
    room: u64,
}

impl Choice<'_> {
    /// One slot per person.
    fn slots<'b>(&self, board: &'b Board, party: Party) -> Vec<&'b SeriesSlot> {
        let leader = board.slot_of(self.leader);
        match party {
            Party::One => vec![leader],
            Party::Couple => vec![leader, self.partner.map_or(leader, |partner| board.slot_of(partner))],
        }
    }
}

/// What was drawn, and the last half day of the window it was drawn from.
#[derive(Clone, Copy)]
struct Drawn<'a> {
    choice: Choice<'a>,
    window_end: (Date, PartOfDay),
}

/// One request, made ready for walking the board.
struct Search<'a> {
    asked: &'a Asked<'a>,
    centres: Vec<&'a CentreBoard>,
    /// By the board's index of vaccines: the days on which it may be given first.
    allowed: Vec<Vec<&'a AllowedDays>>,
    /// The room of a window, in parties.
    room: u64,
    /// Unix second of `asked.after`.
    after_s: i64,
}

impl<'a> Search<'a> {
    fn new(board: &'a Board, asked: &'a Asked<'a>) -> Self {
        let wanted = |centre: &CentreId| asked.preferences.centre.as_ref().is_none_or(|wanted| wanted == centre);
        let allowed_of = |vaccine: &VaccineId| {
            asked
                .allowed
                .iter()
                .filter(|allowed| allowed.vaccine == *vaccine)
                .collect()
        };
        Self {
            asked,
            centres: board
                .of_centres(asked.centres)
                .filter(|board| wanted(&board.centre))
                .collect(),
            allowed: board.vaccines().iter().map(allowed_of).collect(),
            room: u64::from(asked.crowd.max(1)) * ROOM_PER_ASKER,
            after_s: asked.after.as_second(),
        }
    }

    /// Draws from the soonest window of choices that are far enough from those drawn before.
    fn draw(&self, apart: Apart, drawn: &[Drawn<'a>], dice: &mut Dice) -> Option<Drawn<'a>> {
        let mut window: Vec<Choice<'a>> = Vec::new();
        let mut room = 0;
        let mut window_end = None;
        let mut allowed = vec![false; self.allowed.len()];
        for half_day in HalfDays::new(&self.centres, self.asked.after) {
            let (day, part) = (half_day.day, half_day.part);
            let suits = self.asked.preferences.fits_first(day, part);
            if !suits || !apart.accepts_half_day(day, part, drawn, self.alternates()) {
                continue;
            }
            for (allowed, days) in allowed.iter_mut().zip(&self.allowed) {
                *allowed = days.iter().any(|allowed| allowed.days.contains(&day));
            }
            if !allowed.contains(&true) {
                continue;
            }
            let choices = half_day
                .in_time_order()
                .filter_map(|(centre, index)| self.choice(centre, index, &allowed));
            for choice in choices.filter(|choice| apart.accepts(choice, drawn)) {
                room += choice.room;
                window.push(choice);
                window_end = Some((day, part));
                if room >= self.room {
                    return Some(Drawn {
                        choice: dice.pick(&window, room)?,
                        window_end: window_end?,
                    });
                }
            }
        }
        Some(Drawn {
            choice: dice.pick(&window, room)?,
            window_end: window_end?,
        })
    }

    /// Whether proposals can take turns between morning and afternoon.
    fn alternates(&self) -> bool {
        self.asked.preferences.part_of_day.is_none()
    }

    /// What the party could have of this slot, if it fits them; `allowed` are the vaccines of its day.
    fn choice(&self, centre: &'a CentreBoard, index: usize, allowed: &[bool]) -> Option<Choice<'a>> {
        let leader = &centre.open[index];
        if leader.first_s <= self.after_s || !allowed[usize::from(leader.vaccine)] || !self.fits(leader) {
            return None;
        }
        match (self.asked.party, leader.free) {
            (Party::One, free) => Some(Choice {
                leader,
                partner: None,
                room: u64::from(free),
            }),
            (Party::Couple, free @ 2..) => Some(Choice {
                leader,
                partner: None,
                room: u64::from(free / 2),
            }),
            (Party::Couple, _) => {
                let partner = self.partner(leader, &centre.open[index + 1..])?;
                Some(Choice {
                    leader,
                    partner: Some(partner),
                    room: 1,
                })
            }
        }
    }

    /// A slot close to `leader` on both days. One with room for two is not taken: it is a better
    /// choice by itself.
    fn partner(&self, leader: &Open, later: &'a [Open]) -> Option<&'a Open> {
        later
            .iter()
            .take_while(|open| open.first_s.abs_diff(leader.first_s) <= COUPLE_APART_MAX_S)
            .find(|open| open.free == 1 && together(leader, open) && self.fits(open))
    }

    /// Whether an open slot of a day that fits has its times where they are wanted.
    fn fits(&self, open: &Open) -> bool {
        let wishes = self.asked.preferences;
        wishes.fits_part(open.part) && open.second.is_none_or(|second| wishes.fits(second.day, second.part))
    }
}

/// Whether a couple may have these two: same vaccine, both doses on the same days, close in time.
fn together(a: &Open, b: &Open) -> bool {
    let seconds_together = match (a.second, b.second) {
        (None, None) => true,
        (Some(a), Some(b)) => a.day == b.day && a.start_s.abs_diff(b.start_s) <= COUPLE_APART_MAX_S,
        _ => false,
    };
    a.vaccine == b.vaccine && a.day == b.day && a.first_s.abs_diff(b.first_s) <= COUPLE_APART_MAX_S && seconds_together
}

impl Apart {
    /// The demands in the order in which they are given up.
    const LESS_AND_LESS: [Self; 5] = [
        Self::LaterDay,
        Self::HalfDay,
        Self::Hour { per_half_day_max: 2 },
        Self::Hour {
            per_half_day_max: PROPOSALS_MAX,
        },
        Self::Slot,
    ];

    fn accepts_half_day(self, day: Date, part: PartOfDay, drawn: &[Drawn<'_>], alternates: bool) -> bool {
        match self {
            Self::LaterDay => drawn.last().is_none_or(|last| {
                let (last_day, last_part) = last.window_end;
                day > last_day && (!alternates || part != last_part)
            }),
            Self::HalfDay => Self::on_half_day(day, part, drawn) == 0,
            Self::Hour { per_half_day_max } => Self::on_half_day(day, part, drawn) < per_half_day_max,
            Self::Slot => true,
        }
    }

    fn on_half_day(day: Date, part: PartOfDay, drawn: &[Drawn<'_>]) -> usize {
        drawn
            .iter()
            .filter(|drawn| (drawn.choice.leader.day, drawn.choice.leader.part) == (day, part))
            .count()
    }

    fn accepts(self, choice: &Choice<'_>, drawn: &[Drawn<'_>]) -> bool {
        let mut others = drawn.iter().map(|drawn| drawn.choice.leader);
        match self {
            Self::LaterDay | Self::HalfDay => true,
            Self::Hour { .. } => {
                others.all(|other| other.first_s.abs_diff(choice.leader.first_s) >= CHOICE_APART_MIN_S)
            }
            Self::Slot => others.all(|other| other.slot != choice.leader.slot),
        }
    }
}

/// A visitor's own sequence of numbers (SplitMix64: Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014). It spreads choices; nothing secret hangs on it.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Draws one choice, each as likely as it has room; `room` is the sum over the window.
    fn pick<'a>(&mut self, window: &[Choice<'a>], room: u64) -> Option<Choice<'a>> {
        // The high half of the product is below `room`, and even to within 2^-40 for any real window.
        let mut rest = ((u128::from(self.roll()) * u128::from(room)) >> 64) as u64;
        window.iter().copied().find(|choice| {
            let hit = rest < choice.room;
            rest = rest.saturating_sub(choice.room);
            hit
        })
    }
}

#[cfg(test)]
mod tests;

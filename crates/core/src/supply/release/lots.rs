//! Doses: which lot backs which dose, and what must be held back for second doses.

use std::str::FromStr;

use jiff::civil::Date;

use crate::ids::DeliveryId;

/// How many of the second doses must already be in stock when the first is given, in per cent. The
/// others may come from deliveries announced for a day before the second appointment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HoldBack(u8);

/// A text or number that is no hold-back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("write how many of the second doses are held back: all, none, or per cent from 0 to 100")]
pub struct HoldBackError;

impl HoldBack {
    /// Every second dose is reserved from stock: 100 doses are 50 series.
    pub const ALL: Self = Self(100);
    /// No second dose is reserved from stock: 100 doses are 100 series if 100 more come in time.
    pub const NONE: Self = Self(0);

    /// So many per cent, up to 100.
    pub fn percent(percent: u8) -> Result<Self, HoldBackError> {
        if percent <= 100 {
            Ok(Self(percent))
        } else {
            Err(HoldBackError)
        }
    }
}

impl FromStr for HoldBack {
    type Err = HoldBackError;

    /// Reads `all`, `none`, `50` or `50%`.
    fn from_str(text: &str) -> Result<Self, HoldBackError> {
        match text.trim() {
            "all" => Ok(Self::ALL),
            "none" => Ok(Self::NONE),
            number => {
                let digits = number.strip_suffix('%').unwrap_or(number).trim_end();
                digits.parse().map_err(|_| HoldBackError).and_then(Self::percent)
            }
        }
    }
}

/// The doses of a delivery that back nothing yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lot {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The first day on which they can be used.
    pub day: Date,
    /// How many.
    pub doses_left: u32,
}

/// The lots of a plan, by day.
pub(super) struct Lots {
    lots: Vec<Lot>,
    hold_back: HoldBack,
    doses_per_series: u8,
    /// Series backed so far.
    series: u64,
    /// How many of their second doses were reserved from stock.
    held_back: u64,
}

impl Lots {
    pub(super) fn new(mut lots: Vec<Lot>, hold_back: HoldBack, doses_per_series: u8) -> Self {
        lots.sort_unstable_by_key(|lot| (lot.day, lot.delivery));
        Self {
            lots,
            hold_back,
            doses_per_series,
            series: 0,
            held_back: 0,
        }
    }

    /// Doses that back nothing.
    pub(super) fn left(&self) -> u64 {
        self.lots.iter().map(|lot| u64::from(lot.doses_left)).sum()
    }

    /// The day of the next delivery with doses left.
    pub(super) fn next_day_after(&self, day: Date) -> Option<Date> {
        self.lots
            .iter()
            .find(|lot| lot.day > day && lot.doses_left > 0)
            .map(|lot| lot.day)
    }

    /// How many series could begin on or before this day with what is then on hand, if all second
    /// doses that are not held back come in time.
    pub(super) fn series_possible(&self, day: Date) -> u64 {
        let on_hand = self
            .lots
            .iter()
            .filter(|lot| lot.day <= day)
            .map(|lot| u64::from(lot.doses_left))
            .sum::<u64>();
        if self.doses_per_series < 2 {
            return on_hand;
        }
        let by_stock = on_hand * 100 / (100 + u64::from(self.hold_back.0));
        by_stock.min(self.left() / 2)
    }

    /// From which day there is a second dose for a first one given on `first`, the better answer
    /// first: a delivery announced for a day until `latest`, then what is on hand and not needed for a
    /// first one. Only what is on hand counts if it must be held back.
    pub(super) fn second_doses_from(&self, first: Date, latest: Date) -> [Option<Date>; 2] {
        let Some(first_lot) = self.first_lot(first) else {
            return [None, None];
        };
        let mut days = self.spare_lots(first_lot).map(|index| self.lots[index].day);
        let announced = days.clone().find(|day| *day > first && *day <= latest);
        let on_hand = days.find(|day| *day <= first);
        [announced.filter(|_| !self.must_hold_back()), on_hand]
    }

    /// Takes the doses of one series, first dose first; nothing is taken if one of them is missing.
    pub(super) fn take(&mut self, first: Date, second: Option<Date>) -> Option<Vec<DeliveryId>> {
        let first_lot = self.first_lot(first)?;
        let second_lot = match second {
            None => None,
            Some(second) => Some(self.second_lot(first_lot, first, second)?),
        };
        if second_lot.is_some() && self.must_hold_back() {
            self.held_back += 1;
        }
        self.series += 1;
        let mut doses = Vec::with_capacity(2);
        for index in std::iter::once(first_lot).chain(second_lot) {
            self.lots[index].doses_left -= 1;
            doses.push(self.lots[index].delivery);
        }
        Some(doses)
    }

    /// Whether the next series would have too few second doses in stock without its own.
    fn must_hold_back(&self) -> bool {
        self.held_back * 100 < (self.series + 1) * u64::from(self.hold_back.0)
    }

    /// The oldest lot that has a dose for that day.
    fn first_lot(&self, day: Date) -> Option<usize> {
        self.lots.iter().position(|lot| lot.doses_left > 0 && lot.day <= day)
    }

    /// The lot of a second dose: the oldest in stock if one must be held back, else the latest that
    /// comes in time, so that early doses stay free for first ones.
    fn second_lot(&self, first_lot: usize, first: Date, second: Date) -> Option<usize> {
        let mut spare = self.spare_lots(first_lot);
        if self.must_hold_back() {
            spare.find(|index| self.lots[*index].day <= first)
        } else {
            spare.rfind(|index| self.lots[*index].day <= second)
        }
    }

    /// The lots, oldest first, that have a dose when one of `first_lot` is gone.
    fn spare_lots(&self, first_lot: usize) -> impl DoubleEndedIterator<Item = usize> + Clone {
        (0..self.lots.len()).filter(move |index| self.lots[*index].doses_left > u32::from(*index == first_lot))
    }
}

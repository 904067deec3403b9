//! Walking the boards of several centres together, half day by half day in time order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::board::CentreBoard;
use super::preferences::PartOfDay;

/// The half days on which any of the centres has something free, ascending.
pub(super) struct HalfDays<'a> {
    /// Each centre with the index of its next half day.
    next: Vec<(&'a CentreBoard, usize)>,
}

/// The same half day in every centre that has anything free then.
pub(super) struct HalfDay<'a> {
    pub(super) day: Date,
    pub(super) part: PartOfDay,
    open: Vec<(&'a CentreBoard, Range<usize>)>,
}

impl<'a> HalfDays<'a> {
    /// Begins with the half day of the first slot that starts after `after`.
    pub(super) fn new(centres: &[&'a CentreBoard], after: Timestamp) -> Self {
        let begin = |centre: &&'a CentreBoard| {
            let first = centre.index_after(after);
            (
                *centre,
                centre.half_days.partition_point(|half_day| half_day.open.end <= first),
            )
        };
        Self {
            next: centres.iter().map(begin).collect(),
        }
    }
}

impl<'a> Iterator for HalfDays<'a> {
    type Item = HalfDay<'a>;

    fn next(&mut self) -> Option<HalfDay<'a>> {
        let heads = self
            .next
            .iter()
            .filter_map(|(centre, index)| centre.half_days.get(*index));
        let (day, part) = heads.map(|half_day| (half_day.day, half_day.part)).min()?;
        let mut open = Vec::with_capacity(self.next.len());
        for (centre, index) in &mut self.next {
            if let Some(head) = centre
                .half_days
                .get(*index)
                .filter(|head| (head.day, head.part) == (day, part))
            {
                open.push((*centre, head.open.clone()));
                *index += 1;
            }
        }
        Some(HalfDay { day, part, open })
    }
}

impl<'a> HalfDay<'a> {
    /// Its slots over all centres in time order: the centre, and the index into its open slots.
    pub(super) fn in_time_order(mut self) -> impl Iterator<Item = (&'a CentreBoard, usize)> {
        let start = |(number, (centre, rest)): (usize, &(&'a CentreBoard, Range<usize>))| {
            Some(Reverse((centre.open.get(rest.start)?.first_s, number)))
        };
        let mut heads: BinaryHeap<Reverse<(i64, usize)>> = self.open.iter().enumerate().filter_map(start).collect();
        std::iter::from_fn(move || {
            let mut soonest = heads.peek_mut()?;
            let (centre, rest) = self.open.get_mut(soonest.0.1)?;
            let index = rest.next()?;
            match centre.open[..rest.end].get(rest.start) {
                Some(next) => soonest.0.0 = next.first_s,
                None => {
                    PeekMut::pop(soonest);
                }
            }
            Some((*centre, index))
        })
    }
}

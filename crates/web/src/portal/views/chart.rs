//! The chart of the day as SVG: what joined, was called and booked, told apart by dashes and words as
//! well as by colour.

use std::fmt::Write as _;

use jiff::civil::Time;

use super::status::StatusMinute;

/// Size of the drawing area in the units of its own.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 240.0;
/// Room for the numbers on the left, the times below and the words on the right.
const LEFT: f64 = 70.0;
const BELOW: f64 = 30.0;
const RIGHT: f64 = 130.0;
const ABOVE: f64 = 10.0;
/// Points of a curve at most: more would be closer together than the eye can tell.
const POINTS_MAX: usize = 240;
/// Rows of the table under the chart at most.
const ROWS_MAX: usize = 24;
/// The words at the ends of the curves are kept so far apart.
const WORDS_APART: f64 = 18.0;

/// A chart, ready to be drawn.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Where the curves are.
    pub curves: [Curve; 3],
    /// The largest number on the scale, and half of it.
    pub scale: [u64; 2],
    /// The first and the last time.
    pub times: [Time; 2],
    /// The same in numbers, thinned out.
    pub rows: Vec<StatusMinute>,
}

/// One curve.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Its points, as SVG wants them.
    pub points: String,
    /// Where its word stands.
    pub word_y: String,
}

impl Chart {
    /// The chart of these minutes; none of fewer than two.
    pub fn of(minutes: &[StatusMinute]) -> Option<Self> {
        let (first, last) = (minutes.first()?, minutes.last().filter(|_| minutes.len() > 1)?);
        let largest = minutes.iter().flat_map(|minute| minute.numbers).max().unwrap_or(0);
        let top = round_up(largest);
        let shown = thinned(minutes, POINTS_MAX);
        let x = |index: usize| LEFT + WIDTH * index as f64 / (shown.len() - 1) as f64;
        let y = |number: u64| ABOVE + HEIGHT * (1.0 - number as f64 / top as f64);
        let words = spread(last.numbers.map(y));
        let curve = |which: usize| {
            let mut points = String::new();
            for (index, minute) in shown.iter().enumerate() {
                // Writing to a string does not fail.
                let _ = write!(points, "{:.1},{:.1} ", x(index), y(minute.numbers[which]));
            }
            Curve {
                points: points.trim_end().to_owned(),
                word_y: format!("{:.1}", words[which]),
            }
        };
        Some(Self {
            curves: [curve(0), curve(1), curve(2)],
            scale: [top, top / 2],
            times: [first.at, last.at],
            rows: thinned(minutes, ROWS_MAX),
        })
    }

    /// The area that is drawn.
    pub fn view_box(&self) -> String {
        format!("0 0 {} {}", LEFT + WIDTH + RIGHT, ABOVE + HEIGHT + BELOW)
    }

    /// Where the lines of the scale are: left, right, top, middle, bottom.
    pub fn frame(&self) -> [f64; 5] {
        [LEFT, LEFT + WIDTH, ABOVE, ABOVE + HEIGHT / 2.0, ABOVE + HEIGHT]
    }
}

/// An even number of one or two digits that count, at least the number and 10.
fn round_up(number: u64) -> u64 {
    let mut step = 10;
    while number > step * 10 {
        step *= 10;
    }
    number.div_ceil(step).max(1) * step
}

/// So many of the minutes at most, evenly, the first and the last among them.
fn thinned(minutes: &[StatusMinute], most: usize) -> Vec<StatusMinute> {
    if minutes.len() <= most {
        return minutes.to_vec();
    }
    let last = minutes.len() - 1;
    (0..most)
        .map(|index| minutes[index * last / (most - 1)].clone())
        .collect()
}

/// Heights moved down until each is some way below the one above it.
fn spread(heights: [f64; 3]) -> [f64; 3] {
    let mut order = [0, 1, 2];
    order.sort_by(|a, b| heights[*a].total_cmp(&heights[*b]));
    let mut words = heights;
    for pair in order.windows(2) {
        words[pair[1]] = words[pair[1]].max(words[pair[0]] + WORDS_APART);
    }
    // What went below the area moves all of them up.
    let over = (words[order[2]] - (ABOVE + HEIGHT)).max(0.0);
    words.map(|word| word - over)
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn minute(minute: i8, numbers: [u64; 3]) -> StatusMinute {
        StatusMinute {
            at: time(8, minute, 0, 0),
            numbers,
        }
    }

    #[test]
    fn one_minute_is_no_chart() {
        assert!(Chart::of(&[minute(0, [1, 2, 3])]).is_none());
    }

    #[test]
    fn curves_go_from_edge_to_edge_and_stay_inside() {
        let minutes: Vec<_> = (0..60).map(|at| minute(at, [99, at as u64, 0])).collect();
        let chart = Chart::of(&minutes).map(|chart| (chart.scale, chart.curves.map(|curve| curve.points)));
        let Some((scale, [joined, called, booked])) = chart else {
            return assert!(chart.is_some());
        };
        assert_eq!(scale, [100, 50]);
        assert!(
            joined.starts_with("70.0,12.4 ") && joined.ends_with("790.0,12.4"),
            "{joined}"
        );
        assert!(called.starts_with("70.0,250.0 "), "{called}");
        assert!(booked.ends_with("790.0,250.0"), "{booked}");
    }

    #[test]
    fn words_at_the_same_height_stand_below_each_other_inside_the_area() {
        let words = spread([250.0, 250.0, 250.0]);
        assert_eq!(words, [214.0, 232.0, 250.0]);
        assert_eq!(spread([10.0, 200.0, 100.0]), [10.0, 200.0, 100.0]);
    }

    #[test]
    fn the_scale_ends_at_a_round_number_above_the_largest() {
        let tops = [0, 7, 10, 11, 99, 101, 8_213, 400_000].map(round_up);
        assert_eq!(tops, [10, 10, 10, 20, 100, 200, 9_000, 400_000]);
    }
}

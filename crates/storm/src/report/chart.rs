//! Charts as SVG: lines told apart by their dashes and the words at their ends, with a table of the same numbers.

use std::fmt::{self, Write as _};

/// One line of a chart.
pub struct Line {
    /// Its word.
    pub word: String,
    /// Its points: seconds from the opening, and a number.
    pub points: Vec<(f64, f64)>,
}

/// A chart.
pub struct Chart<'a> {
    /// What it shows.
    pub title: &'a str,
    /// What its numbers are.
    pub unit: &'a str,
    /// The word over the times in the table.
    pub time: &'a str,
    /// The word that opens the table.
    pub table: &'a str,
    /// Whether each step up is ten times the last: for latencies.
    pub logarithmic: bool,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// The drawing area, in the units of its own, and the room around it.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 190.0;
/// Before each word a piece of its line.
const SAMPLE: f64 = 34.0;
const ABOVE: f64 = 12.0;
const BELOW: f64 = 32.0;
/// Points of a line at most: more would be closer together than the eye can tell.
const POINTS_MAX: usize = 360;
/// Rows of the table at most.
const ROWS_MAX: usize = 20;
/// Words at the ends of lines are kept so far apart.
const WORDS_APART: f64 = 17.0;
/// Dashes of the lines, in their order; colours are added by the style sheet and say nothing on their own.
const DASHES: [&str; 8] = ["", "8 4", "2 3", "12 3 2 3", "5 2", "1 5", "14 5", "6 2 1 2 1 2"];

impl Chart<'_> {
    /// Writes the chart; nothing where there is nothing to draw.
    pub fn write(&self, html: &mut String) -> fmt::Result {
        let all = || self.lines.iter().flat_map(|line| &line.points);
        let (from, to) = all().fold((f64::MAX, f64::MIN), |(from, to), (x, _)| (from.min(*x), to.max(*x)));
        if from >= to {
            return Ok(());
        }
        let largest = all().fold(0.0, |largest: f64, (_, y)| largest.max(*y));
        let top = if self.logarithmic {
            decade_above(largest)
        } else {
            round_up(largest)
        };
        let x = |at: f64| LEFT + WIDTH * (at - from) / (to - from);
        let y = |number: f64| ABOVE + HEIGHT * (1.0 - self.height(number, top));
        let title = escaped(self.title);
        write!(
            html,
            "<figure><figcaption>{title} <small>({})</small></figcaption>\n<div class=\"scroll\" tabindex=\"0\"><svg viewBox=\"0 0 {} {}\" role=\"img\" \
             aria-label=\"{title}\">\n",
            escaped(self.unit),
            LEFT + WIDTH + RIGHT,
            ABOVE + HEIGHT + BELOW
        )?;
        for number in self.scale(top) {
            let at = y(number);
            writeln!(
                html,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text class=\"scale\" x=\"{}\" \
                 y=\"{:.1}\">{}</text>",
                LEFT + WIDTH,
                LEFT - 6.0,
                at + 4.0,
                plain(number)
            )?;
        }
        if from < 0.0 && to > 0.0 {
            let zero = x(0.0);
            writeln!(
                html,
                "<line class=\"opening\" x1=\"{zero:.1}\" x2=\"{zero:.1}\" y1=\"{ABOVE}\" y2=\"{}\"/>",
                ABOVE + HEIGHT
            )?;
        }
        for (at, anchor) in [(from, "start"), (f64::midpoint(from, to), "middle"), (to, "end")] {
            writeln!(
                html,
                "<text class=\"time\" x=\"{:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
                x(at),
                ABOVE + HEIGHT + 20.0,
                crate::live::clock(at)
            )?;
        }
        let ends: Vec<f64> = self
            .lines
            .iter()
            .map(|line| line.points.last().map_or(0.0, |(_, end)| y(*end)))
            .collect();
        for ((number, line), word_y) in self.lines.iter().enumerate().zip(spread(&ends)) {
            let mut points = String::new();
            for (at, height) in thinned(&line.points, POINTS_MAX) {
                write!(points, "{:.1},{:.1} ", x(at), y(height))?;
            }
            let (style, dashes) = (number % DASHES.len(), DASHES[number % DASHES.len()]);
            let word_x = LEFT + WIDTH + 8.0;
            writeln!(
                html,
                "<polyline class=\"line l{style}\" stroke-dasharray=\"{dashes}\" points=\"{}\"/>\
                 <polyline class=\"line l{style}\" stroke-dasharray=\"{dashes}\" points=\"{word_x},{word_y:.1} {},{word_y:.1}\"/>\
                 <text x=\"{}\" y=\"{:.1}\">{}</text>",
                points.trim_end(),
                word_x + SAMPLE,
                word_x + SAMPLE + 6.0,
                word_y + 4.0,
                escaped(&line.word)
            )?;
        }
        html.push_str("</svg></div>\n");
        self.write_table(html)?;
        html.push_str("</figure>\n");
        Ok(())
    }

    fn write_table(&self, html: &mut String) -> fmt::Result {
        let Some(first) = self.lines.iter().max_by_key(|line| line.points.len()) else {
            return Ok(());
        };
        write!(
            html,
            "<details><summary>{}</summary><div class=\"scroll\" tabindex=\"0\"><table><tr><th scope=\"col\">{}</th>",
            escaped(self.table),
            escaped(self.time)
        )?;
        for line in &self.lines {
            write!(html, "<th scope=\"col\">{}</th>", escaped(&line.word))?;
        }
        html.push_str("</tr>\n");
        for (at, _) in thinned(&first.points, ROWS_MAX) {
            write!(html, "<tr><th scope=\"row\">{}</th>", crate::live::clock(at))?;
            for line in &self.lines {
                let known = line.points.iter().rfind(|(when, _)| *when <= at);
                write!(
                    html,
                    "<td>{}</td>",
                    known.map_or("–".to_owned(), |(_, number)| plain(*number))
                )?;
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</table></div></details>\n");
        Ok(())
    }

    /// From 0 at the bottom to 1 at the top.
    fn height(&self, number: f64, top: f64) -> f64 {
        if self.logarithmic {
            // From a tenth of a unit on: below it nothing is told apart.
            ((number.max(0.1).log10() + 1.0) / (top.log10() + 1.0)).clamp(0.0, 1.0)
        } else {
            (number / top).clamp(0.0, 1.0)
        }
    }

    fn scale(&self, top: f64) -> Vec<f64> {
        if self.logarithmic {
            let decades = top.log10().round() as i32;
            (-1..=decades).map(|decade| 10_f64.powi(decade)).collect()
        } else {
            vec![0.0, top / 2.0, top]
        }
    }
}

fn decade_above(number: f64) -> f64 {
    10_f64.powi(number.max(1.0).log10().ceil().max(1.0) as i32)
}

/// The next number of the form 1, 2 or 5 times a power of ten.
fn round_up(number: f64) -> f64 {
    let power = 10_f64.powf(number.max(1.0).log10().floor());
    let fits = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|step| *step >= number);
    fits.unwrap_or(10.0 * power)
}

fn plain(number: f64) -> String {
    if number >= 100.0 || number.fract() == 0.0 {
        format!("{number:.0}")
    } else {
        format!("{number:.1}")
    }
}

/// Some of the points, the last one always.
fn thinned(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    let every = points.len().div_ceil(most).max(1);
    let mut kept: Vec<(f64, f64)> = points.iter().step_by(every).copied().collect();
    if let Some(last) = points.last().filter(|last| kept.last() != Some(last)) {
        kept.push(*last);
    }
    kept
}

/// Where words stand so that none covers another.
fn spread(wanted: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));
    let mut at = wanted.to_vec();
    let mut lowest = f64::MIN;
    for place in order.iter().copied() {
        at[place] = at[place].max(lowest + WORDS_APART);
        lowest = at[place];
    }
    // Pushed out at the bottom: everything moves up by so much.
    let over = (lowest - (ABOVE + HEIGHT)).max(0.0);
    at.iter().map(|place| place - over).collect()
}

/// Text as HTML shows it.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_do_not_cover_each_other() {
        let at = spread(&[240.0, 238.0, 20.0, 241.0]);
        let mut sorted = at.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(
            sorted.windows(2).all(|pair| pair[1] - pair[0] >= WORDS_APART - 1e-9),
            "{at:?}"
        );
        assert!(sorted[3] <= ABOVE + HEIGHT + 1e-9);
    }

    #[test]
    fn a_scale_ends_on_a_round_number() {
        assert_eq!(
            [0.0, 7.0, 10.0, 11.0, 230.0].map(round_up),
            [1.0, 10.0, 10.0, 20.0, 500.0]
        );
    }

    #[test]
    fn the_last_point_is_always_drawn() {
        let points: Vec<(f64, f64)> = (0..1_000).map(|at| (f64::from(at), 1.0)).collect();
        let kept = thinned(&points, 100);
        assert!(kept.len() <= 101 && kept.last() == points.last());
    }

    #[test]
    fn nothing_in_a_name_becomes_markup() {
        assert_eq!(escaped("<b a=\"x\">&"), "&lt;b a=&quot;x&quot;&gt;&amp;");
    }
}

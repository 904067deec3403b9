//! Dates, times, numbers and waits in the words of a language (`formats.ftl`).

use fluent_bundle::FluentValue;
use jiff::civil::{Date, Time};

use crate::{Speaker, Value};

/// The signs of a language's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberStyle {
    /// 1.234,5
    GroupedByPoint,
    /// 1,234.5
    GroupedByComma,
}

impl NumberStyle {
    fn signs(self) -> (char, char) {
        match self {
            Self::GroupedByPoint => ('.', ','),
            Self::GroupedByComma => (',', '.'),
        }
    }

    fn write(self, number: f64, grouped: bool) -> String {
        let (group, decimal) = self.signs();
        let plain = number.to_string();
        let (sign, digits) = plain
            .strip_prefix('-')
            .map_or(("", plain.as_str()), |digits| ("-", digits));
        let (whole, fraction) = digits
            .split_once('.')
            .map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
        let mut text = sign.to_owned();
        for (index, digit) in whole.chars().enumerate() {
            if grouped && index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        if let Some(fraction) = fraction {
            text.push(decimal);
            text.push_str(fraction);
        }
        text
    }

    /// How Fluent is told to write numbers; a plain function each, because Fluent takes no closure.
    pub(crate) fn formatter<M>(self) -> fn(&FluentValue<'_>, &M) -> Option<String> {
        match self {
            Self::GroupedByPoint => |value, _| write_value(Self::GroupedByPoint, value),
            Self::GroupedByComma => |value, _| write_value(Self::GroupedByComma, value),
        }
    }
}

fn write_value(style: NumberStyle, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(style.write(number.value, number.options.use_grouping)),
        _ => None,
    }
}

/// The variables that the code below hands to a text of `formats.ftl`; a language uses those it needs.
/// None for all other texts, in which every language uses the same.
pub(crate) fn offered_variables(key: &str) -> Option<&'static [&'static str]> {
    match key {
        "format-date" | "format-day" | "format-date-short" => Some(&[
            "weekday",
            "weekday-short",
            "day",
            "day-two",
            "month",
            "month-short",
            "month-two",
            "year",
        ]),
        "format-time" | "voice-time" => Some(&["hour", "hour-twelve", "minute", "part"]),
        _ => None,
    }
}

const MINUTES_PER_HOUR: u32 = 60;
const MINUTES_PER_DAY: u32 = 24 * MINUTES_PER_HOUR;
/// Below this a wait is told to the minute.
const WAIT_IN_SINGLE_MINUTES_END: u32 = 10;
/// Up to here a wait is told in steps of five minutes.
const WAIT_IN_MINUTES_MAX: u32 = 90;
/// Up to here a wait in hours is told to the half hour.
const WAIT_IN_HALF_HOURS_MAX: u32 = 5 * MINUTES_PER_HOUR;
/// Up to here a wait is told in hours.
const WAIT_IN_HOURS_MAX: u32 = 2 * MINUTES_PER_DAY;

impl Speaker {
    /// A day as it is said: "Dienstag, 19. Januar 2021", "Tuesday 19 January 2021".
    pub fn date(&self, date: Date) -> String {
        self.date_by("format-date", date)
    }

    /// A day of the next months, as it is said where everybody knows the year: "Dienstag, 19. Januar".
    pub fn day(&self, date: Date) -> String {
        self.date_by("format-day", date)
    }

    /// A day where there is little room, still with its weekday: "Di, 19.01.2021", "Tue 19 Jan 2021".
    pub fn date_short(&self, date: Date) -> String {
        self.date_by("format-date-short", date)
    }

    fn date_by(&self, key: &str, date: Date) -> String {
        let weekday = date.weekday().to_monday_one_offset();
        let (day, month) = (date.day(), date.month());
        self.text_with(
            key,
            &[
                (
                    "weekday",
                    self.text_with("format-weekday", &[("number", weekday.into())]).into(),
                ),
                (
                    "weekday-short",
                    self.text_with("format-weekday-short", &[("number", weekday.into())])
                        .into(),
                ),
                ("day", day.into()),
                ("day-two", format!("{day:02}").into()),
                (
                    "month",
                    self.text_with("format-month", &[("number", month.into())]).into(),
                ),
                (
                    "month-short",
                    self.text_with("format-month-short", &[("number", month.into())]).into(),
                ),
                ("month-two", format!("{month:02}").into()),
                ("year", date.year().to_string().into()),
            ],
        )
    }

    /// A time of day, to the minute: "9:30 Uhr", "9:30 am".
    pub fn time(&self, time: Time) -> String {
        let hour = time.hour();
        let part = match (hour, time.minute()) {
            (0, 0) => "midnight",
            (12, 0) => "noon",
            (0..12, _) => "am",
            _ => "pm",
        };
        self.text_with(
            "format-time",
            &[
                ("hour", hour.into()),
                ("hour-twelve", ((hour + 11) % 12 + 1).into()),
                ("minute", format!("{:02}", time.minute()).into()),
                ("part", part.into()),
            ],
        )
    }

    /// A whole number with its thousands set apart: "1.234", "1,234". Exact up to 2^53.
    pub fn number(&self, number: u64) -> String {
        self.number_style().write(number as f64, true)
    }

    /// A length of time: "45 Minuten", "1 Stunde 30 Minuten", "2 Tage 3 Stunden". From a day on, the
    /// minutes are left out.
    pub fn duration(&self, minutes: u32) -> String {
        let (days, hours, rest) = (
            minutes / MINUTES_PER_DAY,
            minutes % MINUTES_PER_DAY / MINUTES_PER_HOUR,
            minutes % MINUTES_PER_HOUR,
        );
        let (larger, smaller) = match (days, hours, rest) {
            (0, 0, rest) => return self.unit("format-minutes", rest),
            (0, hours, 0) => return self.unit("format-hours", hours),
            (days, 0, _) if days > 0 => return self.unit("format-days", days),
            (0, hours, rest) => (self.unit("format-hours", hours), self.unit("format-minutes", rest)),
            (days, hours, _) => (self.unit("format-days", days), self.unit("format-hours", hours)),
        };
        self.text_with(
            "format-duration",
            &[("larger", larger.into()), ("smaller", smaller.into())],
        )
    }

    /// How long a wait may last, between two bounds in seconds, in words and rounded outwards as a
    /// person would say it: "20 bis 40 Minuten", "1,5 bis 2,5 Stunden", "höchstens 10 Minuten".
    pub fn wait_range(&self, low_s: u32, high_s: u32) -> String {
        let high_s = high_s.max(low_s);
        if high_s < 60 {
            return self.text("format-wait-moment");
        }
        let (low_min, high_min) = (low_s / 60, high_s.div_ceil(60));
        let unit = WaitUnit::of(high_min);
        let low_unit = if unit.down(low_min) > 0 {
            unit
        } else {
            WaitUnit::of(low_min)
        };
        let (low, high) = (low_unit.down(low_min), unit.up(high_min));
        if low == 0 {
            self.text_with("format-wait-at-most", &[("wait", self.steps(unit, high).into())])
        } else if low_unit == unit && low == high {
            self.text_with("format-wait-about", &[("wait", self.steps(unit, high).into())])
        } else if low_unit.key() == unit.key() {
            let amounts = [("low", low_unit.amount(low).into()), ("high", unit.amount(high).into())];
            self.text_with(unit.range_key(), &amounts)
        } else {
            let ends = [
                ("low", self.steps(low_unit, low).into()),
                ("high", self.steps(unit, high).into()),
            ];
            self.text_with("format-wait-between", &ends)
        }
    }

    fn steps(&self, unit: WaitUnit, steps: u32) -> String {
        self.unit(unit.key(), unit.amount(steps))
    }

    fn unit<'a>(&self, key: &str, amount: impl Into<Value<'a>>) -> String {
        self.text_with(key, &[("number", amount.into())])
    }
}

/// The steps in which a wait is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WaitUnit {
    Minute,
    FiveMinutes,
    HalfHour,
    Hour,
    Day,
}

impl WaitUnit {
    fn of(minutes: u32) -> Self {
        match minutes {
            ..WAIT_IN_SINGLE_MINUTES_END => Self::Minute,
            WAIT_IN_SINGLE_MINUTES_END..=WAIT_IN_MINUTES_MAX => Self::FiveMinutes,
            minutes if minutes <= WAIT_IN_HALF_HOURS_MAX => Self::HalfHour,
            minutes if minutes <= WAIT_IN_HOURS_MAX => Self::Hour,
            _ => Self::Day,
        }
    }

    fn minutes(self) -> u32 {
        match self {
            Self::Minute => 1,
            Self::FiveMinutes => 5,
            Self::HalfHour => MINUTES_PER_HOUR / 2,
            Self::Hour => MINUTES_PER_HOUR,
            Self::Day => MINUTES_PER_DAY,
        }
    }

    /// So many steps that `minutes` are not exceeded; none if that is less than one of the unit in
    /// which it is told (half an hour is told in minutes).
    fn down(self, minutes: u32) -> u32 {
        match self {
            Self::HalfHour if minutes < MINUTES_PER_HOUR => 0,
            _ => minutes / self.minutes(),
        }
    }

    /// So many steps that `minutes` fit in.
    fn up(self, minutes: u32) -> u32 {
        minutes.div_ceil(self.minutes())
    }

    /// What so many steps are in the unit in which they are told.
    fn amount(self, steps: u32) -> f64 {
        match self {
            Self::Minute | Self::Hour | Self::Day => f64::from(steps),
            Self::FiveMinutes => f64::from(steps) * 5.0,
            Self::HalfHour => f64::from(steps) / 2.0,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Minute | Self::FiveMinutes => "format-minutes",
            Self::HalfHour | Self::Hour => "format-hours",
            Self::Day => "format-days",
        }
    }

    fn range_key(self) -> &'static str {
        match self {
            Self::Minute | Self::FiveMinutes => "format-wait-minutes",
            Self::HalfHour | Self::Hour => "format-wait-hours",
            Self::Day => "format-wait-days",
        }
    }
}

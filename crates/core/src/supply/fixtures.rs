//! A centre and vaccines for tests.

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday, date, time};
use jiff::tz::TimeZone;

use crate::ids::{CentreId, DistrictId, VaccineId};
use crate::region::{Centre, OpeningHours, Vaccine, VaccineRule, Weekdays};

/// The zone of every test.
pub(super) fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC)
}

/// A civil time in Berlin.
pub(super) fn at(day: Date, time: Time) -> Timestamp {
    berlin()
        .to_ambiguous_timestamp(day.to_datetime(time))
        .compatible()
        .unwrap_or(Timestamp::MIN)
}

/// Open every day from 8:00 to 16:00 in slots of 30 minutes, with 3 places per lane and slot.
pub(super) fn centre(lanes: u16) -> Centre {
    let daily = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    Centre {
        id: CentreId::new("kassel-stadt"),
        name: "Impfzentrum Stadt Kassel".to_owned(),
        district: DistrictId::new("06611"),
        address: None,
        position: None,
        open_from: date(2021, 1, 1),
        hours: vec![OpeningHours {
            weekdays: daily.into_iter().fold(Weekdays::default(), Weekdays::with),
            opens: time(8, 0, 0, 0),
            closes: time(16, 0, 0, 0),
        }],
        lanes,
        minutes_per_lane: 10,
        slot_minutes: 30,
        closed_on: Vec::new(),
        wheelchair: true,
    }
}

/// Two doses, 21 to 42 days apart, from 16 years; from 1 April 2021 exactly 42 days apart.
pub(super) fn biontech() -> Vaccine {
    let rule = |from, interval_days_min| VaccineRule {
        from,
        interval_days_min,
        interval_days_max: 42,
        age_min: 16,
        age_max: None,
        source: String::new(),
    };
    Vaccine {
        id: VaccineId::new("biontech"),
        name: "Comirnaty".to_owned(),
        cvx: 208,
        doses: 2,
        rules: vec![rule(date(2020, 12, 27), 21), rule(date(2021, 4, 1), 42)],
    }
}

/// One dose, from 18 years.
pub(super) fn janssen() -> Vaccine {
    let rule = VaccineRule {
        from: date(2021, 3, 11),
        interval_days_min: 0,
        interval_days_max: 0,
        age_min: 18,
        age_max: None,
        source: String::new(),
    };
    Vaccine {
        id: VaccineId::new("janssen"),
        name: "Janssen".to_owned(),
        cvx: 212,
        doses: 1,
        rules: vec![rule],
    }
}

### Dates, times, numbers and waits.
### format-date, format-day, format-date-short and format-time may leave out variables that the language does not
### need (see src/format.rs).

format-weekday = { $number ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}
format-weekday-short = { $number ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
}
format-month = { $number ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
format-month-short = { $number ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] June
    [7] July
    [8] Aug
    [9] Sept
    [10] Oct
    [11] Nov
   *[12] Dec
}
format-date = { $weekday } { $day } { $month } { $year }
format-day = { $weekday } { $day } { $month }
format-date-short = { $weekday-short } { $day } { $month-short } { $year }
format-time = { $part ->
    [noon] 12 noon
    [midnight] 12 midnight
    [am] { $hour-twelve }:{ $minute } am
   *[pm] { $hour-twelve }:{ $minute } pm
}

format-minutes = { $number ->
    [one] { $number } minute
   *[other] { $number } minutes
}
format-hours = { $number ->
    [one] { $number } hour
   *[other] { $number } hours
}
format-days = { $number ->
    [one] { $number } day
   *[other] { $number } days
}
format-duration = { $larger } { $smaller }

format-wait-moment = less than a minute
format-wait-about = about { $wait }
format-wait-at-most = at most { $wait }
format-wait-minutes = { $low } to { $high } minutes
format-wait-hours = { $low } to { $high } hours
format-wait-days = { $low } to { $high } days
format-wait-between = { $low } to { $high }

### Daten, Uhrzeiten, Zahlen und Wartezeiten.
### format-date, format-day, format-date-short und format-time dürfen von den angebotenen Variablen weglassen, was
### die Sprache nicht braucht (siehe src/format.rs).

format-weekday = { $number ->
    [1] Montag
    [2] Dienstag
    [3] Mittwoch
    [4] Donnerstag
    [5] Freitag
    [6] Samstag
   *[7] Sonntag
}
format-weekday-short = { $number ->
    [1] Mo
    [2] Di
    [3] Mi
    [4] Do
    [5] Fr
    [6] Sa
   *[7] So
}
format-month = { $number ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
}
format-month-short = { $number ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
   *[12] Dez.
}
format-date = { $weekday }, { $day }. { $month } { $year }
format-day = { $weekday }, { $day }. { $month }
format-date-short = { $weekday-short }, { $day-two }.{ $month-two }.{ $year }
format-time = { $hour }:{ $minute } Uhr

format-minutes = { $number ->
    [one] { $number } Minute
   *[other] { $number } Minuten
}
format-hours = { $number ->
    [one] { $number } Stunde
   *[other] { $number } Stunden
}
format-days = { $number ->
    [one] { $number } Tag
   *[other] { $number } Tage
}
format-duration = { $larger } { $smaller }

format-wait-moment = weniger als 1 Minute
format-wait-about = etwa { $wait }
format-wait-at-most = höchstens { $wait }
format-wait-minutes = { $low } bis { $high } Minuten
format-wait-hours = { $low } bis { $high } Stunden
format-wait-days = { $low } bis { $high } Tage
format-wait-between = { $low } bis { $high }

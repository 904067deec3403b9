### Was am Telefon gesprochen wird. Diese Texte werden gehört, nicht gelesen: kurze Sätze, zuerst das Ziel und dann
### die Taste, nichts in Klammern, keine Abkürzungen. Nummern und Codes kommen Ziffer für Ziffer.

## Wie gesprochen wird
# Die Sprache der Stimme, wie Telefonanlagen sie nennen (BCP 47 mit Land).
voice-language = de-DE
voice-time = { $minute ->
    [0] { $hour } Uhr
   *[other] { $hour } Uhr { $minute }
}
voice-date = { $weekday }, dem { $day } { $month }
voice-day = { $number ->
    [1] ersten
    [2] zweiten
    [3] dritten
    [4] vierten
    [5] fünften
    [6] sechsten
    [7] siebten
    [8] achten
    [9] neunten
    [10] zehnten
    [11] elften
    [12] zwölften
    [13] dreizehnten
    [14] vierzehnten
    [15] fünfzehnten
    [16] sechzehnten
    [17] siebzehnten
    [18] achtzehnten
    [19] neunzehnten
    [20] zwanzigsten
    [21] einundzwanzigsten
    [22] zweiundzwanzigsten
    [23] dreiundzwanzigsten
    [24] vierundzwanzigsten
    [25] fünfundzwanzigsten
    [26] sechsundzwanzigsten
    [27] siebenundzwanzigsten
    [28] achtundzwanzigsten
    [29] neunundzwanzigsten
    [30] dreißigsten
   *[31] einunddreißigsten
}
voice-letter = { $letter ->
    [A] A wie Anton
    [B] B wie Berta
    [C] C wie Cäsar
    [D] D wie Dora
    [E] E wie Emil
    [F] F wie Friedrich
    [G] G wie Gustav
    [H] H wie Heinrich
    [J] J wie Julius
    [K] K wie Kaufmann
    [M] M wie Martha
    [N] N wie Nordpol
    [P] P wie Paula
    [Q] Q wie Quelle
    [R] R wie Richard
    [S] S wie Siegfried
    [T] T wie Theodor
    [U] U wie Ulrich
    [V] V wie Viktor
    [W] W wie Wilhelm
    [X] X wie Xanthippe
    [Y] Y wie Ypsilon
    [Z] Z wie Zacharias
   *[other] { $letter }
}
voice-minutes = { $number ->
    [one] eine Minute
   *[other] { $number } Minuten
}
voice-hours = { $number ->
    [one] eine Stunde
   *[other] { $number } Stunden
}
# Halbe Stunden, gezählt in halben: 3 ist anderthalb.
voice-half-hours = { $number ->
    [3] anderthalb Stunden
    [5] zweieinhalb Stunden
    [7] dreieinhalb Stunden
   *[9] viereinhalb Stunden
}
voice-days = { $number ->
    [one] einen Tag
   *[other] { $number } Tage
}

## Begrüßung und Auswahl
voice-greeting = Guten Tag. Hier ist die Hilfe am Telefon für Impftermine in { $region }.
voice-choose-language = Für Deutsch drücken Sie bitte die { $key }.
voice-menu = Sie möchten einen Impftermin? Dann drücken Sie bitte die 1. Sie haben eine Wartenummer und möchten wissen, wann Sie an der Reihe sind? Dann drücken Sie die 2. Sie haben schon einen Termin und möchten ihn hören oder absagen? Dann drücken Sie die 3. Sie möchten wissen, ob es Termine gibt? Dann drücken Sie die 4. Sie möchten mit einem Menschen sprechen? Dann drücken Sie die Null.
voice-did-not-hear = Ich habe nichts gehört. Das macht nichts. Ich frage noch einmal.
voice-wrong-key = Diese Taste kenne ich hier nicht. Ich sage es noch einmal.
voice-more = Möchten Sie das noch einmal hören? Dann drücken Sie die 1. Möchten Sie etwas anderes? Dann drücken Sie die 2. Für einen Menschen drücken Sie die Null. Wenn Sie fertig sind, legen Sie einfach auf.
voice-goodbye = Vielen Dank für Ihren Anruf. Auf Wiederhören.
voice-no-campaign = Zurzeit ist keine Impfaktion geöffnet. Die nächste wird in der Zeitung, im Radio und auf unserer Seite angekündigt. Schon gebuchte Termine bleiben bestehen.

## Ein Mensch
voice-connecting = Ich verbinde Sie jetzt. Bitte bleiben Sie am Apparat.
voice-all-busy = Gerade sprechen alle mit anderen Anrufern. Sie müssen nicht warten: Sie bekommen jetzt einen Platz in der Reihe, und wir rufen Sie an.
voice-nobody-free = Gerade ist doch niemand frei geworden. Sie müssen nicht warten: Sie bekommen jetzt einen Platz in der Reihe, und wir rufen Sie an.

## Fragen für einen Platz in der Reihe
voice-ask-postcode = Bitte tippen Sie die Postleitzahl Ihres Wohnorts ein. Es sind fünf Ziffern.
voice-postcode-form = Das waren keine fünf Ziffern. Bitte versuchen Sie es in Ruhe noch einmal.
voice-postcode-unknown = Zu dieser Postleitzahl finde ich keinen Ort in { $region }. Vielleicht war eine Ziffer falsch.
voice-ask-district = Diese Postleitzahl gibt es in mehreren Kreisen.
voice-ask-district-key = Wohnen Sie hier: { $district }? Dann drücken Sie die { $key }.
voice-supply = { $free ->
    [0] Zurzeit ist für Ihren Wohnort kein Termin frei. Wer jetzt einen Platz in der Reihe nimmt, kommt bei der nächsten Lieferung dran.
    [one] Für Ihren Wohnort ist noch ein Termin frei.
   *[other] Für Ihren Wohnort sind noch { $amount } Termine frei.
}
voice-supply-waiting = { $waiting ->
    [0] Zurzeit wartet niemand vor Ihnen.
    [one] Zurzeit wartet eine Person vor Ihnen.
   *[other] Zurzeit warten { $amount } vor Ihnen.
}
voice-ask-birth-year = Bitte tippen Sie das Geburtsjahr der Person ein, die geimpft werden soll. Es sind vier Ziffern. Zum Beispiel: 1, 9, 3, 5.
voice-birth-year-form = Das war kein Jahr mit vier Ziffern. Bitte versuchen Sie es in Ruhe noch einmal.
voice-ask-party = Ist der Termin für eine Person? Dann drücken Sie die 1. Ist er für zwei Personen, die zusammen kommen? Dann drücken Sie die 2.
voice-ask-number = Unter welcher Telefonnummer können wir Sie anrufen? Bitte tippen Sie die Nummer mit der Vorwahl ein. Drücken Sie danach die Raute-Taste. Sie ist unten rechts.
voice-number-form = Diese Nummer kann ich nicht anrufen. Bitte tippen Sie sie noch einmal ein, mit der Vorwahl.
voice-check-number = Ich wiederhole die Nummer: { $number }. Ist das richtig? Dann drücken Sie die 1. Ist sie falsch? Dann drücken Sie die 2.
voice-never-mind = Was noch fehlt, fragen wir Sie, wenn wir anrufen.
voice-one-moment = Einen Moment bitte. Bleiben Sie am Apparat, es geht gleich weiter.

## Der Platz in der Reihe
voice-ticket-taken = Sie haben jetzt einen Platz in der Reihe.
voice-ticket-stands = Sie haben schon einen Platz in der Reihe. Er bleibt Ihnen sicher.
voice-ticket-code = Ihre Wartenummer hat zwölf Zeichen. Bitte schreiben Sie mit: { $code }. Ich wiederhole: { $code }. Mit dieser Nummer können Sie jederzeit anrufen und hören, wann Sie an der Reihe sind.
voice-call-back = Wir rufen Sie an, wenn Sie an der Reihe sind. Unter dieser Nummer: { $number }. Sie müssen nicht noch einmal anrufen.
voice-not-entitled = Zurzeit sind andere Personengruppen an der Reihe. Ihre Gruppe kommt später. Das wird in der Zeitung und im Radio angekündigt.
voice-place-before-opening = Die Plätze werden ausgelost: am { $date }, um { $time }. Wer früher anruft, hat keinen Vorteil. Ihr Platz ist Ihnen sicher.
voice-place-drawing = Die Plätze werden gerade ausgelost. Ihr Platz ist Ihnen sicher.
voice-place-position = Sie haben Platz { $position }.
voice-place-ahead = { $ahead ->
    [0] Sie sind als Nächstes an der Reihe.
    [one] Vor Ihnen ist noch ein Platz.
   *[other] Vor Ihnen sind noch { $amount } Plätze.
}
voice-wait-moment = Es dauert nur noch einen Augenblick.
voice-wait-about = Es dauert noch etwa { $wait }.
voice-wait-at-most = Es dauert noch höchstens { $wait }.
voice-wait-between = Es dauert noch mindestens { $low } und höchstens { $high }.
voice-place-paused = Im Augenblick wird niemand aufgerufen. Ihr Platz ist Ihnen sicher.
voice-place-beyond-supply = Zurzeit sind alle Termine vergeben oder werden gerade gebucht. Sie behalten Ihren Platz. Er gilt für die nächste Lieferung.
voice-place-called = Sie sind an der Reihe.
voice-place-done = Mit diesem Platz ist schon ein Termin gebucht.
voice-place-closed = Diese Impfaktion ist beendet.

## Codes
voice-code-how = Ein Buchstabe steht auf einer Taste: Drücken Sie diese Taste, nur ein Mal. Bei einer Ziffer drücken Sie die Ziffer.
voice-ask-ticket-code = { $group ->
    [1] Ihre Wartenummer hat drei Gruppen mit je vier Zeichen. Bitte tippen Sie die erste Gruppe ein.
    [2] Danke. Bitte tippen Sie jetzt die zweite Gruppe ein.
   *[3] Danke. Und jetzt die dritte Gruppe.
}
voice-ask-booking-code = { $group ->
    [1] Ihr Buchungscode hat drei Gruppen mit je vier Zeichen. Er steht auf Ihrer Bestätigung. Bitte tippen Sie die erste Gruppe ein.
    [2] Danke. Bitte tippen Sie jetzt die zweite Gruppe ein.
   *[3] Danke. Und jetzt die dritte Gruppe.
}
voice-code-form = Das waren nicht vier Tasten von 2 bis 9. Eine Null oder eine Eins kommt im Code nicht vor. Bitte nur diese Gruppe noch einmal.
voice-ticket-unknown = Diese Wartenummer finde ich nicht. Vielleicht war eine Taste falsch. Wir fangen noch einmal vorne an.
voice-ask-birth-date = Bitte tippen Sie das Geburtsdatum mit acht Ziffern ein: zwei für den Tag, zwei für den Monat, vier für das Jahr. Der 8. März 1935 ist: 0, 8, 0, 3, 1, 9, 3, 5.
voice-birth-date-form = Dieses Datum gibt es nicht. Bitte tippen Sie alle acht Ziffern noch einmal ein.
voice-booking-unknown = Zu diesem Code und diesem Geburtsdatum finde ich keinen Termin. Vielleicht war eine Taste falsch. Wir fangen noch einmal vorne an.

## Gebuchte Termine
voice-booking-first = Ihr Termin ist gebucht. Sie kommen am { $date }, um { $time }.
voice-booking-second = Der zweite Termin ist am { $date }, um { $time }.
voice-booking-where = Beide Male an diesen Ort: { $centre }.
voice-booking-where-once = An diesen Ort: { $centre }.
voice-booking-address = Die Adresse: { $street }, in { $city }.
voice-booking-cancelled = Dieser Termin ist abgesagt.
voice-booking-menu = Möchten Sie das noch einmal hören? Dann drücken Sie die 1. Möchten Sie absagen? Dann drücken Sie die 2. Für einen Menschen drücken Sie die Null. Wenn alles so bleiben soll, legen Sie einfach auf.
voice-ask-cancel = Möchten Sie wirklich absagen? Dann drücken Sie die 1. Soll der Termin bleiben? Dann drücken Sie die 2.
voice-cancelled = Ihre Termine sind abgesagt. Vielen Dank, dass Sie Bescheid sagen: Jemand anderes bekommt sie jetzt.
voice-not-cancelled = Gut. Ihr Termin bleibt bestehen.

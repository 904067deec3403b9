### Der Platz am Telefon: eine Seite, die mit dem Gespräch nach unten wächst.
### Was mit desk-say- beginnt, wird vorgelesen.

## Rahmen
desk-title = Anruf
desk-say = Zum Vorlesen
desk-new = Neuer Anruf
desk-next = Nächster Anruf
desk-end = Ohne Buchung beenden
desk-back = Zurück
desk-key = Alt+{ $key }
desk-until = Die Termine sind für diesen Anruf bis { $time } frei gehalten. Bei Bedarf verlängert sich das von selbst.
desk-lost = Die Verbindung ist weg. Was Sie getippt haben, bleibt hier stehen und geht von selbst hinaus, sobald sie wieder da ist. Es gilt nur einmal.

## Wer anruft
desk-who-title = Wer ruft an?
desk-who-button = Prüfen und anstellen
desk-postcode = Postleitzahl
desk-birth = Geburtsdatum
desk-birth-hint = 08031935 oder 8.3.1935
desk-birth-2 = Geburtsdatum der zweiten Person
desk-birth-2-hint = Leer: nur eine Person
desk-births = Geboren
desk-district = Kreis
desk-group = Gruppe
desk-phone = Telefonnummer
desk-phone-hint = Für einen Rückruf
desk-code = Wartenummer
desk-code-hint = Wenn es schon eine gibt
desk-campaign = Impfaktion
desk-entitled = Berechtigt
desk-back-who = Angaben ändern
desk-say-who = Terminvergabe, guten Tag. Wie ist Ihre Postleitzahl, und wann sind Sie geboren?
desk-error-no-campaign = Zurzeit läuft keine Terminvergabe.
desk-error-district = Zu dieser Postleitzahl ist der Kreis nicht eindeutig. Bitte wählen Sie ihn.
desk-error-party = Diese Wartenummer gilt für eine andere Zahl von Personen.
desk-error-birth-year = Das Jahr allein genügt nicht. Zum Buchen brauchen wir auch Tag und Monat, zum Beispiel 08031935.

## Nicht berechtigt
desk-not-entitled = Noch nicht berechtigt: { $reason } ({ $basis })
desk-not-served = Die Gruppe „{ $group }“ ist in dieser Impfaktion nicht an der Reihe.
desk-not-yet = Die Gruppe „{ $group }“ ist ab dem { $day } an der Reihe.
desk-too-young = Für diese Gruppe muss man am Tag der Impfung mindestens { $age } Jahre alt sein.
desk-say-not-entitled = Heute kann ich für Sie noch keinen Termin buchen. { $reason }
desk-say-own-group = Nach Ihrem Alter gehören Sie zur Gruppe „{ $group }“.
desk-say-own-group-from = Nach Ihrem Alter gehören Sie zur Gruppe „{ $group }“. Sie ist ab dem { $day } an der Reihe.

## Der Platz
desk-place-title = Platz in der Reihe
desk-place-button = Noch einmal nachsehen
desk-say-before = Die Terminvergabe beginnt am { $day } um { $time }. Sie sind schon angestellt. Die Reihenfolge wird dann ausgelost.
desk-say-drawing = Die Reihenfolge wird gerade ausgelost. Sie sind dabei.
desk-say-waiting = Sie haben einen Platz in der Reihe und sind noch nicht dran.
desk-say-no-permit = Sie sind dran. Gerade buchen andere, gleich geht es weiter.
desk-say-rests = Sie sind dran. Im Moment kann niemand buchen. Ihr Platz bleibt.
desk-say-paused = Die Reihe macht gerade eine Pause. Ihr Platz bleibt.
desk-say-closed = Diese Terminvergabe ist beendet.
desk-say-beyond = Die Termine reichen im Moment nicht bis zu Ihrem Platz. Ihr Platz bleibt für die nächste Lieferung.
desk-say-done = Mit diesem Platz ist schon gebucht.
desk-say-ahead = { $count ->
    [one] Vor Ihnen ist noch ein Platz.
   *[other] Vor Ihnen sind noch { $count } Plätze.
}
desk-say-wait = Das dauert etwa { $wait }.
desk-say-code = Ihre Wartenummer ist { $code }. Damit gilt Ihr Platz auch im Internet.

## Die Vorschläge
desk-choose-title = Welcher Termin?
desk-choose-button = Diesen nehmen
desk-choice = Nummer
desk-choice-hint = Ziffer des Vorschlags
desk-wish-from = Frühestens am
desk-wish-hint = Ohne Nummer: andere Vorschläge
desk-wish-time = Tageszeit
desk-wish-any = egal
desk-wish-am = vormittags
desk-wish-pm = nachmittags
desk-held = Termine
desk-back-choose = Anderer Termin
desk-visit = { $day } um { $time }
desk-visits = { $first } und dann am { $second }
desk-visits-1 = Erste Person: { $visits }
desk-visits-2 = Zweite Person: { $visits }
desk-say-choose = { $count ->
    [0] Im Moment finde ich keinen passenden Termin.
    [one] Dieser Termin ist frei:
   *[other] Diese Termine sind frei:
}
desk-say-choose-at = Im { $centre } mit { $vaccine } ist frei:
desk-error-choice = Diese Nummer steht nicht dabei.
desk-just-went = Dieser Termin ist gerade vergeben worden. Hier sind andere.

## Namen und Kontakt
desk-names-title = Name und Kontakt
desk-names-button = Weiter zum Vorlesen
desk-person = Person
desk-person-1 = Erste Person
desk-person-2 = Zweite Person
desk-family-name = Nachname
desk-given-name = Vorname
desk-sex = Geschlecht
desk-sex-none = Bitte wählen
desk-sex-f = weiblich
desk-sex-m = männlich
desk-sex-d = divers
desk-sex-x = keine Angabe
desk-contact = Handy oder E-Mail
desk-contact-hint = Leer: Brief an diese Anschrift
desk-street = Straße und Nummer
desk-street-hint = Nur für einen Brief
desk-town = Ort
desk-language = Sprache der Nachricht
desk-back-names = Namen ändern
desk-say-names = Den halte ich für Sie frei. Wie heißen Sie, und wie erreichen wir Sie?

## Vorlesen und buchen
desk-review-title = Stimmt alles?
desk-review-button = Verbindlich buchen
desk-say-person = Ich buche für { $name }, geboren am { $birth }.
desk-say-held = Der erste Termin ist am { $visit }.
desk-say-review = Soll ich das so buchen?

## Gebucht
desk-say-booked = Das ist gebucht. Bitte schreiben Sie mit:
desk-say-visits = Am { $visits }.
desk-say-series = { $name }: am { $visits }.
desk-say-where = { $place }.
desk-say-booking-code = Ihr Buchungscode ist { $code }.
desk-say-booking-code-of = Der Buchungscode von { $name } ist { $code }.
desk-say-by-sms = Das steht auch in der SMS an { $contact }.
desk-say-by-email = Das steht auch in der E-Mail an { $contact }.
desk-say-by-letter = Das kommt auch mit der Post.
desk-say-bring = Bitte bringen Sie den Ausweis mit und, falls vorhanden, den Impfpass.
desk-print-title = Ihre Termine

## Hilfe
desk-help-title = Tasten
desk-help-lead = Alles geht ohne Maus. Die Felder folgen aufeinander, wie man sie liest.
desk-key-enter = Enter
desk-key-tab = Tab
desk-key-digit = 1 bis 5
desk-help-enter = sendet, was getippt ist, und zeigt das Nächste
desk-help-tab = zum nächsten Feld, mit Umschalt zurück
desk-help-digit = nimmt den Vorschlag mit dieser Nummer
desk-help-browser = Manche Browser wollen ohne Skript statt Alt die Tasten Alt und Umschalt zusammen.
desk-help-kept = Ist die Verbindung weg, bleibt das Getippte in diesem Fenster und geht von selbst hinaus, sobald sie wieder da ist. Es gilt nur einmal, auch wenn es doppelt ankommt.

## Die Leiste
desk-due = { $count ->
    [0] Kein Rückruf fällig
    [one] Ein Rückruf fällig
   *[other] { $count } Rückrufe fällig
}
desk-next-callback = Nächster Rückruf
desk-state = Was Sie gerade tun
desk-state-ready = Bereit
desk-state-on-call = Gespräch
desk-state-wrap-up = Nacharbeit
desk-state-break = Pause
desk-day = Heute: { $calls ->
    [one] ein Gespräch
   *[other] { $calls } Gespräche
}, { $bookings ->
    [one] eine Buchung
   *[other] { $bookings } Buchungen
},
desk-talked = { $minutes ->
    [one] eine Minute im Gespräch
   *[other] { $minutes } Minuten im Gespräch
}
desk-help-state = sagt, was Sie gerade tun: { $state }

## Rückrufe
desk-ring = Bitte anrufen
desk-say-callback = Guten Tag, hier ist die Terminvergabe. Sie sind jetzt dran. Wann sind Sie geboren?
desk-say-promised = Wir rufen Sie unter { $phone } an, sobald Sie dran sind.
desk-no-callback = Gerade ist kein Rückruf fällig.
desk-callback-gone = Diesen Rückruf hat inzwischen jemand anderes.
desk-not-reached = Niemand erreicht
desk-not-wanted = Nicht mehr gewünscht
desk-error-phone = Unter dieser Nummer können wir niemanden anrufen. Bitte prüfen Sie sie.

## Suche
desk-search-title = Suche
desk-search-q = Buchungscode, Telefonnummer oder Nachname
desk-search-q-hint = Auch eine Quittung
desk-search-birth-hint = Nur zum Nachnamen
desk-search-button = Suchen
desk-error-search = Bitte geben Sie an, was gesucht wird.
desk-found = { $count ->
    [0] Niemand gefunden
    [one] Ein Treffer
   *[other] { $count } Treffer
}
desk-found-name = Name
desk-found-birth = Geboren
desk-found-standing = Stand
desk-book-button = Termin buchen
desk-found-registered = Registriert, ohne Termin
desk-found-cancelled = Abgesagt: { $visits }
desk-found-callback = { $state }, Wartenummer { $code }
desk-found-more = Es gibt noch mehr. Bitte genauer suchen.
desk-callback-waiting = Rückruf, noch nicht dran
desk-callback-due = Rückruf, jetzt fällig
desk-callback-claimed = Rückruf, gerade in Arbeit
desk-callback-done = Rückruf, erledigt
desk-callback-given-up = Rückruf, niemand erreicht

## Ein Termin
desk-series-title = Termin
desk-contact-of = Bestätigung an
desk-cancelled = Dieser Termin ist abgesagt.
desk-notes-title = Notizen
desk-notes-none = Es gibt noch keine Notiz.
desk-reason = Grund oder Notiz
desk-reason-hint = Wird mit Ihrem Namen gespeichert
desk-note-button = Notiz speichern
desk-resend-button = Bestätigung noch einmal senden
desk-move-button = Verschieben
desk-cancel-button = Absagen
desk-error-reason = Bitte schreiben Sie den Grund dazu.
desk-error-reason-long = Das ist zu lang. Bitte höchstens 2000 Zeichen.
desk-done-note = Die Notiz ist gespeichert.
desk-done-resend = Die Bestätigung geht noch einmal hinaus.
desk-done-move = Der Termin ist verschoben. Die neue Bestätigung geht hinaus.
desk-done-cancel = Der Termin ist abgesagt. Die Bestätigung der Absage geht hinaus.
desk-move-title = Termin verschieben
desk-move-do = Auf diesen verschieben

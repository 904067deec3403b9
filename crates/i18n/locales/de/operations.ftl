### Die Seite für den Betrieb: wie der Tag läuft, und was man tun kann.

operations-title = Betrieb
operations-at = Stand { $time }
operations-live = Die Zahlen erneuern sich von selbst.
operations-lost = Seit { $time } kommen keine neuen Zahlen. Die Seite versucht es weiter.
operations-signed-out = Ihre Anmeldung ist zu Ende. Bitte melden Sie sich neu an, dann kommen wieder Zahlen.
operations-reload = Jetzt neu laden
operations-reload-often = Alle fünf Sekunden von selbst neu laden
operations-reload-stop = Nicht mehr von selbst neu laden
operations-keys = Tasten:

## Was los ist
operations-verdict-label = Lage
operations-verdict-calm = Alles läuft.
operations-verdict-watch = Es läuft. Bitte im Auge behalten:
operations-verdict-act = Bitte kümmern Sie sich:
operations-alarm-store-away = Die Datenbank antwortet nicht. Niemand kann buchen. Die Reihe bleibt stehen, kein Platz geht verloren.
operations-alarm-nobody-leads = Kein Knoten führt. Niemand wird aufgerufen.
operations-alarm-bookings-rest = Buchungen ruhen („dran read-only“). Wer drinnen ist, bekommt die Zeit zurück.
operations-alarm-paused = { $count ->
    [one] Eine Impfaktion ist angehalten. Dort wird niemand aufgerufen.
   *[other] { $count } Impfaktionen sind angehalten. Dort wird niemand aufgerufen.
}
operations-alarm-nodes-silent = { $count ->
    [one] Ein Knoten meldet sich nicht.
   *[other] { $count } Knoten melden sich nicht.
}
operations-alarm-slow = Die Datenbank ist langsam. Es kommen weniger gleichzeitig hinein, bis sie nachkommt.
operations-alarm-nothing-left = { $count ->
    [one] In einer Reihe warten Menschen, und es ist nichts mehr frei.
   *[other] In { $count } Reihen warten Menschen, und es ist nichts mehr frei.
}
operations-alarm-outbox = { $count } Nachrichten warten im Postausgang.
operations-alarm-no-agent = { $count } Rückrufe sind dran, und niemand am Telefon ist bereit.

## Die wichtigsten Zahlen
operations-numbers-title = Auf einen Blick
operations-booked = Buchungen je Minute
operations-booked-hint = letzte 60 s; { $joined } angestellt, { $called } aufgerufen
operations-inside = Gerade drinnen
operations-inside-hint = höchstens { $target } je Impfaktion (Grenzen { $min } bis { $max })
operations-delay = Verzögerung beim Buchen
operations-delay-hint = Ziel: unter { $goal } ms
operations-delay-value = { $ms } ms
operations-waiting = Warten in der Reihe
operations-waiting-hint = { $joined } haben sich angestellt
operations-free = Freie Terminpaare
operations-free-hint = von { $released }; { $booked } gebucht
operations-outbox = Postausgang
operations-outbox-hint = Nachrichten warten; { $sent } verschickt
operations-agents = Bereit am Telefon
operations-agents-hint = { $calling } im Gespräch, { $wrapping } in Nacharbeit, { $resting } in Pause
operations-callbacks = Rückrufe, die dran sind
operations-callbacks-hint = { $waiting } warten noch auf ihren Platz
operations-none = –

## Verlauf
operations-chart-title = Buchungen je Minute
operations-chart-text = Ein Balken für jede volle Minute, die neueste rechts. Höchster Wert: { $most }.
operations-chart-table = Als Tabelle
operations-minute = Minute bis
operations-count = Buchungen

## Impfaktionen und Reihen
operations-opens = öffnet am { $day }, { $time }
operations-opened = geöffnet am { $day }, { $time }
operations-state-scheduled = noch nicht geöffnet
operations-state-open = läuft
operations-state-paused = angehalten
operations-state-closed = beendet
operations-lines-title = Die Reihen
operations-line = Impfzentren
operations-line-state = Stand
operations-line-joined = Angestellt
operations-line-waiting = Warten
operations-line-inside = Drinnen
operations-line-called = Aufgerufen
operations-line-rate = Aufrufe je Minute
operations-line-wait = Wer jetzt kommt, wartet
operations-line-longest = Am längsten wartet
operations-line-free = Frei
operations-line-scheduled = wartet auf die Öffnung
operations-line-drawing = wird ausgelost
operations-line-open = läuft
operations-line-paused = angehalten
operations-line-closed = beendet
operations-line-empty = nichts frei
operations-minutes = { $count } min

## Was man tun kann
operations-reason = Warum?
operations-reason-hint = Jeder Schritt braucht einen Grund. Er steht im Protokoll; bitte nennen Sie darin niemanden, der bucht.
operations-reason-slow = Datenbank langsam
operations-reason-fault = Störung, wird untersucht
operations-reason-supply = Lieferung geändert
operations-reason-mended = Störung behoben
operations-reason-test = Probe
operations-pause = Anhalten
operations-pause-text = Niemand wird mehr aufgerufen oder eingelassen. Wer drinnen ist, bucht zu Ende. Jeder behält seinen Platz.
operations-resume = Weiter
operations-resume-text = Die Reihe geht weiter, wo sie stand.
operations-close-title = Für immer beenden
operations-close = Impfaktion beenden
operations-close-text = Das lässt sich nicht zurücknehmen: Niemand kann sich mehr anstellen oder wird aufgerufen. Wer drinnen ist, bucht zu Ende.
operations-close-sure = Ja, diese Impfaktion soll enden
operations-bounds-title = Grenzen
operations-bounds-text = So viele dürfen je Impfaktion gleichzeitig drinnen sein. Dazwischen richtet sich dran danach, wie schnell die Datenbank ist.
operations-bounds-min = Mindestens
operations-bounds-max = Höchstens
operations-bounds-set = Grenzen setzen
operations-bounds-reset = Zurück zu { $min } bis { $max }
operations-bounds-are-set = Vom Betrieb gesetzt. In der Konfiguration steht { $min } bis { $max }.
operations-announcement-title = Hinweis an alle, die warten
operations-announcement-text = Steht oben auf jeder Seite des Portals. Wer wartet, sieht ihn, sobald seine Seite das nächste Mal nachfragt.
operations-announcement-now = Zurzeit steht dort (seit { $time }):
operations-announcement-none = Zurzeit steht dort nichts.
operations-announcement-in = Text: { $language }
operations-announce = Hinweis zeigen
operations-withdraw = Hinweis zurücknehmen

## Angebot
operations-supply-title = Angebot
operations-supply-centre = Impfzentrum
operations-supply-vaccine = Impfstoff
operations-supply-delivered = Dosen geliefert
operations-supply-unreleased = Dosen noch nicht freigegeben
operations-supply-released = Terminpaare freigegeben
operations-supply-free = davon frei
operations-supply-none = Es ist noch nichts geliefert.
operations-release-title = Gelieferte Dosen freigeben
operations-release-text = Aus Dosen und Impfstraßen werden Terminpaare, die gebucht werden können. Eine Erstimpfung wird nur zusammen mit ihrer Zweitimpfung frei. Lieferungen werden mit „dran delivery import“ eingetragen.
operations-release-who = Das gibt die Planung frei.
operations-release-all = alle Impfzentren
operations-release-from = Erstimpfungen ab
operations-release-to = bis
operations-release-hold-back = Dosen für Zweitimpfungen zurücklegen
operations-release-hold-all = alle
operations-release-hold-half = die Hälfte
operations-release-hold-none = keine
operations-release = Freigeben

## Telefon und Knoten
operations-phone-title = Telefon
operations-agents-state = Zustand
operations-agents-count = Anzahl
operations-agents-ready = bereit
operations-agents-on-call = im Gespräch
operations-agents-wrap-up = Nacharbeit
operations-agents-break = Pause
operations-nodes-title = Knoten
operations-node = Knoten
operations-node-state = Stand
operations-node-leads = führt
operations-node-there = da
operations-node-silent = meldet sich nicht
operations-node-seen = Zuletzt gehört
operations-node-began = Läuft seit
operations-node-delay = Verzögerung
operations-nodes-none = Noch hat sich kein Knoten gemeldet.

## Was nicht stimmt
operations-error-reason-short = Bitte sagen Sie in ein paar Worten, warum.
operations-error-reason-long = Bitte fassen Sie sich kürzer: höchstens 200 Zeichen.
operations-error-state = Inzwischen steht diese Impfaktion anders da. Es wurde nichts geändert.
operations-error-number = Bitte geben Sie eine Zahl ein.
operations-error-zero = Mindestens einer muss hineinkommen. Soll niemand hinein, halten Sie die Impfaktion an.
operations-error-crossed = Das Mindeste ist mehr als das Höchste.
operations-error-many = Höchstens 1.000.000.
operations-error-announcement-empty = Bitte schreiben Sie den Hinweis in jeder Sprache.
operations-error-announcement-long = Höchstens 400 Zeichen: Er wird zwischen zwei Blicken gelesen.
operations-error-announcement-other = Inzwischen steht dort etwas anderes. Es wurde nichts geändert.
operations-error-sure = Bitte bestätigen Sie, dass die Impfaktion enden soll.
operations-error-days = Bitte geben Sie den ersten und den letzten Tag an, höchstens ein Jahr auseinander.
operations-error-vaccine = Bitte wählen Sie einen Impfstoff.
operations-error-centre = Dieses Impfzentrum gibt es nicht.
operations-error-nothing = Für diese Tage gibt es nichts freizugeben: keine Dosen, oder keine Plätze mehr.
operations-error-released = Inzwischen hat jemand anderes freigegeben. Bitte sehen Sie die Zahlen noch einmal an.

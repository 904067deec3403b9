### Der Bericht einer Nachstellung, für den Betrieb.

## Kopf
storm-about = Nachgestellt gegen { $target }, Impfaktion { $campaign }, mit Tempo { $speed } und Größe { $scale } (Startwert { $seed }).
storm-passed = Alle { $all } Ziele sind erreicht.
storm-missed = { $passed } von { $all } Zielen sind erreicht.
storm-cut-short = Die Nachstellung wurde vorzeitig beendet. Die Zahlen gelten für einen Teil des Tages.
storm-service-gone = Der Dienst war weg: Zehn Sekunden lang nahm an seiner Adresse niemand Verbindungen an.
storm-no-codes = Bestätigungscodes waren hier nicht zu lesen. Alle haben eine Postanschrift angegeben.
storm-was-open = Die Impfaktion war schon eröffnet. Niemand hat an der Auslosung teilgenommen.
storm-no-think = Niemand hat sich Zeit für eine Seite genommen: Das zeigt, wie schnell der Dienst ist, nicht wie ein Tag verläuft.
storm-doors-portal = Anrufende und Telefonistinnen benutzten die Aufrufe des Portals; die Hilfe am Telefon und die Seiten der Telefonplätze wurden nicht gespielt.
storm-doors-hotline = Anrufende riefen die Hilfe am Telefon an. Telefonistinnen spielte der Lauf nicht: { $waiting } Anrufende mit Platz hat er nicht zurückgerufen.
storm-doors-desk = Anrufende riefen die Hilfe am Telefon an; { $agents } angemeldete Telefonistinnen riefen zurück und buchten Seite für Seite.

## Ziele
storm-bars = Ziele
storm-bar = Was gelten muss
storm-goal = Ziel
storm-value = Gemessen
storm-verdict = Ergebnis
storm-reached = erreicht
storm-bar-missed = VERFEHLT
storm-not-measured = nicht gemessen
storm-at-least = mindestens { $number }
storm-at-most = höchstens { $number }
storm-bar-joined-percent = Wer kam und einen Platz in der Reihe hat, in Prozent
storm-bar-joins-not-given = Wie oft jemand nicht sofort einen Platz bekam
storm-bar-error-pages = Fehlerseiten
storm-bar-failed-requests = Anfragen ohne gute Antwort
storm-bar-places-lost = Verlorene Plätze in der Reihe
storm-bar-callers-turned-away = Anrufende, die aufgaben
storm-bar-booked = Gebuchte Terminpaare
storm-bar-booked-within-s = Sekunden von der Eröffnung bis zur letzten Buchung
storm-bar-requests-per-s = Anfragen in der Sekunde
storm-bar-requests = Anfragen
storm-bar-took-s = Sekunden, die die Nachstellung dauerte
storm-bar-not-sent = Anfragen, die fällig waren und nie gesendet wurden
storm-bar-lag-p99-ms = Verspätung der Last selbst, 99 von 100 Anfragen, in Millisekunden
storm-bar-desk-p50-ms = Telefonplätze: Millisekunden, bis die Hälfte der Schritte beantwortet ist
storm-bar-desk-p99-ms = Telefonplätze: Millisekunden, bis 99 von 100 Schritten beantwortet sind
storm-bar-desk-errors = Was an den Telefonplätzen nicht gelang
storm-latency-p50 = { $kind }: Millisekunden, bis die Hälfte beantwortet ist
storm-latency-p99 = { $kind }: Millisekunden, bis 99 von 100 beantwortet sind
storm-latency-p999 = { $kind }: Millisekunden, bis 999 von 1.000 beantwortet sind
storm-latency-max = { $kind }: Millisekunden, bis alle beantwortet sind

## Nebeneinander
storm-sides = Damals und jetzt
storm-then = Damals
storm-now = Jetzt
storm-booked-then = { $time } nach der Eröffnung: { $number } Termine
storm-now-joined = { $joined } von { $came } Menschen hatten einen Platz in der Reihe.
storm-now-booked = { $number } Terminpaare wurden gebucht, das letzte { $time } nach der Eröffnung.
storm-now-failed = Anfragen ohne gute Antwort: { $number }.
storm-now-phone = Davon am Telefon gebuchte Terminpaare: { $number }.

## Verläufe
storm-charts = Wie es verlief
storm-charts-lead = Die Zeiten sind die des nachgestellten Tages, von der Eröffnung an; die gepunktete senkrechte Linie ist die Eröffnung.
storm-chart-requests = Anfragen in der Sekunde, nach Art
storm-chart-latency = Antwortzeiten und die eigene Verspätung der Last
storm-chart-line = Die Reihe
storm-chart-permits = Vergebene Einlässe
storm-chart-then = Termine, damals und jetzt
storm-chart-agents = Telefonistinnen im Gespräch
storm-chart-desk = Antworten an Telefonistinnen im Gespräch
storm-chart-messages = Angekommene Nachrichten
storm-chart-connections = Verbindungen
storm-unit-per-s = in der Sekunde
storm-unit-ms = Millisekunden; jede Linie ist das Zehnfache der darunter
storm-unit-people = Menschen
storm-unit-permits = Einlässe
storm-unit-messages = Nachrichten
storm-unit-connections = Verbindungen
storm-time = Zeit
storm-table = Dasselbe in Zahlen
storm-p50 = die Hälfte bis
storm-p99 = 99 von 100 bis
storm-lag = Verspätung der Last
storm-joined = angestellt
storm-called = aufgerufen
storm-booked = gebucht
storm-permits = Einlässe
storm-agents = Telefonistinnen
storm-desk = Telefonplätze
storm-messages = Nachrichten
storm-connections = offen
storm-opened = neu geöffnet

## Arten von Anfragen
storm-kinds = Anfragen
storm-request = Anfrage
storm-sent = Gesendet
storm-good = Gut
storm-refused = Abgewiesen
storm-error-pages = Fehlerseiten
storm-no-answer = Ohne Antwort
storm-max = Längste
storm-kind-join = Anstellen
storm-kind-poll = Nachfragen
storm-kind-enter = Eintreten
storm-kind-register = Registrieren
storm-kind-verify = Code eingeben
storm-kind-proposals = Vorschläge
storm-kind-hold = Reservieren
storm-kind-book = Buchen
storm-kind-leave = Zurückgeben
storm-kind-availability = Was frei ist
storm-kind-line = Stand aller Reihen
storm-kind-page = Startseite
storm-kind-call = Ansage am Telefon
storm-kind-desk-login = Telefonplatz: anmelden
storm-kind-desk-begin = Telefonplatz: leere Maske
storm-kind-desk-callback = Telefonplatz: nächster Rückruf
storm-kind-desk-proposals = Telefonplatz: wer anruft, und Vorschläge
storm-kind-desk-hold = Telefonplatz: vormerken
storm-kind-desk-names = Telefonplatz: Namen und Adresse
storm-kind-desk-confirm = Telefonplatz: buchen
storm-kind-desk-booked = Telefonplatz: was gebucht ist
storm-kind-desk-settle = Telefonplatz: Ende ohne Buchung

## Menschen
storm-people = Was aus den Menschen wurde
storm-people-came = Kamen
storm-people-joined = Haben einen Platz in der Reihe
storm-people-called = Wurden aufgerufen
storm-people-entered = Sind eingetreten
storm-people-booked = Personen mit Terminen
storm-people-phone = Davon am Telefon
storm-people-promised = Anrufende, denen ein Rückruf versprochen wurde
storm-people-nothing-left = Erfuhren, dass nichts mehr frei ist
storm-people-abandoned = Gingen wie vorgesehen und kamen nicht wieder
storm-people-chose-again = Wählten neu, weil ein Platz gerade vergeben war
storm-people-codes = Eingegebene Codes
storm-people-codes-missing = Vergeblich erwartete Codes
storm-people-had-one = Hatten schon Termine

## Wie man es liest
storm-reading = Wie man das liest
storm-reading-latency = Eine Zeit zählt von dem Augenblick an, in dem die Anfrage fällig war, nicht von dem, in dem sie gesendet werden konnte. Warten auf die Last selbst, auf eine Verbindung oder auf den Dienst ist darin enthalten.
storm-reading-lag = Die Verspätung der Last sagt, wie spät sie selbst war. Verfehlt sie ihr Ziel, dann sagen die anderen Zahlen mehr über die Last als über den Dienst.
storm-reading-speed = Das Tempo macht Menschen schneller. Wie oft sie beim Warten nachfragen, bleibt davon unberührt.
storm-reading-desk = Ein Gespräch dauert so lange, wie das Szenario sagt. Seine Schritte beantwortet die Seite für Mitarbeitende, die mit den Bürgern keine Grenze teilt.

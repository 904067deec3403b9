### Die Seiten des Portals. Kurze Sätze, Sie, keine Fremdwörter.

## Rahmen
service-title = Impftermine in { $region }
skip-to-main = Direkt zum Inhalt
languages-label = Sprache
home-link = Zur Startseite
find-ticket-link = Meine Wartenummer
manage-link = Mein Termin
privacy-link = Datenschutz
accessibility-link = Barrierefreiheit
demo-label = Hinweis zur Vorführung
demo-notice = Dies ist eine Vorführung. Hier werden keine echten Termine vergeben.
demo-outbox-link = Nachrichten der Vorführung ansehen
notice-label = Wichtiger Hinweis
help-title = Hilfe am Telefon (Hotline)
help-text = Kommen Sie nicht weiter? Rufen Sie uns an. Wir machen das mit Ihnen zusammen.
help-hours = von { $from } bis { $to }
help-same-line = Am Telefon gilt dieselbe Reihe wie hier. Niemand ist schneller, weil er anruft.
continue-button = Weiter
back-link = Zurück
step = Schritt { $now } von { $of }
day-and-time = { $day }, { $time }
print-button = Drucken
print-link = Ansicht zum Drucken öffnen
print-hint = Sie können die Seite auch mit den Tasten Strg und P drucken. Auf dem Telefon: über das Menü „Teilen“.
short-code-label = Ihre Wartenummer

## Fehler in Formularen; was an einer Eingabe nicht stimmt, steht in input.ftl.
errors-title = Bitte sehen Sie hier noch einmal nach:
error-word = Fehler:

## Startseite
home-title = Ihr Weg zum Impftermin
home-lead = Hier stellen Sie sich in die Reihe. Wenn Sie dran sind, wählen Sie Ihre Termine. Niemand muss sich beeilen.
home-campaign-title = An der Reihe sind zurzeit:
home-opens = Die Terminvergabe beginnt am { $day } um { $time }.
home-opens-in = Das ist in { $duration }.
home-no-hurry = Sie können sich jetzt schon in die Reihe stellen. Wann Sie das tun, ist egal: Die Reihenfolge wird zu Beginn ausgelost.
home-open = Die Terminvergabe läuft.
home-paused = Die Terminvergabe macht gerade eine Pause. Sie können sich trotzdem in die Reihe stellen.
home-closed = Diese Terminvergabe ist beendet.
home-join = In die Reihe stellen
home-centres = { $count ->
    [one] Ein Impfzentrum macht mit
   *[other] { $count } Impfzentren machen mit
}
home-none-title = Zurzeit gibt es keine Terminvergabe
home-none-text = Sobald es wieder Termine gibt, steht es hier. Sie müssen nicht ständig nachsehen: Es wird vorher angekündigt.
home-have-title = Sie waren schon hier?
home-have-ticket = Ich habe eine Wartenummer
home-have-ticket-text = Sehen Sie nach, wie weit die Reihe ist.
home-have-booking = Ich habe einen Termin
home-have-booking-text = Termin ansehen, ausdrucken, verlegen oder absagen.
home-doors-title = Drei Wege, eine Reihe
home-doors-lead = Sie haben die Wahl. Auf allen drei Wegen stehen Sie in derselben Reihe.
home-door-web = Hier im Internet
home-door-web-text = Sie selbst oder jemand, der Ihnen hilft.
home-door-phone = Am Telefon
home-door-phone-text = Wir stellen Sie in die Reihe und buchen für Sie.
home-door-letter = Mit einem Brief
home-door-letter-reply = Ohne Handy und ohne E-Mail? Wir schicken Ihnen die Termine mit der Post.
home-door-letter-text = Schreiben Sie uns Namen, Geburtsdatum und Adresse. Wir antworten mit einem Brief.
home-how-title = So geht es
home-how-1 = In die Reihe stellen.
home-how-1-text = Sie nennen Postleitzahl und Geburtsjahr und bekommen eine Wartenummer.
home-how-2 = Auslosen.
home-how-2-text = Alle, die vor dem Beginn da sind, nehmen an der Auslosung teil. Wer als Erster kommt, hat keinen Vorteil. Wer nach dem Beginn kommt, steht hinten.
home-how-3 = Warten.
home-how-3-text = Sie sehen, wie viele Menschen vor Ihnen sind. Sie dürfen die Seite schließen. Ihr Platz bleibt.
home-how-4 = Sie sind dran.
home-how-4-text = Sie wählen zwei Termine: einen für die erste und einen für die zweite Impfung.
status-link = Stand der Terminvergabe
draw-link = So können Sie die Auslosung nachprüfen

## Anstellen
join-title = In die Reihe stellen
join-lead = Nach drei Fragen haben Sie Ihre Wartenummer. An der Reihe sind zurzeit:
join-before-opening = Die Auslosung ist am { $day } um { $time }. Bis dahin ist es gleich, wann Sie sich in die Reihe stellen.
join-postcode-hint = Dort, wo die Person wohnt. Danach richtet sich das Impfzentrum.
join-birth-year-label = In welchem Jahr sind Sie geboren?
join-birth-year-hint = Gemeint ist die Person, die geimpft wird. Bei zwei Personen die ältere. Vier Ziffern, zum Beispiel 1936.
join-persons-label = Für wie viele Personen?
join-persons-hint = Zwei Personen, zum Beispiel ein Ehepaar, bekommen ihre Termine zusammen. Beide müssen zu denen gehören, die jetzt an der Reihe sind.
join-persons-one = Eine Person
join-persons-two = Zwei Personen zusammen
join-work-text = Zurzeit kommen viele Anfragen von Programmen. Darum rechnet Ihr Gerät im Hintergrund einige Sekunden. Sie müssen dafür nichts tun.
join-work-ready = Die Rechnung ist fertig.
join-work-wait = Bitte einen Moment. Wenn die Rechnung fertig ist, geht es von selbst weiter.
join-work-without = Ihr Browser rechnet nicht mit. Sie können sich trotzdem anstellen. Kommen gerade viele ohne diese Rechnung, sagen wir Ihnen, wie lange Sie warten müssen. Oder rufen Sie uns an: Am Telefon stellen wir Sie in dieselbe Reihe.
join-button = In die Reihe stellen
join-after = Namen und Adresse brauchen wir erst, wenn Sie dran sind.
postcode-label = Postleitzahl
birth-label = Geburtsdatum
birth-date = { $day }. { $month } { $year }
birth-hint = Zum Beispiel 27 3 1936. Steht in den Papieren nur das Jahr? Dann rufen Sie uns bitte an.
date-day = Tag
date-month = Monat
date-year = Jahr

district-title = In welchem Kreis wohnen Sie?
district-unknown = Die Postleitzahl { $postcode } steht nicht in unserer Liste. Das kann vorkommen. Bitte wählen Sie selbst.
district-shared = Die Postleitzahl { $postcode } gehört zu mehreren Kreisen. Bitte wählen Sie Ihren.
district-label = Kreis oder Stadt
district-back = Andere Postleitzahl eingeben

not-entitled-title = Sie sind noch nicht an der Reihe
not-entitled-lead = Der Impfstoff reicht noch nicht für alle. Darum sind zuerst diese Gruppen an der Reihe:
not-entitled-own = Nach dem Geburtsjahr gehören Sie zu dieser Gruppe: { $group }.
not-entitled-from = Diese Gruppe ist ab { $day } an der Reihe.
not-entitled-from-unknown = Wann diese Gruppe an der Reihe ist, steht noch nicht fest. Wir sagen es hier, sobald wir es wissen.
not-entitled-wrong-title = Haben Sie sich vertippt?
not-entitled-back = Angaben ändern
not-entitled-hotline = Sind Sie unsicher? Die Hilfe am Telefon sagt Ihnen, wann Sie an der Reihe sind.

## Warten
waiting-before-title = Sie stehen in der Liste für die Auslosung
waiting-before-when = Die Reihenfolge wird am { $day } um { $time } ausgelost.
waiting-before-text = Sie müssen jetzt nichts tun. Kommen Sie nach der Auslosung wieder auf diese Seite. Dann sehen Sie Ihren Platz.
waiting-before-lot = Sie haben dieselben Aussichten wie alle anderen, gleich ob Sie früh oder spät gekommen sind.
waiting-drawing-title = Jetzt wird ausgelost
waiting-drawing-lead = Die Reihe ist geschlossen. Jetzt wird ausgelost, wer in welcher Reihenfolge drankommt.
waiting-drawing-text = Sie müssen nichts tun. Sobald Ihr Platz feststeht, steht er hier.
waiting-title = Sie stehen in der Reihe
waiting-lead = Bitte haben Sie Geduld. Sie kommen dran.
waiting-enough = Der Impfstoff reicht bis zu Ihrem Platz.
waiting-enough-two = Der Impfstoff reicht bis zu Ihrem Platz, für Sie beide.
waiting-beyond-title = Für Ihren Platz reicht der Impfstoff noch nicht
waiting-beyond-lead = Sie stehen in der Reihe. Doch vor Ihnen sind mehr Menschen, als es jetzt Termine gibt.
waiting-beyond-text = Sie müssen nicht vor dem Bildschirm warten. Ihr Platz bleibt. Wenn neuer Impfstoff kommt oder jemand absagt, geht es mit Ihrem Platz weiter.
waiting-called-title = Sie sind dran!
waiting-called-lead = Sie können jetzt Ihre Termine wählen.
waiting-called-keeps = Keine Eile: Ihr Platz verfällt nicht. Auch wer später kommt, darf eintreten.
waiting-no-permit-title = Gleich geht es weiter
waiting-no-permit-lead = Sie sind dran. Im Moment sind alle Plätze zum Buchen besetzt.
waiting-no-permit-text = Sobald jemand fertig ist, können Sie eintreten. Meist dauert das nur wenige Minuten. Ihr Platz bleibt.
waiting-rests-title = Sie sind dran, aber Buchungen ruhen gerade
waiting-rests-lead = Ihr Platz bleibt. Sobald es weitergeht, können Sie hier Ihre Termine wählen.
waiting-rests-text = Das dauert meist nur einige Minuten. Sie müssen nichts tun.
waiting-stale = Diese Angaben sind von { $time }. Im Moment können wir nichts Neues speichern, darum geht die Reihe gerade nicht weiter. Ihr Platz bleibt.
waiting-paused-title = Die Reihe macht eine Pause
waiting-paused-lead = Zurzeit wird niemand aufgerufen. Ihr Platz bleibt.
waiting-paused-text = Sie müssen nichts tun. Sobald es weitergeht, steht es hier.
waiting-closed-title = Diese Terminvergabe ist beendet
waiting-closed-lead = Zu dieser Wartenummer gibt es keinen Termin mehr.
waiting-closed-text = Auf der Startseite steht, wann es neue Termine gibt. Bei Fragen hilft Ihnen die Hilfe am Telefon.
waiting-entered-title = Sie buchen gerade
waiting-entered-lead = Sie sind schon eingetreten. Machen Sie dort weiter, wo Sie waren.
waiting-entered-button = Weiter buchen
waiting-done-title = Sie haben gebucht
waiting-done-lead = Mit dieser Wartenummer sind Termine gebucht. Sie müssen hier nicht mehr warten.
waiting-ahead = Personen vor Ihnen
waiting-position = Ihr Platz
waiting-wait = Wartezeit
waiting-wait-unknown = noch unbekannt
waiting-later-slower = Es geht langsamer voran als gedacht. Darum dauert es länger, als hier zuerst stand.
waiting-later-pause = Die Reihe hat eine Pause gemacht. Darum dauert es länger, als hier zuerst stand.
waiting-later-supply = Es musste erst neuer Impfstoff kommen. Darum dauert es länger, als hier zuerst stand.
waiting-supply = Noch frei: Termine für
waiting-supply-count = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}
waiting-say = Vor Ihnen: { $ahead }. Wartezeit: { $wait }.
waiting-lost = Die Verbindung ist unterbrochen. Ihr Platz bleibt erhalten. Wir versuchen es weiter.
enter-button = Jetzt eintreten
enter-try-button = Noch einmal versuchen
enter-again-button = Wieder eintreten
ticket-persons-one = Gilt für eine Person.
ticket-persons-two = Gilt für zwei Personen.
ticket-keep = Bitte schreiben Sie diese Nummer auf. Mit ihr finden Sie Ihren Platz wieder: hier, an einem anderen Gerät oder am Telefon.
ticket-link = Oder heben Sie diese Adresse auf. Sie können sie sich auch selbst schicken:
ticket-lot = Ihre Losnummer in der Auslosung:
ticket-lot-link = Platz selbst nachrechnen
waiting-close-title = Sie dürfen weggehen
waiting-close-text = Sie dürfen diese Seite schließen und den Computer ausschalten. Ihr Platz bleibt, auch wenn Sie schon aufgerufen sind.
waiting-phone-text = Sie können mit Ihrer Wartenummer auch am Telefon weitermachen.
waiting-refresh-script = Die Zahlen auf dieser Seite erneuern sich von selbst.
waiting-refresh-every = { $seconds ->
    [one] Diese Seite lädt sich jede Sekunde neu.
   *[other] Diese Seite lädt sich alle { $seconds } Sekunden neu.
}
waiting-refresh-stop = Nicht mehr von selbst neu laden
waiting-refresh-still = Diese Seite lädt sich nicht von selbst neu.
waiting-refresh-now = Jetzt nachsehen
waiting-refresh-start = Wieder von selbst neu laden

## Nachricht, wenn man dran ist
waiting-notice-text = Sie wollen eine Nachricht, wenn Sie dran sind?
waiting-notice-link = SMS oder E-Mail bestellen oder ändern
notice-title = Wir sagen Ihnen Bescheid
notice-lead = { $minutes ->
    [one] Etwa eine Minute bevor Sie dran sind, und noch einmal wenn Sie dran sind, bekommen Sie eine Nachricht.
   *[other] Etwa { $minutes } Minuten bevor Sie dran sind, und noch einmal wenn Sie dran sind, bekommen Sie eine Nachricht.
}
notice-optional = Sie müssen das nicht tun. Ihr Platz bleibt auch ohne Nachricht. Es darf auch die Nummer von jemandem sein, der Ihnen hilft.
notice-person-title = Für wen ist dieser Platz?
notice-person-text = Jede Person bekommt einen Platz. Haben Sie für dieselbe Person mit derselben Nummer oder Adresse schon einen Platz in dieser Reihe? Dann legen wir beide Plätze zusammen. Sie behalten den besseren. Der andere fällt weg.
notice-person-several = Eine Nummer oder Adresse darf für mehrere Personen gelten. Jede Person behält ihren eigenen Platz. Bei zwei Personen zusammen nennen Sie bitte die ältere.
notice-privacy = Wir brauchen diese Angaben nur für die Nachricht. Wir löschen sie, wenn Sie gebucht haben, wenn die Terminvergabe endet, oder sofort, wenn Sie es wollen.
notice-deleted = Ihre Angaben sind gelöscht. Sie bekommen keine Nachricht. Ihr Platz bleibt.
notice-back = Zurück zu meinem Platz
notice-change = Andere Nummer oder Adresse angeben
notice-no-more-codes = Wir haben schon mehrere Codes geschickt und schicken keinen weiteren. Ihr Platz bleibt auch ohne Nachricht. Bei Fragen hilft Ihnen die Hilfe am Telefon.
notice-set-title = Wir melden uns bei Ihnen
notice-set-sms = Wir schicken Ihnen eine SMS an:
notice-set-email = Wir schicken Ihnen eine E-Mail an:
notice-set-text = { $minutes ->
    [one] Sie dürfen jetzt weggehen. Sie bekommen eine Nachricht etwa eine Minute bevor Sie dran sind, und eine wenn Sie dran sind.
   *[other] Sie dürfen jetzt weggehen. Sie bekommen eine Nachricht etwa { $minutes } Minuten bevor Sie dran sind, und eine wenn Sie dran sind.
}
notice-folded = Für diese Person gab es schon einen Platz. Wir haben beide zusammengelegt. Sie haben den besseren Platz behalten.
notice-end-title = Doch keine Nachricht?
notice-end-text = Wir löschen Ihre Nummer oder Adresse sofort. Ihr Platz bleibt.
notice-end-button = Keine Nachricht mehr

## Wartenummer wiederfinden
find-title = Meine Wartenummer
find-lead = Mit Ihrer Wartenummer sehen Sie, wie weit die Reihe ist.
find-code-label = Wartenummer
find-code-hint = So wie Sie sie aufgeschrieben haben. Groß oder klein, mit oder ohne Striche, ist gleich.
find-button = Nachsehen
find-lost = Haben Sie die Nummer verloren? Vielleicht finden Sie die Seite noch im Verlauf Ihres Browsers. Sonst rufen Sie uns an.

## Buchen
limit-until = Sie haben Zeit bis { $time }.
limit-extended = Sie haben jetzt mehr Zeit.
limit-link = Mehr Zeit nehmen
limit-warning = Ihre Zeit ist bald vorbei. Weiter unten können Sie mehr Zeit nehmen.
limit-title = Brauchen Sie mehr Zeit?
limit-text = Sie haben Zeit bis { $time }. Mit diesem Knopf bekommen Sie mehr. Was Sie eingetragen haben, bleibt stehen.
limit-button = Mehr Zeit
limit-no-more = Sie haben Zeit bis { $time }. Danach können Sie wieder eintreten. Sie verlieren Ihren Platz nicht.
person-title = Wer wird geimpft?
person-title-of = Wer wird geimpft? Person { $now } von { $of }
person-lead = Bitte schreiben Sie alles so, wie es im Ausweis steht.
person-given-label = Vorname
person-given-hint = Alle Vornamen. Wer nur einen Namen hat, lässt dieses Feld leer.
person-family-label = Nachname
person-family-hint = Mit „von“, „van“ oder ähnlichem, wenn es dazugehört.
person-sex-label = Geschlecht
person-sex-hint = Diese Angabe verlangt die Impfverordnung für die Statistik.
person-sex-f = weiblich
person-sex-m = männlich
person-sex-d = divers
person-sex-x = keine Angabe
person-postcode-hint = Die Postleitzahl der Wohnung dieser Person.
person-group-label = Warum wird die Person jetzt geimpft?
person-group-hint = Bitte bringen Sie den Nachweis dafür zum Termin mit. Bei Alter genügt der Ausweis.
contact-title = Wie erreichen wir Sie?
contact-lead = Wir schicken Ihnen die Bestätigung und melden uns, falls sich etwas ändert. Es darf auch die Nummer von jemandem sein, der Ihnen hilft.
contact-way-label = Bitte wählen Sie einen Weg
contact-way-sms = SMS auf das Handy
contact-way-email = E-Mail
contact-way-letter = Brief mit der Post
contact-mobile-label = Handynummer
contact-mobile-hint = Zum Beispiel 0171 2345678. An diese Nummer schicken wir gleich einen Code zur Prüfung.
contact-email-label = E-Mail-Adresse
contact-email-hint = Zum Beispiel name@beispiel.de. An diese Adresse schicken wir gleich einen Code zur Prüfung.
contact-letter-text = Der Brief geht an die Anschrift der Person mit der Postleitzahl { $postcode }. Er ist einige Tage unterwegs. Ihre Termine gelten trotzdem sofort.
contact-street-label = Straße und Hausnummer
contact-town-label = Ort
code-title = Bitte tragen Sie den Code ein
code-sent-sms = Wir haben eine SMS mit einem Code geschickt an:
code-sent-email = Wir haben eine E-Mail mit einem Code geschickt an:
code-sent-again = Wir haben Ihnen einen neuen Code geschickt. Der alte gilt nicht mehr.
code-valid-until = Der Code gilt bis { $time }. Manchmal dauert es einige Minuten, bis er ankommt.
code-demo = In der Vorführung kommt keine Nachricht auf Ihr Gerät.
code-label = Code aus der Nachricht
code-hint = Sechs Ziffern.
code-button = Prüfen
code-nothing-title = Ist nichts angekommen?
code-nothing-sms = Warten Sie bitte zwei Minuten. Dann können wir Ihnen einen neuen Code schicken.
code-nothing-email = Warten Sie bitte zwei Minuten und sehen Sie auch im Ordner „Spam“ nach. Dann können wir Ihnen einen neuen Code schicken.
code-resend-button = Neuen Code schicken
code-resend-no-more = Wir haben Ihnen schon mehrere Codes geschickt. Bitte prüfen Sie Ihre Nummer oder Adresse, oder wählen Sie den Brief.
code-correct-sms = Nummer ändern oder einen anderen Weg wählen
code-correct-email = Adresse ändern oder einen anderen Weg wählen
proposals-title = Welche Termine passen Ihnen?
proposals-lead = Sie brauchen zwei Termine: einen für die erste und einen für die zweite Impfung. Jeder Vorschlag enthält beide.
proposals-lead-two = Jeder von Ihnen braucht zwei Termine: einen für die erste und einen für die zweite Impfung. Jeder Vorschlag enthält alle vier.
proposals-legend = Bitte wählen Sie einen Vorschlag
proposals-button = Diesen Vorschlag nehmen
proposals-not-yet = Damit ist noch nichts gebucht. Wir halten die Termine für Sie frei und zeigen Ihnen alles noch einmal.
proposals-just-went = Dieser Vorschlag ist gerade vergeben worden.
proposals-just-went-text = Es ist noch nichts gebucht. Bitte wählen Sie einen anderen. Sie sind weiter dran.
proposals-none = Wir finden keinen passenden Vorschlag.
proposals-none-wishes = Mit weniger Wünschen finden wir vielleicht etwas. Bitte ändern Sie Ihre Wünsche.
proposals-none-left = In Ihrem Impfzentrum ist im Moment kein Terminpaar frei. Ihr Platz bleibt. Wenn etwas frei wird, können Sie wieder eintreten.
proposal-person-one = Person 1
proposal-person-two = Person 2
proposal-both = Beide Personen zur selben Zeit
visit-first = 1. Impfung
visit-second = 2. Impfung
prefer-title = Andere Vorschläge suchen
prefer-text = Ohne Wünsche finden wir die frühesten Termine. Mit Wünschen kann es später werden.
prefer-from-label = Nicht früher als
prefer-from-hint = Zum Beispiel 25 1 2021. Das Feld darf leer bleiben.
prefer-weekdays-label = An welchen Tagen?
prefer-weekdays-hint = Wenn Sie nichts ankreuzen, ist jeder Tag recht.
prefer-daytime-label = Zu welcher Tageszeit?
prefer-daytime-any = Egal
prefer-daytime-am = Vormittags
prefer-daytime-pm = Nachmittags
prefer-centre-label = In welchem Impfzentrum?
prefer-button = Vorschläge suchen
prefer-clear = Alle Wünsche löschen
weekday-mon = Montag
weekday-tue = Dienstag
weekday-wed = Mittwoch
weekday-thu = Donnerstag
weekday-fri = Freitag
weekday-sat = Samstag
weekday-sun = Sonntag
review-title = Stimmt alles?
review-lead = Es ist noch nichts gebucht. Wir halten diese Termine für Sie frei, bis { $time }.
review-change-time = Andere Termine wählen
review-change-person = Angaben ändern
review-group = Grund
review-where = Ort und Impfstoff
review-contact = Bestätigung
review-by-sms = Per SMS an
review-by-email = Per E-Mail an
review-by-letter = Mit der Post an
review-change-contact = Anderen Weg wählen
review-button = Verbindlich buchen
review-hint = Bitte nur einmal drücken. Drücken Sie aus Versehen zweimal, wird trotzdem nur einmal gebucht.

## Ergebnis
booked-title = Gebucht
booked-word = GEBUCHT
booked-lead = Ihre Termine stehen fest.
booked-lead-two = Ihre Termine stehen fest, für Sie beide.
booked-sent-title = Ihre Bestätigung
booked-by-sms = Wir schicken die Termine auch als SMS an
booked-by-email = Wir schicken die Termine auch als E-Mail an
booked-by-letter = Wir schicken die Termine auch mit der Post an
booked-later-title = Wenn etwas dazwischenkommt
booked-later-text = Dann sagen Sie bitte ab, oder verlegen Sie. So bekommt jemand anderes den Platz. Sie brauchen dazu den Buchungscode und das Geburtsdatum.
series-for = Termine für { $name }
series-place = Ort
series-vaccine = Impfstoff
series-code = Buchungscode
series-calendar = In den Kalender übernehmen
bring-title = Bitte bringen Sie mit
bring-identity = Personalausweis oder Reisepass
bring-entitlement = den Nachweis, warum Sie jetzt geimpft werden (beim Alter genügt der Ausweis)
bring-vaccination-card = Impfpass, wenn Sie einen haben
bring-page = diese Seite auf Papier oder den Buchungscode
bring-companion = Wer Hilfe braucht, darf jemanden mitbringen.
not-booked-title = Nicht gebucht
not-booked-word = NICHT GEBUCHT
not-booked-lead = Sie haben noch keinen Termin.
not-booked-why-title = Was ist geschehen?
not-booked-slot-just-went = Die gewählten Termine sind gerade an jemand anderen gegangen.
not-booked-hold-over = Die Termine waren für Sie frei gehalten. Diese Zeit ist vorbei.
not-booked-has-series = Für { $name } gibt es schon gebuchte Termine. Jede Person kann nur einmal buchen.
not-booked-nothing-left = Im Moment gibt es in Ihrem Impfzentrum kein freies Terminpaar für Sie.
not-booked-not-verified = Der Code aus unserer Nachricht fehlt noch.
not-booked-closed = Diese Terminvergabe ist beendet.
not-booked-fault = Bei uns ist ein Fehler aufgetreten. Sie haben nichts falsch gemacht.
not-booked-kept-title = Was bleibt?
not-booked-kept-turn = Sie sind weiter dran. Ihre Angaben sind noch da.
not-booked-kept-booking = Die Termine, die schon gebucht sind, gelten weiter.
not-booked-kept-place = Sie behalten Ihren Platz in der Reihe.
not-booked-kept-nothing = Auf der Startseite steht, wann es neue Termine gibt.
not-booked-next-title = Was können Sie jetzt tun?
not-booked-next-proposals = Andere Termine wählen
not-booked-next-manage = Gebuchte Termine ansehen
not-booked-next-waiting = Zu meinem Platz in der Reihe
not-booked-next-code = Code eintragen
not-booked-next-home = Zur Startseite
not-booked-next-again = Noch einmal buchen
not-booked-hotline = Sie können auch die Hilfe am Telefon anrufen. Nennen Sie dort Ihre Wartenummer.
time-up-title = Die Zeit ist um
time-up-kept = Sie sind weiter dran. Sie müssen sich nicht neu anstellen.
time-up-text = Es ist noch nichts gebucht. Andere können die Termine jetzt wählen, aber für Sie geht es gleich weiter.
time-up-help = Brauchen Sie länger? Am Telefon machen wir es mit Ihnen zusammen.

## Termin verwalten
manage-title = Mein Termin
manage-lead = Hier können Sie Ihren Termin ansehen, drucken, verlegen oder absagen.
manage-code-label = Buchungscode
manage-code-hint = Zwölf Zeichen. Er steht in der Bestätigung, zum Beispiel K7QM-3XPA-9TRW.
manage-birth-hint = Das Geburtsdatum der Person, die geimpft wird.
manage-button = Termin ansehen
manage-lost = Haben Sie den Buchungscode verloren? Er steht in der SMS, in der E-Mail oder im Brief. Sonst rufen Sie uns bitte an.
manage-show-title = Ihre Termine
manage-show-lead = Diese Termine sind gebucht.
manage-cancelled-title = Diese Termine sind abgesagt
manage-cancelled-text = Sie haben abgesagt. Bitte kommen Sie nicht zu diesen Zeiten.
manage-cancelled-again = Neue Termine suchen
manage-change-title = Termin ändern
manage-move-link = Auf andere Tage verlegen
manage-cancel-link = Termine absagen
manage-too-late = Nicht mehr alles lässt sich hier ändern. Bitte rufen Sie uns an.
move-title = Termine verlegen
move-lead = Ihre jetzigen Termine bleiben, bis Sie neue gewählt haben.
move-now-title = Ihre jetzigen Termine
move-button = Auf diese Termine verlegen
move-back = Nichts ändern
move-just-went-text = Ihre jetzigen Termine bleiben. Bitte wählen Sie einen anderen Vorschlag.
move-none-left = Im Moment ist nichts anderes frei. Ihre jetzigen Termine bleiben.
cancel-title = Wollen Sie wirklich absagen?
cancel-lead = Beide Termine werden abgesagt. Für neue Termine stellen Sie sich wieder in die Reihe.
cancel-yes = Ja, beide Termine absagen
cancel-no = Nein, Termine behalten
moved-title = Verlegt
moved-word = VERLEGT
moved-lead = Ihre neuen Termine stehen fest. Die alten gelten nicht mehr.
cancelled-title = Abgesagt
cancelled-word = ABGESAGT
cancelled-lead = Danke, dass Sie Bescheid gesagt haben. Jemand anderes bekommt nun diese Termine.
changed-manage = Meinen Termin ansehen

## Auslosung
draw-title = Die Auslosung
draw-lead = Zu Beginn wird ausgelost, wer in welcher Reihenfolge drankommt. Jeder kann nachprüfen, dass niemand dabei gemogelt hat.
draw-why-title = Warum eine Auslosung?
draw-why-text = Es soll nicht darauf ankommen, wer am schnellsten klickt. Alle, die vor dem Beginn in der Reihe stehen, haben die gleichen Aussichten.
draw-how-title = Wie wird nachgeprüft?
draw-how-1 = Vorher festgelegt.
draw-how-1-text = Lange vor dem Beginn haben wir eine geheime Zufallszahl gewählt. Ihren Fingerabdruck haben wir veröffentlicht. Damit können wir die Zahl nicht mehr austauschen.
draw-how-2 = Reihe geschlossen.
draw-how-2-text = Zum Beginn zählen wir, wie viele Wartenummern es gibt. Diese Anzahl heißt N.
draw-how-3 = Offengelegt.
draw-how-3-text = Danach zeigen wir die geheime Zahl. Aus ihr und aus N folgt jeder Platz. Wer möchte, rechnet es nach.
draw-numbers-title = Die Zahlen
draw-campaign = Terminvergabe
draw-commitment = Fingerabdruck (SHA-256)
draw-committed = Veröffentlicht am
draw-source = Öffentliche Zufallszahl
draw-source-none = Keine. Nur die geheime Zahl und die Anzahlen bestimmen die Reihenfolge.
draw-source-drand = drand „{ $chain }“, Runde { $round }:
draw-frozen = Reihe geschlossen am
draw-value = Ihr Wert
draw-drawn = Ausgelost am
draw-will-be = Ausgelost wird am
draw-secret = Die geheime Zahl
draw-pools = Anzahl der Wartenummern in der Auslosung
draw-pool = Impfzentrum
draw-n = N
draw-not-yet = Die geheime Zahl und die Anzahlen stehen hier, sobald ausgelost ist.

## Nachrechnen
proof-link = Platz selbst nachrechnen
proof-title = Rechnen Sie Ihren Platz nach
proof-lead = Ihr Gerät rechnet hier aus den veröffentlichten Zahlen aus, welchen Platz eine Losnummer bekommen hat. Es muss derselbe Platz sein, den Ihre Warteseite zeigt.
proof-secret-alone = Bei dieser Auslosung gab es keine öffentliche Zufallszahl. Sie sehen also, dass richtig gerechnet wurde. Doch wer die geheime Zahl kannte, konnte das Ergebnis vorher wissen.
proof-pool = Impfzentrum
proof-lot = Losnummer
proof-lot-hint = Sie steht auf Ihrer Warteseite bei Ihrer Wartenummer. Die Losnummern beginnen bei 0.
proof-button = Nachrechnen
proof-place = Diese Losnummer hat Platz { $position }.
proof-behind = Diese Losnummer kam nach der Auslosung dazu. Sie hat Platz { $position }.
proof-mistyped = Bitte geben Sie eine Losnummer nur mit Ziffern ein.
proof-working = Ihr Gerät rechnet …
proof-broken = Achtung: Die geheime Zahl passt nicht zu ihrem Fingerabdruck. Diese Auslosung ist nicht richtig. Bitte melden Sie das der Hilfe am Telefon.
proof-private = Ihre Losnummer bleibt auf Ihrem Gerät. Es wird nichts verschickt.
proof-no-script = Zum Nachrechnen auf dieser Seite muss Ihr Browser JavaScript ausführen. Ohne das geht es so: Speichern Sie die Daten und prüfen Sie sie auf einem eigenen Rechner.
proof-not-yet = Noch ist nicht ausgelost. Danach können Sie hier nachrechnen.
proof-data-title = Alle veröffentlichten Daten
proof-data-text = Wer sich auskennt, prüft mit diesen Daten auch alles andere: den Fingerabdruck, die Zeiten und die öffentliche Zufallszahl.
proof-data-link = Daten speichern (JSON)
proof-data-show = Daten hier zeigen
proof-command = dran draw verify proof.json --ticket POOL:LOSNUMMER

## Datenschutz
privacy-title = Datenschutz
privacy-lead = Wir fragen nur, was wir für Ihren Impftermin brauchen.
privacy-line-title = In der Reihe
privacy-line-text = Für die Reihe brauchen wir Postleitzahl, Geburtsjahr und die Zahl der Personen. Ihr Name ist nicht dabei. Die Angaben stehen nur in Ihrer Wartenummer und im Link zu Ihrem Platz. Ein Siegel schützt sie vor Fälschung.
privacy-booking-title = Beim Buchen
privacy-booking-text = Zum Buchen brauchen wir Namen, Geburtsdatum, Geschlecht, Postleitzahl, den Grund der Impfung und einen Weg, Sie zu erreichen. Das verlangt die Coronavirus-Impfverordnung. Diese Angaben sehen nur das Impfzentrum und die Hilfe am Telefon.
privacy-contact-title = Handynummer, E-Mail, Adresse
privacy-contact-text = Wir benutzen sie nur für Nachrichten zu Ihrem Termin.
privacy-not-title = Was wir nicht tun
privacy-not-1 = Wir zeigen keine Werbung und zählen keine Besucher mit fremden Diensten.
privacy-not-2 = Ihr Browser lädt nichts von anderen Anbietern.
privacy-not-3 = Ihr Name steht nie in einer Internetadresse und nie in unseren Protokollen.
privacy-rights-title = Ihre Rechte
privacy-rights-text = Sie dürfen wissen, was wir über Sie gespeichert haben. Sie dürfen es berichtigen oder löschen lassen. Sie dürfen sich bei der Datenschutzaufsicht des Landes beschweren.
privacy-controller-title = Wer ist verantwortlich?
privacy-controller-text = Verantwortlich für Ihre Daten ist:

## Barrierefreiheit
accessibility-title = Erklärung zur Barrierefreiheit
accessibility-lead = Diese Seiten sollen alle Menschen benutzen können. Grundlage ist die Barrierefreie-Informationstechnik-Verordnung (BITV 2.0) mit den Regeln der WCAG 2.2, Stufe AA.
accessibility-state-title = Was diese Seiten können
accessibility-state-text = Wir prüfen jede Seite selbst, mit Programmen und von Hand:
accessibility-can-1 = Alles geht mit der Tastatur und mit einem Vorleseprogramm.
accessibility-can-2 = Die Schrift lässt sich stark vergrößern, ohne dass etwas verloren geht.
accessibility-can-3 = Alle Seiten gehen auch ohne JavaScript.
accessibility-can-4 = Wenn die Zeit begrenzt ist, können Sie sie verlängern. Sie verlieren Ihren Platz nicht.
accessibility-can-5 = Sie müssen keine Bilderrätsel lösen.
accessibility-not-title = Was noch fehlt
accessibility-not-1 = Es gibt noch keine Fassung in Leichter Sprache und in Deutscher Gebärdensprache. Bis dahin hilft Ihnen die Hilfe am Telefon.
accessibility-barrier-title = Sind Sie auf eine Hürde gestoßen?
accessibility-barrier-text = Bitte sagen Sie es uns, am Telefon oder mit einem Brief an:
accessibility-enforcement-title = Wenn wir nicht helfen konnten
accessibility-enforcement-text = Wenn Sie mit unserer Antwort nicht zufrieden sind, können Sie sich an die Durchsetzungsstelle für barrierefreie Informationstechnik Ihres Landes wenden. Das kostet nichts.

## Probleme
send-again-button = Noch einmal senden
problem-number = Für die Hilfe am Telefon: Nummer { $status }

## Vorführung
outbox-title = Nachrichten der Vorführung
outbox-lead = Diese Nachrichten hätten die Menschen bekommen. In der Vorführung gehen sie an niemanden.
outbox-count = { $count ->
    [0] Es gibt noch keine Nachricht.
    [one] Es gibt eine Nachricht.
   *[other] Es gibt { $count } Nachrichten. Die neuesten stehen oben.
}
outbox-sms = SMS
outbox-email = E-Mail
outbox-letter = Brief
outbox-calendar = Mit Kalenderdatei.

## Stand der Terminvergabe

status-title = Stand der Terminvergabe
status-at = So steht es am { $day } um { $time }.
status-numbers-title = Alle zusammen
status-joined = Ausgegebene Wartenummern
status-called = Aufgerufene Plätze
status-booked = Gebuchte Terminpaare
status-free = Noch freie Terminpaare
status-chart-title = Der Verlauf
status-chart-text = Drei Linien zeigen, wie viele sich angestellt haben, wie viele aufgerufen wurden und wie viele gebucht haben. Wer zu zweit ansteht, zählt hier einmal. Die Zahlen stehen in der Tabelle darunter.
status-chart-joined = angestellt
status-chart-called = aufgerufen
status-chart-booked = gebucht
status-chart-table = Die Zahlen als Tabelle
status-time = Uhrzeit
status-lines-title = Die einzelnen Reihen
status-longest = Längste Wartezeit zurzeit
status-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
status-nobody = niemand wartet
status-account-title = Wer wann aufgerufen wurde
status-account-text = Jeder Aufruf steht in einem öffentlichen Verzeichnis: die Uhrzeit und der Platz, keine Namen. Es wird nur ergänzt, nie geändert. Das lässt sich nachprüfen: Der Fingerabdruck unten hängt von jeder einzelnen Zeile ab.
status-account-lines = Zeilen im Verzeichnis
status-account-head = Fingerabdruck
status-account-file = Zeilen { $from } bis { $to }

# Was schiefgehen kann: Überschrift, und was geschehen ist, was erhalten bleibt und was zu tun ist.
refusal-malformed-title = Diese Anfrage konnten wir nicht lesen
refusal-malformed-detail = Es wurde nichts geändert. Bitte gehen Sie zurück und versuchen Sie es noch einmal.
refusal-invalid-fields-title = Bitte prüfen Sie Ihre Angaben
refusal-invalid-fields-detail = Einige Angaben fehlen oder stimmen noch nicht. Es wurde nichts geändert.
refusal-not-found-title = Diese Seite gibt es nicht
refusal-not-found-detail = Vielleicht ist die Adresse nicht vollständig. Ihre Wartenummer und Ihre Termine bleiben davon unberührt.
refusal-method-not-allowed-title = So lässt sich diese Adresse nicht aufrufen
refusal-method-not-allowed-detail = Es wurde nichts geändert. Bitte beginnen Sie auf der Startseite.
refusal-too-large-title = Das ist mehr, als wir annehmen können
refusal-too-large-detail = Es wurde nichts geändert. Bitte kürzen Sie Ihre Angaben.
refusal-too-many-requests-title = Das waren viele Versuche hintereinander
refusal-too-many-requests-detail = Zum Schutz aller machen wir eine kurze Pause. Ihr Platz bleibt erhalten. Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.
refusal-foreign-form-title = Diese Eingabe kam nicht von unserer Seite
refusal-foreign-form-detail = Es wurde nichts geändert. Bitte öffnen Sie unsere Seite selbst und geben Sie Ihre Angaben dort ein.
refusal-unknown-campaign-title = Diese Impfaktion gibt es nicht
refusal-unknown-campaign-detail = Bitte wählen Sie auf der Startseite eine der aufgeführten Impfaktionen.
refusal-campaign-closed-title = Diese Impfaktion ist beendet
refusal-campaign-closed-detail = Neue Wartenummern werden hier nicht mehr ausgegeben. Auf der Startseite sehen Sie, welche Impfaktionen es gibt.
refusal-not-entitled-title = Diese Impfaktion ist noch nicht für Sie geöffnet
refusal-not-entitled-detail = Zurzeit sind andere Personengruppen an der Reihe. Bei Fragen rufen Sie bitte die Hilfe am Telefon an.
refusal-ticket-invalid-title = Diese Wartenummer kennen wir nicht
refusal-ticket-invalid-detail = Bitte prüfen Sie, ob der Link vollständig ist, oder geben Sie Ihre Wartenummer mit den zwölf Zeichen ein.
refusal-not-called-title = Sie sind noch nicht an der Reihe
refusal-not-called-detail = Ihr Platz bleibt erhalten. Die Warteseite zeigt, wie viele Personen noch vor Ihnen sind.
refusal-no-free-permit-title = Sie sind an der Reihe – noch einen Moment
refusal-no-free-permit-detail = Im Augenblick buchen schon so viele Personen, wie gleichzeitig möglich sind. Sie kommen als Nächstes hinein, sobald jemand fertig ist. Ihr Platz bleibt erhalten.
refusal-beyond-supply-title = Zurzeit ist kein Termin frei
refusal-beyond-supply-detail = Alle freigegebenen Termine sind vergeben oder werden gerade gebucht. Sie behalten Ihren Platz für die nächste Lieferung.
refusal-already-booked-title = Mit dieser Wartenummer ist schon gebucht
refusal-already-booked-detail = Ihre Termine stehen fest. Mit Ihrem Buchungscode können Sie sie ansehen, ändern und drucken.
refusal-permit-missing-title = Dafür müssen Sie an der Reihe sein
refusal-permit-missing-detail = Bitte öffnen Sie Ihre Warteseite und treten Sie ein, sobald Sie aufgerufen sind.
refusal-permit-over-title = Die Zeit zum Buchen ist abgelaufen
refusal-permit-over-detail = Es wurde NICHT gebucht. Ihr Platz bleibt erhalten: Sie können noch einmal eintreten, sobald jemand fertig ist.
refusal-permit-extended-title = Die Zeit lässt sich nicht weiter verlängern
refusal-permit-extended-detail = Läuft sie ab, bleibt Ihr Platz erhalten: Sie können danach noch einmal eintreten.
refusal-unknown-registration-title = Diese Registrierung kennen wir nicht
refusal-unknown-registration-detail = Bitte geben Sie Ihre Daten noch einmal ein.
refusal-code-wrong-title = Der Code stimmt nicht
refusal-code-wrong-detail = Bitte vergleichen Sie die sechs Ziffern mit der Nachricht. Gilt eine neuere Nachricht, nehmen Sie deren Code.
refusal-code-dead-title = Dieser Code gilt nicht mehr
refusal-code-dead-detail = Bitte fordern Sie einen neuen Code an. Ihr Platz bleibt erhalten.
refusal-code-limit-title = Wir haben schon mehrere Codes gesendet
refusal-code-limit-detail = Mehr Codes senden wir für diese Registrierung nicht. Bitte prüfen Sie Ihre Nachrichten oder rufen Sie die Hilfe am Telefon an. Ihr Platz bleibt erhalten.
refusal-not-verified-title = Ihr Kontakt ist noch nicht bestätigt
refusal-not-verified-detail = Es wurde noch nicht gebucht. Bitte geben Sie zuerst den Code ein, den wir Ihnen gesendet haben.
refusal-slot-just-went-title = Dieser Termin wurde gerade von jemand anderem genommen
refusal-slot-just-went-detail = Sie haben ihn NICHT gebucht. Bitte wählen Sie einen der anderen Vorschläge. Ihre Zeit zum Buchen läuft weiter.
refusal-proposal-invalid-title = Dieser Vorschlag passt nicht
refusal-proposal-invalid-detail = Es wurde nichts reserviert. Bitte wählen Sie einen der angezeigten Vorschläge.
refusal-hold-over-title = Ihre Reservierung ist abgelaufen
refusal-hold-over-detail = Es wurde NICHT gebucht. Bitte wählen Sie noch einmal einen Vorschlag.
refusal-person-has-series-title = Für diese Person gibt es schon Termine
refusal-person-has-series-detail = Es wurde NICHT noch einmal gebucht. Mit dem Buchungscode können Sie die Termine ansehen und ändern. Handelt es sich um eine andere Person mit gleichem Namen und Geburtstag, rufen Sie bitte die Hilfe am Telefon an.
refusal-unknown-booking-title = Dazu finden wir keine Buchung
refusal-unknown-booking-detail = Bitte prüfen Sie den Buchungscode und das Geburtsdatum. Beides steht auf Ihrer Bestätigung.
refusal-booking-cancelled-title = Diese Termine sind abgesagt
refusal-booking-cancelled-detail = Sie lassen sich nicht mehr ändern. Für neue Termine beginnen Sie bitte auf der Startseite.
refusal-unavailable-title = Das geht im Augenblick nicht
refusal-unavailable-detail = Es wurde nichts geändert, und Ihr Platz bleibt erhalten. Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.
refusal-read-only-title = Buchungen ruhen gerade
refusal-read-only-detail = Im Moment können wir nichts annehmen. Sie verlieren dadurch nichts: Wer einen Platz hat, behält ihn, und die Zeit zum Buchen läuft so lange nicht weiter. Bitte senden Sie Ihre Angaben in einigen Minuten noch einmal.
refusal-outcome-unknown-title = Wir prüfen noch, ob das geklappt hat
refusal-outcome-unknown-detail = Genau beim Speichern ist bei uns eine Verbindung abgebrochen. Bitte warten Sie einen Moment und sehen Sie dann nach, was gilt. Doppelt gebucht wird nichts.{ $receipt ->
    [none] {""}
   *[other] {" "}Ihre Quittung ist { $receipt }. Bitte heben Sie sie auf.
}
refusal-no-contact-title = Zu diesem Platz gibt es keine Nummer oder Adresse
refusal-no-contact-detail = Bitte geben Sie zuerst eine Handynummer oder E-Mail-Adresse an. Ihr Platz bleibt erhalten.
refusal-joins-paced-title = Gleich geht es weiter
refusal-joins-paced-detail = Aus Ihrem Netz stellen sich gerade sehr viele Menschen an. In { $seconds ->
    [one] einer Sekunde
   *[other] { $seconds } Sekunden
} können Sie sich anstellen: Bitte drücken Sie dann noch einmal auf den Knopf. Vor der Auslosung verlieren Sie damit nichts.
refusal-work-missing-title = Bitte noch einen Moment
refusal-work-missing-detail = Aus Ihrem Netz kommen gerade viele, deren Gerät beim Anstellen nicht mitrechnet. In { $seconds ->
    [one] einer Sekunde
   *[other] { $seconds } Sekunden
} können Sie sich anstellen: Bitte drücken Sie dann noch einmal auf den Knopf. Oder rufen Sie uns an: Am Telefon stellen wir Sie in dieselbe Reihe.
refusal-not-allowed-title = Das gehört nicht zu Ihrer Rolle
refusal-not-allowed-detail = Diese Seite dürfen nur andere Rollen benutzen. Brauchen Sie sie für Ihre Arbeit? Dann fragen Sie die Menschen, die die Konten verwalten.
refusal-token-invalid-title = Der Schlüssel dieses Programms gilt nicht
refusal-token-invalid-detail = Der Aufruf braucht „Authorization: Bearer“ mit einem Schlüssel, der weder abgelaufen noch zurückgezogen ist. „dran user token add“ macht einen.

### E-Mails, SMS, Briefe und Kalendereinträge.
### Ein Betreff und ein Kalendereintrag sagen nichts über Gesundheit, Alter oder Beruf.
### Eine SMS soll in zwei Teile passen (306 Zeichen); welche Zeichen billig sind, steht in
### docs/messages.md.

## Anrede und Gruß

message-greeting = Guten Tag { $names },
message-names-two = { $first } und { $second }
message-closing =
    Mit freundlichen Grüßen
    Ihr Terminservice { $region }
message-automatic = Diese E-Mail wurde automatisch verschickt. Bitte antworten Sie nicht darauf.

## Bestätigungscode

message-code-subject = Ihr Bestätigungscode
message-code-sms = Ihr Code: { $code }. Bitte auf der Internetseite zur Terminbuchung eingeben. Gültig bis { $until }. Nicht von Ihnen? Dann bitte löschen.
message-code-email =
    Guten Tag,

    Ihr Bestätigungscode lautet:

        { $code }

    Bitte geben Sie ihn auf der Internetseite zur Terminbuchung ein. So wissen wir, dass unsere Nachrichten bei Ihnen ankommen. Der Code gilt bis { $until }.

    Sie haben keinen Code angefordert? Dann hat sich jemand vertippt. Bitte löschen Sie diese E-Mail, Sie müssen nichts tun.

## Bald dran, und dran

message-soon-subject = Sie sind bald dran
message-soon-sms = Sie sind bald dran, wohl zwischen { $from } und { $to }. Ihr Platz: { $link } Wartenummer: { $code }. Keine Eile, Ihr Platz bleibt. Hilfe: { $phone }
message-soon-email =
    Guten Tag,

    Sie sind bald dran: wahrscheinlich zwischen { $from } und { $to }.

    Ihr Platz in der Reihe:
    { $link }

    Ihre Wartenummer:
    { $code }

    Die Adresse und die Nummer gelten an jedem Gerät. Am Telefon hilft die Nummer auch: { $phone }. Sie müssen sich nicht beeilen. Ihr Platz bleibt, auch wenn Sie später kommen.
message-call-subject = Sie sind dran
message-call-sms = Sie sind dran! Hier eintreten: { $link } Wartenummer: { $code }. Keine Eile, Ihr Platz bleibt. Hilfe am Telefon: { $phone }
message-call-email =
    Guten Tag,

    Sie sind dran. Hier können Sie eintreten und Ihre Termine wählen:
    { $link }

    Ihre Wartenummer:
    { $code }

    Die Adresse und die Nummer gelten an jedem Gerät. Am Telefon hilft die Nummer auch: { $phone }. Sie müssen sich nicht beeilen. Ihr Platz bleibt, auch wenn Sie später kommen.

## Terminbestätigung

message-confirmation-subject = { $appointments ->
    [one] Ihr Termin ist gebucht
   *[other] Ihre Termine sind gebucht
}
message-confirmation-opening = { $appointments ->
    [one] Ihr Termin ist gebucht. Bitte heben Sie diese Nachricht auf.
   *[other] Ihre Termine sind gebucht. Bitte heben Sie diese Nachricht auf.
}
message-confirmation-sms = Gebucht: { $persons } { $place }. Bitte Ausweis mitbringen. Absagen oder ändern: { $phone }

## Verlegung

message-moved-subject = { $appointments ->
    [one] Ihr Termin ist verlegt
   *[other] Ihre Termine sind verlegt
}
message-moved-opening = { $appointments ->
    [one] Ihr Termin ist verlegt. Der bisherige Termin gilt nicht mehr. Bitte heben Sie diese Nachricht auf.
   *[other] Ihre Termine sind verlegt. Die bisherigen Termine gelten nicht mehr. Bitte heben Sie diese Nachricht auf.
}
message-moved-sms = Verlegt: { $persons } { $place }. Die alten Termine gelten nicht mehr. Bitte Ausweis mitbringen. Fragen: { $phone }

## Absage

message-cancellation-subject = { $appointments ->
    [one] Ihr Termin ist abgesagt
   *[other] Ihre Termine sind abgesagt
}
message-cancellation-opening = { $appointments ->
    [one] dieser Termin ist abgesagt und frei für jemand anderen:
   *[other] diese Termine sind abgesagt und frei für jemand anderen:
}
message-cancellation-after = Sie müssen nichts weiter tun. Wenn Sie diese Absage nicht wollten oder doch einen Termin brauchen, helfen wir Ihnen am Telefon.
message-cancellation-sms = Abgesagt: { $persons } Nicht gewollt? Bitte anrufen: { $phone }

## Termine

message-person-sms = { $name }, { $appointments }, Buchungscode { $code }.
message-appointment = { $number }. Termin: { $date }, { $time }
message-appointment-only = Termin: { $date }, { $time }
message-appointment-sms = { $number }. Termin { $date }, { $time }
message-appointment-only-sms = { $date }, { $time }
message-code-line = Buchungscode: { $code }
message-place-heading = Hierher kommen Sie bitte:
message-wheelchair = Das Impfzentrum ist mit dem Rollstuhl zugänglich.

## Was man mitbringt

message-bring-heading = Bitte bringen Sie mit:
message-bring-id = Personalausweis oder Reisepass
message-bring-code = diese Nachricht oder den Buchungscode
message-bring-record = Ihren Impfpass, wenn Sie einen haben

## Absagen und Verlegen

message-change-heading = Wenn Sie nicht kommen können:
message-change-text = Bitte sagen Sie ab, oder verlegen Sie. Dann bekommt jemand anderes den Platz. Sie brauchen dazu den Buchungscode und das Geburtsdatum.
message-change-web = Im Internet: { $url }
message-change-phone = Am Telefon: { $phone }
message-phone-daily = { $numbers }, täglich von { $opens } bis { $closes }
message-phones-two = { $first } oder { $second }

## Kalendereintrag

calendar-summary = { $number }. Termin im Impfzentrum: { $name }
calendar-summary-only = Termin im Impfzentrum: { $name }
calendar-description = Bitte bringen Sie Ihren Ausweis und Ihren Buchungscode mit. Fragen, Absagen, Verlegen: { $phone }
calendar-alarm = Morgen: { $summary }
calendar-organizer = Terminservice { $region }

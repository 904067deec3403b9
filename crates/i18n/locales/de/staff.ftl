### Die Seiten für Mitarbeitende.

## Rahmen
staff-service = Arbeitsplatz { $region }
staff-pages-label = Seiten
staff-who-label = Ihre Anmeldung
staff-sign-out = Abmelden
staff-done = Das ist erledigt.

## Anmelden
staff-sign-in-title = Anmelden
staff-sign-in-lead = Diese Seite ist für Mitarbeitende. Termine gibt es auf der Seite für Bürgerinnen und Bürger.
staff-signed-out = Sie sind abgemeldet.
staff-name-label = Name
staff-password-label = Kennwort
staff-sign-in-help = Kennwort vergessen? Wer die Konten verwaltet, gibt Ihnen ein neues.
staff-code-title = Code aus der App
staff-code-label = Code
staff-code-hint = Sechs Ziffern aus Ihrer App, oder einer Ihrer Ersatzcodes.
staff-code-lost = Telefon verloren und keine Ersatzcodes mehr? Wer die Konten verwaltet, setzt Ihr Konto zurück.

## Was nicht stimmt
staff-error-wrong = Name oder Kennwort stimmt nicht.
staff-error-code = Dieser Code gilt nicht. Jeder Code gilt nur einmal und nur kurze Zeit: Bitte nehmen Sie den nächsten.
staff-error-too-soon = Das waren viele Versuche. Bitte warten Sie { $seconds ->
    [one] eine Sekunde
   *[other] { $seconds } Sekunden
} und versuchen Sie es dann noch einmal.
staff-error-over = Bitte melden Sie sich noch einmal von vorn an.
staff-error-busy = Gerade melden sich sehr viele an. Bitte versuchen Sie es gleich noch einmal.
staff-error-old-password = Das ist nicht Ihr Kennwort.
staff-error-same-password = Das ist das alte Kennwort. Bitte denken Sie sich ein anderes aus.
staff-error-again = Die beiden neuen Kennwörter sind nicht gleich.
staff-error-password-short = Das Kennwort ist zu kurz. Es braucht mindestens { $count } Zeichen.
staff-error-password-long = Das Kennwort ist zu lang. Höchstens 128 Zeichen gehen.
staff-error-password-name = Das Kennwort darf Ihren Namen nicht enthalten.
staff-error-password-common = Dieses Kennwort errät jeder zuerst. Bitte denken Sie sich ein anderes aus.
staff-error-password-leaked = Dieses Kennwort ist irgendwo gestohlen worden und steht in einer Liste. Bitte denken Sie sich ein anderes aus.
staff-error-name-length = Ein Name hat 2 bis 64 Zeichen.
staff-error-name-character = Ein Name besteht aus den Buchstaben a bis z, Ziffern, Punkt, Bindestrich, Unterstrich und @.
staff-error-name-taken = Diesen Namen gibt es schon.
staff-error-role = Bitte wählen Sie eine Rolle.
staff-error-no-centre = Zu dieser Rolle gehört mindestens ein Impfzentrum.
staff-error-not-bounded = Nur die Rolle Impfzentrum gehört zu bestimmten Impfzentren. Bitte wählen Sie hier keines.
staff-error-last-administrator = Das ist das letzte Konto, das die Konten verwalten kann. Bitte legen Sie zuerst ein zweites an.

## Eigenes Konto
staff-own-title = Konto
staff-role-label = Rolle
staff-centres-label = Impfzentren
staff-recovery-label = Ersatzcodes
staff-recovery-left = { $count ->
    [0] Sie haben keine Ersatzcodes mehr.
    [one] Sie haben noch einen Ersatzcode.
   *[other] Sie haben noch { $count } Ersatzcodes.
}
staff-sessions-title = Wo Sie angemeldet sind
staff-sessions-text = Ist etwas dabei, das Sie nicht kennen? Beenden Sie es und ändern Sie Ihr Kennwort.
staff-session-began = Angemeldet seit
staff-session-used = Zuletzt benutzt
staff-session-end-button = Abmelden
staff-session-this = hier
staff-session-since = Angemeldet seit { $day }, { $time }
staff-sessions-which = Wo wollen Sie sich abmelden?
staff-sessions-others = Überall außer hier
staff-factor-label = Code aus der App
staff-factor-old-label = Code aus der bisherigen App
staff-factor-old-hint = Ist sie weg, nehmen Sie einen Ihrer Ersatzcodes.
staff-password-title = Kennwort ändern
staff-password-initial = Ihr Kennwort hat jemand anderes für Sie gemacht. Bitte denken Sie sich jetzt ein eigenes aus.
staff-password-rule = Ein Kennwort hat mindestens { $count } Zeichen. Ein kurzer Satz ist gut zu merken und schwer zu erraten. Sonderzeichen müssen nicht sein.
staff-password-old = Bisheriges Kennwort
staff-password-new = Neues Kennwort
staff-password-again = Neues Kennwort noch einmal
staff-password-button = Kennwort ändern
staff-password-others = Überall sonst werden Sie damit abgemeldet.
staff-app-other = Andere App einrichten
staff-app-title = App einrichten
staff-app-lead = Zum Anmelden gehört ein Code aus einer App auf Ihrem Telefon. So nützt ein gestohlenes Kennwort niemandem.
staff-app-step-scan = Öffnen Sie eine App für Codes (zum Beispiel FreeOTP, Aegis oder die Ihres Telefons) und fotografieren Sie damit dieses Bild.
staff-app-step-code = Geben Sie unten den Code ein, den die App anzeigt.
staff-app-qr = Bild für die App. Der Schlüssel steht darunter auch als Text.
staff-app-secret = Statt das Bild zu fotografieren, können Sie diesen Schlüssel eintippen:
staff-app-here = App auf diesem Gerät öffnen
staff-app-code-label = Code aus der App
staff-app-code-hint = Sechs Ziffern. Alle 30 Sekunden kommt ein neuer.
staff-app-password-hint = Weil es schon eine App gibt.
staff-app-button = App einrichten
staff-codes-title = Ihre Ersatzcodes
staff-codes-lead = Mit einem dieser Codes melden Sie sich an, wenn Ihr Telefon weg ist. Jeder gilt einmal.
staff-codes-keep = Schreiben oder drucken Sie die Codes jetzt auf Papier und verwahren Sie sie gut. Sie werden nie wieder angezeigt. Frühere Ersatzcodes gelten nicht mehr.
staff-codes-next = Ich habe die Codes aufgehoben
staff-recovery-title = Neue Ersatzcodes
staff-recovery-text = Neue Ersatzcodes ersetzen alle bisherigen.
staff-recovery-button = Neue Ersatzcodes machen

## Rollen
staff-role-agent = Telefon
staff-role-agent-hint = Bucht für Menschen, die anrufen, und sieht dafür ihre Daten.
staff-role-centre = Impfzentrum
staff-role-centre-hint = Sieht und betreut die Termine der eigenen Impfzentren.
staff-role-planner = Planung
staff-role-planner-hint = Plant Lieferungen, Zeitfenster und Impfaktionen. Sieht keine Menschen.
staff-role-operator = Betrieb
staff-role-operator-hint = Hält den Dienst am Laufen und verwaltet die Konten. Sieht keine Menschen.
staff-role-auditor = Prüfung
staff-role-auditor-hint = Liest das Protokoll. Ändert nichts.

## Konten
staff-accounts-title = Konten
staff-state-label = Stand
staff-state-ready = in Gebrauch
staff-state-initial = wartet auf die erste Anmeldung
staff-state-no-app = noch ohne App
staff-state-disabled = gesperrt
staff-account-new-title = Neues Konto
staff-account-new-button = Konto anlegen
staff-account-name-hint = Womit man sich anmeldet, zum Beispiel e.muster. Der Name kann nicht geändert werden.
staff-account-centres-hint = Nur für die Rolle Impfzentrum.
staff-account-title = Konto { $name }
staff-account-created = Angelegt am
staff-account-sessions-end = Bei jeder Änderung wird das Konto überall abgemeldet.
staff-account-duty-title = Rolle ändern
staff-account-duty-button = Rolle ändern
staff-account-reset-title = Zurücksetzen
staff-account-reset-text = Das Konto bekommt ein neues Kennwort. App und Ersatzcodes gelten nicht mehr. Fragen Sie vorher nach, ob wirklich der richtige Mensch darum bittet.
staff-account-reset-button = Konto zurücksetzen
staff-account-disable-title = Sperren
staff-account-disable-text = Niemand kann sich dann noch mit diesem Konto anmelden. Es bleibt erhalten, weil das Protokoll es nennt.
staff-account-disable-button = Konto sperren
staff-account-enable-title = Wieder freigeben
staff-account-enable-button = Konto freigeben
staff-account-password-lead = Das ist das Kennwort für die erste Anmeldung. Es wird nie wieder angezeigt.
staff-account-password-text = Geben Sie es nur dem Menschen, dem das Konto gehört. Es gilt drei Tage und wird bei der ersten Anmeldung geändert.

## Protokoll
staff-log-title = Protokoll
staff-log-count = { $count ->
    [0] Das Protokoll ist noch leer.
    [one] Das Protokoll hat eine Zeile.
   *[other] Das Protokoll hat { $count } Zeilen.
}
staff-log-text = Hier steht, wer sich angemeldet hat, wer wessen Daten gesehen oder geändert hat und wer Konten geändert hat. Menschen und Konten stehen mit ihrer Nummer da, nicht mit ihrem Namen. Die neueste Zeile steht oben.
staff-log-head = Kennzahl aller Zeilen bis hierher. Wer sie aufschreibt, kann später mit „dran audit log verify“ sehen, ob davor etwas geändert wurde:
staff-log-older = Ältere Zeilen

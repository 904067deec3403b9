### Anmelden bei einem Anmeldedienst des Landes oder des Betreibers.

provider-button = Mit { $name } anmelden
provider-lead = Sie haben einen Zugang bei { $name }? Dann brauchen Sie hier kein eigenes Kennwort.
provider-arrived-title = Sie sind angemeldet
provider-error-away = { $name } antwortet gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal, oder melden Sie sich hier mit Name und Kennwort an.
provider-error-ended = Die Anmeldung bei { $name } wurde abgebrochen. Sie können noch einmal beginnen.
provider-error-again = Diese Anmeldung bei { $name } gilt nicht mehr. Bitte beginnen Sie noch einmal von vorn.
provider-error-role = { $name } nennt für Sie keine Aufgabe an diesem Arbeitsplatz. Bitte wenden Sie sich an die Stelle, die Ihren Zugang dort verwaltet.
provider-error-account = Für Sie gibt es hier kein Konto, das Sie benutzen können. Bitte wenden Sie sich an die Stelle, die hier die Konten verwaltet.

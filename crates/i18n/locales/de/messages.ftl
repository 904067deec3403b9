### E-Mails, SMS und Briefe.

### E-mails, text messages and letters.

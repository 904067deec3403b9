/** What a visitor reads and presses, per language: names of fields, buttons and links, as a screen reader says them. */
export interface Words {
  lang: string;
  startPage: string;
  joinLink: string;
  postcode: string;
  birthYear: string;
  onePerson: string;
  twoPersons: string;
  join: string;
  called: string;
  enter: string;
  given: string;
  family: string;
  day: string;
  month: string;
  year: string;
  female: string;
  male: string;
  continue: string;
  moreTime: string;
  sms: string;
  mobile: string;
  email: string;
  emailAddress: string;
  letter: string;
  street: string;
  town: string;
  code: string;
  checkCode: string;
  newCode: string;
  proposals: string;
  takeProposal: string;
  review: string;
  bookNow: string;
  booked: string;
  calendar: string;
  bookingCode: string;
  seeBooking: string;
  move: string;
  moveTo: string;
  moved: string;
  cancel: string;
  cancelYes: string;
  cancelled: string;
  otherProposals: string;
  findTicket: string;
  look: string;
  errors: string;
  months: string[];
}

export const GERMAN: Words = {
  lang: "de",
  startPage: "Ihr Weg zum Impftermin",
  joinLink: "In die Reihe stellen",
  postcode: "Postleitzahl",
  birthYear: "In welchem Jahr sind Sie geboren?",
  onePerson: "Eine Person",
  twoPersons: "Zwei Personen zusammen",
  join: "In die Reihe stellen",
  called: "Sie sind dran!",
  enter: "Jetzt eintreten",
  given: "Vorname",
  family: "Nachname",
  day: "Tag",
  month: "Monat",
  year: "Jahr",
  female: "weiblich",
  male: "männlich",
  continue: "Weiter",
  moreTime: "Mehr Zeit",
  sms: "SMS auf das Handy",
  mobile: "Handynummer",
  email: "E-Mail",
  emailAddress: "E-Mail-Adresse",
  letter: "Brief mit der Post",
  street: "Straße und Hausnummer",
  town: "Ort",
  code: "Code aus der Nachricht",
  checkCode: "Prüfen",
  newCode: "Neuen Code schicken",
  proposals: "Welche Termine passen Ihnen?",
  takeProposal: "Diesen Vorschlag nehmen",
  review: "Stimmt alles?",
  bookNow: "Verbindlich buchen",
  booked: "GEBUCHT",
  calendar: "In den Kalender übernehmen",
  bookingCode: "Buchungscode",
  seeBooking: "Termin ansehen",
  move: "Auf andere Tage verlegen",
  moveTo: "Auf diese Termine verlegen",
  moved: "VERLEGT",
  cancel: "Termine absagen",
  cancelYes: "Ja, beide Termine absagen",
  cancelled: "ABGESAGT",
  otherProposals: "Andere Vorschläge suchen",
  findTicket: "Wartenummer",
  look: "Nachsehen",
  errors: "Bitte sehen Sie hier noch einmal nach:",
  months: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(" "),
};

export const ENGLISH: Words = {
  lang: "en",
  startPage: "Your way to a vaccination appointment",
  joinLink: "Join the line",
  postcode: "Postcode",
  birthYear: "In which year were you born?",
  onePerson: "One person",
  twoPersons: "Two people together",
  join: "Join the line",
  called: "It is your turn!",
  enter: "Enter now",
  given: "Given names",
  family: "Family name",
  day: "Day",
  month: "Month",
  year: "Year",
  female: "female",
  male: "male",
  continue: "Continue",
  moreTime: "More time",
  sms: "Text message to a mobile phone",
  mobile: "Mobile number",
  email: "E-mail",
  emailAddress: "E-mail address",
  letter: "Letter by post",
  street: "Street and house number",
  town: "Town",
  code: "Code from the message",
  checkCode: "Check",
  newCode: "Send a new code",
  proposals: "Which appointments suit you?",
  takeProposal: "Take this proposal",
  review: "Is everything right?",
  bookNow: "Book now, for certain",
  booked: "BOOKED",
  calendar: "Put into the calendar",
  bookingCode: "Booking code",
  seeBooking: "See the appointment",
  move: "Move to other days",
  moveTo: "Move to these appointments",
  moved: "MOVED",
  cancel: "Cancel the appointments",
  cancelYes: "Yes, cancel both appointments",
  cancelled: "CANCELLED",
  otherProposals: "Look for other proposals",
  findTicket: "Waiting number",
  look: "Look",
  errors: "Please look at this again:",
  months: "January February March April May June July August September October November December".split(" "),
};

/** The words of a browser that asks for this language. */
export function wordsFor(locale: string | undefined): Words {
  return locale?.startsWith("en") ? ENGLISH : GERMAN;
}

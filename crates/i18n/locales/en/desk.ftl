### The place at the phone: one page that grows downwards with the call.
### What begins with desk-say- is read aloud.

## Frame
desk-title = Call
desk-say = To read aloud
desk-new = New call
desk-next = Next call
desk-end = End without booking
desk-back = Back
desk-key = Alt+{ $key }
desk-until = The appointments are kept for this call until { $time }. If need be, that is prolonged by itself.
desk-lost = The connection is gone. What you have typed stays here and is sent by itself as soon as it is back. It counts once only.

## Who calls
desk-who-title = Who is calling?
desk-who-button = Check and take a place
desk-postcode = Postcode
desk-birth = Date of birth
desk-birth-hint = 08031935 or 8.3.1935
desk-birth-2 = Date of birth of the second person
desk-birth-2-hint = Empty: one person only
desk-births = Born
desk-district = District
desk-group = Group
desk-phone = Phone number
desk-phone-hint = For a call-back
desk-code = Waiting number
desk-code-hint = If there is one already
desk-campaign = Campaign
desk-entitled = Entitled
desk-back-who = Change answers
desk-say-who = Appointment service, good morning. What is your postcode, and when were you born?
desk-error-no-campaign = No appointments are being given out at present.
desk-error-district = This postcode does not tell the district. Please choose it.
desk-error-party = This waiting number is for another number of people.
desk-error-birth-year = The year alone is not enough. For a booking we need day and month too, for example 08031935.

## Not entitled
desk-not-entitled = Not entitled yet: { $reason } ({ $basis })
desk-not-served = The group “{ $group }” is not served in this campaign.
desk-not-yet = The turn of the group “{ $group }” comes on { $day }.
desk-too-young = For this group one has to be at least { $age } years old on the day of the vaccination.
desk-say-not-entitled = I cannot book an appointment for you today. { $reason }
desk-say-own-group = By your age you belong to the group “{ $group }”.
desk-say-own-group-from = By your age you belong to the group “{ $group }”. Its turn comes on { $day }.

## The place
desk-place-title = Place in the line
desk-place-button = Look again
desk-say-before = Appointments are given out from { $day } at { $time }. You are in the line already. The order will be drawn by lot then.
desk-say-drawing = The order is being drawn by lot right now. You take part.
desk-say-waiting = You have a place in the line and it is not your turn yet.
desk-say-no-permit = It is your turn. Others are booking right now; it goes on in a moment.
desk-say-rests = It is your turn. Nobody can book at the moment. You keep your place.
desk-say-paused = The line is having a break. You keep your place.
desk-say-closed = These appointments are no longer given out.
desk-say-beyond = At the moment the appointments do not reach as far as your place. You keep it for the next delivery.
desk-say-done = This place has booked already.
desk-say-ahead = { $count ->
    [one] There is one place before you.
   *[other] There are { $count } places before you.
}
desk-say-wait = That takes about { $wait }.
desk-say-code = Your waiting number is { $code }. With it your place is good on the internet as well.

## The proposals
desk-choose-title = Which appointment?
desk-choose-button = Take this one
desk-choice = Number
desk-choice-hint = Digit of the proposal
desk-wish-from = Not before
desk-wish-hint = Without a number: other proposals
desk-wish-time = Time of day
desk-wish-any = any
desk-wish-am = morning
desk-wish-pm = afternoon
desk-held = Appointments
desk-back-choose = Another appointment
desk-visit = { $day } at { $time }
desk-visits = { $first } and then on { $second }
desk-visits-1 = First person: { $visits }
desk-visits-2 = Second person: { $visits }
desk-say-choose = { $count ->
    [0] At the moment I find no appointment that fits.
    [one] This appointment is free:
   *[other] These appointments are free:
}
desk-say-choose-at = In { $centre } with { $vaccine } there is:
desk-error-choice = This number is not among them.
desk-just-went = This appointment has just been taken by somebody else. Here are others.

## Names and contact
desk-names-title = Name and contact
desk-names-button = On to reading aloud
desk-person = Person
desk-person-1 = First person
desk-person-2 = Second person
desk-family-name = Family name
desk-given-name = Given name
desk-sex = Sex
desk-sex-none = Please choose
desk-sex-f = female
desk-sex-m = male
desk-sex-d = diverse
desk-sex-x = not told
desk-contact = Mobile or e-mail
desk-contact-hint = Empty: a letter to this address
desk-street = Street and number
desk-street-hint = For a letter only
desk-town = Town
desk-language = Language of the message
desk-back-names = Change names
desk-say-names = I am keeping it for you. What is your name, and how do we reach you?

## Reading aloud and booking
desk-review-title = Is all of it right?
desk-review-button = Book bindingly
desk-say-person = I am booking for { $name }, born on { $birth }.
desk-say-held = The first appointment is on { $visit }.
desk-say-review = Shall I book it like this?

## Booked
desk-say-booked = That is booked. Please write down:
desk-say-visits = On { $visits }.
desk-say-series = { $name }: on { $visits }.
desk-say-where = { $place }.
desk-say-booking-code = Your booking code is { $code }.
desk-say-booking-code-of = The booking code of { $name } is { $code }.
desk-say-by-sms = It is in the text message to { $contact } as well.
desk-say-by-email = It is in the e-mail to { $contact } as well.
desk-say-by-letter = It comes by post as well.
desk-say-bring = Please bring your identity card and, if you have one, your vaccination card.
desk-print-title = Your appointments

## Help
desk-help-title = Keys
desk-help-lead = Everything goes without a mouse. The fields follow one another as one reads them.
desk-key-enter = Enter
desk-key-tab = Tab
desk-key-digit = 1 to 5
desk-help-enter = sends what is typed, and shows what comes next
desk-help-tab = to the next field, with Shift back
desk-help-digit = takes the proposal with this number
desk-help-browser = Without scripts some browsers want the keys Alt and Shift together instead of Alt.
desk-help-kept = When the connection is gone, what is typed stays in this window and is sent by itself as soon as it is back. It counts once only, even if it arrives twice.

## The bar
desk-due = { $count ->
    [0] No call-back due
    [one] One call-back due
   *[other] { $count } call-backs due
}
desk-next-callback = Next call-back
desk-state = What you are doing
desk-state-ready = Ready
desk-state-on-call = On call
desk-state-wrap-up = Wrap-up
desk-state-break = Break
desk-day = Today: { $calls ->
    [one] one call
   *[other] { $calls } calls
}, { $bookings ->
    [one] one booking
   *[other] { $bookings } bookings
},
desk-talked = { $minutes ->
    [one] one minute on the phone
   *[other] { $minutes } minutes on the phone
}
desk-help-state = says what you are doing: { $state }

## Call-backs
desk-ring = Please call
desk-say-callback = Good morning, this is the appointment service. It is your turn now. When were you born?
desk-say-promised = We will call you at { $phone } as soon as it is your turn.
desk-no-callback = No call-back is due right now.
desk-callback-gone = Somebody else has this call-back by now.
desk-not-reached = Nobody reached
desk-not-wanted = No longer wanted
desk-error-phone = We cannot call anybody at this number. Please check it.

## Search
desk-search-title = Search
desk-search-q = Booking code, phone number or family name
desk-search-q-hint = A receipt, too
desk-search-birth-hint = With a family name only
desk-search-button = Search
desk-error-search = Please say what is looked for.
desk-found = { $count ->
    [0] Nobody found
    [one] One found
   *[other] { $count } found
}
desk-found-name = Name
desk-found-birth = Born
desk-found-standing = Standing
desk-book-button = Book an appointment
desk-found-registered = Registered, no appointment
desk-found-cancelled = Cancelled: { $visits }
desk-found-callback = { $state }, waiting number { $code }
desk-found-more = There are more. Please search more closely.
desk-callback-waiting = Call-back, not called yet
desk-callback-due = Call-back, due now
desk-callback-claimed = Call-back, being made
desk-callback-done = Call-back, done
desk-callback-given-up = Call-back, nobody reached

## An appointment
desk-series-title = Appointment
desk-contact-of = Confirmation to
desk-cancelled = This appointment is cancelled.
desk-notes-title = Notes
desk-notes-none = There is no note yet.
desk-reason = Reason or note
desk-reason-hint = Is kept with your name
desk-note-button = Keep note
desk-resend-button = Send the confirmation again
desk-move-button = Move
desk-cancel-button = Cancel
desk-error-reason = Please add the reason.
desk-error-reason-long = That is too long. At most 2000 characters, please.
desk-done-note = The note is kept.
desk-done-resend = The confirmation is sent again.
desk-done-move = The appointment is moved. The new confirmation is sent.
desk-done-cancel = The appointment is cancelled. The confirmation of that is sent.
desk-move-title = Move appointment
desk-move-do = Move to this one

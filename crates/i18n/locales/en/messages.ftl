### E-mails, text messages, letters and calendar entries.
### A subject and a calendar entry say nothing about health, age or profession.
### A text message should fit into two parts (306 characters); docs/messages.md says which characters
### are cheap.

## Greeting and closing

message-greeting = Dear { $names },
message-names-two = { $first } and { $second }
message-closing =
    Yours sincerely
    Appointment service { $region }
message-automatic = This e-mail was sent automatically. Please do not reply to it.

## Verification code

message-code-subject = Your verification code
message-code-sms = Your code: { $code }. Please enter it on the appointment website. Valid until { $until }. Not from you? Then please delete this message.
message-code-email =
    Hello,

    your verification code is:

        { $code }

    Please enter it on the appointment website. It tells us that our messages reach you. The code is valid until { $until }.

    You did not ask for a code? Then somebody mistyped. Please delete this e-mail, there is nothing you need to do.

## Soon, and now

message-soon-subject = Your turn comes soon
message-soon-sms = Your turn comes soon, probably between { $from } and { $to }. Your place: { $link } Queue number: { $code }. No hurry, your place stays. Help: { $phone }
message-soon-email =
    Hello,

    your turn comes soon: probably between { $from } and { $to }.

    Your place in the queue:
    { $link }

    Your queue number:
    { $code }

    The address and the number work on any device. On the phone the number helps as well: { $phone }. You need not hurry. Your place stays, even if you come later.
message-call-subject = It is your turn
message-call-sms = It is your turn! Enter here: { $link } Queue number: { $code }. No hurry, your place stays. Help by phone: { $phone }
message-call-email =
    Hello,

    it is your turn. Here you can enter and choose your appointments:
    { $link }

    Your queue number:
    { $code }

    The address and the number work on any device. On the phone the number helps as well: { $phone }. You need not hurry. Your place stays, even if you come later.

## Confirmation

message-confirmation-subject = { $appointments ->
    [one] Your appointment is booked
   *[other] Your appointments are booked
}
message-confirmation-opening = { $appointments ->
    [one] your appointment is booked. Please keep this message.
   *[other] your appointments are booked. Please keep this message.
}
message-confirmation-sms = Booked: { $persons } { $place }. Please bring your ID. To cancel or change: { $phone }

## Move

message-moved-subject = { $appointments ->
    [one] Your appointment has been moved
   *[other] Your appointments have been moved
}
message-moved-opening = { $appointments ->
    [one] your appointment has been moved. The earlier one is no longer valid. Please keep this message.
   *[other] your appointments have been moved. The earlier ones are no longer valid. Please keep this message.
}
message-moved-sms = Moved: { $persons } { $place }. The earlier appointments are no longer valid. Please bring your ID. Questions: { $phone }

## Cancellation

message-cancellation-subject = { $appointments ->
    [one] Your appointment is cancelled
   *[other] Your appointments are cancelled
}
message-cancellation-opening = { $appointments ->
    [one] this appointment is cancelled and free for somebody else:
   *[other] these appointments are cancelled and free for somebody else:
}
message-cancellation-after = There is nothing else you need to do. If you did not want this, or need an appointment after all, we will help you on the phone.
message-cancellation-sms = Cancelled: { $persons } Not what you wanted? Please call: { $phone }

## Appointments

message-person-sms = { $name }, { $appointments }, booking code { $code }.
message-appointment = Appointment { $number }: { $date }, { $time }
message-appointment-only = Appointment: { $date }, { $time }
message-appointment-sms = appointment { $number } { $date }, { $time }
message-appointment-only-sms = { $date }, { $time }
message-code-line = Booking code: { $code }
message-place-heading = Please come here:
message-wheelchair = The vaccination centre is accessible by wheelchair.

## What to bring

message-bring-heading = Please bring:
message-bring-id = Identity card or passport
message-bring-code = this message or the booking code
message-bring-record = your vaccination record, if you have one

## Cancelling and moving

message-change-heading = If you cannot come:
message-change-text = Please cancel or move. Then somebody else gets the place. You need the booking code and the date of birth.
message-change-web = On the web: { $url }
message-change-phone = By phone: { $phone }
message-phone-daily = { $numbers }, every day from { $opens } to { $closes }
message-phones-two = { $first } or { $second }

## Calendar entry

calendar-summary = Appointment { $number } at the vaccination centre: { $name }
calendar-summary-only = Appointment at the vaccination centre: { $name }
calendar-description = Please bring your ID and your booking code. Questions, cancelling, moving: { $phone }
calendar-alarm = Tomorrow: { $summary }
calendar-organizer = Appointment service { $region }

### What is spoken on the telephone. These texts are heard, not read: short sentences, first the aim and then the key,
### nothing in brackets, no abbreviations. Numbers and codes come digit by digit.

## How it is spoken
# The language of the voice as telephone systems name it (BCP 47 with a country).
voice-language = en-GB
voice-time = { $part ->
    [noon] 12 noon
    [midnight] 12 midnight
    [morning] { $minute ->
        [0] { $hour-twelve } o'clock in the morning
       *[other] { $hour-twelve } { $minute } in the morning
    }
    [afternoon] { $minute ->
        [0] { $hour-twelve } o'clock in the afternoon
       *[other] { $hour-twelve } { $minute } in the afternoon
    }
   *[evening] { $minute ->
        [0] { $hour-twelve } o'clock in the evening
       *[other] { $hour-twelve } { $minute } in the evening
    }
}
voice-date = { $weekday } the { $day } of { $month }
voice-day = { $number ->
    [1] first
    [2] second
    [3] third
    [4] fourth
    [5] fifth
    [6] sixth
    [7] seventh
    [8] eighth
    [9] ninth
    [10] tenth
    [11] eleventh
    [12] twelfth
    [13] thirteenth
    [14] fourteenth
    [15] fifteenth
    [16] sixteenth
    [17] seventeenth
    [18] eighteenth
    [19] nineteenth
    [20] twentieth
    [21] twenty-first
    [22] twenty-second
    [23] twenty-third
    [24] twenty-fourth
    [25] twenty-fifth
    [26] twenty-sixth
    [27] twenty-seventh
    [28] twenty-eighth
    [29] twenty-ninth
    [30] thirtieth
   *[31] thirty-first
}
voice-letter = { $letter ->
    [A] A for Alpha
    [B] B for Bravo
    [C] C for Charlie
    [D] D for Delta
    [E] E for Echo
    [F] F for Foxtrot
    [G] G for Golf
    [H] H for Hotel
    [J] J for Juliet
    [K] K for Kilo
    [M] M for Mike
    [N] N for November
    [P] P for Papa
    [Q] Q for Quebec
    [R] R for Romeo
    [S] S for Sierra
    [T] T for Tango
    [U] U for Uniform
    [V] V for Victor
    [W] W for Whiskey
    [X] X for X-ray
    [Y] Y for Yankee
    [Z] Z for Zulu
   *[other] { $letter }
}
voice-minutes = { $number ->
    [one] one minute
   *[other] { $number } minutes
}
voice-hours = { $number ->
    [one] one hour
   *[other] { $number } hours
}
# Half hours, counted in halves: 3 is one and a half.
voice-half-hours = { $number ->
    [3] one and a half hours
    [5] two and a half hours
    [7] three and a half hours
   *[9] four and a half hours
}
voice-days = { $number ->
    [one] one day
   *[other] { $number } days
}

## Greeting and choosing
voice-greeting = Hello. This is the telephone help for vaccination appointments in { $region }.
voice-choose-language = For English, please press { $key }.
voice-menu = Would you like a vaccination appointment? Then please press 1. Do you have a waiting number and want to know when it is your turn? Then press 2. Do you have an appointment already and want to hear or cancel it? Then press 3. Do you want to know whether there are appointments? Then press 4. Would you like to speak to a person? Then press zero.
voice-did-not-hear = I did not hear anything. Never mind. I will ask again.
voice-wrong-key = I do not know that key here. I will say it again.
voice-more = Would you like to hear that again? Then press 1. Would you like something else? Then press 2. For a person, press zero. When you are finished, simply hang up.
voice-goodbye = Thank you for calling. Goodbye.
voice-no-campaign = No vaccination campaign is open at the moment. The next one will be announced in the newspaper, on the radio and on our website. Appointments that are booked already stay as they are.

## A person
voice-connecting = I am connecting you now. Please stay on the line.
voice-all-busy = Everybody is speaking with other callers right now. You need not wait: you will get a place in the line now, and we will call you.
voice-nobody-free = Nobody is free after all just now. You need not wait: you will get a place in the line now, and we will call you.

## Questions for a place in the line
voice-ask-postcode = Please type the postcode of the place where you live. It has five digits.
voice-postcode-form = Those were not five digits. Take your time and please try once more.
voice-postcode-unknown = I find no place in { $region } with this postcode. Perhaps one digit was wrong.
voice-ask-district = This postcode exists in several districts.
voice-ask-district-key = Do you live here: { $district }? Then press { $key }.
voice-supply = { $free ->
    [0] There is no appointment free for your area right now. Who takes a place in the line now has their turn with the next delivery.
    [one] There is one appointment free for your area.
   *[other] There are { $amount } appointments free for your area.
}
voice-supply-waiting = { $waiting ->
    [0] Nobody is waiting ahead of you at the moment.
    [one] One person is waiting ahead of you at the moment.
   *[other] { $amount } are waiting ahead of you at the moment.
}
voice-ask-birth-year = Please type the year of birth of the person to be vaccinated. It has four digits. For example: 1, 9, 3, 5.
voice-birth-year-form = That was not a year of four digits. Take your time and please try once more.
voice-ask-party = Is the appointment for one person? Then press 1. Is it for two people who come together? Then press 2.
voice-ask-number = Which telephone number can we call you on? Please type the number with its area code. Then press the hash key. It is at the bottom right.
voice-number-form = I cannot call that number. Please type it once more, with its area code.
voice-check-number = I repeat the number: { $number }. Is that right? Then press 1. Is it wrong? Then press 2.
voice-never-mind = What is still missing, we will ask you when we call.
voice-one-moment = One moment please. Stay on the line, we will go on shortly.

## The place in the line
voice-ticket-taken = You have a place in the line now.
voice-ticket-stands = You have a place in the line already. It is safe.
voice-ticket-code = Your waiting number has twelve characters. Please write them down: { $code }. I repeat: { $code }. With this number you can call at any time and hear when it is your turn.
voice-call-back = We will call you when it is your turn. On this number: { $number }. You need not call again.
voice-not-entitled = At the moment it is the turn of other groups of people. Your group comes later. That will be announced in the newspaper and on the radio.
voice-place-before-opening = The places are drawn by lot: on { $date }, at { $time }. Calling earlier is no advantage. Your place is safe.
voice-place-drawing = The places are being drawn by lot right now. Your place is safe.
voice-place-position = You have place { $position }.
voice-place-ahead = { $ahead ->
    [0] You are next.
    [one] There is one place ahead of you.
   *[other] There are { $amount } places ahead of you.
}
voice-wait-moment = It will only take a moment.
voice-wait-about = It will take about { $wait }.
voice-wait-at-most = It will take at most { $wait }.
voice-wait-between = It will take at least { $low } and at most { $high }.
voice-place-paused = Nobody is being called at the moment. Your place is safe.
voice-place-beyond-supply = All appointments are taken at the moment or are being booked right now. You keep your place. It counts for the next delivery.
voice-place-called = It is your turn.
voice-place-done = An appointment has been booked with this place already.
voice-place-closed = This vaccination campaign has ended.

## Codes
voice-code-how = A letter stands on a key: press that key, only once. For a digit, press the digit.
voice-ask-ticket-code = { $group ->
    [1] Your waiting number has three groups of four characters. Please type the first group.
    [2] Thank you. Please type the second group now.
   *[3] Thank you. And now the third group.
}
voice-ask-booking-code = { $group ->
    [1] Your booking code has three groups of four characters. It stands on your confirmation. Please type the first group.
    [2] Thank you. Please type the second group now.
   *[3] Thank you. And now the third group.
}
voice-code-form = Those were not four keys from 2 to 9. There is no zero and no one in the code. Please type only this group once more.
voice-ticket-unknown = I do not find this waiting number. Perhaps one key was wrong. We start again from the beginning.
voice-ask-birth-date = Please type the date of birth with eight digits: two for the day, two for the month, four for the year. The 8th of March 1935 is: 0, 8, 0, 3, 1, 9, 3, 5.
voice-birth-date-form = There is no such date. Please type all eight digits once more.
voice-booking-unknown = I find no appointment with this code and this date of birth. Perhaps one key was wrong. We start again from the beginning.

## Booked appointments
voice-booking-first = Your appointment is booked. You come on { $date }, at { $time }.
voice-booking-second = The second appointment is on { $date }, at { $time }.
voice-booking-where = Both times at this place: { $centre }.
voice-booking-where-once = At this place: { $centre }.
voice-booking-address = The address: { $street }, in { $city }.
voice-booking-cancelled = This appointment has been cancelled.
voice-booking-menu = Would you like to hear that again? Then press 1. Would you like to cancel? Then press 2. For a person, press zero. If everything shall stay as it is, simply hang up.
voice-ask-cancel = Do you really want to cancel? Then press 1. Shall the appointment stay? Then press 2.
voice-cancelled = Your appointments are cancelled. Thank you for telling us: somebody else can have them now.
voice-not-cancelled = Good. Your appointment stays.

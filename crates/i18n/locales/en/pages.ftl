### The pages of the portal. Short sentences, plain words.

## Frame
service-title = Vaccination appointments in { $region }
skip-to-main = Skip to content
languages-label = Language
home-link = To the start page
find-ticket-link = My waiting number
manage-link = My appointment
privacy-link = Privacy
accessibility-link = Accessibility
demo-label = About this demonstration
demo-notice = This is a demonstration. No real appointments are given here.
demo-outbox-link = See the messages of the demonstration
notice-label = Important notice
help-title = Help by phone (hotline)
help-text = Are you stuck? Call us. We will do it together with you.
help-hours = from { $from } to { $to }
help-same-line = By phone you stand in the same line as here. Nobody is faster by calling.
continue-button = Continue
back-link = Back
step = Step { $now } of { $of }
day-and-time = { $day }, { $time }
print-button = Print
print-link = Open the page for printing
print-hint = You can also print this page with the keys Ctrl and P. On a phone: through the menu “Share”.
short-code-label = Your waiting number

## Errors in forms; what is wrong with a field is in input.ftl.
errors-title = Please look at this again:
error-word = Error:

## Start page
home-title = Your way to a vaccination appointment
home-lead = Here you join the line. When it is your turn, you choose your appointments. Nobody has to hurry.
home-campaign-title = Now it is the turn of:
home-opens = Appointments open on { $day } at { $time }.
home-opens-in = That is in { $duration }.
home-no-hurry = You can join the line now. It does not matter when: the order is drawn by lot at the opening.
home-open = Appointments are being given out.
home-paused = There is a break at the moment. You can join the line all the same.
home-closed = These appointments are closed.
home-join = Join the line
home-centres = { $count ->
    [one] One vaccination centre takes part
   *[other] { $count } vaccination centres take part
}
home-none-title = There are no appointments at the moment
home-none-text = As soon as there are appointments again, it will say so here. You need not look all the time: it is announced beforehand.
home-have-title = Have you been here before?
home-have-ticket = I have a waiting number
home-have-ticket-text = See how far the line has come.
home-have-booking = I have an appointment
home-have-booking-text = See, print, move or cancel your appointment.
home-doors-title = Three ways, one line
home-doors-lead = It is your choice. On all three ways you stand in the same line.
home-door-web = Here on the internet
home-door-web-text = You yourself, or somebody who helps you.
home-door-phone = By phone
home-door-phone-text = We put you in the line and book for you.
home-door-letter = With a letter
home-door-letter-reply = No mobile and no e-mail? We send you the appointments by post.
home-door-letter-text = Write us your name, date of birth and address. We answer with a letter.
home-how-title = How it works
home-how-1 = Join the line.
home-how-1-text = You tell us your postcode and year of birth and get a waiting number.
home-how-2 = Drawing lots.
home-how-2-text = Everyone who is there before the opening takes part in the draw. Being first is no advantage. Who comes after the opening stands at the end.
home-how-3 = Wait.
home-how-3-text = You see how many people are before you. You may close the page. Your place is kept.
home-how-4 = Your turn.
home-how-4-text = You choose two appointments: one for the first and one for the second vaccination.
status-link = How it is going
draw-link = How you can check the draw

## Joining
join-title = Join the line
join-lead = After three questions you have your waiting number. Now it is the turn of:
join-before-opening = The draw is on { $day } at { $time }. Until then it does not matter when you join.
join-postcode-hint = Where the person lives. It decides which vaccination centre it is.
join-birth-year-label = In which year were you born?
join-birth-year-hint = Of the person who is vaccinated. With two people, the older one. Four digits, for example 1936.
join-persons-label = For how many people?
join-persons-hint = Two people, for example a couple, get their appointments together. Both must be among those whose turn it is now.
join-persons-one = One person
join-persons-two = Two people together
join-work-text = There are many requests from programs at present. That is why your device computes for some seconds in the background. You need not do anything for it.
join-work-ready = The computing is done.
join-work-wait = One moment, please. When the computing is done, it goes on by itself.
join-work-without = Your browser does not compute along. You can join all the same. If many come without it just now, we tell you how long to wait. Or call us: by phone we put you into the same queue.
join-button = Join the line
join-after = We ask for names and address only when it is your turn.
postcode-label = Postcode
birth-label = Date of birth
birth-date = { $day } { $month } { $year }
birth-hint = For example 27 3 1936. Do the papers give only the year? Then please call us.
date-day = Day
date-month = Month
date-year = Year

district-title = In which district do you live?
district-unknown = The postcode { $postcode } is not in our list. That can happen. Please choose yourself.
district-shared = The postcode { $postcode } belongs to several districts. Please choose yours.
district-label = District or city
district-back = Enter another postcode

not-entitled-title = It is not your turn yet
not-entitled-lead = There is not enough vaccine for everybody yet. So it is the turn of these groups first:
not-entitled-own = By year of birth you belong to this group: { $group }.
not-entitled-from = This group can join from { $day }.
not-entitled-from-unknown = It is not settled yet when this group can join. We will say so here as soon as we know.
not-entitled-wrong-title = Did you mistype something?
not-entitled-back = Change what you entered
not-entitled-hotline = Are you unsure? The help by phone tells you when it is your turn.

## Waiting
waiting-before-title = You are on the list for the draw
waiting-before-when = The order is drawn by lot on { $day } at { $time }.
waiting-before-text = You need not do anything now. Come back to this page after the draw. Then you will see your place.
waiting-before-lot = You have the same chances as everyone else, whether you came early or late.
waiting-drawing-title = The draw is taking place
waiting-drawing-lead = The line is closed. Now the order is drawn by lot.
waiting-drawing-text = You need not do anything. As soon as your place is known, it is shown here.
waiting-title = You are in the line
waiting-lead = Please be patient. Your turn will come.
waiting-enough = There is enough vaccine for your place.
waiting-enough-two = There is enough vaccine for your place, for both of you.
waiting-beyond-title = There is not enough vaccine for your place yet
waiting-beyond-lead = You are in the line. But there are more people before you than there are appointments now.
waiting-beyond-text = You need not wait in front of the screen. Your place is kept. When new vaccine comes or somebody cancels, the line goes on with your place.
waiting-called-title = It is your turn!
waiting-called-lead = You can choose your appointments now.
waiting-called-keeps = No hurry: your place does not expire. You may also enter later.
waiting-no-permit-title = It goes on in a moment
waiting-no-permit-lead = It is your turn. At the moment all places for booking are taken.
waiting-no-permit-text = As soon as somebody has finished, you can enter. It usually takes only a few minutes. Your place is kept.
waiting-rests-title = It is your turn, but booking is resting
waiting-rests-lead = You keep your place. As soon as it goes on you can choose your appointments here.
waiting-rests-text = That mostly takes only a few minutes. You need not do anything.
waiting-stale = This is how things stood at { $time }. We cannot save anything new just now, so the line is standing still. You keep your place.
waiting-paused-title = The line has a break
waiting-paused-lead = Nobody is called at the moment. Your place is kept.
waiting-paused-text = You need not do anything. As soon as it goes on, it will say so here.
waiting-closed-title = These appointments are closed
waiting-closed-lead = There is no appointment for this waiting number any more.
waiting-closed-text = The start page says when there are new appointments. If you have questions, the help by phone is there for you.
waiting-entered-title = You are booking
waiting-entered-lead = You have entered already. Go on where you were.
waiting-entered-button = Go on booking
waiting-done-title = You have booked
waiting-done-lead = Appointments are booked with this waiting number. You need not wait here any more.
waiting-ahead = People before you
waiting-position = Your place
waiting-wait = Waiting time
waiting-wait-unknown = not known yet
waiting-later-slower = Things are moving more slowly than expected. So it will take longer than this page said at first.
waiting-later-pause = The line was paused. So it will take longer than this page said at first.
waiting-later-supply = New vaccine had to come first. So it will take longer than this page said at first.
waiting-supply = Still free: appointments for
waiting-supply-count = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
waiting-say = People before you: { $ahead }. Waiting time: { $wait }.
waiting-lost = The connection is interrupted. Your place is kept. We keep trying.
enter-button = Enter now
enter-try-button = Try again
enter-again-button = Enter again
ticket-persons-one = Good for one person.
ticket-persons-two = Good for two people.
ticket-keep = Please write this number down. With it you find your place again: here, on another device or by phone.
ticket-link = Or keep this address. You can also send it to yourself:
ticket-lot = Your number in the draw:
ticket-lot-link = Calculate your place yourself
waiting-close-title = You may go away
waiting-close-text = You may close this page and switch off the computer. Your place is kept, even when you have been called already.
waiting-phone-text = With your waiting number you can also go on by phone.
waiting-refresh-script = The numbers on this page renew themselves.
waiting-refresh-every = { $seconds ->
    [one] This page loads again every second.
   *[other] This page loads again every { $seconds } seconds.
}
waiting-refresh-stop = Stop loading again by itself
waiting-refresh-still = This page does not load again by itself.
waiting-refresh-now = Look now
waiting-refresh-start = Load again by itself

## A message when it is one's turn
waiting-notice-text = Would you like a message when it is your turn?
waiting-notice-link = Ask for a text message or e-mail, or change it
notice-title = We will let you know
notice-lead = { $minutes ->
    [one] You get a message about one minute before your turn, and another one when it is your turn.
   *[other] You get a message about { $minutes } minutes before your turn, and another one when it is your turn.
}
notice-optional = You need not do this. Your place stays without a message, too. It may be the number of somebody who helps you.
notice-person-title = Whose place is this?
notice-person-text = Every person gets one place. Do you have a place in this queue for the same person with the same number or address already? Then we put both places together. You keep the better one. The other one is given up.
notice-person-several = One number or address may serve several persons. Every person keeps their own place. For two persons together, please name the older one.
notice-privacy = We need this for the message only. We delete it when you have booked, when the booking of appointments ends, or at once when you want it.
notice-deleted = Your number or address is deleted. You get no message. Your place stays.
notice-back = Back to my place
notice-change = Give another number or address
notice-no-more-codes = We have sent several codes already and send no more. Your place stays without a message, too. If you have questions, we help you by phone.
notice-set-title = We will get in touch
notice-set-sms = We will send you a text message to:
notice-set-email = We will send you an e-mail to:
notice-set-text = { $minutes ->
    [one] You may go away now. You get a message about one minute before your turn, and one when it is your turn.
   *[other] You may go away now. You get a message about { $minutes } minutes before your turn, and one when it is your turn.
}
notice-folded = There was a place for this person already. We have put both together. You have kept the better place.
notice-end-title = No message after all?
notice-end-text = We delete your number or address at once. Your place stays.
notice-end-button = No more messages

## Finding the queue number again
find-title = My waiting number
find-lead = With your waiting number you see how far the line has come.
find-code-label = Waiting number
find-code-hint = As you wrote it down. Capital or small letters, with or without dashes, it is all the same.
find-button = Look
find-lost = Have you lost the number? Perhaps you still find the page in the history of your browser. Otherwise call us.

## Booking
limit-until = You have time until { $time }.
limit-extended = You have more time now.
limit-link = Take more time
limit-warning = Your time is nearly over. Further down you can take more time.
limit-title = Do you need more time?
limit-text = You have time until { $time }. With this button you get more. What you have entered stays.
limit-button = More time
limit-no-more = You have time until { $time }. After that you can enter again. You do not lose your place.
person-title = Who is vaccinated?
person-title-of = Who is vaccinated? Person { $now } of { $of }
person-lead = Please write everything as it is on the identity card.
person-given-label = Given names
person-given-hint = All given names. Who has only one name leaves this empty.
person-family-label = Family name
person-family-hint = With “von”, “van” or the like if it belongs to the name.
person-sex-label = Sex
person-sex-hint = The vaccination ordinance asks for this, for statistics.
person-sex-f = female
person-sex-m = male
person-sex-d = diverse
person-sex-x = not stated
person-postcode-hint = The postcode of this person’s home.
person-group-label = Why is this person vaccinated now?
person-group-hint = Please bring proof of it to the appointment. For age, the identity card is enough.
contact-title = How can we reach you?
contact-lead = We send you the confirmation and tell you if anything changes. It may also be the number of somebody who helps you.
contact-way-label = Please choose a way
contact-way-sms = Text message to a mobile phone
contact-way-email = E-mail
contact-way-letter = Letter by post
contact-mobile-label = Mobile number
contact-mobile-hint = For example 0171 2345678. We will send a code to it for checking.
contact-email-label = E-mail address
contact-email-hint = For example name@example.com. We will send a code to it for checking.
contact-letter-text = The letter goes to the address of the person with the postcode { $postcode }. It takes some days. Your appointments are valid at once all the same.
contact-street-label = Street and house number
contact-town-label = Town
code-title = Please enter the code
code-sent-sms = We have sent a text message with a code to:
code-sent-email = We have sent an e-mail with a code to:
code-sent-again = We have sent you a new code. The old one is not valid any more.
code-valid-until = The code is valid until { $time }. Sometimes it takes some minutes to arrive.
code-demo = In the demonstration no message comes to your device.
code-label = Code from the message
code-hint = Six digits.
code-button = Check
code-nothing-title = Has nothing come?
code-nothing-sms = Please wait two minutes. Then we can send you a new code.
code-nothing-email = Please wait two minutes and look into the folder “Spam” too. Then we can send you a new code.
code-resend-button = Send a new code
code-resend-no-more = We have sent you several codes already. Please check your number or address, or choose the letter.
code-correct-sms = Change the number or choose another way
code-correct-email = Change the address or choose another way
proposals-title = Which appointments suit you?
proposals-lead = You need two appointments: one for the first and one for the second vaccination. Every proposal has both.
proposals-lead-two = Each of you needs two appointments: one for the first and one for the second vaccination. Every proposal has all four.
proposals-legend = Please choose a proposal
proposals-button = Take this proposal
proposals-not-yet = Nothing is booked by this yet. We keep the appointments free for you and show you everything once more.
proposals-just-went = This proposal has just gone to somebody else.
proposals-just-went-text = Nothing is booked yet. Please choose another one. It is still your turn.
proposals-none = We find no proposal that fits.
proposals-none-wishes = With fewer wishes we may find something. Please change your wishes.
proposals-none-left = There is no free pair of appointments in your vaccination centre at the moment. Your place is kept. When something becomes free, you can enter again.
proposal-person-one = Person 1
proposal-person-two = Person 2
proposal-both = Both people at the same time
visit-first = 1st vaccination
visit-second = 2nd vaccination
prefer-title = Look for other proposals
prefer-text = Without wishes we find the earliest appointments. With wishes it can be later.
prefer-from-label = Not earlier than
prefer-from-hint = For example 25 1 2021. You may leave this empty.
prefer-weekdays-label = On which days?
prefer-weekdays-hint = If you tick nothing, any day is fine.
prefer-daytime-label = At what time of day?
prefer-daytime-any = Any time
prefer-daytime-am = In the morning
prefer-daytime-pm = In the afternoon
prefer-centre-label = In which vaccination centre?
prefer-button = Look for proposals
prefer-clear = Clear all wishes
weekday-mon = Monday
weekday-tue = Tuesday
weekday-wed = Wednesday
weekday-thu = Thursday
weekday-fri = Friday
weekday-sat = Saturday
weekday-sun = Sunday
review-title = Is everything right?
review-lead = Nothing is booked yet. We keep these appointments free for you until { $time }.
review-change-time = Choose other appointments
review-change-person = Change these details
review-group = Reason
review-where = Place and vaccine
review-contact = Confirmation
review-by-sms = By text message to
review-by-email = By e-mail to
review-by-letter = By post to
review-change-contact = Choose another way
review-button = Book now, for certain
review-hint = Please press only once. If you press twice by mistake, it is still booked only once.

## Outcome
booked-title = Booked
booked-word = BOOKED
booked-lead = Your appointments are certain.
booked-lead-two = Your appointments are certain, for both of you.
booked-sent-title = Your confirmation
booked-by-sms = We also send the appointments as a text message to
booked-by-email = We also send the appointments as an e-mail to
booked-by-letter = We also send the appointments by post to
booked-later-title = If something comes up
booked-later-text = Then please cancel or move. That way somebody else gets the place. You need the booking code and the date of birth for it.
series-for = Appointments for { $name }
series-place = Place
series-vaccine = Vaccine
series-code = Booking code
series-calendar = Put into the calendar
bring-title = Please bring
bring-identity = your identity card or passport
bring-entitlement = proof of why you are vaccinated now (for age, the identity card is enough)
bring-vaccination-card = your vaccination card, if you have one
bring-page = this page on paper, or the booking code
bring-companion = Who needs help may bring somebody along.
not-booked-title = Not booked
not-booked-word = NOT BOOKED
not-booked-lead = You have no appointment yet.
not-booked-why-title = What happened?
not-booked-slot-just-went = The appointments you chose have just gone to somebody else.
not-booked-hold-over = The appointments were kept free for you. That time is over.
not-booked-has-series = There are booked appointments for { $name } already. Each person can book only once.
not-booked-nothing-left = At the moment there is no free pair of appointments for you in your vaccination centre.
not-booked-not-verified = The code from our message is still missing.
not-booked-closed = These appointments are closed.
not-booked-fault = There was a fault on our side. You did nothing wrong.
not-booked-kept-title = What is kept?
not-booked-kept-turn = It is still your turn. What you entered is still there.
not-booked-kept-booking = The appointments that are booked already stay valid.
not-booked-kept-place = You keep your place in the line.
not-booked-kept-nothing = The start page says when there are new appointments.
not-booked-next-title = What can you do now?
not-booked-next-proposals = Choose other appointments
not-booked-next-manage = See the booked appointments
not-booked-next-waiting = To my place in the line
not-booked-next-code = Enter the code
not-booked-next-home = To the start page
not-booked-next-again = Book again
not-booked-hotline = You can also call the help by phone. Tell them your waiting number.
time-up-title = The time is over
time-up-kept = It is still your turn. You need not join the line again.
time-up-text = Nothing is booked yet. Others can choose the appointments now, but you can go on in a moment.
time-up-help = Do you need longer? By phone we do it together with you.

## Managing an appointment
manage-title = My appointment
manage-lead = Here you can see, print, move or cancel your appointment.
manage-code-label = Booking code
manage-code-hint = Twelve characters. It is in the confirmation, for example K7QM-3XPA-9TRW.
manage-birth-hint = The date of birth of the person who is vaccinated.
manage-button = See the appointment
manage-lost = Have you lost the booking code? It is in the text message, the e-mail or the letter. Otherwise please call us.
manage-show-title = Your appointments
manage-show-lead = These appointments are booked.
manage-cancelled-title = These appointments are cancelled
manage-cancelled-text = You have cancelled. Please do not come at these times.
manage-cancelled-again = Look for new appointments
manage-change-title = Change the appointment
manage-move-link = Move to other days
manage-cancel-link = Cancel the appointments
manage-too-late = Not everything can be changed here any more. Please call us.
move-title = Move the appointments
move-lead = Your present appointments stay until you have chosen new ones.
move-now-title = Your present appointments
move-button = Move to these appointments
move-back = Change nothing
move-just-went-text = Your present appointments stay. Please choose another proposal.
move-none-left = Nothing else is free at the moment. Your present appointments stay.
cancel-title = Do you really want to cancel?
cancel-lead = Both appointments will be cancelled. For new appointments you join the line again.
cancel-yes = Yes, cancel both appointments
cancel-no = No, keep the appointments
moved-title = Moved
moved-word = MOVED
moved-lead = Your new appointments are certain. The old ones are not valid any more.
cancelled-title = Cancelled
cancelled-word = CANCELLED
cancelled-lead = Thank you for telling us. Somebody else will now get these appointments.
changed-manage = See my appointment

## The draw
draw-title = The draw
draw-lead = At the opening, the order of all is drawn by lot. Anyone can check that nobody cheated.
draw-why-title = Why a draw?
draw-why-text = It should not matter who clicks fastest. All who are in the line before the opening have the same chances.
draw-how-title = How is it checked?
draw-how-1 = Settled before.
draw-how-1-text = Long before the opening we chose a secret random number. We published its fingerprint. So we cannot exchange the number any more.
draw-how-2 = Line closed.
draw-how-2-text = At the opening we count how many waiting numbers there are. This count is called N.
draw-how-3 = Shown to all.
draw-how-3-text = After that we show the secret number. Every place follows from it and from N. Who wants to can calculate it again.
draw-numbers-title = The numbers
draw-campaign = Campaign
draw-commitment = Fingerprint (SHA-256)
draw-committed = Published on
draw-source = Public random number
draw-source-none = None. The secret number and the counts alone make the order.
draw-source-drand = drand “{ $chain }”, round { $round }:
draw-frozen = Line closed on
draw-value = Its value
draw-drawn = Drawn on
draw-will-be = The draw is on
draw-secret = The secret number
draw-pools = How many waiting numbers took part in the draw
draw-pool = Vaccination centre
draw-n = N
draw-not-yet = The secret number and the counts will be here as soon as the draw has taken place.

## Calculating again
proof-link = Calculate your place yourself
proof-title = Calculate your place yourself
proof-lead = Here your device works out from the published numbers which place a draw number has got. It must be the same place that your waiting page shows.
proof-secret-alone = This draw used no public random number. You can see that the calculation is right. But whoever knew the secret number could know the result before.
proof-pool = Vaccination centre
proof-lot = Number in the draw
proof-lot-hint = You find it on your waiting page beside your waiting number. These numbers begin with 0.
proof-button = Calculate
proof-place = This number has place { $position }.
proof-behind = This number came after the draw. It has place { $position }.
proof-mistyped = Please enter a number with digits only.
proof-working = Your device is calculating …
proof-broken = Warning: the secret number does not match its fingerprint. This draw is not right. Please tell the help line by phone.
proof-private = Your number stays on your device. Nothing is sent.
proof-no-script = To calculate on this page your browser has to run JavaScript. Without it, save the data and check it on a computer of your own.
proof-not-yet = The draw has not taken place yet. After it you can calculate here.
proof-data-title = All published data
proof-data-text = Who knows how can check everything else with these data: the fingerprint, the times and the public random number.
proof-data-link = Save the data (JSON)
proof-data-show = Show the data here
proof-command = dran draw verify proof.json --ticket POOL:NUMBER

## Privacy
privacy-title = Privacy
privacy-lead = We only ask what we need for your vaccination appointment.
privacy-line-title = In the line
privacy-line-text = For the line we need the postcode, the year of birth and the number of people. Your name is not among it. What you told us is only in your waiting number and in the link to your place. A seal protects it from forgery.
privacy-booking-title = When booking
privacy-booking-text = To book, we need names, date of birth, sex, postcode, the reason for the vaccination and a way to reach you. The Coronavirus vaccination ordinance asks for this. Only the vaccination centre and the help by phone see it.
privacy-contact-title = Mobile number, e-mail, address
privacy-contact-text = We use them only for messages about your appointment.
privacy-not-title = What we do not do
privacy-not-1 = We show no advertisements and count no visitors with the services of others.
privacy-not-2 = Your browser loads nothing from anyone else.
privacy-not-3 = Your name is never in an internet address and never in our logs.
privacy-rights-title = Your rights
privacy-rights-text = You may know what we have stored about you. You may have it corrected or deleted. You may complain to the data protection authority of the state.
privacy-controller-title = Who is responsible?
privacy-controller-text = Responsible for your data is:

## Accessibility
accessibility-title = Accessibility statement
accessibility-lead = Everybody should be able to use these pages. The basis is the German ordinance BITV 2.0 with the rules of WCAG 2.2, level AA.
accessibility-state-title = What these pages can do
accessibility-state-text = We check every page ourselves, with programs and by hand:
accessibility-can-1 = Everything works with the keyboard and with a screen reader.
accessibility-can-2 = The letters can be made much larger and nothing is lost.
accessibility-can-3 = All pages work without JavaScript.
accessibility-can-4 = Where time is limited, you can take more. You do not lose your place.
accessibility-can-5 = You need not solve picture puzzles.
accessibility-not-title = What is still missing
accessibility-not-1 = There is no version in easy-to-read German and in German Sign Language yet. Until then, please use the help by phone.
accessibility-barrier-title = Did you meet a barrier?
accessibility-barrier-text = Please tell us, by phone or with a letter to:
accessibility-enforcement-title = If we could not help
accessibility-enforcement-text = If you are not content with our answer, you can turn to the enforcement body for accessible information technology of your state. It is free of charge.

## Problems
send-again-button = Send again
problem-number = For the help by phone: number { $status }

## Demonstration
outbox-title = Messages of the demonstration
outbox-lead = These are the messages that people would have got. In the demonstration they go to nobody.
outbox-count = { $count ->
    [0] There is no message yet.
    [one] There is one message.
   *[other] There are { $count } messages. The newest are at the top.
}
outbox-sms = Text message
outbox-email = E-mail
outbox-letter = Letter
outbox-calendar = With a calendar file.

## How it is going

status-title = How it is going
status-at = As of { $day }, { $time }.
status-numbers-title = Everybody together
status-joined = Waiting numbers given out
status-called = Places called
status-booked = Pairs of appointments booked
status-free = Pairs of appointments left
status-chart-title = The day so far
status-chart-text = Three lines show how many have joined, how many were called and how many have booked. Two people who joined together count once here. The numbers are in the table below.
status-chart-joined = joined
status-chart-called = called
status-chart-booked = booked
status-chart-table = The numbers as a table
status-time = Time
status-lines-title = Line by line
status-longest = Longest wait at the moment
status-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
status-nobody = nobody is waiting
status-account-title = Who was called when
status-account-text = Every call is written down in a public list: the time and the place, no names. It is only added to, never changed. Anybody can check that: the fingerprint below depends on every single line.
status-account-lines = Lines in the list
status-account-head = Fingerprint
status-account-file = Lines { $from } to { $to }

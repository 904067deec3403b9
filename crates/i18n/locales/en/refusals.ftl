# What can go wrong: a heading, and what happened, what is kept and what to do.
refusal-malformed-title = We could not read this request
refusal-malformed-detail = Nothing was changed. Please go back and try once more.
refusal-invalid-fields-title = Please check what you entered
refusal-invalid-fields-detail = Some entries are missing or not right yet. Nothing was changed.
refusal-not-found-title = There is no such page
refusal-not-found-detail = The address may be incomplete. Your place in the line and your appointments are not affected.
refusal-method-not-allowed-title = This address cannot be used like that
refusal-method-not-allowed-detail = Nothing was changed. Please begin on the home page.
refusal-too-large-title = That is more than we can take
refusal-too-large-detail = Nothing was changed. Please shorten what you entered.
refusal-too-many-requests-title = Those were many tries in a row
refusal-too-many-requests-detail = To protect everyone we pause for a moment. You keep your place. Please wait a little and try again.
refusal-foreign-form-title = This form did not come from our site
refusal-foreign-form-detail = Nothing was changed. Please open our site yourself and enter your details there.
refusal-unknown-campaign-title = There is no such vaccination campaign
refusal-unknown-campaign-detail = Please choose one of the campaigns on the home page.
refusal-campaign-closed-title = This vaccination campaign has ended
refusal-campaign-closed-detail = It gives out no more places in line. The home page shows the campaigns there are.
refusal-not-entitled-title = This campaign is not open to you yet
refusal-not-entitled-detail = Other groups have their turn at the moment. If you have questions, please call the help by phone.
refusal-ticket-invalid-title = We do not know this place in line
refusal-ticket-invalid-detail = Please check that the link is complete, or enter the twelve characters of your line code.
refusal-not-called-title = It is not your turn yet
refusal-not-called-detail = You keep your place. The waiting page shows how many people are still before you.
refusal-no-free-permit-title = It is your turn – just a moment
refusal-no-free-permit-detail = As many people as possible are booking right now. You are next as soon as somebody has finished. You keep your place.
refusal-beyond-supply-title = No appointment is free at the moment
refusal-beyond-supply-detail = All released appointments are taken or being booked right now. You keep your place for the next delivery.
refusal-already-booked-title = This place in line has booked already
refusal-already-booked-detail = Your appointments are fixed. With your booking code you can see, change and print them.
refusal-permit-missing-title = It must be your turn for that
refusal-permit-missing-detail = Please open your waiting page and enter as soon as you are called.
refusal-permit-over-title = The time for booking is over
refusal-permit-over-detail = Nothing was booked. You keep your turn: you can enter again as soon as somebody has finished.
refusal-permit-extended-title = The time cannot be extended any further
refusal-permit-extended-detail = When it is over you keep your turn and can enter again.
refusal-unknown-registration-title = We do not know this registration
refusal-unknown-registration-detail = Please enter your details once more.
refusal-code-wrong-title = The code is not right
refusal-code-wrong-detail = Please compare the six digits with the message. If there is a newer message, take its code.
refusal-code-dead-title = This code is no longer valid
refusal-code-dead-detail = Please ask for a new code. You keep your place.
refusal-code-limit-title = We have sent several codes already
refusal-code-limit-detail = We send no more codes for this registration. Please check your messages or call the help by phone. You keep your place.
refusal-not-verified-title = Your contact is not confirmed yet
refusal-not-verified-detail = Nothing is booked yet. Please enter the code that we sent you first.
refusal-slot-just-went-title = Somebody else has just taken this appointment
refusal-slot-just-went-detail = You have NOT booked it. Please choose one of the other proposals. You may go on booking.
refusal-proposal-invalid-title = This proposal does not fit
refusal-proposal-invalid-detail = Nothing was reserved. Please choose one of the proposals shown.
refusal-hold-over-title = Your reservation is over
refusal-hold-over-detail = Nothing was booked. Please choose a proposal once more.
refusal-person-has-series-title = This person has appointments already
refusal-person-has-series-detail = Nothing was booked a second time. With the booking code you can see and change the appointments. If this is another person with the same name and birthday, please call the help by phone.
refusal-unknown-booking-title = We find no booking for that
refusal-unknown-booking-detail = Please check the booking code and the date of birth. Both are on your confirmation.
refusal-booking-cancelled-title = These appointments are cancelled
refusal-booking-cancelled-detail = They cannot be changed any more. For new appointments please begin on the home page.
refusal-unavailable-title = That is not possible right now
refusal-unavailable-detail = Nothing was changed and you keep your place. Please wait a moment and try again.
refusal-read-only-title = Booking is resting for a moment
refusal-read-only-detail = We cannot take anything just now. You lose nothing by it: whoever has a place keeps it, and the time to book does not run on meanwhile. Please send your details again in a few minutes.
refusal-outcome-unknown-title = We are checking whether that worked
refusal-outcome-unknown-detail = A connection on our side broke at the very moment of saving. Please wait a little and then look again what is booked. Nothing is booked twice.{ $receipt ->
    [none] {""}
   *[other] {" "}Your receipt is { $receipt }. Please keep it.
}
refusal-no-contact-title = There is no number or address for this place
refusal-no-contact-detail = Please give a mobile number or e-mail address first. Your place is kept.
refusal-joins-paced-title = It goes on in a moment
refusal-joins-paced-detail = Very many people are joining the queue from your network right now. You can join in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}: please press the button again then. Before the draw you lose nothing by it.
refusal-work-missing-title = One moment, please
refusal-work-missing-detail = Many come from your network just now whose device does not compute along when joining. You can join in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}: please press the button again then. Or call us: by phone we put you into the same queue.
refusal-not-allowed-title = This does not belong to your role
refusal-not-allowed-detail = Only other roles may use this page. Do you need it for your work? Then ask the people who look after the accounts.
refusal-token-invalid-title = The token of this program is not good
refusal-token-invalid-detail = The call needs “Authorization: Bearer” with a token that is neither over nor revoked. “dran user token add” makes one.

//! Calls, one branch of the dialogue each.

use jiff::civil::date;

use super::*;
use crate::ids::{DistrictId, Party};

#[test]
fn a_caller_gets_a_ticket_in_five_answers_when_everybody_is_busy() {
    use Sentence as S;
    let call = Call::new(FACTS).says(&[S::Greeting, S::ChooseLanguage]);
    let call = call
        .types("1")
        .says(&[S::Menu])
        .types("1")
        .says(&[S::AllBusy, S::AskPostcode]);
    let call = call.types("34117").does(&Deed::AskPostcode {
        postcode: postcode(),
        district: None,
    });
    let call = call.learns(Answer::Postcode(Where::Line(SUPPLY)));
    let call = call
        .says(&[S::Supply(SUPPLY), S::AskBirthYear])
        .types("1935")
        .says(&[S::AskParty]);
    let call = call.types("1").does(&Deed::TakeTicket).learns(taken());
    assert_eq!(
        (call.state.birth_year, call.state.party),
        (Some(1935), Some(Party::One))
    );
    let call = call.says(&[S::TicketTaken, S::Place(PLACE), S::CallBack(495_617_870), S::More]);
    assert_eq!(call.state.steps, 5);
    call.silent().says(&[S::Goodbye]).ends(Ending::Ticket);
}

#[test]
fn who_calls_again_hears_the_place_at_once_in_their_language() {
    let place = Place {
        language: Some(1),
        ..PLACE
    };
    let turn = turn(State::new(), Event::Called, &FACTS);
    let call = Call {
        facts: FACTS,
        state: State::new(),
        turn,
    }
    .does(&Deed::LookUp);
    let call = call.learns(Answer::Place(Some(place)));
    let call = call.says(&[Sentence::Greeting, Sentence::Place(place), Sentence::More]);
    let call = call.types("1").does(&Deed::LookUp).learns(Answer::Place(Some(place)));
    assert_eq!(call.state.language, 1);
    call.says(&[Sentence::Place(place), Sentence::More])
        .silent()
        .ends(Ending::Ticket);
}

#[test]
fn who_calls_when_it_is_their_turn_is_put_through() {
    let place = Place {
        state: PlaceState::Called,
        ..PLACE
    };
    let facts = Facts {
        agent_ready: true,
        ..FACTS
    };
    let turn = turn(State::new(), Event::Called, &facts);
    let call = Call {
        facts,
        state: State::new(),
        turn,
    }
    .learns(Answer::Place(Some(place)));
    assert!(call.is_connected());
    call.after(Event::Bridged { reached: true }).ends(Ending::Agent);
}

#[test]
fn a_free_agent_is_connected_and_one_who_does_not_answer_gives_a_ticket() {
    let facts = Facts {
        agent_ready: true,
        ..FACTS
    };
    let call = Call::new(facts).types("1").types("1").says(&[Sentence::Connecting]);
    assert!(call.is_connected());
    let call = call.after(Event::Bridged { reached: false });
    call.says(&[Sentence::NobodyFree, Sentence::AskPostcode]);
}

#[test]
fn agents_are_not_rung_for_ever() {
    let facts = Facts {
        agent_ready: true,
        ..FACTS
    };
    let missed = Event::Bridged { reached: false };
    let call = Call::new(facts)
        .types("0")
        .after(missed.clone())
        .types("0")
        .after(missed);
    let call = call.types("0");
    assert!(!call.is_connected());
    call.says(&[Sentence::AllBusy, Sentence::AskPostcode]);
}

#[test]
fn zero_is_a_person_everywhere() {
    let facts = Facts {
        agent_ready: true,
        ..FACTS
    };
    assert!(Call::new(facts).types("0").is_connected());
    assert!(Call::new(facts).types("1").types("2").types("0").is_connected());
    assert!(Call::new(facts).types("1").types("3").types("0").is_connected());
    assert!(Call::new(facts).types("1").types("4").types("0").is_connected());
}

#[test]
fn a_wrong_key_is_asked_again_and_the_third_takes_another_way() {
    let call = Call::new(FACTS).types("1").types("1").types("34");
    let call = call
        .says(&[Sentence::PostcodeForm, Sentence::AskPostcode])
        .types("99999");
    let call = call.learns(Answer::Postcode(Where::Unknown));
    let call = call
        .says(&[Sentence::PostcodeUnknown, Sentence::AskPostcode])
        .types("1");
    // The agent will ask.
    let call = call.does(&Deed::TakeTicket).learns(taken());
    assert_eq!(call.state.postcode, None);
    assert!(call.said().contains(&Sentence::NeverMind));
    call.silent().ends(Ending::Ticket);
}

#[test]
fn every_question_answers_wrong_keys_with_what_is_wanted() {
    let ticket = || {
        Call::new(FACTS)
            .types("1")
            .types("1")
            .types("34117")
            .learns(Answer::Postcode(Where::Line(SUPPLY)))
    };
    ticket()
        .types("2035")
        .says(&[Sentence::BirthYearForm, Sentence::AskBirthYear]);
    ticket()
        .types("1935")
        .types("3")
        .says(&[Sentence::WrongKey, Sentence::AskParty]);
    Call::new(FACTS)
        .types("7")
        .says(&[Sentence::WrongKey, Sentence::ChooseLanguage]);
    Call::new(FACTS)
        .types("1")
        .types("8")
        .says(&[Sentence::WrongKey, Sentence::Menu]);
    let code = || Call::new(FACTS).types("1").types("3");
    code()
        .types("2345")
        .types("1234")
        .says(&[Sentence::CodeForm, Sentence::AskBookingCode(1)]);
    let date = || code().types("2345").types("2345").types("2345");
    date()
        .types("31041935")
        .says(&[Sentence::BirthDateForm, Sentence::AskBirthDate]);
    date()
        .types("1935")
        .says(&[Sentence::BirthDateForm, Sentence::AskBirthDate]);
}

#[test]
fn three_wrong_keys_in_the_menu_are_a_wish_for_a_person() {
    let call = Call::new(FACTS).types("1").types("8").types("8").types("8");
    call.says(&[Sentence::AllBusy, Sentence::AskPostcode]);
    let call = Call::new(FACTS).types("8").types("8").types("8");
    call.says(&[Sentence::Menu]);
}

#[test]
fn silence_twice_is_a_ticket_and_not_the_end() {
    let call = Call::new(FACTS).silent().says(&[Sentence::Menu]);
    let call = call.silent().does(&Deed::TakeTicket).learns(taken());
    call.silent().ends(Ending::Ticket);
    let call = Call::new(FACTS).types("1").types("1").silent();
    let call = call.says(&[Sentence::DidNotHear, Sentence::AskPostcode]).types("34117");
    let call = call.learns(Answer::Postcode(Where::Line(SUPPLY)));
    // Not in a row.
    let call = call.silent().says(&[Sentence::DidNotHear, Sentence::AskBirthYear]);
    call.silent().does(&Deed::TakeTicket);
}

#[test]
fn a_silent_caller_without_a_number_gets_a_person_or_a_code_to_write_down() {
    let facts = Facts {
        number_known: false,
        ..FACTS
    };
    let code = Answer::Ticket(Ok(Taken {
        made: true,
        place: PLACE,
        call_back: None,
        code: Some((TICKET, "ABCD-EFGH-JKMN".into())),
    }));
    let call = Call::new(facts).silent().silent().does(&Deed::TakeTicket).learns(code);
    assert!(call.said().contains(&Sentence::TicketCode("ABCD-EFGH-JKMN".into())));
    call.silent().ends(Ending::Ticket);
    let ready = Facts {
        agent_ready: true,
        ..facts
    };
    assert!(Call::new(ready).silent().silent().is_connected());
}

#[test]
fn a_withheld_number_is_asked_for_and_read_back() {
    use Sentence as S;
    let facts = Facts {
        number_known: false,
        ..FACTS
    };
    let call = Call::new(facts)
        .says(&[S::Greeting, S::ChooseLanguage])
        .types("1")
        .types("1")
        .types("34117");
    let call = call
        .learns(Answer::Postcode(Where::Line(SUPPLY)))
        .types("1935")
        .types("2");
    let call = call
        .says(&[S::AskNumber])
        .types("5617")
        .does(&Deed::CheckNumber("5617".into()));
    let call = call.learns(Answer::Number(None)).says(&[S::NumberForm, S::AskNumber]);
    let call = call.types("05617871").learns(Answer::Number(Some(495_617_871)));
    let call = call
        .says(&[S::CheckNumber(495_617_871)])
        .types("2")
        .says(&[S::AskNumber]);
    let call = call
        .types("05617870")
        .learns(Answer::Number(Some(495_617_870)))
        .types("1");
    let call = call.does(&Deed::TakeTicket);
    assert!(matches!(call.turn, Turn::Do { state, .. } if state.number == Some(495_617_870)));
}

#[test]
fn districts_that_share_a_postcode_are_chosen_by_key() {
    let districts = vec![DistrictId::new("06611"), DistrictId::new("06633")];
    let several = || Answer::Postcode(Where::Several(districts.clone()));
    let call = Call::new(FACTS).types("1").types("1").types("34117").learns(several());
    let call = call.says(&[Sentence::AskDistrict(districts.clone())]).types("2");
    let call = call.does(&Deed::AskPostcode {
        postcode: postcode(),
        district: Some(1),
    });
    let call = call.learns(Answer::Postcode(Where::Line(SUPPLY)));
    assert_eq!(
        call.says(&[Sentence::Supply(SUPPLY), Sentence::AskBirthYear])
            .state
            .district,
        Some(1)
    );
    // A key without a district, or none, asks again.
    let call = Call::new(FACTS)
        .types("1")
        .types("1")
        .types("34117")
        .learns(several())
        .types("9")
        .learns(several());
    let call = call.says(&[Sentence::AskDistrict(districts.clone())]).silent();
    call.learns(several()).says(&[Sentence::AskDistrict(districts.clone())]);
}

#[test]
fn supply_is_answered_from_the_board_before_anything_else() {
    let call = Call::new(FACTS)
        .types("1")
        .types("4")
        .says(&[Sentence::AskPostcode])
        .types("34117");
    let call = call.learns(Answer::Postcode(Where::Line(SUPPLY)));
    let call = call.says(&[Sentence::Supply(SUPPLY), Sentence::Menu]).types("1");
    // The postcode is known by now.
    call.says(&[Sentence::AllBusy, Sentence::AskBirthYear]);
}

#[test]
fn a_ticket_is_found_by_the_keys_of_its_code() {
    let call = Call::new(FACTS)
        .types("1")
        .types("2")
        .says(&[Sentence::AskTicketCode(0)]);
    let call = call
        .types("2345")
        .says(&[Sentence::AskTicketCode(1)])
        .types("6789")
        .types("9876");
    let keys = ["2345", "6789", "9876"];
    let keys = keys
        .iter()
        .fold(Keys::default(), |keys, group| keys.with_group(group).unwrap());
    let call = call.does(&Deed::FindTicket(keys)).learns(Answer::Place(None));
    let call = call.says(&[Sentence::TicketUnknown, Sentence::AskTicketCode(0)]);
    let call = call
        .types("2345")
        .types("6789")
        .types("9876")
        .learns(Answer::Place(Some(PLACE)));
    let call = call.says(&[Sentence::Place(PLACE), Sentence::More]);
    call.silent().ends(Ending::Answer);
}

fn at_booking() -> Call {
    let call = Call::new(FACTS)
        .types("1")
        .types("3")
        .says(&[Sentence::AskBookingCode(0)]);
    let call = call
        .types("2345")
        .types("2345")
        .types("2345")
        .says(&[Sentence::AskBirthDate])
        .types("08031935");
    let keys = Keys::default().with_group("2345").unwrap().with_group("2345").unwrap();
    let keys = keys.with_group("2345").unwrap();
    call.does(&Deed::FindBooking(keys, date(1935, 3, 8)))
}

#[test]
fn appointments_are_heard_and_cancelled_only_when_it_is_said_twice() {
    use Sentence as S;
    let heard = || at_booking().learns(Answer::Booking(Some(booked())));
    let call = heard().says(&[S::Booking(booked()), S::BookingMenu]);
    call.silent().says(&[S::Goodbye]).ends(Ending::Answer);
    let call = heard().types("2").says(&[S::AskCancel]);
    call.types("2").says(&[S::NotCancelled, S::BookingMenu]);
    heard()
        .types("2")
        .silent()
        .says(&[S::NotCancelled, S::Goodbye])
        .ends(Ending::Answer);
    let call = heard().types("2").types("1").learns(Answer::Cancelled);
    call.says(&[S::Cancelled, S::More]).silent().ends(Ending::Answer);
}

#[test]
fn a_booking_that_is_not_found_is_asked_for_twice_more_and_then_an_agent_helps() {
    let mut call = at_booking();
    for _ in 0..2 {
        call = call
            .learns(Answer::Booking(None))
            .says(&[Sentence::BookingUnknown, Sentence::AskBookingCode(0)]);
        call = call.types("2345").types("2345").types("2345").types("08031935");
    }
    call.learns(Answer::Booking(None))
        .says(&[Sentence::AllBusy, Sentence::AskPostcode]);
    at_booking()
        .learns(Answer::TooMany)
        .says(&[Sentence::AllBusy, Sentence::AskPostcode]);
}

#[test]
fn who_is_not_entitled_hears_why_and_may_speak_to_somebody() {
    let call = Call::new(FACTS)
        .types("1")
        .types("1")
        .types("34117")
        .learns(Answer::Postcode(Where::Line(SUPPLY)));
    let call = call
        .types("1980")
        .types("1")
        .learns(Answer::Ticket(Err(Refusal::NotEntitled)));
    let call = call.says(&[Sentence::NotEntitled, Sentence::More]);
    call.silent().ends(Ending::Answer);
}

#[test]
fn without_a_campaign_that_is_said_unless_an_agent_is_free() {
    let facts = Facts {
        campaign_open: false,
        ..FACTS
    };
    let call = Call::new(facts).types("1").types("1");
    call.says(&[Sentence::NoCampaign, Sentence::Goodbye])
        .ends(Ending::Answer);
    let call = Call::new(facts).types("1").types("4");
    call.says(&[Sentence::NoCampaign, Sentence::Goodbye])
        .ends(Ending::Answer);
    let ready = Facts {
        agent_ready: true,
        ..facts
    };
    assert!(Call::new(ready).types("1").types("1").is_connected());
}

#[test]
fn while_nothing_can_be_stored_the_caller_waits_and_then_gets_an_agent() {
    let mut call = Call::new(FACTS)
        .silent()
        .silent()
        .learns(Answer::NotNow)
        .says(&[Sentence::OneMoment]);
    for _ in 0..5 {
        call = call.silent().does(&Deed::TakeTicket).learns(Answer::NotNow).says(&[]);
    }
    let served = Call {
        turn: call.turn.clone(),
        ..call
    };
    served.silent().learns(taken()).silent().ends(Ending::Ticket);
    let mut call = Call::new(FACTS).silent().silent().learns(Answer::NotNow);
    for _ in 0..6 {
        call = call.silent().learns(Answer::NotNow);
    }
    assert!(call.is_connected());
    call.ends(Ending::Agent);
}

#[test]
fn a_store_that_is_away_keeps_nobody_from_being_greeted() {
    let turn = turn(State::new(), Event::Called, &FACTS);
    let call = Call {
        facts: FACTS,
        state: State::new(),
        turn,
    }
    .learns(Answer::NotNow);
    call.says(&[Sentence::Greeting, Sentence::ChooseLanguage]);
}

#[test]
fn who_hangs_up_has_what_they_had() {
    Call::new(FACTS).after(Event::HungUp).ends(Ending::GivenUp);
    let call = Call::new(FACTS).silent().silent().learns(taken());
    call.after(Event::HungUp).ends(Ending::Ticket);
}

#[test]
fn a_region_of_one_language_asks_for_none() {
    let facts = Facts { languages: 1, ..FACTS };
    Call::new(facts).says(&[Sentence::Greeting, Sentence::Menu]);
}

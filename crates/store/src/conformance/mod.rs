//! What every engine must do, one function per sentence.
//!
//! An engine runs the whole list with [`conformance_suite!`], giving the expression that makes an
//! empty store.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

pub(crate) mod account;
pub(crate) mod booking;
pub(crate) mod callbacks;
pub(crate) mod campaigns;
pub(crate) mod contacts;
pub(crate) mod day;
pub(crate) mod desk;
pub(crate) mod draw;
pub(crate) mod folds;
pub(crate) mod history;
pub(crate) mod holds;
pub(crate) mod leadership;
pub(crate) mod lies;
pub(crate) mod line;
pub(crate) mod messages;
pub(crate) mod operations;
pub(crate) mod provider;
pub(crate) mod read_only;
pub(crate) mod registration;
pub(crate) mod series;
pub(crate) mod staff;
pub(crate) mod supply;
pub(crate) mod world;

/// Makes one test per sentence of the suite, each on an empty store of its own.
macro_rules! conformance_suite {
    ($empty_store:expr) => {
        crate::conformance::conformance_suite!($empty_store;
            campaigns {
                a_campaign_comes_back_as_it_was_created
                campaigns_are_listed_oldest_first_with_lines_of_their_own
                a_campaign_keeps_the_source_of_its_public_value
                a_refused_campaign_leaves_nothing_behind
                line_numbers_end_at_4095
            }
            draw {
                the_opening_moves_until_n_is_frozen
                n_is_frozen_once_for_all_lines
                a_freezing_that_forgets_a_line_is_a_fault_and_changes_nothing
                without_a_source_the_draw_follows_the_freezing
                with_a_source_the_draw_waits_for_the_value
                a_public_value_stands_once_it_is_there
                a_value_of_another_source_is_refused
                the_network_that_was_named_stays
                an_unknown_campaign_is_not_opened
            }
            account {
                every_deed_is_a_line_of_an_unbroken_account
                a_call_that_moves_nothing_leaves_no_line
                a_paused_campaign_lets_nobody_in_until_it_is_resumed
                a_step_must_fit_how_the_campaign_stands
            }
            supply {
                a_delivery_is_booked_in_once
                a_delivery_to_an_unknown_centre_is_a_fault_and_changes_nothing
                centres_keep_their_numbers
                a_slot_of_the_same_times_grows
                a_release_of_weeks_is_one_release
                a_vaccine_of_one_dose_has_slots_without_a_second
                a_release_takes_no_more_than_was_delivered
                a_delivery_backs_only_its_own_centre_and_vaccine
                a_release_needs_a_dose_for_each_place
                a_refused_release_lets_no_slot_grow
                the_boards_version_moves_when_places_go_and_come_back
            }
            line {
                a_leased_number_is_never_leased_again
                a_line_that_is_not_there_leases_nothing
                the_called_mark_moves_forward_only
                nobody_is_called_who_is_not_there
                a_ticket_that_enters_twice_has_one_permit
                permits_are_bounded_and_come_free_again
                nobody_enters_before_the_draw_or_without_a_ticket
                a_ticket_enters_again_after_it_left_or_its_time_ran_out
                a_ticket_that_booked_does_not_enter_again
                leaving_gives_the_places_back
                an_extension_prolongs_permit_and_hold_but_not_for_ever
                what_expires_is_counted_and_given_back_once
                a_hold_may_end_before_its_permit
                expiry_comes_in_portions_longest_overdue_first
                of_those_who_are_overdue_since_the_same_moment_the_first_ticket_ends_first
            }
            leadership {
                whoever_leads_keeps_its_term
                what_the_leader_tells_stands_until_it_tells_something_else
                every_node_sees_how_far_the_lines_are_and_who_is_inside
                the_permits_of_tickets_are_found_whatever_became_of_them
            }
            read_only {
                bookings_rest_since_they_were_told_to_and_until_they_are_told_to_go_on
                time_in_which_nobody_could_book_is_given_back_once_and_to_who_was_inside
                what_ended_before_the_time_was_lost_stays_over
            }
            registration {
                a_registration_comes_back_as_it_was_made
                the_same_attempt_registers_once
                a_corrected_form_is_another_registration
                nobody_registers_for_a_campaign_that_is_not_there
                a_letter_needs_no_code
                the_right_code_verifies_and_may_be_sent_twice
                a_code_dies_of_wrong_tries
                guessers_at_the_same_moment_share_the_tries
                a_code_ends_with_its_time
                codes_are_sent_again_but_not_for_ever
                a_mistyped_contact_is_corrected_with_a_new_code
            }
            holds {
                holding_the_same_again_answers_the_same_hold
                another_choice_replaces_the_hold
                a_choice_that_just_went_leaves_the_hold_as_it_was
                ones_own_place_counts_as_free_for_oneself
                only_an_active_permit_holds
                as_many_places_as_persons_are_held
                a_hold_ends_no_later_than_its_permit
            }
            booking {
                a_couple_gets_both_series_or_none
                the_same_attempt_key_books_once
                two_hundred_race_for_twenty_places
                a_booking_comes_back_as_it_was_made
                a_second_attempt_of_the_same_ticket_books_nothing
                a_key_that_two_share_shows_neither_the_others_booking
                nobody_confirms_what_another_holds
                a_hold_whose_time_is_over_is_not_confirmed
                only_a_verified_registration_of_the_campaign_books
                nobody_is_booked_twice
                a_booking_code_is_given_out_once
                confirming_and_sweeping_at_once_never_loses_a_place
            }
            series {
                a_booked_series_is_told_again_and_a_cancelled_one_is_not
                a_cancelled_series_gives_its_place_back_once
                the_codes_of_everybody_born_on_a_day_are_found_newest_first
                who_cancelled_may_book_again
                one_of_a_couple_may_cancel_alone
                a_moved_series_changes_both_appointments
                the_same_attempt_moves_once
                a_move_that_is_refused_keeps_the_old_place
                two_who_swap_do_not_wait_for_each_other
            }
            contacts {
                a_contact_comes_back_as_it_was_left
                a_verified_contact_left_again_sends_nothing
                codes_for_a_contact_are_sent_again_but_not_for_ever
                a_contacts_code_dies_of_wrong_tries_and_of_age
                a_contact_needs_a_ticket_that_was_given_out_and_has_not_booked
                a_withdrawn_contact_is_gone_at_once
                contacts_wait_for_their_position
                notices_come_by_position_and_leave_once
                a_needless_notice_is_marked_and_sends_nothing
                a_changed_contact_keeps_what_has_left
                a_party_that_finds_nothing_is_not_told_to_come
                a_closed_campaign_takes_no_contact
                contacts_of_closed_lines_and_codes_never_typed_in_are_forgotten
            }
            day {
                the_last_word_on_a_minute_and_a_line_is_kept
                a_line_that_is_not_there_keeps_nothing
            }
            folds {
                the_second_ticket_of_a_person_folds_into_the_first
                folded_tickets_share_one_permit
                a_folded_place_books_once
                a_ticket_that_is_inside_is_not_folded
                folded_tickets_have_one_contact_and_are_told_once
                withdrawing_forgets_the_person_and_keeps_the_fold
                places_that_turn_out_to_be_one_persons_are_united
            }
            staff {
                an_account_comes_back_as_it_was_made
                a_name_is_given_once_and_a_centre_must_be_there
                the_last_administrator_cannot_be_removed
                two_administrators_cannot_remove_each_other_at_once
                a_change_of_an_account_ends_its_sessions
                a_reset_account_begins_again
                a_code_of_the_app_opens_one_session
                a_recovery_code_is_used_once
                a_second_factor_within_a_session_is_used_up_like_one_at_the_door
                a_login_to_an_account_that_changed_meanwhile_is_refused
                a_session_that_ended_is_gone_at_once
                the_use_of_a_session_is_noted_and_what_is_over_is_swept
                guessers_at_the_same_moment_share_the_tries_of_an_account
                a_network_is_counted_by_its_failures_alone
                a_token_of_a_program_ends_and_is_revoked
                every_act_is_a_line_of_an_unbroken_log
            }
            provider {
                a_person_of_the_provider_opens_sessions_without_password_and_app
                an_account_belongs_to_the_first_person_that_came_to_it
                a_reset_account_is_free_for_another_person_of_the_provider
            }
            callbacks {
                a_call_back_comes_back_as_it_was_promised
                twenty_redials_at_once_make_one_call_back
                a_number_has_a_call_back_in_each_campaign
                a_call_back_needs_a_ticket_that_was_given_out_and_has_not_booked
                call_backs_wait_for_their_position
                call_backs_are_due_when_their_position_is_called
                who_finds_nothing_to_book_is_not_rung_up
                the_first_due_is_claimed_first
                of_many_agents_at_once_no_two_claim_the_same
                who_has_a_call_back_gets_it_again
                a_claim_runs_out_without_an_act
                who_is_not_reached_is_given_up_at_last_and_may_ring_again
                a_call_back_is_settled_once_by_who_has_claimed_it
                a_booking_ends_the_call_backs_of_its_ticket
                a_booking_ends_the_call_backs_of_folded_tickets
                a_withdrawn_call_back_is_over_until_it_is_asked_for_again
                nobody_is_rung_up_while_nobody_is_let_in
                call_backs_of_closed_lines_are_forgotten
                call_backs_are_counted
            }
            desk {
                an_attempt_to_join_keeps_its_first_ticket_for_a_day
                a_state_stands_until_another_is_said_or_nothing_is_heard
                who_has_logged_out_is_away
                a_day_counts_calls_time_and_bookings
                a_person_is_found_by_name_and_birthday_however_it_is_typed
                a_person_is_found_by_number_code_and_receipt
                a_search_shows_twenty_and_says_that_there_are_more
                notes_are_kept_with_their_writer
                what_agents_see_and_change_is_in_the_log
                who_enters_by_phone_stands_in_the_account
                one_line_for_all_lets_nobody_in_beside_it
                entries_by_phone_are_bounded_by_the_permits
            }
            operations {
                an_operation_sent_twice_is_done_once_and_logged_with_its_reason
                an_operation_that_is_refused_leaves_no_line_and_its_key_is_good
                bounds_stand_until_others_are_set
                an_announcement_is_shown_in_its_languages_until_it_is_taken_back
                a_release_by_an_operator_is_logged_with_what_it_added
                a_node_is_there_until_it_stops
            }
            messages {
                messages_leave_with_their_booking
                a_refused_booking_leaves_no_message
                due_messages_come_oldest_first_and_not_before_their_time
                a_sent_message_is_counted_once
                a_failed_message_is_tried_again_later
                a_message_that_was_given_up_is_kept_and_not_sent
                settling_what_is_not_there_is_a_fault_and_settles_nothing
                counts_add_up
            }
        );
    };
    ($empty_store:expr; $($subject:ident { $($sentence:ident)+ })+) => {
        #[test]
        fn every_history_ends_as_the_model_says() {
            crate::conformance::history::every_history_ends_as_the_model_says(|| $empty_store);
        }

        $(mod $subject {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $sentence() {
                crate::conformance::$subject::$sentence($empty_store).await;
            })+
        })+
    };
}
pub(crate) use conformance_suite;

//! Every promise of the database, checked against its rows.

use jiff::Timestamp;
use rusqlite::Connection;

use super::account;
use super::rows::ms;
use super::sql::{all, one};
use super::staff;
use crate::{AuditCheck, AuditReport};

/// How long after its end a permit or hold may wait for the sweeper while the store is in use.
const SWEEP_LATE_MAX_MS: i64 = 10 * 60 * 1000;

/// Offending rows that one check names at most; the first few tell what is wrong.
const VIOLATIONS_MAX: usize = 100;

/// One promise: how many rows it looks at, and the offending ones in words.
struct Check {
    name: &'static str,
    rows: &'static str,
    violations: &'static str,
}

/// See [`crate::Store::audit`].
pub(super) fn audit(connection: &Connection, now: Timestamp) -> rusqlite::Result<AuditReport> {
    let mut checks = Vec::with_capacity(CHECKS.len() + 4);
    for check in CHECKS {
        let violations = all(connection, check.violations, [], |row| row.get(0))?;
        checks.push(checked(connection, check.name, check.rows, violations)?);
    }
    let overdue = all(connection, OVERDUE, (ms(now), SWEEP_LATE_MAX_MS), |row| row.get(0))?;
    checks.push(checked(
        connection,
        "every_hold_expired_or_alive",
        "SELECT count(*) FROM hold",
        overdue,
    )?);
    checks.extend(account::audit(connection)?);
    checks.push(staff::audit(connection)?);
    Ok(AuditReport { checks })
}

/// The statements of the audit, which look at everything by intention.
#[cfg(test)]
pub(super) fn statements() -> Vec<&'static str> {
    let checks = CHECKS.iter().flat_map(|check| [check.rows, check.violations]);
    checks
        .chain([
            OVERDUE,
            "SELECT count(*) FROM hold",
            account::WHOLE,
            account::MARKS,
            account::ENTRIES,
            staff::WHOLE,
        ])
        .collect()
}

fn checked(
    connection: &Connection,
    name: &'static str,
    rows: &'static str,
    mut violations: Vec<String>,
) -> rusqlite::Result<AuditCheck> {
    let more = violations.len().saturating_sub(VIOLATIONS_MAX);
    violations.truncate(VIOLATIONS_MAX);
    if more > 0 {
        violations.push(format!("and {more} more"));
    }
    let rows: i64 = one(connection, rows, [], |row| row.get(0))?;
    Ok(AuditCheck {
        name,
        rows: u64::try_from(rows).unwrap_or(0),
        violations,
    })
}

/// A hold without its permit, or one whose end has passed while the store went on working without
/// giving its places back. A store that was stopped is not late: the clock that counts is the newest
/// entry or booking, not the wall's.
const OVERDUE: &str = "
    WITH seen(at) AS (
        SELECT min(?1, max(coalesce((SELECT max(entered_at) FROM permit), 0),
                           coalesce((SELECT max(created_at) FROM outbox), 0))))
    SELECT 'hold ' || hold.id || CASE
        WHEN permit.state IS NULL OR permit.state <> 'active' THEN ' has no active permit'
        WHEN hold.expires_at > permit.expires_at THEN ' outlives its permit'
        WHEN (SELECT count(*) FROM hold_place WHERE hold = hold.id) <> permit.party
            THEN ' has ' || (SELECT count(*) FROM hold_place WHERE hold = hold.id) || ' places for a party of '
                 || permit.party
        ELSE ' ended long ago and its places were not given back' END
    FROM hold LEFT JOIN permit ON permit.line_no = hold.line_no AND permit.number = hold.number
    WHERE permit.state IS NULL OR permit.state <> 'active' OR hold.expires_at > permit.expires_at
       OR (SELECT count(*) FROM hold_place WHERE hold = hold.id) <> permit.party
       OR hold.expires_at + ?2 < (SELECT at FROM seen)";

const CHECKS: &[Check] = &[
    Check {
        name: "no_slot_above_capacity",
        rows: "SELECT count(*) FROM series_slot",
        violations: "
            SELECT 'slot ' || id || ' has ' || (held + booked) || ' series held or booked, capacity ' || capacity
            FROM (SELECT id, capacity, coalesce(series_held, 0) AS held, coalesce(series_booked, 0) AS booked
                  FROM series_slot
                  LEFT JOIN (SELECT slot AS held_slot, count(*) AS series_held FROM hold_place GROUP BY slot)
                       ON held_slot = series_slot.id
                  LEFT JOIN (SELECT slot, count(*) AS series_booked FROM series WHERE state = 'booked' GROUP BY slot)
                       ON slot = series_slot.id)
            WHERE held + booked > capacity",
    },
    Check {
        name: "free_is_capacity_less_held_and_booked",
        rows: "SELECT count(*) FROM series_slot",
        violations: "
            SELECT 'slot ' || id || ' says ' || free || ' free; capacity ' || capacity || ' less ' || held
                   || ' held and ' || booked || ' booked is ' || (capacity - held - booked)
            FROM (SELECT id, capacity, free, coalesce(series_held, 0) AS held, coalesce(series_booked, 0) AS booked
                  FROM series_slot
                  LEFT JOIN (SELECT slot AS held_slot, count(*) AS series_held FROM hold_place GROUP BY slot)
                       ON held_slot = series_slot.id
                  LEFT JOIN (SELECT slot, count(*) AS series_booked FROM series WHERE state = 'booked' GROUP BY slot)
                       ON slot = series_slot.id)
            WHERE free <> capacity - held - booked",
    },
    Check {
        name: "no_delivery_given_out_twice",
        rows: "SELECT count(*) FROM delivery",
        violations: "
            SELECT 'delivery ' || id || ' has ' || doses || ' doses, ' || released_first || ' + ' || released_second
                   || ' noted as released, ' || first || ' + ' || second || ' behind slots'
            FROM (SELECT delivery.*, coalesce(first, 0) AS first, coalesce(second, 0) AS second
                  FROM delivery
                  LEFT JOIN (SELECT delivery AS of, sum(iif(dose = 1, doses, 0)) AS first,
                                    sum(iif(dose = 2, doses, 0)) AS second
                             FROM dose_allocation GROUP BY delivery) ON of = delivery.id)
            WHERE first + second > doses OR first <> released_first OR second <> released_second",
    },
    Check {
        name: "every_place_has_its_doses",
        rows: "SELECT count(*) FROM series_slot",
        violations: "
            SELECT 'slot ' || id || ' has ' || capacity || ' places and ' || first || ' first, ' || second
                   || ' second doses behind them'
            FROM (SELECT series_slot.*, coalesce(first, 0) AS first, coalesce(second, 0) AS second
                  FROM series_slot
                  LEFT JOIN (SELECT slot, sum(iif(dose = 1, doses, 0)) AS first, sum(iif(dose = 2, doses, 0)) AS second
                             FROM dose_allocation GROUP BY slot) ON slot = series_slot.id)
            WHERE first <> capacity OR second <> iif(second_at IS NULL, 0, capacity)",
    },
    Check {
        name: "nobody_booked_twice",
        rows: "SELECT count(*) FROM series",
        violations: "
            SELECT 'series ' || group_concat(id, ' and ') || ' are for the same person'
            FROM series NOT INDEXED WHERE state = 'booked' GROUP BY person_key HAVING count(*) > 1",
    },
    Check {
        name: "no_first_dose_without_its_second",
        rows: "SELECT count(*) FROM series",
        violations: "
            SELECT 'series ' || id || ' has ' || first || ' first and ' || second || ' second appointments'
            FROM (SELECT series.id, series_slot.second_at,
                         (SELECT count(*) FROM appointment WHERE series = series.id AND dose = 1) AS first,
                         (SELECT count(*) FROM appointment WHERE series = series.id AND dose = 2) AS second
                  FROM series JOIN series_slot ON series_slot.id = series.slot)
            WHERE first <> 1 OR second <> (second_at IS NOT NULL)",
    },
    Check {
        name: "every_appointment_is_at_its_slot",
        rows: "SELECT count(*) FROM appointment",
        violations: "
            SELECT 'appointment ' || dose || ' of series ' || series.id || ' is not where and when slot ' || slot || ' is'
            FROM appointment
            JOIN series ON series.id = appointment.series
            JOIN series_slot ON series_slot.id = series.slot
            WHERE appointment.centre_no <> series_slot.centre_no
               OR starts_at <> iif(dose = 1, first_at, coalesce(second_at, starts_at))",
    },
    Check {
        name: "every_booking_is_whole",
        rows: "SELECT count(*) FROM booking",
        violations: "
            SELECT 'booking ' || id || ' has ' || series || ' series for a party of ' || party || ' and a permit that is '
                   || state
            FROM (SELECT booking.id, permit.party, permit.state,
                         (SELECT count(*) FROM series WHERE booking = booking.id) AS series
                  FROM booking JOIN permit ON permit.line_no = booking.line_no AND permit.number = booking.number)
            WHERE series <> party OR state <> 'booked'
            UNION ALL
            SELECT 'ticket ' || line_no || '/' || number || ' is marked as booked and has no booking'
            FROM permit
            WHERE state = 'booked' AND NOT EXISTS (
                SELECT 1 FROM booking WHERE booking.line_no = permit.line_no AND booking.number = permit.number)",
    },
    Check {
        name: "every_confirmation_in_the_outbox",
        rows: "SELECT count(*) FROM series",
        violations: "
            SELECT 'series ' || id || ' has no confirmation in the outbox'
            FROM series
            WHERE id NOT IN (SELECT series FROM outbox_series JOIN outbox ON outbox.id = message
                             WHERE kind = 'confirmation')",
    },
    Check {
        name: "every_sent_message_is_counted",
        rows: "SELECT count(*) FROM outbox",
        violations: "
            SELECT sent || ' messages were sent and ' || value || ' counted'
            FROM tally, (SELECT count(sent_at) AS sent FROM outbox)
            WHERE name = 'messages_sent' AND value <> sent",
    },
    Check {
        name: "permits_active_is_their_count",
        rows: "SELECT count(*) FROM campaign",
        violations: "
            SELECT 'campaign ' || no || ' counts ' || permits_active || ' active permits and has ' || active
            FROM (SELECT no, permits_active,
                         (SELECT count(*) FROM permit JOIN line USING (line_no)
                          WHERE line.campaign = no AND permit.state = 'active') AS active
                  FROM campaign)
            WHERE permits_active <> active",
    },
    Check {
        name: "no_permit_beyond_the_tickets",
        rows: "SELECT count(*) FROM permit",
        violations: "
            SELECT 'ticket ' || line_no || '/' || number || ' has a permit; the line gave out ' || next_number
            FROM permit JOIN line USING (line_no)
            WHERE number >= next_number",
    },
    Check {
        name: "no_call_beyond_the_tickets",
        rows: "SELECT count(*) FROM line",
        violations: "
            SELECT 'line ' || line_no || ' called ' || called || ' and drew ' || coalesce(drawn_n, 'none') || ' of '
                   || next_number || ' tickets'
            FROM line
            WHERE called > next_number OR drawn_n > next_number OR (called > 0 AND drawn_n IS NULL)",
    },
    Check {
        name: "every_draw_is_whole",
        rows: "SELECT count(*) FROM campaign",
        violations: "
            SELECT 'campaign ' || no || ' is ' || state || ' and ' || frozen || ' of its ' || lines || ' lines are frozen'
            FROM (SELECT no, state, frozen_at, drawn_at, count(*) AS lines, count(drawn_n) AS frozen
                  FROM campaign JOIN line ON line.campaign = campaign.no GROUP BY no)
            WHERE frozen <> iif(frozen_at IS NULL, 0, lines) OR (drawn_at IS NOT NULL AND frozen_at IS NULL)",
    },
    Check {
        name: "every_draw_in_its_order",
        rows: "SELECT count(*) FROM campaign",
        violations: "
            SELECT 'campaign ' || no || ' committed at ' || committed_at || ', froze at '
                   || coalesce(frozen_at, 'no time') || ', had its ' || randomness || ' value at '
                   || coalesce(public_value_at, 'no time') || ' and drew at ' || coalesce(drawn_at, 'no time')
            FROM campaign
            WHERE frozen_at < committed_at OR public_value_at < frozen_at OR drawn_at < frozen_at
               OR drawn_at < public_value_at OR drand_named_at > frozen_at
               OR (public_value_at IS NOT NULL AND frozen_at IS NULL)
               OR (drawn_at IS NOT NULL AND randomness <> 'none' AND public_value IS NULL)",
    },
    Check {
        name: "every_notice_is_in_the_outbox",
        rows: "SELECT count(*) FROM ticket_contact",
        violations: "
            SELECT 'the contact of ticket ' || line_no || '/' || number || ' names a message that is no notice'
            FROM ticket_contact
            LEFT JOIN outbox AS soon ON soon.id = soon_message
            LEFT JOIN outbox AS call ON call.id = call_message
            WHERE (soon_message IS NOT NULL AND soon.kind IS NOT 'soon')
               OR (call_message IS NOT NULL AND call.kind IS NOT 'call')",
    },
    Check {
        name: "no_contact_kept_after_booking",
        rows: "SELECT count(*) FROM ticket_contact",
        violations: "
            SELECT 'ticket ' || line_no || '/' || number || ' has booked and still has a contact'
            FROM ticket_contact JOIN permit USING (line_no, number) WHERE permit.state = 'booked'",
    },
    Check {
        name: "one_permit_for_a_folded_place",
        rows: "SELECT count(*) FROM ticket_place",
        violations: "
            SELECT 'place ' || place || ' has ' || count(*) || ' permits that are active or booked'
            FROM ticket_place JOIN permit USING (line_no, number)
            WHERE permit.state IN ('active', 'booked') GROUP BY place HAVING count(*) > 1",
    },
    Check {
        name: "no_number_with_two_open_callbacks",
        rows: "SELECT count(*) FROM callback",
        violations: "
            SELECT 'call-backs ' || min(id) || ' to ' || max(id) || ': ' || count(*) || ' are open for one number'
            FROM callback WHERE ended_at IS NULL GROUP BY campaign, phone HAVING count(*) > 1",
    },
    Check {
        name: "every_due_callback_was_called",
        rows: "SELECT count(*) FROM callback WHERE called_at IS NOT NULL",
        violations: "
            SELECT 'call-back ' || id || ' was due at position ' || position || ', and ' || called || ' are called'
            FROM callback JOIN line USING (line_no) WHERE called_at IS NOT NULL AND position >= called",
    },
    Check {
        name: "no_open_callback_after_booking",
        rows: "SELECT count(*) FROM callback",
        violations: "
            SELECT 'call-back ' || callback.id || ' is open though its ticket has booked'
            FROM callback JOIN booking USING (line_no, number) WHERE ended_at IS NULL",
    },
    Check {
        name: "nobody_beside_one_line_for_all",
        rows: "SELECT count(*) FROM phone_entry",
        violations: "
            SELECT 'ticket ' || number || ' of line ' || phone_entry.line_no || ' came in beside it'
            FROM phone_entry JOIN line ON line.line_no = phone_entry.line_no JOIN campaign ON campaign.no = line.campaign
            WHERE phone = 'one-line'",
    },
    Check {
        name: "accounts_have_an_administrator",
        rows: "SELECT count(*) FROM staff_account",
        violations: "
            SELECT 'none of ' || accounts || ' accounts is an operator in use'
            FROM (SELECT count(*) AS accounts FROM staff_account) AS part_14
            WHERE accounts > 0
              AND NOT EXISTS (SELECT 1 FROM staff_account WHERE role = 'operator' AND disabled_at IS NULL)",
    },
    Check {
        name: "no_session_of_a_disabled_account",
        rows: "SELECT count(*) FROM staff_session",
        violations: "
            SELECT 'account ' || account || ' is disabled and has a session'
            FROM staff_session JOIN staff_account ON staff_account.id = account WHERE disabled_at IS NOT NULL",
    },
    Check {
        name: "second_factor_of_every_session",
        rows: "SELECT count(*) FROM staff_session",
        violations: "
            SELECT 'account ' || account || ' has no app and a session with a second factor'
            FROM staff_session JOIN staff_account ON staff_account.id = account
            WHERE second_factor = 1 AND by_provider = 0 AND totp_nonce IS NULL",
    },
    Check {
        name: "centres_of_the_role_centre_alone",
        rows: "SELECT count(*) FROM staff_account",
        violations: "
            SELECT 'account ' || id || ' with the role ' || role || ' is bounded to ' || centres || ' centres'
            FROM (SELECT id, role, (SELECT count(*) FROM staff_account_centre WHERE account = id) AS centres
                  FROM staff_account) AS part_15
            WHERE (role = 'centre') <> (centres > 0)",
    },
    Check {
        name: "no_row_without_what_it_belongs_to",
        rows: "SELECT count(*) FROM pragma_table_list WHERE type = 'table'",
        violations: "
            SELECT 'row ' || coalesce(rowid, '') || ' of ' || \"table\" || ' refers to a ' || parent || ' that is not there'
            FROM pragma_foreign_key_check",
    },
];

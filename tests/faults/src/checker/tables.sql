-- Tables with the columns that the checker reads, and none of the checks with which dran's own would refuse rows.
CREATE TABLE series_slot (id bigint, centre_no int, first_at bigint, second_at bigint, capacity bigint, free bigint);
CREATE TABLE hold_place (slot bigint);
CREATE TABLE series (id bigint, booking bigint, registration bigint, person_no int, booking_code text, slot bigint, state text);
CREATE TABLE appointment (series bigint, dose int, centre_no int, starts_at bigint);
CREATE TABLE delivery (centre_no int, doses bigint);
CREATE TABLE registration (id bigint, attempt_key bytea);
CREATE TABLE registration_person (registration bigint, person_no int, given_name text, family_name text, birth_date text);
CREATE TABLE booking (id bigint, registration bigint, attempt_key bytea);
CREATE TABLE outbox (id bigint, kind text, recipient text);
CREATE TABLE outbox_series (message bigint, series bigint);
CREATE TABLE account (number bigint, line text, head bytea);
CREATE TABLE line (line_no int, called bigint, next_number bigint);
CREATE TABLE permit (line_no int, number bigint);

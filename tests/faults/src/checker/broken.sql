-- A database in which every promise is broken. Its tables have the columns that the checker reads, and none
-- of the checks with which dran's own would refuse these rows.
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
INSERT INTO series_slot VALUES (1, 1, 10, 20, 1, 0);
INSERT INTO series VALUES (1, 1, 1, 0, 'A', 1, 'booked'), (2, 2, 1, 0, 'B', 1, 'booked');
INSERT INTO appointment VALUES (1, 1, 1, 10), (2, 1, 1, 10), (2, 2, 1, 20);
INSERT INTO delivery VALUES (1, 2);
INSERT INTO registration VALUES (1, '\x01'), (2, '\x01');
INSERT INTO registration_person VALUES (1, 0, 'Liesel', 'Muster', '1935-03-08');
INSERT INTO booking VALUES (1, 1, '\x02'), (2, 2, '\x03');
INSERT INTO outbox VALUES (1, 'call', '+491'), (2, 'call', '+491');
INSERT INTO account VALUES (1, '1 a', '\x00');
INSERT INTO line VALUES (1, 1, 1);
INSERT INTO permit VALUES (1, 0), (1, 5);

-- A database in which all is well: a couple has booked, somebody has cancelled, and somebody holds the last place.
INSERT INTO series_slot VALUES (1, 1, 10, 20, 3, 0);
INSERT INTO hold_place VALUES (1);
INSERT INTO series VALUES (1, 1, 1, 0, 'A', 1, 'booked'), (2, 1, 1, 1, 'B', 1, 'booked'), (3, 2, 2, 0, 'C', 1, 'cancelled');
INSERT INTO appointment VALUES (1, 1, 1, 10), (1, 2, 1, 20), (2, 1, 1, 10), (2, 2, 1, 20), (3, 1, 1, 10), (3, 2, 1, 20);
INSERT INTO delivery VALUES (1, 4);
INSERT INTO registration VALUES (1, '\x01'), (2, '\x02');
INSERT INTO registration_person VALUES (1, 0, 'Liesel', 'Muster', '1935-03-08'), (1, 1, 'Karl', 'Muster', '1935-03-08'),
    (2, 0, 'Liesel', 'Muster', '1935-03-08');
INSERT INTO booking VALUES (1, 1, '\x01'), (2, 2, '\x02');
INSERT INTO outbox VALUES (1, 'confirmation', '+491'), (2, 'confirmation', '+491'), (3, 'soon', '+491'), (4, 'call', '+491');
INSERT INTO outbox_series VALUES (1, 1), (1, 2), (2, 3);
INSERT INTO account VALUES
    (1, '1 a', sha256('dran account 1'::bytea || decode(repeat('00', 32), 'hex') || convert_to('1 a', 'UTF8')));
INSERT INTO line VALUES (1, 2, 5);
INSERT INTO permit VALUES (1, 0), (1, 1);

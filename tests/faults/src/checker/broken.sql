-- A database in which every promise is broken.
INSERT INTO series_slot VALUES (1, 1, 10, 20, 1, 0), (2, 1, 30, 40, 2, 2);
INSERT INTO hold_place VALUES (2);
INSERT INTO series VALUES (1, 1, 1, 0, 'A', 1, 'booked'), (2, 2, 1, 0, 'B', 1, 'booked');
INSERT INTO appointment VALUES (1, 1, 1, 10), (2, 1, 1, 10), (2, 2, 1, 20);
INSERT INTO delivery VALUES (1, 2);
INSERT INTO registration VALUES (1, '\x01'), (2, '\x01');
INSERT INTO registration_person VALUES (1, 0, 'Liesel', 'Muster', '1935-03-08');
INSERT INTO booking VALUES (1, 1, '\x02'), (2, 2, '\x02');
INSERT INTO outbox VALUES (1, 'call', '+491'), (2, 'call', '+491'), (3, 'confirmation', '+492'), (4, 'confirmation', '+492');
INSERT INTO outbox_series VALUES (3, 2), (4, 2);
INSERT INTO account VALUES (1, '1 a', '\x00');
INSERT INTO line VALUES (1, 1, 1);
INSERT INTO permit VALUES (1, 0), (1, 5);

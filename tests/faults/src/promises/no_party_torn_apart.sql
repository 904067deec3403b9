-- A booking with fewer or more series than its registration has persons.
SELECT format('booking %s: %s series for %s persons', booking.id, series, persons)
FROM booking
JOIN LATERAL (SELECT count(*) AS series FROM series WHERE series.booking = booking.id) AS made ON TRUE
JOIN LATERAL (SELECT count(*) AS persons FROM registration_person AS person
              WHERE person.registration = booking.registration) AS asked ON TRUE
WHERE series <> persons

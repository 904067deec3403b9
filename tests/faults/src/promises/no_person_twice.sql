-- Somebody, by name and date of birth, with two series.
SELECT format('%s %s, %s: series %s', given_name, family_name, birth_date, string_agg(series.id::text, ', ' ORDER BY series.id))
FROM series JOIN registration_person USING (registration, person_no)
WHERE state = 'booked'
GROUP BY given_name, family_name, birth_date HAVING count(*) > 1

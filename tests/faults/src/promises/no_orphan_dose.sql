-- A series that does not consist of one first and one second dose, at the times of its slot.
SELECT format('series %s: doses %s at %s, its slot has %s and %s', series.id,
              coalesce(string_agg(dose::text, ',' ORDER BY dose), 'none'),
              coalesce(string_agg(starts_at::text, ',' ORDER BY dose), 'none'), first_at, second_at)
FROM series JOIN series_slot ON series_slot.id = slot LEFT JOIN appointment ON appointment.series = series.id
GROUP BY series.id, first_at, second_at
HAVING coalesce(string_agg(dose || '@' || starts_at, ',' ORDER BY dose), '')
       <> '1@' || first_at || coalesce(',2@' || second_at, '')

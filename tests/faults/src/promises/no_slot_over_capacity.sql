-- A slot with more series booked and held than it has places, or whose count of free places is another.
WITH used AS (
    SELECT slot, sum(series) AS series
    FROM (SELECT slot, 1 AS series FROM series WHERE state = 'booked'
          UNION ALL SELECT slot, 1 FROM hold_place) AS each
    GROUP BY slot)
SELECT format('slot %s: %s of %s used, %s said to be free', id, coalesce(series, 0), capacity, free)
FROM series_slot LEFT JOIN used ON slot = id
WHERE coalesce(series, 0) > capacity OR capacity - coalesce(series, 0) <> free

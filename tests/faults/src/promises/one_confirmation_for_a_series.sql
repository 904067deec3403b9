-- A series with no confirmation on its way, or with two.
SELECT format('series %s: %s confirmations', series.id, count(outbox.id))
FROM series
LEFT JOIN outbox_series ON outbox_series.series = series.id
LEFT JOIN outbox ON outbox.id = message AND kind = 'confirmation'
GROUP BY series.id HAVING count(outbox.id) <> 1

-- Somebody who was told twice that it is their turn, or that it comes. Every number here is of one visitor.
SELECT format('%s messages `%s` to one visitor', count(*), kind)
FROM outbox WHERE kind IN ('soon', 'call') GROUP BY recipient, kind HAVING count(*) > 1

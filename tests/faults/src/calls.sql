-- How often somebody was called.
SELECT count(*) FROM account WHERE split_part(line, ' ', 4) = 'called'

-- A line of the public account whose number or head does not follow from the line before.
SELECT format('line %s does not follow', number)
FROM (SELECT number, line, head, row_number() OVER chain AS place,
             coalesce(lag(head) OVER chain, decode(repeat('00', 32), 'hex')) AS before
      FROM account WINDOW chain AS (ORDER BY number)) AS chained
WHERE number <> place OR line NOT LIKE number || ' %'
   OR head <> sha256('dran account 1'::bytea || before || convert_to(line, 'UTF8'))

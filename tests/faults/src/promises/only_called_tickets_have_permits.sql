-- More permits in a line than positions were called, or a permit of a ticket that was never given out.
SELECT format('line %s: %s permits, %s called, %s tickets, highest %s', line_no, count(*), called, next_number,
              max(number))
FROM permit JOIN line USING (line_no)
GROUP BY line_no, called, next_number
HAVING count(*) > called OR max(number) >= next_number

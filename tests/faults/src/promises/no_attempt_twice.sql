-- An attempt key that made two bookings or two registrations.
SELECT format('attempt %s: %s %s', encode(attempt_key, 'hex'), count(*), what)
FROM (SELECT attempt_key, 'bookings' AS what FROM booking
      UNION ALL SELECT attempt_key, 'registrations' FROM registration) AS made
GROUP BY attempt_key, what HAVING count(*) > 1

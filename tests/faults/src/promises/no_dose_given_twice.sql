-- More appointments at a centre than doses were delivered to it.
SELECT format('centre %s: %s appointments, %s doses', centre_no, appointments, coalesce(doses, 0))
FROM (SELECT appointment.centre_no, count(*) AS appointments
      FROM appointment JOIN series ON series.id = appointment.series
      WHERE series.state = 'booked' GROUP BY appointment.centre_no) AS given
LEFT JOIN (SELECT centre_no, sum(doses) AS doses FROM delivery GROUP BY centre_no) AS had USING (centre_no)
WHERE appointments > coalesce(doses, 0)

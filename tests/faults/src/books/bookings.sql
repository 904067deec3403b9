SELECT json_build_object('key', encode(attempt_key, 'hex'), 'receipt', receipt, 'booked_at', booked_at,
    'codes', (SELECT json_agg(booking_code ORDER BY booking_code) FROM series WHERE booking = booking.id))
FROM booking

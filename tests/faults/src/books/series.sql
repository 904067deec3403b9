SELECT json_build_object('code', booking_code, 'state', state) FROM series

SELECT json_build_object('key', encode(attempt_key, 'hex'), 'times', count(*)) FROM series_move GROUP BY attempt_key

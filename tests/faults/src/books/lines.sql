SELECT json_build_object('pool', pool, 'called', called, 'tickets', next_number) FROM line

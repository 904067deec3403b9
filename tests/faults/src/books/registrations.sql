SELECT json_build_object('key', encode(attempt_key, 'hex')) FROM registration

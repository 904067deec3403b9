SELECT json_build_object('line', line) FROM account ORDER BY number

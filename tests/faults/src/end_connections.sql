-- Ends the connections of the nodes.
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dran'

-- The node that holds the lock of who leads: `dran` in ASCII and 2.
SELECT application_name
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND classid::bigint = 1685217646 AND objid::bigint = 2

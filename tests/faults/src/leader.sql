-- The nodes that hold an advisory lock for longer than a transaction, the longest first. The lock of those
-- that write (`dran` in ASCII and 1) lasts from BEGIN to COMMIT.
SELECT application_name
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND application_name LIKE 'node-%'
  AND NOT (classid::bigint = 1685217646 AND objid::bigint = 1)
ORDER BY backend_start LIMIT 1

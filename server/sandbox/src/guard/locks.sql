-- Who holds more than $2 locks, and whose waiting for longer than $3 seconds is about a script: of
-- those in the processes $1, only. `catalogue` stands for the schema of the catalogues.
WITH lock AS MATERIALIZED (
    SELECT locktype, database, relation, mode, pid, granted, waitstart FROM catalogue.pg_lock_status()
)
SELECT pid, NULL::text AS locktype, NULL::text AS mode, NULL::int AS blocker,
    false AS is_service, NULL::text AS owner
FROM lock WHERE granted AND pid = ANY ($1)
GROUP BY pid HAVING count(*) > $2
UNION ALL
SELECT lock.pid, lock.locktype, lock.mode, blocker.pid, waiting.usename = current_user,
    CASE relation.relowner WHEN waiting.usesysid THEN 'waiter' WHEN blocker.usesysid THEN 'blocker' END
FROM lock
JOIN pg_catalog.pg_stat_activity AS waiting ON waiting.pid = lock.pid
CROSS JOIN LATERAL unnest(pg_catalog.pg_blocking_pids(lock.pid)) AS by (pid)
JOIN pg_catalog.pg_stat_activity AS blocker ON blocker.pid = by.pid
LEFT JOIN catalogue.pg_class AS relation ON relation.oid = lock.relation
    AND lock.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
WHERE NOT lock.granted AND lock.waitstart < clock_timestamp() - make_interval(secs => $3)
    AND waiting.usename <> blocker.usename
    AND (lock.pid = ANY ($1) OR blocker.pid = ANY ($1))

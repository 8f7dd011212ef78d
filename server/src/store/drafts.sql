-- Writes many drafts in one transaction, which need not be on the disk before the next.
WITH draft AS MATERIALIZED (
    SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[])
        AS d (session, exercise, sql, outcome)
), durability AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true)
), seen AS (
    INSERT INTO session (id) SELECT DISTINCT session FROM draft ORDER BY 1
    ON CONFLICT (id) DO UPDATE SET seen_at = now()
    WHERE session.seen_at < now() - interval '1 minute'
), last AS (
    INSERT INTO attempt (session, exercise, sql, outcome)
    SELECT session, exercise, sql, outcome::json FROM draft
    ON CONFLICT (session, exercise)
    DO UPDATE SET sql = excluded.sql, outcome = excluded.outcome, at = now()
)
INSERT INTO progress (session, exercise)
SELECT session, exercise FROM draft, durability
ON CONFLICT (session, exercise) DO UPDATE SET last_at = now()

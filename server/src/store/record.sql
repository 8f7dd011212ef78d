-- Writes what was judged in one transaction. $6 is the digest of a script that counts as a try, of
-- which $7 are enough.
WITH seen AS (
    INSERT INTO session (id) VALUES ($1)
    ON CONFLICT (id) DO UPDATE SET seen_at = now()
    WHERE session.seen_at < now() - interval '1 minute'
), last AS (
    INSERT INTO attempt (session, exercise, sql, outcome) VALUES ($1, $2, $3, $4::json)
    ON CONFLICT (session, exercise)
    DO UPDATE SET sql = excluded.sql, outcome = excluded.outcome, at = now()
), before AS (
    SELECT count(*) AS tries FROM failed_script WHERE session = $1 AND exercise = $2
), tried AS (
    INSERT INTO failed_script (session, exercise, digest)
    SELECT $1, $2, $6::bytea FROM before WHERE $6::bytea IS NOT NULL AND tries < $7
    ON CONFLICT DO NOTHING
    RETURNING 1
)
INSERT INTO progress (session, exercise, checks, solved_at)
VALUES ($1, $2, 1, CASE WHEN $5 THEN now() END)
ON CONFLICT (session, exercise)
DO UPDATE SET checks = progress.checks + excluded.checks,
              last_at = now(),
              solved_at = coalesce(progress.solved_at, excluded.solved_at)
RETURNING solved_at < coalesce(answer_seen_at, 'infinity') IS TRUE AS solved,
          answer_seen_at IS NOT NULL AS seen,
          (SELECT tries FROM before) + (SELECT count(*) FROM tried) AS tries

-- Writes what was judged in one transaction.
WITH seen AS (
    INSERT INTO session (id) VALUES ($1)
    ON CONFLICT (id) DO UPDATE SET seen_at = now()
    WHERE session.seen_at < now() - interval '1 minute'
), last AS (
    INSERT INTO attempt (session, exercise, sql, outcome) VALUES ($1, $2, $3, $4::json)
    ON CONFLICT (session, exercise)
    DO UPDATE SET sql = excluded.sql, outcome = excluded.outcome, at = now()
)
INSERT INTO progress (session, exercise, checks, solved_at)
VALUES ($1, $2, 1, CASE WHEN $5 THEN now() END)
ON CONFLICT (session, exercise)
DO UPDATE SET checks = progress.checks + excluded.checks,
              last_at = now(),
              solved_at = coalesce(progress.solved_at, excluded.solved_at)
RETURNING solved_at IS NOT NULL

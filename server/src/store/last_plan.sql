WITH durability AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true)
), seen AS (
    INSERT INTO session (id) VALUES ($1)
    ON CONFLICT (id) DO UPDATE SET seen_at = now()
    WHERE session.seen_at < now() - interval '1 minute'
)
INSERT INTO last_plan (session, exercise, plan)
SELECT $1, $2, $3::json FROM durability
ON CONFLICT (session, exercise) DO UPDATE SET plan = excluded.plan

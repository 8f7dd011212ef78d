WITH forgotten AS (
    DELETE FROM shared_plan WHERE made_at < now() - interval '90 days'
), seen AS (
    INSERT INTO session (id) VALUES ($1)
    ON CONFLICT (id) DO UPDATE SET seen_at = now()
    WHERE session.seen_at < now() - interval '1 minute'
), today AS (
    SELECT count(*) AS plans FROM shared_plan
    WHERE session = $1 AND made_at > now() - interval '1 day'
)
INSERT INTO shared_plan (session, id, text)
-- 122 random bits of the server's strong source.
SELECT $1, replace(gen_random_uuid()::text, '-', ''), $2 FROM today WHERE plans < $3
RETURNING id

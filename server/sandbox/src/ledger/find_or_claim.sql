-- Finds a session's workspace, or gives it a spare one.
WITH mine AS MATERIALIZED (
    UPDATE sqlground.workspaces SET used_at = now()
    WHERE session = $1 AND key = $2
    RETURNING name, digest, is_full
), farewell AS (
    DELETE FROM sqlground.unused WHERE session = $1 AND key = $2 RETURNING removed_at
), dataset AS MATERIALIZED (
    SELECT $5::text IS NULL OR EXISTS (
        SELECT FROM sqlground.datasets WHERE schema_name = $5) AS is_loaded
), spare AS MATERIALIZED (
    SELECT name FROM sqlground.workspaces
    WHERE session IS NULL AND keeper_pid IS NULL AND digest = $4
        AND (SELECT is_loaded FROM dataset) AND NOT EXISTS (SELECT FROM mine)
    LIMIT 1
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE sqlground.workspaces w
    SET session = $1, key = $2, digest = $3, used_at = now()
    FROM spare WHERE w.name = spare.name
    RETURNING w.name
)
SELECT dataset.is_loaded, EXISTS (SELECT FROM farewell) AS was_unused, found.*
FROM dataset LEFT JOIN (
    SELECT name, false AS was_spare, digest = $3 AS is_current, is_full,
        -- What keeps the role from working, or null if role or schema are gone.
        (SELECT array_remove(ARRAY[
            CASE WHEN NOT has_schema_privilege(r.oid, n.oid, 'USAGE')
                OR NOT is_full AND NOT has_schema_privilege(r.oid, n.oid, 'CREATE')
                THEN 'privileges' END,
            CASE WHEN NOT r.rolcanlogin THEN 'login' END,
            CASE WHEN r.rolvaliduntil < 'infinity' THEN 'expiry' END,
            CASE WHEN r.rolconnlimit IN (0, 1) THEN 'connections' END,
            CASE WHEN EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
                WHERE s.setrole = r.oid AND lower(split_part(setting, '=', 1)) = ANY ($6)
                AND s.setdatabase IN
                    (0, (SELECT oid FROM pg_database WHERE datname = current_database())))
                THEN 'settings' END], NULL)
        FROM pg_namespace n JOIN pg_roles r ON r.rolname = n.nspname
        WHERE n.nspname = mine.name::name) AS flaws
    FROM mine
    UNION ALL SELECT name, true, true, false, ARRAY[]::text[] FROM claimed
) found ON true

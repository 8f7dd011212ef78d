-- The views and functions that PostgreSQL makes of its catalogues ask those that are shown.

-- Roles: one's own, PostgreSQL's, and those that make roles, which see all.
CREATE TEMPORARY TABLE shown_roles (view name PRIMARY KEY, condition text NOT NULL);
INSERT INTO shown_roles VALUES
    ('pg_roles', $$pg_authid.oid < 16384 OR rolcreaterole OR pg_has_role(pg_authid.oid, 'USAGE')
        OR (SELECT asking.rolcreaterole FROM pg_authid AS asking WHERE asking.rolname = current_user)$$),
    ('pg_user', $$pg_has_role(usesysid, 'USAGE')$$);

DO $$
DECLARE
    f record;
    v record;
    definition text;
BEGIN
    PERFORM set_config('search_path', '', true);
    FOR f IN SELECT oid FROM pg_hidden.pg_proc
        WHERE pronamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
          AND prolang = 14 AND proowner = 10 AND prosqlbody IS NOT NULL AND oid < 16384
    LOOP
        definition := pg_hidden.pg_get_functiondef(f.oid);
        IF definition LIKE '%pg\_hidden.%' THEN
            EXECUTE replace(definition, 'pg_hidden.', 'pg_catalog.');
        END IF;
    END LOOP;
    -- In the order in which they were made, so that each finds those it is made of.
    FOR v IN SELECT oid, relname, relnamespace::regnamespace AS schema, reloptions
        FROM pg_hidden.pg_class
        WHERE relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
          AND relkind = 'v' AND oid < 16384
          -- Of security labels there are none, and it asks for what only catalogues have.
          AND relname <> 'pg_seclabels'
        ORDER BY oid
    LOOP
        definition := pg_get_viewdef(v.oid);
        definition := rtrim(definition, ';') || coalesce(' WHERE ' ||
            (SELECT s.condition FROM pg_temp.shown_roles s WHERE s.view = v.relname), '');
        IF definition LIKE '%pg\_hidden.%' OR v.relname IN (SELECT s.view FROM pg_temp.shown_roles s) THEN
            EXECUTE format('CREATE OR REPLACE VIEW %s.%I %s AS %s', v.schema, v.relname,
                'WITH (' || array_to_string(v.reloptions, ', ') || ')',
                replace(definition, 'pg_hidden.', 'pg_catalog.'));
        END IF;
    END LOOP;
END
$$;

-- Whoever may change it may lock it, and all who read their settings would wait.
REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC;

-- Statements that reach others, whatever the privileges. Whoever makes roles is not meant.

CREATE FUNCTION pg_hidden.is_student() RETURNS boolean LANGUAGE sql STABLE
RETURN NOT (SELECT rolcreaterole OR rolsuper FROM pg_authid WHERE rolname = session_user);
GRANT EXECUTE ON FUNCTION pg_hidden.is_student() TO sqlground_catalogue;

-- CREATE RULE waits for the strongest lock on a table before it looks whose that is: on the catalogue
-- of databases nobody else could log in meanwhile.
CREATE FUNCTION pg_hidden.refuse_rules() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF pg_hidden.is_student() THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = 'rules cannot be created in a sandbox',
            HINT = 'Use a trigger instead: BEFORE or AFTER on a table, INSTEAD OF on a view.';
    END IF;
END
$$;

-- Maintaining a table runs the functions of its indexes, as its owner but in the session of whoever
-- maintains it; ANALYZE and VACUUM of everything maintain all that one may. So nobody lets others do
-- it (MAINTAIN, from PostgreSQL 17 on). This runs as whoever grants, who may take it back.
CREATE FUNCTION pg_hidden.keep_maintenance() RETURNS event_trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owner constant oid := (SELECT oid FROM pg_roles
        WHERE rolname = current_user AND NOT rolcreaterole AND NOT rolsuper);
    revoke text;
BEGIN
    FOR revoke IN
        SELECT CASE WHEN granted.is_default
            THEN format('ALTER DEFAULT PRIVILEGES %s REVOKE MAINTAIN ON TABLES FROM %s CASCADE',
                'IN SCHEMA ' || nullif(granted.number, 0)::regnamespace, grantee.name)
            ELSE format('REVOKE MAINTAIN ON TABLE %s FROM %s CASCADE',
                granted.number::regclass, grantee.name) END
        FROM (
            SELECT false AS is_default, oid AS number, relacl AS acl
            FROM pg_class WHERE relowner = owner
            UNION ALL
            SELECT true, defaclnamespace, defaclacl FROM pg_default_acl WHERE defaclrole = owner
        ) AS granted
        CROSS JOIN LATERAL aclexplode(granted.acl) AS a
        CROSS JOIN LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC'
            ELSE a.grantee::regrole::text END AS name) AS grantee
        WHERE a.privilege_type = 'MAINTAIN' AND a.grantee <> owner
    LOOP
        EXECUTE revoke;
        RAISE NOTICE 'MAINTAIN is not granted: in a sandbox only the owner maintains a table';
    END LOOP;
END
$$;

ALTER FUNCTION pg_hidden.refuse_rules() OWNER TO sqlground_catalogue;
REVOKE ALL ON FUNCTION pg_hidden.is_student(), pg_hidden.refuse_rules(), pg_hidden.keep_maintenance()
    FROM PUBLIC;

CREATE EVENT TRIGGER sqlground_refuse_rules ON ddl_command_start WHEN TAG IN ('CREATE RULE')
    EXECUTE FUNCTION pg_hidden.refuse_rules();
CREATE EVENT TRIGGER sqlground_keep_maintenance ON ddl_command_end
    WHEN TAG IN ('GRANT', 'ALTER DEFAULT PRIVILEGES') EXECUTE FUNCTION pg_hidden.keep_maintenance();

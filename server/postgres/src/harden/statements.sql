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

-- What is granted on a schema's objects is of no use to whoever may not use the schema, with two
-- exceptions, which nobody grants to others:
-- * Functions of sequences take their number.
-- * Maintaining a table (MAINTAIN, from PostgreSQL 17 on) runs the functions of its indexes, as its
--   owner but in the session of whoever maintains it; ANALYZE and VACUUM of everything maintain all
--   that one may.
-- This runs as whoever grants, who may take it back.
CREATE FUNCTION pg_hidden.take_back() RETURNS event_trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owner constant oid := (SELECT oid FROM pg_roles
        WHERE rolname = current_user AND NOT rolcreaterole AND NOT rolsuper);
    granted record;
BEGIN
    FOR granted IN
        SELECT acl.*, kind.name AS kind, a.privilege_type AS privilege,
            CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS grantee
        FROM (
            SELECT oid AS relation, NULL::regnamespace AS schema, relkind AS type, relacl AS acl
            FROM pg_class WHERE relowner = owner
            UNION ALL
            SELECT NULL, nullif(defaclnamespace, 0)::regnamespace, defaclobjtype, defaclacl
            FROM pg_default_acl WHERE defaclrole = owner
        ) AS acl
        CROSS JOIN LATERAL aclexplode(acl.acl) AS a
        CROSS JOIN LATERAL (SELECT CASE acl.type WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END) AS kind (name)
        WHERE a.grantee <> owner AND (acl.type = 'S'
            OR a.privilege_type = 'MAINTAIN' AND acl.type IN ('r', 'p', 'm', 'v', 'f'))
    LOOP
        EXECUTE CASE WHEN granted.relation IS NULL
            THEN format('ALTER DEFAULT PRIVILEGES %s REVOKE %s ON %sS FROM %s CASCADE',
                'IN SCHEMA ' || granted.schema, granted.privilege, granted.kind, granted.grantee)
            ELSE format('REVOKE %s ON %s %s FROM %s CASCADE',
                granted.privilege, granted.kind, granted.relation::regclass, granted.grantee)
        END;
        RAISE NOTICE '% on a % is not granted: in a sandbox it is the owner''s only',
            granted.privilege, lower(granted.kind);
    END LOOP;
END
$$;

ALTER FUNCTION pg_hidden.refuse_rules() OWNER TO sqlground_catalogue;
REVOKE ALL ON FUNCTION pg_hidden.is_student(), pg_hidden.refuse_rules(), pg_hidden.take_back()
    FROM PUBLIC;

CREATE EVENT TRIGGER sqlground_refuse_rules ON ddl_command_start WHEN TAG IN ('CREATE RULE')
    EXECUTE FUNCTION pg_hidden.refuse_rules();
CREATE EVENT TRIGGER sqlground_take_back ON ddl_command_end
    WHEN TAG IN ('GRANT', 'ALTER DEFAULT PRIVILEGES') EXECUTE FUNCTION pg_hidden.take_back();

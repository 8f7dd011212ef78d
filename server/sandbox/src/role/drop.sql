-- Removes the role $role with everything it owns or was granted. Does nothing if it is gone.
DO $do$
DECLARE
    me CONSTANT text := current_user;
    dropped CONSTANT text := '$role';
    creator text := 'none';
    granting record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = dropped) THEN
        RETURN;
    END IF;
    SELECT coalesce(w.creator, 'none') INTO creator
    FROM sqlground.workspaces w WHERE name = dropped;
    -- What others granted to it on what they own, nobody takes back but they.
    FOR granting IN
        SELECT w.name, coalesce(w.creator, 'none') AS creator
        FROM sqlground.workspaces w JOIN pg_roles r ON r.rolname = w.name
        WHERE r.oid IN (
            SELECT owned.refobjid
            FROM pg_shdepend granted JOIN pg_shdepend owned USING (dbid, classid, objid)
            WHERE granted.refclassid = 'pg_authid'::regclass AND granted.deptype = 'a'
            AND granted.refobjid = (SELECT oid FROM pg_roles WHERE rolname = dropped)
            AND owned.refclassid = 'pg_authid'::regclass AND owned.deptype = 'o')
        AND w.name <> dropped
    LOOP
        PERFORM set_config('role', granting.creator, true);
        EXECUTE format('GRANT %I TO %I', granting.name, me);
        EXECUTE format('ALTER ROLE %I INHERIT', granting.name);
        PERFORM set_config('role', creator, true);
        EXECUTE format('GRANT %I TO %I', dropped, granting.name);
        PERFORM set_config('role', granting.name, true);
        EXECUTE format('DROP OWNED BY %I CASCADE', dropped);
        PERFORM set_config('role', granting.creator, true);
        EXECUTE format('ALTER ROLE %I NOINHERIT', granting.name);
        EXECUTE format('REVOKE %I FROM %I', granting.name, me);
    END LOOP;
    PERFORM set_config('role', creator, true);
    -- DROP OWNED wants the privileges of the role, which CREATEROLE alone does not bring.
    EXECUTE format('GRANT %I TO CURRENT_USER', dropped);
    EXECUTE format('DROP OWNED BY %I CASCADE', dropped);
    EXECUTE format('DROP ROLE %I', dropped);
    PERFORM set_config('role', 'none', true);
END
$do$

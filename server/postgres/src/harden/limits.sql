-- How many objects a role may own in this database.

CREATE TABLE pg_hidden.limits (objects integer NOT NULL);
INSERT INTO pg_hidden.limits VALUES (1000);
GRANT SELECT ON pg_hidden.limits TO sqlground_catalogue;

CREATE FUNCTION pg_hidden.limit_objects() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    allowed integer;
    owned bigint;
BEGIN
    IF NOT pg_hidden.is_student() THEN
        RETURN;
    END IF;
    SELECT objects INTO allowed FROM pg_hidden.limits;
    -- Tables with their indexes, views, sequences, functions, types and all else.
    SELECT sum(1 + CASE WHEN classid = 'pg_hidden.pg_class'::regclass THEN
        (SELECT count(*) FROM pg_hidden.pg_index WHERE indrelid = objid) ELSE 0 END)
    INTO owned FROM pg_hidden.pg_shdepend
    WHERE refclassid = 'pg_authid'::regclass
      AND refobjid = (SELECT oid FROM pg_authid WHERE rolname = session_user)
      AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database());
    IF owned > allowed THEN
        RAISE EXCEPTION USING ERRCODE = 'configuration_limit_exceeded',
            MESSAGE = format('a sandbox may hold %s tables, indexes, functions and other objects', allowed),
            HINT = 'Drop what is not needed any more, or reset the exercise.';
    END IF;
END
$$;
ALTER FUNCTION pg_hidden.limit_objects() OWNER TO sqlground_catalogue;
REVOKE ALL ON FUNCTION pg_hidden.limit_objects() FROM PUBLIC;

CREATE EVENT TRIGGER sqlground_limit_objects ON ddl_command_end EXECUTE FUNCTION pg_hidden.limit_objects();

-- Whoever owns the database sets the limit, measures what sandboxes take, and watches who waits for
-- whom. The views in the catalogues' place would do, at a hundred times the time.
DO $$
DECLARE
    owner constant name := (SELECT pg_get_userbyid(datdba) FROM pg_database
        WHERE datname = current_database());
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA pg_hidden TO %I', owner);
    EXECUTE format('GRANT SELECT, UPDATE ON pg_hidden.limits TO %I', owner);
    EXECUTE format('GRANT SELECT ON pg_hidden.pg_shdepend, pg_hidden.pg_depend, pg_hidden.pg_class,
        pg_hidden.pg_attribute, pg_hidden.pg_attrdef, pg_hidden.pg_constraint, pg_hidden.pg_index,
        pg_hidden.pg_rewrite, pg_hidden.pg_trigger, pg_hidden.pg_policy, pg_hidden.pg_description,
        pg_hidden.pg_proc, pg_hidden.pg_aggregate, pg_hidden.pg_type, pg_hidden.pg_enum,
        pg_hidden.pg_ts_dict, pg_hidden.pg_statistic_ext, pg_hidden.pg_partitioned_table,
        pg_hidden.pg_db_role_setting TO %I', owner);
    EXECUTE format('GRANT EXECUTE ON FUNCTION pg_hidden.pg_lock_status(),
        pg_hidden.pg_total_relation_size(regclass) TO %I', owner);
END
$$;

-- Functions that tell of objects by their number, of other sessions, or that share something
-- between sessions: the function itself moves out of reach, and one of the same name and arguments
-- takes its place that looks at who asks.
--
-- The functions in place run as `sqlground_catalogue`, a role that may do what they need and
-- nothing else. Their bodies are read when they are made, so no search path of a caller matters.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_authid WHERE rolname = 'sqlground_catalogue') THEN
        CREATE ROLE sqlground_catalogue NOLOGIN;
    END IF;
END
$$;
-- Names are written without their schema where the caller finds them without, if this role could.
GRANT pg_read_all_stats, pg_read_all_data TO sqlground_catalogue;
GRANT USAGE ON SCHEMA pg_hidden TO sqlground_catalogue;
GRANT SELECT ON ALL TABLES IN SCHEMA pg_hidden TO sqlground_catalogue;

-- Whether the caller of a function that runs as another role sees an object.

CREATE FUNCTION pg_hidden.sees_schema(schema oid) RETURNS boolean LANGUAGE sql STABLE
RETURN coalesce(has_schema_privilege(session_user, schema, 'USAGE'), false);

CREATE FUNCTION pg_hidden.sees_relation(relation oid) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM pg_hidden.pg_class WHERE oid = relation
    AND (pg_hidden.sees_schema(relnamespace) OR pg_has_role(session_user, relowner, 'USAGE')));

CREATE FUNCTION pg_hidden.sees_routine(routine oid) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM pg_hidden.pg_proc WHERE oid = routine
    AND pg_hidden.sees_schema(pronamespace));

CREATE FUNCTION pg_hidden.sees_type(type oid) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM pg_hidden.pg_type WHERE oid = type
    AND pg_hidden.sees_schema(typnamespace));

CREATE FUNCTION pg_hidden.sees_constraint(con oid) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM pg_hidden.pg_constraint WHERE oid = con
    AND pg_hidden.sees_schema(connamespace));

CREATE FUNCTION pg_hidden.sees_trigger(trigger oid) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM pg_hidden.pg_trigger WHERE oid = trigger
    AND pg_hidden.sees_relation(tgrelid));

CREATE FUNCTION pg_hidden.sees_statistics(statistics oid) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM pg_hidden.pg_statistic_ext WHERE oid = statistics
    AND pg_hidden.sees_schema(stxnamespace));

-- Objects by class and number: the class may be the catalogue's own number or that of the view in
-- its place.

CREATE FUNCTION pg_hidden.class_behind(class oid) RETURNS oid LANGUAGE sql STABLE
RETURN coalesce((SELECT behind.oid FROM pg_hidden.pg_class AS shown JOIN pg_hidden.pg_class AS behind
        ON behind.relname = shown.relname AND behind.relnamespace = 'pg_hidden'::regnamespace
    WHERE shown.oid = class AND shown.relnamespace = 'pg_catalog'::regnamespace), class);

CREATE FUNCTION pg_hidden.sees_object(class oid, object oid) RETURNS boolean LANGUAGE sql STABLE
RETURN object < 16384 OR CASE class
    WHEN 'pg_hidden.pg_class'::regclass THEN pg_hidden.sees_relation(object)
    WHEN 'pg_hidden.pg_proc'::regclass THEN pg_hidden.sees_routine(object)
    WHEN 'pg_hidden.pg_type'::regclass THEN pg_hidden.sees_type(object)
    WHEN 'pg_hidden.pg_namespace'::regclass THEN pg_hidden.sees_schema(object)
    WHEN 'pg_hidden.pg_constraint'::regclass THEN pg_hidden.sees_constraint(object)
    WHEN 'pg_hidden.pg_trigger'::regclass THEN pg_hidden.sees_trigger(object)
    WHEN 'pg_hidden.pg_statistic_ext'::regclass THEN pg_hidden.sees_statistics(object)
    WHEN 'pg_hidden.pg_attrdef'::regclass THEN EXISTS (SELECT FROM pg_hidden.pg_attrdef
        WHERE oid = object AND pg_hidden.sees_relation(adrelid))
    WHEN 'pg_hidden.pg_rewrite'::regclass THEN EXISTS (SELECT FROM pg_hidden.pg_rewrite
        WHERE oid = object AND pg_hidden.sees_relation(ev_class))
    WHEN 'pg_hidden.pg_policy'::regclass THEN EXISTS (SELECT FROM pg_hidden.pg_policy
        WHERE oid = object AND pg_hidden.sees_relation(polrelid))
    WHEN 'pg_hidden.pg_operator'::regclass THEN EXISTS (SELECT FROM pg_hidden.pg_operator
        WHERE oid = object AND pg_hidden.sees_schema(oprnamespace))
    WHEN 'pg_hidden.pg_cast'::regclass THEN EXISTS (SELECT FROM pg_hidden.pg_cast
        WHERE oid = object AND pg_hidden.sees_type(castsource) AND pg_hidden.sees_type(casttarget))
    WHEN 'pg_extension'::regclass THEN true
    WHEN 'pg_language'::regclass THEN true
    ELSE false END;

-- Statistics of sessions are for whoever they belong to, and for who may read them all.
CREATE FUNCTION pg_hidden.sees_role(role oid) RETURNS boolean LANGUAGE sql STABLE
RETURN role IS NOT NULL AND pg_has_role(session_user, role, 'USAGE')
    OR pg_has_role(session_user, 'pg_read_all_stats', 'USAGE');

CREATE FUNCTION pg_hidden.sees_backend(backend integer) RETURNS boolean LANGUAGE sql STABLE
RETURN pg_hidden.sees_role(pg_stat_get_backend_userid(backend));

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_hidden TO sqlground_catalogue;

CREATE TEMPORARY TABLE guarded (name text, condition text NOT NULL);

INSERT INTO guarded (name, condition) VALUES
    ('pg_get_indexdef', 'sees_relation($1)'),
    ('pg_get_partkeydef', 'sees_relation($1)'),
    ('pg_get_partition_constraintdef', 'sees_relation($1)'),
    ('pg_get_constraintdef', 'sees_constraint($1)'),
    ('pg_get_triggerdef', 'sees_trigger($1)'),
    ('pg_get_functiondef', 'sees_routine($1)'),
    ('pg_get_function_arguments', 'sees_routine($1)'),
    ('pg_get_function_identity_arguments', 'sees_routine($1)'),
    ('pg_get_function_result', 'sees_routine($1)'),
    ('pg_get_function_arg_default', 'sees_routine($1)'),
    ('pg_get_function_sqlbody', 'sees_routine($1)'),
    ('pg_get_statisticsobjdef', 'sees_statistics($1)'),
    ('pg_get_statisticsobjdef_columns', 'sees_statistics($1)'),
    ('pg_get_statisticsobjdef_expressions', 'sees_statistics($1)'),
    ('pg_relation_size', 'sees_relation($1)'),
    ('pg_table_size', 'sees_relation($1)'),
    ('pg_indexes_size', 'sees_relation($1)'),
    ('pg_total_relation_size', 'sees_relation($1)'),
    ('pg_relation_filenode', 'sees_relation($1)'),
    ('pg_relation_filepath', 'sees_relation($1)'),
    ('pg_relation_is_updatable', 'sees_relation($1)'),
    ('pg_column_is_updatable', 'sees_relation($1)'),
    ('pg_partition_tree', 'sees_relation($1)'),
    ('pg_partition_ancestors', 'sees_relation($1)'),
    ('pg_partition_root', 'sees_relation($1)'),
    ('pg_index_has_property', 'sees_relation($1)'),
    ('pg_index_column_has_property', 'sees_relation($1)'),
    ('pg_get_replica_identity_index', 'sees_relation($1)'),
    ('pg_sequence_parameters', 'sees_relation($1)'),
    ('pg_sequence_last_value', 'sees_relation($1)'),
    ('pg_get_sequence_data', 'sees_relation($1)');

-- All statistics by the number of a relation or a routine.
INSERT INTO guarded (name, condition)
SELECT DISTINCT proname, CASE WHEN proname LIKE 'pg\_stat\_get%\_function\_%'
    THEN 'sees_routine($1)' ELSE 'sees_relation($1)' END
FROM pg_hidden.pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND proargtypes = '26'
  AND (proname LIKE 'pg\_stat\_get\_%' AND proname NOT LIKE 'pg\_stat\_get\_db\_%'
       AND proname NOT LIKE 'pg\_stat\_get\_subscription%');

-- All that is known of a session by its number.
INSERT INTO guarded (name, condition)
SELECT proname, 'sees_backend($1)' FROM pg_hidden.pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND proargtypes = '23'
  AND proname LIKE 'pg\_stat\_get\_backend\_%';

DO $$
DECLARE
    f record;
    arguments text;
BEGIN
    PERFORM set_config('search_path', 'pg_catalog', true);
    FOR f IN
        SELECT p.oid, p.proname, p.pronargs, p.provolatile, p.proisstrict, p.proretset, g.condition,
            p.proretset OR p.proallargtypes IS NOT NULL AS gives_rows,
            pg_get_function_arguments(p.oid) AS arguments,
            pg_get_function_identity_arguments(p.oid) AS signature,
            pg_get_function_result(p.oid) AS result
        FROM pg_temp.guarded g JOIN pg_hidden.pg_proc p
            ON p.proname = g.name AND p.pronamespace = 'pg_catalog'::regnamespace
        -- Those in SQL call the others.
        WHERE p.prolang = 12
    LOOP
        EXECUTE format('ALTER FUNCTION pg_catalog.%I(%s) SET SCHEMA pg_hidden', f.proname, f.signature);
        EXECUTE format('REVOKE ALL ON FUNCTION pg_hidden.%I(%s) FROM PUBLIC', f.proname, f.signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION pg_hidden.%I(%s) TO sqlground_catalogue', f.proname, f.signature);
        arguments := (SELECT string_agg('$' || n, ', ') FROM generate_series(1, f.pronargs) AS n);
        EXECUTE format('CREATE FUNCTION pg_catalog.%1$I(%2$s) RETURNS %3$s LANGUAGE sql %4$s %5$s
            PARALLEL SAFE SECURITY DEFINER ',
            f.proname, f.arguments, f.result,
            CASE f.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END,
            CASE WHEN f.proisstrict THEN 'STRICT' ELSE '' END)
        || CASE WHEN f.proretset THEN 'ROWS 10 ' ELSE '' END
        || format(CASE WHEN f.gives_rows
            THEN 'BEGIN ATOMIC SELECT f.* FROM pg_hidden.%1$I(%2$s) AS f WHERE pg_hidden.%3$s; END'
            ELSE 'RETURN CASE WHEN pg_hidden.%3$s THEN pg_hidden.%1$I(%2$s) END' END,
            f.proname, arguments, f.condition);
        EXECUTE format('ALTER FUNCTION pg_catalog.%I(%s) OWNER TO sqlground_catalogue', f.proname, f.signature);
    END LOOP;
END
$$;

-- Advisory locks: keys of two sessions never meet. Each session's keys are combined with a number
-- that follows from its role and a secret, which nobody who holds a lock can see.

CREATE TABLE pg_hidden.secret (value bytea NOT NULL);
INSERT INTO pg_hidden.secret VALUES
    (sha256(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')));

CREATE FUNCTION pg_hidden.lock_mask() RETURNS bigint LANGUAGE sql STABLE
RETURN (SELECT ('x' || encode(substr(sha256(value || session_user::text::bytea), 1, 8), 'hex'))
    ::bit(64)::bigint FROM pg_hidden.secret);

-- The table of locks is one for all. Looking into it at every lock makes many of them slow, too.
CREATE FUNCTION pg_hidden.lock_mask_within_limit() RETURNS bigint LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM pg_hidden.pg_lock_status() AS l
        WHERE l.pid = pg_backend_pid() AND l.locktype = 'advisory') >= 1000
    THEN
        RAISE EXCEPTION USING ERRCODE = 'configuration_limit_exceeded',
            MESSAGE = 'too many advisory locks',
            HINT = 'A session may hold 1000 of them. Release some with pg_advisory_unlock.';
    END IF;
    RETURN pg_hidden.lock_mask();
END
$$;

DO $$
DECLARE
    f record;
    mask text;
BEGIN
    PERFORM set_config('search_path', 'pg_catalog', true);
    FOR f IN
        SELECT p.oid, p.proname, p.pronargs, pg_get_function_identity_arguments(p.oid) AS arguments,
            pg_get_function_arguments(p.oid) AS all_arguments,
            pg_get_function_result(p.oid) AS result, p.proretset AS is_set, p.provolatile AS volatility,
            p.proisstrict AS is_strict
        FROM pg_hidden.pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prolang = 12
          AND (p.proname ~ '^pg_(try_)?advisory_.*lock' AND p.pronargs > 0 OR p.proname IN
              ('pg_describe_object', 'pg_identify_object', 'pg_identify_object_as_address',
               'pg_get_acl', 'pg_stat_get_activity', 'pg_lock_status'))
    LOOP
        EXECUTE format('ALTER FUNCTION pg_catalog.%I(%s) SET SCHEMA pg_hidden', f.proname, f.arguments);
        EXECUTE format('REVOKE ALL ON FUNCTION pg_hidden.%I(%s) FROM PUBLIC', f.proname, f.arguments);
        EXECUTE format('GRANT EXECUTE ON FUNCTION pg_hidden.%I(%s) TO sqlground_catalogue', f.proname, f.arguments);
        mask := CASE WHEN f.proname ~ 'unlock' THEN 'lock_mask' ELSE 'lock_mask_within_limit' END;
        EXECUTE format('CREATE FUNCTION pg_catalog.%I(%s) RETURNS %s LANGUAGE sql SECURITY DEFINER %s %s %s ',
            f.proname, f.all_arguments, f.result,
            CASE f.volatility WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END,
            CASE WHEN f.is_strict THEN 'STRICT' ELSE '' END,
            CASE WHEN f.is_set THEN 'ROWS 100' ELSE '' END)
        || CASE
            WHEN f.proname = 'pg_stat_get_activity' THEN
                'BEGIN ATOMIC SELECT a.* FROM pg_hidden.pg_stat_get_activity($1) AS a
                    WHERE pg_hidden.sees_role(a.usesysid); END'
            WHEN f.proname = 'pg_lock_status' THEN
                'BEGIN ATOMIC
                    WITH own AS MATERIALIZED (
                        SELECT a.pid AS own_pid FROM pg_hidden.pg_stat_get_activity(NULL) AS a
                        WHERE pg_hidden.sees_role(a.usesysid)),
                    mask AS MATERIALIZED (SELECT pg_hidden.lock_mask() AS bits)
                    SELECT l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid,
                        l.transactionid,
                        CASE l.locktype WHEN ''advisory'' THEN
                            ((l.classid::bigint # (bits >> 32)) & 4294967295)::oid ELSE l.classid END,
                        CASE l.locktype WHEN ''advisory'' THEN
                            ((l.objid::bigint # bits) & 4294967295)::oid ELSE l.objid END,
                        l.objsubid, l.virtualtransaction, l.pid, l.mode, l.granted, l.fastpath,
                        l.waitstart
                    FROM pg_hidden.pg_lock_status() AS l, mask
                    WHERE l.pid IN (SELECT own_pid FROM own);
                END'
            WHEN f.proname ~ 'advisory' AND f.pronargs = 1 THEN
                format('RETURN pg_hidden.%I($1 # pg_hidden.%I())', f.proname, mask)
            WHEN f.proname ~ 'advisory' THEN
                format('RETURN (SELECT pg_hidden.%I($1 # (bits >> 32)::integer,
                    $2 # (bits << 32 >> 32)::integer) FROM pg_hidden.%I() AS bits)', f.proname, mask)
            ELSE format('BEGIN ATOMIC SELECT d.* FROM pg_hidden.class_behind($1) AS class,
                    LATERAL pg_hidden.%I(class, $2, $3) AS d
                    WHERE pg_hidden.sees_object(class, $2); END', f.proname)
        END;
        EXECUTE format('ALTER FUNCTION pg_catalog.%I(%s) OWNER TO sqlground_catalogue', f.proname, f.arguments);
    END LOOP;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pg_hidden FROM PUBLIC;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_hidden TO sqlground_catalogue;
    GRANT SELECT ON pg_hidden.secret TO sqlground_catalogue;
END
$$;

-- What a sandbox has no use for. Some could fill the disk: large objects, which count for no schema;
-- files of snapshots; messages in the log of changes. Others read a text as any type by its number,
-- and say what is wrong with it: what values an enum has, or what a domain checks. Casts do not ask
-- for these privileges.
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT oid FROM pg_hidden.pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
        AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lowrite', 'lo_truncate',
            'lo_truncate64', 'lo_unlink', 'lo_open', 'pg_export_snapshot', 'pg_logical_emit_message',
            'array_in', 'array_recv', 'record_in', 'record_recv', 'domain_in', 'domain_recv',
            'enum_in', 'enum_recv', 'range_in', 'range_recv', 'multirange_in', 'multirange_recv',
            'pg_filenode_relation')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END
$$;

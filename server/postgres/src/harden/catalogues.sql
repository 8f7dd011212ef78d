-- Shows everybody only those rows of the system catalogues that are about what they may use.
--
-- The catalogues themselves move to a schema that nobody may use; PostgreSQL finds them by their
-- numbers and does not mind. In their place come views of the same names and columns.

CREATE SCHEMA pg_hidden;
COMMENT ON SCHEMA pg_hidden IS 'sqlground: the catalogues behind those that are shown';

CREATE TEMPORARY TABLE shown (
    catalogue name PRIMARY KEY,
    condition text NOT NULL,
    content name[] NOT NULL DEFAULT '{}'
);

-- An object is shown to whoever owns it or may use its schema. `relation`, `routine` and `type`
-- stand for that condition on the object a row belongs to.
INSERT INTO shown (catalogue, condition) VALUES
    ('pg_namespace', $$has_schema_privilege(oid, 'USAGE') OR oid = 'pg_toast'::regnamespace$$),
    ('pg_class', $$has_schema_privilege(relnamespace, 'USAGE') OR pg_has_role(relowner, 'USAGE')$$),
    ('pg_attribute', 'relation(attrelid)'),
    ('pg_attrdef', 'relation(adrelid)'),
    ('pg_index', 'relation(indrelid)'),
    ('pg_inherits', 'relation(inhrelid)'),
    ('pg_partitioned_table', 'relation(partrelid)'),
    ('pg_sequence', 'relation(seqrelid)'),
    ('pg_rewrite', 'relation(ev_class)'),
    ('pg_trigger', 'relation(tgrelid)'),
    ('pg_policy', 'relation(polrelid)'),
    ('pg_constraint', $$has_schema_privilege(connamespace, 'USAGE')$$),
    ('pg_statistic_ext', $$has_schema_privilege(stxnamespace, 'USAGE')$$),
    ('pg_proc', $$has_schema_privilege(pronamespace, 'USAGE')$$),
    ('pg_aggregate', 'routine(aggfnoid)'),
    ('pg_type', $$has_schema_privilege(typnamespace, 'USAGE')$$),
    ('pg_enum', 'type(enumtypid)'),
    ('pg_range', 'type(rngtypid)'),
    ('pg_cast', 'type(castsource) AND type(casttarget)'),
    ('pg_operator', $$has_schema_privilege(oprnamespace, 'USAGE')$$),
    ('pg_collation', $$has_schema_privilege(collnamespace, 'USAGE')$$),
    ('pg_conversion', $$has_schema_privilege(connamespace, 'USAGE')$$),
    ('pg_ts_config', $$has_schema_privilege(cfgnamespace, 'USAGE')$$),
    ('pg_ts_config_map', $$EXISTS (SELECT FROM pg_hidden.pg_ts_config
        WHERE pg_ts_config.oid = mapcfg AND has_schema_privilege(cfgnamespace, 'USAGE'))$$),
    ('pg_ts_dict', $$has_schema_privilege(dictnamespace, 'USAGE')$$),
    ('pg_default_acl', $$pg_has_role(defaclrole, 'USAGE')$$),
    ('pg_largeobject_metadata', $$pg_has_role(lomowner, 'USAGE')$$),
    ('pg_depend', 'object(classid, objid) AND object(refclassid, refobjid)'),
    ('pg_description', 'object(classoid, objoid)'),
    ('pg_db_role_setting', $$setrole = 0 OR pg_has_role(setrole, 'USAGE')
        OR (SELECT rolcreaterole FROM pg_authid WHERE rolname = current_user)$$),
    ('pg_shdepend', $$pg_has_role(refobjid, 'USAGE')$$);

-- The columns that hold what somebody wrote. They ask for themselves once more: PostgreSQL may look
-- at a row with a student's function before it looks whether the row is shown. Views that forbid
-- that (`security_barrier`) would make the planner blind, and the views on top of them slow.
UPDATE shown SET content = c.content::name[] FROM (VALUES
    ('pg_class', '{relpartbound, reloptions}'),
    ('pg_attribute', '{attname, attmissingval, attoptions, attfdwoptions}'),
    ('pg_attrdef', '{adbin}'),
    ('pg_index', '{indkey, indexprs, indpred}'),
    ('pg_partitioned_table', '{partattrs, partexprs}'),
    ('pg_rewrite', '{ev_qual, ev_action}'),
    ('pg_trigger', '{tgattr, tgargs, tgqual}'),
    ('pg_policy', '{polqual, polwithcheck}'),
    ('pg_constraint', '{conkey, confkey, conbin}'),
    ('pg_statistic_ext', '{stxkeys, stxexprs}'),
    ('pg_proc', '{proargnames, proargdefaults, prosrc, probin, prosqlbody, proconfig}'),
    ('pg_aggregate', '{agginitval, aggminitval}'),
    ('pg_type', '{typdefaultbin, typdefault}'),
    ('pg_enum', '{enumlabel}'),
    ('pg_ts_dict', '{dictinitoption}'),
    ('pg_description', '{description}'),
    ('pg_db_role_setting', '{setconfig}')
) AS c (catalogue, content) WHERE shown.catalogue = c.catalogue;

DO $$
DECLARE
    -- What `relation(x)`, `routine(x)` and `type(x)` stand for.
    owners constant text[] := ARRAY[
        'relation', $q$EXISTS (SELECT FROM pg_hidden.pg_class AS r WHERE r.oid = \1
            AND (has_schema_privilege(r.relnamespace, 'USAGE') OR pg_has_role(r.relowner, 'USAGE')))$q$,
        'routine', $q$EXISTS (SELECT FROM pg_hidden.pg_proc AS r WHERE r.oid = \1
            AND has_schema_privilege(r.pronamespace, 'USAGE'))$q$,
        'type', $q$EXISTS (SELECT FROM pg_hidden.pg_type AS r WHERE r.oid = \1
            AND has_schema_privilege(r.typnamespace, 'USAGE'))$q$];
    -- The classes of objects whose rows are about objects of several classes.
    dependent constant name[] := ARRAY['pg_depend', 'pg_description', 'pg_shdepend'];
    entry record;
    is_shown text;
    as_shown text;
    columns text;
    condition text;
    view_oid oid;
BEGIN
    PERFORM set_config('search_path', 'pg_catalog', true);
    FOR entry IN SELECT s.catalogue FROM pg_temp.shown s LOOP
        EXECUTE format('ALTER TABLE pg_catalog.%I SET SCHEMA pg_hidden', entry.catalogue);
    END LOOP;
    -- Those about objects of several classes come last, for they need the others' numbers.
    FOR entry IN SELECT s.*, s.catalogue = ANY (dependent) AS last
        FROM pg_temp.shown s ORDER BY last
    LOOP
        IF entry.last AND is_shown IS NULL THEN
            -- The number of a class is that of the catalogue one can name, which is the view.
            SELECT 'CASE \1 ' || string_agg(format('WHEN %s THEN EXISTS (SELECT FROM pg_catalog.%I AS o
                        WHERE o.oid = \2)', old.oid, old.relname), ' ') || ' ELSE true END',
                   'CASE %1$I ' || string_agg(format('WHEN %s THEN %s::oid', old.oid, new.oid), ' ')
                       || ' ELSE %1$I END AS %1$I'
            INTO is_shown, as_shown
            FROM pg_hidden.pg_class old
            JOIN pg_hidden.pg_class new ON new.relname = old.relname
                AND new.relnamespace = 'pg_catalog'::regnamespace
            JOIN pg_hidden.pg_attribute a ON a.attrelid = old.oid AND a.attname = 'oid'
            WHERE old.relnamespace = 'pg_hidden'::regnamespace AND old.relkind = 'r';
        END IF;
        condition := entry.condition;
        FOR i IN 1 .. array_length(owners, 1) BY 2 LOOP
            condition := regexp_replace(condition,
                format('\m%s\(([a-z_]+)\)', owners[i]), owners[i + 1], 'g');
        END LOOP;
        condition := regexp_replace(condition, '\mobject\(([a-z_]+), ([a-z_]+)\)',
            coalesce(is_shown, ''), 'g');
        SELECT string_agg(CASE WHEN entry.last AND a.attname IN ('classid', 'refclassid', 'classoid')
                THEN format(as_shown, a.attname)
            WHEN a.attname = ANY (entry.content)
                THEN format('CASE WHEN %2$s THEN %1$I END AS %1$I', a.attname, condition)
            ELSE quote_ident(a.attname) END, ', ' ORDER BY a.attnum)
        INTO columns
        FROM pg_hidden.pg_attribute a
        WHERE a.attrelid = format('pg_hidden.%I', entry.catalogue)::regclass
          AND a.attnum > 0 AND NOT a.attisdropped;
        -- The number of the view itself is known once it is made.
        FOREACH view_oid IN ARRAY ARRAY[0, 1] LOOP
            IF view_oid = 1 THEN
                view_oid := format('pg_catalog.%I', entry.catalogue)::regclass;
            END IF;
            EXECUTE format('CREATE OR REPLACE VIEW pg_catalog.%1$I AS
                SELECT %2$s, %4$s::oid AS tableoid FROM pg_hidden.%1$I WHERE %3$s',
                entry.catalogue, columns, condition, view_oid);
        END LOOP;
        -- Few could read the roles' passwords.
        IF has_table_privilege('public', format('pg_hidden.%I', entry.catalogue), 'SELECT') THEN
            EXECUTE format('GRANT SELECT ON pg_catalog.%I TO PUBLIC', entry.catalogue);
        END IF;
    END LOOP;
    REVOKE ALL ON ALL TABLES IN SCHEMA pg_hidden FROM PUBLIC;
END
$$;

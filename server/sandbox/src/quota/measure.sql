-- How much disk the role of this name takes in this database: tables and sequences, and what is
-- written into the catalogues about them. Each step follows an index from what a role owns, so that
-- it takes no longer where there are many roles. `catalogue` stands for the schema of the catalogues.
SELECT r.rolname::text AS name, taken.bytes
FROM pg_catalog.pg_roles AS r
CROSS JOIN LATERAL (
    WITH owned AS MATERIALIZED (
        SELECT d.classid, d.objid FROM catalogue.pg_shdepend AS d
        WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid
            AND d.deptype = 'o'
            AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    ),
    relation AS MATERIALIZED (
        SELECT c.oid, c.relpartbound, c.reloptions
        FROM owned JOIN catalogue.pg_class AS c ON c.oid = owned.objid
        -- Temporary tables go with their connection.
        WHERE owned.classid = 'catalogue.pg_class'::regclass AND c.relpersistence <> 't'
    )
    SELECT coalesce(sum(part.bytes), 0)::bigint AS bytes FROM (
        SELECT catalogue.pg_total_relation_size(oid) AS bytes FROM relation
        UNION ALL SELECT pg_column_size(relpartbound) + pg_column_size(reloptions) FROM relation
        UNION ALL SELECT 200 + coalesce(pg_column_size(attmissingval), 0)
            FROM relation JOIN catalogue.pg_attribute ON attrelid = relation.oid
        UNION ALL SELECT pg_column_size(adbin)
            FROM relation JOIN catalogue.pg_attrdef ON adrelid = relation.oid
        UNION ALL SELECT pg_column_size(conbin)
            FROM relation JOIN catalogue.pg_constraint ON conrelid = relation.oid
        UNION ALL SELECT coalesce(pg_column_size(indexprs), 0) + coalesce(pg_column_size(indpred), 0)
            FROM relation JOIN catalogue.pg_index ON indrelid = relation.oid
        UNION ALL SELECT pg_column_size(ev_action) + pg_column_size(ev_qual)
            FROM relation JOIN catalogue.pg_rewrite ON ev_class = relation.oid
        UNION ALL SELECT pg_column_size(tgargs) + coalesce(pg_column_size(tgqual), 0)
            FROM relation JOIN catalogue.pg_trigger ON tgrelid = relation.oid
        UNION ALL SELECT coalesce(pg_column_size(polqual), 0) + coalesce(pg_column_size(polwithcheck), 0)
            FROM relation JOIN catalogue.pg_policy ON polrelid = relation.oid
        UNION ALL SELECT pg_column_size(partexprs)
            FROM relation JOIN catalogue.pg_partitioned_table ON partrelid = relation.oid
        UNION ALL SELECT pg_column_size(description)
            FROM owned JOIN catalogue.pg_description ON objoid = objid AND classoid = classid
        UNION ALL SELECT pg_column_size(prosrc) + coalesce(pg_column_size(prosqlbody), 0)
                + coalesce(pg_column_size(proargdefaults), 0) + coalesce(pg_column_size(proargnames), 0)
            FROM owned JOIN catalogue.pg_proc AS p ON p.oid = objid
            WHERE classid = 'catalogue.pg_proc'::regclass
        UNION ALL SELECT coalesce(pg_column_size(agginitval), 0) + coalesce(pg_column_size(aggminitval), 0)
            FROM owned JOIN catalogue.pg_aggregate ON aggfnoid = objid
            WHERE classid = 'catalogue.pg_proc'::regclass
        UNION ALL SELECT coalesce(pg_column_size(typdefaultbin), 0) + coalesce(pg_column_size(typdefault), 0)
            FROM owned JOIN catalogue.pg_type AS t ON t.oid = objid
            WHERE classid = 'catalogue.pg_type'::regclass
        UNION ALL SELECT 100
            FROM owned JOIN catalogue.pg_enum ON enumtypid = objid
            WHERE classid = 'catalogue.pg_type'::regclass
        UNION ALL SELECT pg_column_size(conbin)
            FROM owned JOIN catalogue.pg_constraint ON contypid = objid
            WHERE classid = 'catalogue.pg_type'::regclass
        UNION ALL SELECT pg_column_size(stxexprs)
            FROM owned JOIN catalogue.pg_statistic_ext AS s ON s.oid = objid
            WHERE classid = 'catalogue.pg_statistic_ext'::regclass
        UNION ALL SELECT pg_column_size(dictinitoption)
            FROM owned JOIN catalogue.pg_ts_dict AS d ON d.oid = objid
            WHERE classid = 'catalogue.pg_ts_dict'::regclass
        UNION ALL SELECT pg_column_size(setconfig)
            FROM catalogue.pg_db_role_setting WHERE setrole = r.oid
    ) AS part
) AS taken
WHERE r.rolname = $1::name

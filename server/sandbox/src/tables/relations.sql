-- The tables and views of the schemas $1, in the order of the schemas and of creation.
SELECT c.oid::int8 AS oid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       CASE c.relkind
           WHEN 'v' THEN 'view'
           WHEN 'm' THEN 'materialized view'
           WHEN 'p' THEN 'partitioned table'
           WHEN 'f' THEN 'foreign table'
       END AS kind,
       obj_description(c.oid, 'pg_class') AS comment,
       -- Keys and references of one column are shown with the column.
       ARRAY(SELECT pg_get_constraintdef(k.oid, true)
             FROM pg_constraint k
             WHERE k.conrelid = c.oid
             AND (k.contype IN ('u', 'c', 'x')
                  OR k.contype IN ('p', 'f') AND cardinality(k.conkey) > 1)
             ORDER BY position(k.contype::text IN 'pufcx'), k.oid)
       || ARRAY(SELECT pg_get_indexdef(i.indexrelid, 0, true)
                FROM pg_index i
                WHERE i.indrelid = c.oid
                AND NOT EXISTS (SELECT FROM pg_constraint k
                                WHERE k.conrelid = c.oid AND k.conindid = i.indexrelid)
                ORDER BY i.indexrelid) AS constraints
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND NOT c.relispartition
ORDER BY array_position($1::text[], n.nspname::text), c.oid

\ir ../outcome.sql
-- What relations of a schema hold that matches the marker; in parts, for it takes long.
CREATE FUNCTION search(space name, relations text) RETURNS TABLE (place text, found text) LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT format('%I.%I', nspname, relname) AS name
        FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = space AND relkind IN ('r', 'v', 'm', 'p')
        -- It is slow and has an attack of its own.
        AND relname ~ relations AND relname <> 'columns'
    LOOP
        BEGIN
            RETURN QUERY EXECUTE format('SELECT %L, c::text FROM %s AS c WHERE c::text ~ %L',
                r.name, r.name, '{pattern}');
        EXCEPTION WHEN OTHERS THEN
        END;
    END LOOP;
END
$$;

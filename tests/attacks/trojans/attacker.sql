-- What becomes of a statement: `done` or an SQLSTATE.
CREATE FUNCTION outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
-- Whoever calls `caught()` leaves a trace here, be it the service.
CREATE TABLE trace (caller name);
CREATE FUNCTION caught() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO {attacker_schema}.trace VALUES (session_user);
    RETURN true;
END
$$;

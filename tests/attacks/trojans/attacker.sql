\ir ../outcome.sql
-- Whoever calls `caught()` leaves a trace here, be it the service.
CREATE TABLE trace (caller name);
CREATE FUNCTION caught() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO {attacker_schema}.trace VALUES (session_user);
    RETURN true;
END
$$;

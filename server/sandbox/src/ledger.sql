-- The service's own knowledge. Nobody else has any privilege on the schema.
CREATE SCHEMA IF NOT EXISTS sqlground;

-- A workspace is a role and a schema of the same random name. It is
--   a session's, if `session` is set;
--   a server's, if `keeper_pid` is set: a scratch, or one that is being made or removed;
--   a spare one for whoever comes next, if neither is.
CREATE TABLE IF NOT EXISTS sqlground.workspaces (
    name text PRIMARY KEY,
    -- Who created the role, if not the service itself.
    creator text,
    -- A digest of the session, and which of its sandboxes this is.
    session bytea,
    key text,
    -- What it was made from; null until that is done.
    digest text,
    used_at timestamptz NOT NULL DEFAULT now(),
    -- What it held when it was made, and whether nothing can be added to it.
    start_bytes bigint NOT NULL DEFAULT 0,
    is_full boolean NOT NULL DEFAULT false,
    -- The connection that lives as long as the server.
    keeper_pid int,
    keeper_start timestamptz,
    UNIQUE (session, key),
    CHECK (session IS NULL OR keeper_pid IS NULL)
);

CREATE INDEX IF NOT EXISTS workspaces_spare ON sqlground.workspaces (digest)
    WHERE session IS NULL AND keeper_pid IS NULL;

CREATE INDEX IF NOT EXISTS workspaces_creator ON sqlground.workspaces (creator);

-- Roles that create students' roles.
CREATE TABLE IF NOT EXISTS sqlground.creators (
    name text PRIMARY KEY
);

-- A role is made by its creator in a transaction that also adds its workspace. Thereby whoever wants
-- to remove a creator waits for those that are being made, and then does not remove it: nobody could
-- ever drop them (manual, CREATEROLE). Earlier versions may have lost creators so.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conrelid = 'sqlground.workspaces'::regclass AND conname = 'workspaces_creator_fkey')
    THEN
        ALTER TABLE sqlground.workspaces ADD CONSTRAINT workspaces_creator_fkey
            FOREIGN KEY (creator) REFERENCES sqlground.creators (name) NOT VALID;
    END IF;
END
$$;

-- Whose sandboxes were removed because they were not used.
CREATE TABLE IF NOT EXISTS sqlground.unused (
    session bytea,
    key text,
    removed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (session, key)
);

CREATE TABLE IF NOT EXISTS sqlground.datasets (
    schema_name text PRIMARY KEY,
    name text NOT NULL
);

-- Earlier versions had a role for a session and a schema for each of its sandboxes. They count as
-- left by a server that is gone.
DO $$
BEGIN
    IF to_regclass('sqlground.roles') IS NOT NULL THEN
        INSERT INTO sqlground.workspaces (name, keeper_pid, keeper_start)
            SELECT schema_name, 0, now() FROM sqlground.sandboxes
            UNION SELECT role_name, 0, now() FROM sqlground.roles;
        DROP TABLE sqlground.sandboxes, sqlground.roles;
    END IF;
END
$$;

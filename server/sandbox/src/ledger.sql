-- The service's own knowledge. Nobody else has any privilege on the schema.
CREATE SCHEMA IF NOT EXISTS sqlground;

CREATE TABLE IF NOT EXISTS sqlground.roles (
    role_name text PRIMARY KEY,
    used_at timestamptz NOT NULL DEFAULT now(),
    -- For a scratch: the connection that lives as long as the server that made it.
    keeper_pid int,
    keeper_start timestamptz
);

CREATE TABLE IF NOT EXISTS sqlground.sandboxes (
    schema_name text PRIMARY KEY,
    role_name text NOT NULL REFERENCES sqlground.roles ON DELETE CASCADE,
    -- What the schema was prepared with; null until that is done.
    digest text
);

CREATE INDEX IF NOT EXISTS sandboxes_role ON sqlground.sandboxes (role_name);

CREATE TABLE IF NOT EXISTS sqlground.datasets (
    schema_name text PRIMARY KEY,
    name text NOT NULL
);

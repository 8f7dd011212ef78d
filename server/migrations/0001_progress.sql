-- A browser that has run or checked something. The id is a digest of what its cookie carries, so
-- that reading this table does not let anyone take over a session.
CREATE TABLE session (
    id bytea PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE progress (
    session bytea NOT NULL REFERENCES session ON DELETE CASCADE,
    exercise text NOT NULL,
    checks integer NOT NULL DEFAULT 0,
    first_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now(),
    solved_at timestamptz,
    PRIMARY KEY (session, exercise)
);

COMMENT ON COLUMN progress.solved_at IS 'When a submission was first judged correct.';

-- What a session did last on an exercise, shown again when the page is reloaded.
CREATE TABLE attempt (
    session bytea NOT NULL REFERENCES session ON DELETE CASCADE,
    exercise text NOT NULL,
    sql text NOT NULL,
    outcome json NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (session, exercise)
);

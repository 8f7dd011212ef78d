-- The last plan a session was shown on an exercise, for the next one to be compared with.
CREATE TABLE last_plan (
    session bytea NOT NULL REFERENCES session ON DELETE CASCADE,
    exercise text NOT NULL,
    plan json NOT NULL,
    PRIMARY KEY (session, exercise)
);

-- Plans for which somebody asked for a link. Whoever knows the id may read it.
CREATE TABLE shared_plan (
    id text PRIMARY KEY,
    session bytea REFERENCES session ON DELETE SET NULL,
    text text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX shared_plan_session ON shared_plan (session, made_at);
CREATE INDEX shared_plan_made_at ON shared_plan (made_at);

ALTER TABLE progress ADD COLUMN answer_seen_at timestamptz;

COMMENT ON COLUMN progress.answer_seen_at IS
    'When the session opened the reference answer. What it solves afterwards it has not found itself.';

-- Different scripts of a session that were judged not to be right, until they are enough to open the
-- answer.
CREATE TABLE failed_script (
    session bytea NOT NULL REFERENCES session ON DELETE CASCADE,
    exercise text NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (session, exercise, digest)
);

-- Mill Pond Boathouse: boats by the hour.

CREATE TYPE hull AS ENUM ('kayak', 'canoe', 'board');

CREATE TABLE boats (
    boat_id integer PRIMARY KEY,
    name    text NOT NULL UNIQUE CHECK (name <> ''),
    kind    hull NOT NULL,
    seats   integer NOT NULL CHECK (seats BETWEEN 1 AND 4),
    hourly  numeric(5, 2) CHECK (hourly > 0 AND hourly <= 200)
);

COMMENT ON COLUMN boats.hourly IS 'Price of an hour; NULL if none is set.';

CREATE TABLE paddlers (
    paddler_id integer PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    town       text,
    joined_on  date NOT NULL CHECK (joined_on BETWEEN '2015-01-01' AND '2029-12-31'),
    buddy_id   integer REFERENCES paddlers (paddler_id),
    CHECK (buddy_id <> paddler_id)
);

COMMENT ON COLUMN paddlers.town IS 'NULL if not known.';
COMMENT ON COLUMN paddlers.buddy_id IS 'Whom to call first, if anybody.';

CREATE TABLE hires (
    hire_id    integer PRIMARY KEY,
    boat_id    integer NOT NULL REFERENCES boats (boat_id),
    paddler_id integer REFERENCES paddlers (paddler_id),
    begins     timestamp(0) NOT NULL CHECK (begins >= '2023-01-01' AND begins < '2028-01-01'),
    hours      integer NOT NULL CHECK (hours BETWEEN 1 AND 12),
    paid       numeric(6, 2) CHECK (paid >= 0 AND paid <= 5000)
);

COMMENT ON COLUMN hires.paddler_id IS 'NULL for a walk-in.';
COMMENT ON COLUMN hires.begins IS 'To the second.';
COMMENT ON COLUMN hires.paid IS 'NULL while nothing is paid.';

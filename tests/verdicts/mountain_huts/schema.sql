-- Huts in the mountains: what they offer, who sleeps there, what guests write.

CREATE TABLE huts (
    hut_id  integer PRIMARY KEY,
    name    text NOT NULL UNIQUE CHECK (name <> ''),
    code    text NOT NULL,
    height  integer NOT NULL CHECK (height BETWEEN 500 AND 4600),
    offers  text[] NOT NULL,
    facts   jsonb NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
    next_id integer REFERENCES huts (hut_id),
    CHECK (next_id <> hut_id)
);

COMMENT ON COLUMN huts.code IS 'As the alpine club gave it, in letters and digits.';
COMMENT ON COLUMN huts.next_id IS 'Where the path leads to, if it goes on.';

CREATE TABLE stays (
    stay_id integer PRIMARY KEY,
    hut_id  integer NOT NULL REFERENCES huts,
    nights  daterange NOT NULL CHECK (NOT isempty(nights) AND lower(nights) IS NOT NULL AND upper(nights) IS NOT NULL),
    guests  integer NOT NULL CHECK (guests BETWEEN 1 AND 40),
    weight  numeric(6, 2) NOT NULL CHECK (weight >= 0)
);

COMMENT ON COLUMN stays.nights IS 'From the evening of the first day to the morning of the day after the last.';
COMMENT ON COLUMN stays.weight IS 'What the mule had to carry, in kilograms.';

CREATE TABLE entries (
    entry_id integer PRIMARY KEY,
    hut_id   integer NOT NULL REFERENCES huts,
    day      date NOT NULL CHECK (day BETWEEN '2020-01-01' AND '2029-12-31'),
    words    text NOT NULL,
    UNIQUE (hut_id, day)
);

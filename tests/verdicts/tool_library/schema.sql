-- The Tool Cupboard: a street lends tools to itself.

CREATE TABLE households (
    household_no integer PRIMARY KEY,
    surname      text NOT NULL,
    phone        text
);

CREATE TABLE tools (
    inv      text PRIMARY KEY CHECK (inv ~ '^[1-9][0-9]{0,3}$'),
    name     text NOT NULL,
    category text NOT NULL CHECK (category IN ('garden', 'wood', 'metal', 'paint'))
);

COMMENT ON COLUMN tools.inv IS 'Inventory number as written on the tool: 1 to 9999, a text.';

CREATE TABLE loans (
    loan_id      integer PRIMARY KEY,
    inv          text NOT NULL REFERENCES tools,
    household_no integer NOT NULL REFERENCES households,
    lent_on      date NOT NULL CHECK (lent_on BETWEEN '2020-01-01' AND '2029-12-31'),
    due_on       date NOT NULL CHECK (due_on <= '2030-12-31'),
    returned_on  date CHECK (returned_on <= '2030-12-31'),
    deposit      numeric(6, 2) NOT NULL CHECK (deposit BETWEEN 0 AND 500),
    CHECK (due_on >= lent_on),
    CHECK (returned_on >= lent_on)
);

CREATE UNIQUE INDEX one_open_loan ON loans (inv) WHERE returned_on IS NULL;

COMMENT ON COLUMN loans.returned_on IS 'NULL while the tool is out; a tool is out once at most.';

CREATE TABLE wishes (
    household_no integer NOT NULL REFERENCES households,
    inv          text NOT NULL REFERENCES tools,
    wished_on    date NOT NULL CHECK (wished_on BETWEEN '2020-01-01' AND '2030-12-31'),
    PRIMARY KEY (household_no, inv)
);

-- Lamplight Evening School: courses for grown-ups and nearly grown-ups.

CREATE TABLE teachers (
    teacher_id integer PRIMARY KEY,
    name       text NOT NULL
);

CREATE TABLE courses (
    code       text PRIMARY KEY CHECK (code ~ '^[A-Z]{2}[0-9]{2}$'),
    title      text NOT NULL,
    teacher_id integer REFERENCES teachers,
    capacity   integer NOT NULL CHECK (capacity BETWEEN 1 AND 40),
    starts_on  date NOT NULL CHECK (starts_on BETWEEN '2020-01-01' AND '2029-12-31'),
    ends_on    date NOT NULL CHECK (ends_on <= '2030-12-31'),
    CHECK (ends_on >= starts_on)
);

COMMENT ON COLUMN courses.teacher_id IS 'NULL while nobody has been found.';

CREATE TABLE pupils (
    pupil_id integer PRIMARY KEY,
    name     text NOT NULL,
    born_on  date CHECK (born_on BETWEEN '1920-01-01' AND '2020-12-31')
);

COMMENT ON COLUMN pupils.born_on IS 'NULL if the pupil did not say.';

CREATE TABLE enrolments (
    pupil_id    integer NOT NULL REFERENCES pupils,
    code        text NOT NULL REFERENCES courses,
    enrolled_on date NOT NULL CHECK (enrolled_on BETWEEN '2019-01-01' AND '2030-12-31'),
    grade       numeric(2, 1) CHECK (grade BETWEEN 1 AND 6),
    PRIMARY KEY (pupil_id, code)
);

COMMENT ON COLUMN enrolments.grade IS 'From 1.0, the best, to 6.0; NULL while there is none.';

CREATE TABLE exams (
    pupil_id integer NOT NULL,
    code     text NOT NULL,
    attempt  integer NOT NULL CHECK (attempt BETWEEN 1 AND 3),
    points   integer NOT NULL CHECK (points BETWEEN 0 AND 100),
    PRIMARY KEY (pupil_id, code, attempt),
    FOREIGN KEY (pupil_id, code) REFERENCES enrolments ON DELETE CASCADE
);

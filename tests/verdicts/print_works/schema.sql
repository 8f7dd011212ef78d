-- Quarto & Sons: a printing house and the people in it.

CREATE TABLE departments (
    dept_id integer PRIMARY KEY,
    name    text NOT NULL UNIQUE CHECK (name <> ''),
    budget  numeric(9, 2) CHECK (budget >= 0 AND budget <= 5000000)
);

COMMENT ON COLUMN departments.budget IS 'For wages, a month; NULL where none is set.';

CREATE TABLE employees (
    emp_id   integer PRIMARY KEY,
    name     text NOT NULL CHECK (name <> ''),
    job      text NOT NULL,
    dept_id  integer REFERENCES departments,
    boss_id  integer REFERENCES employees,
    salary   numeric(8, 2) NOT NULL CHECK (salary > 0 AND salary <= 50000),
    bonus    numeric(8, 2) CHECK (bonus >= 0 AND bonus <= 50000),
    hired_on date NOT NULL CHECK (hired_on BETWEEN '1980-01-01' AND '2029-12-31'),
    CHECK (boss_id < emp_id)
);

COMMENT ON COLUMN employees.dept_id IS 'NULL for those who belong to no department.';
COMMENT ON COLUMN employees.boss_id IS 'NULL for those without a boss; a boss has the lower number.';
COMMENT ON COLUMN employees.salary IS 'A month.';
COMMENT ON COLUMN employees.bonus IS 'NULL if none was agreed.';

CREATE TABLE raises (
    emp_id     integer NOT NULL REFERENCES employees ON DELETE CASCADE,
    from_day   date NOT NULL CHECK (from_day BETWEEN '1980-01-01' AND '2030-12-31'),
    new_salary numeric(8, 2) NOT NULL CHECK (new_salary > 0 AND new_salary <= 50000),
    PRIMARY KEY (emp_id, from_day)
);

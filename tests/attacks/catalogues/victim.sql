-- A student who leaves the marker wherever PostgreSQL keeps a text, and shares all of it.
CREATE TABLE {marker}_table (
    id int PRIMARY KEY,
    {marker}_column text DEFAULT '{marker}' COLLATE "C",
    made text GENERATED ALWAYS AS (coalesce({marker}_column, '{marker}')) STORED,
    CONSTRAINT {marker}_check CHECK ({marker}_column <> '{marker}x')
);
INSERT INTO {marker}_table SELECT n, '{marker}' FROM generate_series(1, 100) n;
CREATE INDEX {marker}_index ON {marker}_table (({marker}_column || '{marker}')) WHERE made = '{marker}';
CREATE STATISTICS {marker}_statistics ON (id + 1), {marker}_column, made FROM {marker}_table;
CREATE VIEW {marker}_view AS SELECT id AS {marker}_a, '{marker}'::text AS b FROM {marker}_table;
CREATE MATERIALIZED VIEW {marker}_copy AS SELECT '{marker}'::text AS a;
CREATE SEQUENCE {marker}_sequence;
CREATE TYPE {marker}_enum AS ENUM ('{marker}');
CREATE TYPE {marker}_range AS RANGE (SUBTYPE = int);
CREATE DOMAIN {marker}_domain AS text DEFAULT '{marker}' CONSTRAINT {marker}_says CHECK (VALUE <> '{marker}x');
CREATE FUNCTION {marker}_function(a text DEFAULT '{marker}') RETURNS text LANGUAGE sql IMMUTABLE
    SET application_name = '{marker}' AS $$ SELECT '{marker}'::text $$;
CREATE PROCEDURE {marker}_procedure({marker}_argument int) LANGUAGE sql AS $$ SELECT '{marker}'::text $$;
CREATE FUNCTION {marker}_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; /* {marker} */ END $$;
CREATE TRIGGER {marker}_trigger BEFORE UPDATE ON {marker}_table FOR EACH ROW
    WHEN (new.{marker}_column = '{marker}') EXECUTE FUNCTION {marker}_trigger('{marker}');
CREATE AGGREGATE {marker}_aggregate (text) (SFUNC = textcat, STYPE = text, INITCOND = '{marker}');
CREATE OPERATOR <<<->>> (FUNCTION = texteq, LEFTARG = text, RIGHTARG = text);
CREATE CAST ({marker}_enum AS {marker}_domain) WITH INOUT;
CREATE COLLATION {marker}_collation FROM "C";
CREATE CONVERSION {marker}_conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH DICTIONARY {marker}_dictionary (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION {marker}_configuration (COPY = simple);
CREATE TABLE {marker}_parts (a text) PARTITION BY LIST ((a || '{marker}'));
CREATE TABLE {marker}_part PARTITION OF {marker}_parts FOR VALUES IN ('{marker}');
CREATE POLICY {marker}_policy ON {marker}_parts USING (a = '{marker}') WITH CHECK (a = '{marker}');
COMMENT ON TABLE {marker}_table IS '{marker}';
COMMENT ON COLUMN {marker}_table.id IS '{marker}';
COMMENT ON FUNCTION {marker}_function IS '{marker}';
COMMENT ON CONSTRAINT {marker}_check ON {marker}_table IS '{marker}';
COMMENT ON OPERATOR <<<->>> (text, text) IS '{marker}';
GRANT ALL ON ALL TABLES IN SCHEMA {victim_schema} TO PUBLIC;
GRANT ALL ON ALL SEQUENCES IN SCHEMA {victim_schema} TO PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC;
ANALYZE {marker}_table;
SELECT nextval('{marker}_sequence'), count(*) FROM {marker}_table;

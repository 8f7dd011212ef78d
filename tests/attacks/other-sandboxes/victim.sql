-- A careless student, who shares everything with everybody.
CREATE TABLE diary (id int PRIMARY KEY, entry text DEFAULT 'dear diary');
INSERT INTO diary VALUES (1, '{marker}'), (2, '{marker}');
CREATE VIEW page AS SELECT * FROM diary;
CREATE MATERIALIZED VIEW copy AS SELECT * FROM diary;
CREATE SEQUENCE counter START 4711;
SELECT nextval('counter');
CREATE TYPE mood AS ENUM ('{marker}', 'fine');
CREATE DOMAIN word AS text CHECK (VALUE <> '{marker}');
CREATE FUNCTION tell() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT entry FROM diary LIMIT 1 $$;
CREATE PROCEDURE forget() LANGUAGE sql SECURITY DEFINER AS $$ DELETE FROM diary $$;
GRANT ALL ON diary, page, copy TO PUBLIC;
GRANT ALL ON SEQUENCE counter TO PUBLIC;
GRANT ALL ON TYPE mood, word TO PUBLIC;
GRANT USAGE ON SCHEMA {victim_schema} TO PUBLIC;

-- Definitions that hold the marker. The attacker knows the numbers of all of them.
CREATE TABLE diary (
    id int PRIMARY KEY,
    {marker} text DEFAULT '{marker}',
    CONSTRAINT {marker}_check CHECK ({marker} <> '{marker}x')
);
INSERT INTO diary VALUES (1, '{marker}');
CREATE INDEX diary_index ON diary (({marker} || '{marker}')) WHERE {marker} <> '{marker}';
CREATE STATISTICS diary_statistics ON (id + 1), {marker} FROM diary;
CREATE VIEW page AS SELECT '{marker}'::text AS entry FROM diary;
CREATE FUNCTION tell(a text DEFAULT '{marker}') RETURNS TABLE ({marker}_result text) LANGUAGE sql AS $$ SELECT '{marker}'::text $$;
CREATE FUNCTION sum_up() RETURNS text LANGUAGE sql RETURN '{marker}'::text;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER stamp BEFORE UPDATE ON diary FOR EACH ROW WHEN (new.{marker} = '{marker}') EXECUTE FUNCTION stamp('{marker}');
CREATE TABLE parts (a text) PARTITION BY LIST ((a || '{marker}'));
CREATE TABLE part PARTITION OF parts FOR VALUES IN ('{marker}');
CREATE SEQUENCE counter OWNED BY diary.id;
CREATE POLICY hide ON parts USING (a = '{marker}');
COMMENT ON TABLE diary IS '{marker}';
COMMENT ON COLUMN diary.id IS '{marker}';
COMMENT ON FUNCTION stamp IS '{marker}';
GRANT ALL ON diary, page, parts TO PUBLIC;
GRANT ALL ON SEQUENCE counter TO PUBLIC;
SELECT count(*) FROM diary WHERE id = 1;

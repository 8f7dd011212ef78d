-- Tables whose plans show what `queries.sql` is about.
CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, total numeric NOT NULL, note text);
INSERT INTO orders
SELECT g, g % 1000, g % 97, repeat('x', 40) FROM generate_series(1, 40000) g;
CREATE INDEX orders_customer ON orders (customer);
CREATE INDEX orders_total ON orders (total);

CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, country int NOT NULL);
INSERT INTO customers SELECT g, 'customer ' || g, g % 20 FROM generate_series(0, 999) g;

CREATE TABLE "Odd Name" ("a b" int, c text);
INSERT INTO "Odd Name" SELECT g, 'it''s (' || g FROM generate_series(1, 100) g;

CREATE TABLE measures (day int, value int) PARTITION BY RANGE (day);
CREATE TABLE measures_1 PARTITION OF measures FOR VALUES FROM (0) TO (100);
CREATE TABLE measures_2 PARTITION OF measures FOR VALUES FROM (100) TO (200);
CREATE TABLE measures_3 PARTITION OF measures FOR VALUES FROM (200) TO (300);
INSERT INTO measures SELECT g % 300, g FROM generate_series(1, 30000) g;
CREATE INDEX ON measures (day);
CREATE INDEX ON measures (value);

CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE);
INSERT INTO parent SELECT g FROM generate_series(1, 200) g;
INSERT INTO child SELECT g, g % 200 + 1 FROM generate_series(1, 1000) g;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER before_it BEFORE UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER after_it AFTER UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER "At (the) end" AFTER UPDATE ON parent EXECUTE FUNCTION touch();

ANALYZE orders, customers, measures, parent, child;

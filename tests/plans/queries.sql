-- Queries whose plans are compared in all formats. Behind a colon stands a node that must appear.
-- Statements before the last set the scene.

-- sort in memory: Sort
SELECT * FROM customers ORDER BY name;

-- sort on disk: Sort
SET work_mem = '64kB';
SELECT * FROM orders ORDER BY note, total;

-- top rows: Limit
SELECT * FROM orders ORDER BY note DESC, total LIMIT 5 OFFSET 3;

-- joins
SELECT c.name, sum(o.total) FROM customers c LEFT JOIN orders o ON o.customer = c.id
WHERE c.country = 3 GROUP BY c.name HAVING count(*) > 3;

-- hash join on disk: Hash Join
SET work_mem = '64kB';
SET enable_mergejoin = off;
SELECT count(*) FROM orders a JOIN orders b ON a.id = b.id + 1 WHERE a.note = b.note;

-- merge join: Merge Join
SET enable_hashjoin = off;
SET enable_nestloop = off;
SELECT count(*) FROM orders a JOIN customers b ON a.customer = b.id AND a.total > b.country;

-- semi and anti joins
SELECT * FROM customers c
WHERE EXISTS (SELECT FROM orders o WHERE o.customer = c.id AND o.total > 95)
AND NOT EXISTS (SELECT FROM orders o WHERE o.customer = c.id AND o.total > 96);

-- parallel: Gather
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT customer, count(*) FROM orders WHERE total > 3 GROUP BY customer;

-- parallel without the leader: Gather
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SELECT count(*) FROM orders WHERE total > 3;

-- parallel sort: Gather Merge
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET work_mem = '64kB';
SELECT * FROM orders ORDER BY note, total;

-- parallel hash join: Parallel Hash
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_mergejoin = off;
SET enable_nestloop = off;
SELECT count(*) FROM orders a JOIN orders b ON a.id = b.id + 1;

-- parallel nested loop: Nested Loop
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT count(*) FROM customers c JOIN orders o ON o.customer = c.id WHERE c.country < 3;

-- parallel bitmap scan: Parallel Bitmap Heap Scan
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_seqscan = off;
SET enable_indexscan = off;
SELECT count(note) FROM orders WHERE total < 20 OR customer < 30;

-- parallel append: Parallel Append
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT count(*) FROM measures WHERE value > 10;

-- a gather that runs again: Gather
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_material = off;
SELECT * FROM (VALUES (1), (2), (3)) v(x)
LEFT JOIN (SELECT count(*) AS n FROM orders) o ON o.n > v.x;

-- an init plan below a gather: Gather
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT count(*) FROM orders WHERE total > (SELECT avg(total) FROM orders);

-- init plans: Limit
SELECT (SELECT max(id) FROM orders), (SELECT min(id) FROM orders), c.*
FROM customers c WHERE c.country > (SELECT 3) AND c.id < (SELECT count(*) FROM parent);

-- a CTE read twice: CTE Scan
WITH c AS MATERIALIZED (SELECT customer, count(*) AS n FROM orders GROUP BY customer)
SELECT * FROM c a JOIN c b ON a.n = b.n AND a.customer = b.customer;

-- a CTE within a CTE: CTE Scan
WITH a AS MATERIALIZED (SELECT * FROM customers), b AS MATERIALIZED (SELECT * FROM a WHERE id < 9)
SELECT * FROM a JOIN b USING (id);

-- recursive: Recursive Union
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 50)
SELECT sum(n) FROM t x;

-- subplans: Aggregate
SELECT name, (SELECT count(*) FROM orders o WHERE o.customer = c.id) FROM customers c WHERE id < 20;

-- hashed subplan: Seq Scan
SELECT * FROM orders WHERE customer NOT IN (SELECT id FROM customers WHERE country > 2);

-- pruned when planned
SELECT * FROM measures WHERE day = 120;

-- pruned when executed: Append
PREPARE pruned AS SELECT * FROM measures WHERE day > $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE pruned(250);

-- merge append: Merge Append
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT * FROM measures ORDER BY value LIMIT 10;

-- memoize: Memoize
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer WHERE o.id < 5000;

-- incremental sort: Incremental Sort
SET enable_seqscan = off;
SELECT * FROM orders ORDER BY customer, total LIMIT 200;

-- bitmaps: Bitmap Index Scan
SET enable_seqscan = off;
SET enable_indexscan = off;
SELECT count(note) FROM orders WHERE (total = 3 OR total = 5) AND customer < 500;

-- a large bitmap
SET work_mem = '64kB';
SET enable_seqscan = off;
SET enable_indexscan = off;
SELECT count(note) FROM orders WHERE total < 60;

-- index only scan backward: Index Only Scan Backward
SET enable_seqscan = off;
SELECT id FROM orders WHERE id > 39000 ORDER BY id DESC;

-- odd names: Seq Scan
SELECT "o o"."a b" FROM "Odd Name" "o o" WHERE c = 'it''s (5' AND c <> 'two
lines: here' AND c <> '->  Sort';

-- set operations: HashSetOp Except All
SELECT id FROM customers EXCEPT ALL SELECT customer FROM orders;

-- union
SELECT id FROM customers UNION SELECT id FROM parent;

-- grouping sets: MixedAggregate
SELECT country, name, count(*) FROM customers GROUP BY GROUPING SETS ((country, name), (name), ());

-- cube
SELECT country, id % 3, count(*) FROM customers GROUP BY CUBE (country, id % 3);

-- windows: WindowAgg
SELECT id, rank() OVER (PARTITION BY country ORDER BY name), row_number() OVER (ORDER BY id)
FROM customers;

-- functions: Function Scan
SELECT * FROM generate_series(1, 5) g, unnest(ARRAY[1, 2], ARRAY['a', 'b']) WITH ORDINALITY u;

-- rows from JSON
SELECT * FROM json_to_recordset('[{"a": 1}]') x(a int), (VALUES (1, 'x'), (2, 'y')) v(p, q);

-- result: Result
SELECT 1 WHERE false;

-- never executed
SELECT * FROM customers c JOIN orders o ON o.customer = c.id WHERE c.name = 'nobody';

-- sample: Sample Scan
SELECT count(*) FROM orders TABLESAMPLE bernoulli (10) REPEATABLE (1);

-- tid: Tid Scan
SELECT * FROM customers WHERE ctid = '(0,1)';

-- lock: LockRows
SELECT * FROM customers WHERE id = 5 FOR UPDATE;

-- insert: Insert
INSERT INTO customers SELECT g + 5000, 'new', 1 FROM generate_series(1, 50) g
ON CONFLICT (id) DO UPDATE SET name = 'old' WHERE customers.country > 5 RETURNING id;

-- update of partitions: Update
SET enable_bitmapscan = off;
SET enable_indexscan = off;
UPDATE measures SET value = value + 1 WHERE day < 150;

-- update with triggers: Update
UPDATE parent SET id = id WHERE id < 50;

-- delete that cascades: Delete
DELETE FROM parent WHERE id <= 100;

-- merge: Merge
MERGE INTO parent p USING (SELECT g FROM generate_series(150, 250) g) s ON p.id = s.g
WHEN MATCHED AND s.g < 180 THEN DELETE
WHEN MATCHED THEN DO NOTHING
WHEN NOT MATCHED THEN INSERT VALUES (s.g);

-- a CTE that changes rows: Delete
WITH gone AS (DELETE FROM child WHERE id < 100 RETURNING *)
SELECT count(*) FROM gone JOIN parent ON parent.id = gone.parent;

-- compiled: Aggregate
SET jit = on;
SET jit_above_cost = 0;
SELECT sum(total) FROM orders;

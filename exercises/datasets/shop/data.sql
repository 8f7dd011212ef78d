SELECT setseed(0.42);

INSERT INTO customers (id, name, email, country, created_at)
SELECT n,
       first || ' ' || last,
       CASE WHEN n % 9 = 0 THEN initcap(ascii_first) ELSE ascii_first END || '.' || n || '@mail.example',
       (ARRAY['DE', 'FR', 'GH', 'BR', 'IN', 'PT', 'TR', 'NG', 'VN', 'SE', 'KE', 'JP'])
           [1 + floor(12 * power(random(), 1.7))::integer],
       timestamp '2021-03-01' + interval '1 second' * floor(random() * 86400 * 670)
FROM (
    SELECT n,
           (ARRAY['Ama', 'Björn', 'Chidi', 'Đức', 'Esra', 'Fatima', 'Goran', 'Hina', 'Iñaki', 'Jelena',
                  'Kwame', 'Leilani', 'Mehdi', 'Noor', 'Olga', 'Priya', 'Quynh', 'Rosa', 'Siobhán', 'Tomáš'])
               [1 + n * 7 % 20] AS first,
           (ARRAY['ama', 'bjorn', 'chidi', 'duc', 'esra', 'fatima', 'goran', 'hina', 'inaki', 'jelena',
                  'kwame', 'leilani', 'mehdi', 'noor', 'olga', 'priya', 'quynh', 'rosa', 'siobhan', 'tomas'])
               [1 + n * 7 % 20] AS ascii_first,
           (ARRAY['Owusu', 'Lindqvist', 'Eze', 'Nguyen', 'Yıldız', 'Alaoui', 'Petrović', 'Qureshi', 'Etxeberria',
                  'Kovač', 'Mensah', 'Silva', 'Benali', 'Haddad', 'Nair', 'Tanaka', 'Quispe', 'Byrne', 'Dvořák'])
               [1 + n * 11 % 19] AS last
    FROM generate_series(1, 8000) AS n
) AS people
ORDER BY n;

SELECT setval(pg_get_serial_sequence('customers', 'id'), 8000);

INSERT INTO products (id, sku, name, category, price, discontinued)
SELECT n,
       upper(left(category, 3)) || '-' || lpad(n::text, 4, '0'),
       (ARRAY['Plain', 'Tall', 'Small', 'Folding', 'Woven', 'Glazed', 'Oak', 'Copper', 'Indigo', 'Travel'])[1 + n % 10]
           || ' ' || noun,
       category,
       round((4 + 120 * power(random(), 2.2))::numeric, 1) - 0.05,
       n % 17 = 0
FROM generate_series(1, 400) AS n,
     LATERAL (SELECT (ARRAY['lamps', 'rugs', 'bowls', 'baskets', 'textiles', 'candles', 'garden', 'tools'])[1 + n % 8] AS category,
                     (ARRAY['lamp', 'rug', 'bowl', 'basket', 'throw', 'candle', 'planter', 'shears'])[1 + n % 8] AS noun) AS kind
ORDER BY n;

SELECT setval(pg_get_serial_sequence('products', 'id'), 400);

-- Orders come in with time, but ids and moments do not quite run in step, and some orders share a
-- minute. Every eighth customer never orders.
INSERT INTO orders (id, customer_id, status, ordered_at, shipped_at)
SELECT n, customer_id,
       CASE WHEN pick < 0.03 THEN 'cancelled'
            WHEN n > 49000 AND pick < 0.85 OR pick < 0.034 THEN 'pending'
            WHEN n > 48500 AND pick < 0.9 THEN 'shipped'
            ELSE 'delivered' END,
       ordered_at,
       CASE WHEN pick >= 0.034 AND (n <= 49000 OR pick >= 0.85)
            THEN ordered_at + interval '1 hour' * (5 + n * 13 % 90) END
FROM (
    SELECT n,
           c - CASE WHEN c % 8 = 0 THEN 1 ELSE 0 END AS customer_id,
           random() AS pick,
           timestamp '2023-01-01 06:00' + interval '1 minute' * (n / 3 * 94.5 + n / 3 * 37 % 180)::integer AS ordered_at
    FROM generate_series(1, 50000) AS n,
         LATERAL (SELECT 1 + floor(8000 * power(random(), 1.8) + 0 * n)::integer AS c) AS who
) AS incoming
ORDER BY n;

SELECT setval(pg_get_serial_sequence('orders', 'id'), 50000);

INSERT INTO order_items (order_id, line_no, product_id, quantity, unit_price)
SELECT o.id, line_no, p.id, quantity, round(p.price * CASE WHEN o.id % 10 = 0 THEN 0.9 ELSE 1 END, 2)
FROM (
    SELECT id, line_no,
           1 + floor(400 * power(random(), 1.6))::integer AS product_id,
           1 + floor(4 * power(random(), 3))::integer AS quantity
    FROM orders, LATERAL generate_series(1, 1 + id * 5 % 4) AS line_no
    ORDER BY id, line_no
) AS o
JOIN products AS p ON p.id = o.product_id
ORDER BY o.id, line_no;

ALTER TABLE customers ADD UNIQUE (email);
ALTER TABLE products ADD UNIQUE (sku);
ALTER TABLE order_items ADD PRIMARY KEY (order_id, line_no);
CREATE INDEX orders_ordered_at_id_idx ON orders (ordered_at, id);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id);
ALTER TABLE order_items ADD FOREIGN KEY (order_id) REFERENCES orders (id);
ALTER TABLE order_items ADD FOREIGN KEY (product_id) REFERENCES products (id);

ANALYZE customers;
ANALYZE products;
ANALYZE orders;
ANALYZE order_items;

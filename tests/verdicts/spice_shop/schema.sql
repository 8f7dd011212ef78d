-- Saffron Street: a web shop for spices.

CREATE DOMAIN euros AS numeric(8, 2) CHECK (VALUE >= 0 AND VALUE <= 100000);

CREATE TABLE customers (
    customer_id integer PRIMARY KEY,
    email       text NOT NULL UNIQUE CHECK (email LIKE '%_@_%'),
    name        text NOT NULL,
    country     text NOT NULL CHECK (country ~ '^[A-Z]{2}$')
);

CREATE TABLE products (
    sku      text PRIMARY KEY CHECK (sku <> ''),
    name     text NOT NULL,
    category text,
    price    euros NOT NULL,
    stock    integer NOT NULL CHECK (stock BETWEEN 0 AND 100000)
);

COMMENT ON COLUMN products.category IS 'NULL while nobody has sorted it in.';

CREATE TABLE orders (
    order_no    integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customers,
    placed_at   timestamp NOT NULL CHECK (placed_at >= '2023-01-01' AND placed_at < '2029-01-01'),
    status      text NOT NULL CHECK (status IN ('open', 'sent', 'returned')),
    coupon      text,
    shipping    euros NOT NULL
);

COMMENT ON COLUMN orders.coupon IS 'NULL if none was used.';

CREATE TABLE order_lines (
    order_no   integer NOT NULL REFERENCES orders,
    line_no    integer NOT NULL CHECK (line_no >= 1),
    sku        text NOT NULL REFERENCES products,
    quantity   integer NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    unit_price euros NOT NULL,
    PRIMARY KEY (order_no, line_no)
);

COMMENT ON TABLE order_lines IS 'A product may stand on several lines of one order.';

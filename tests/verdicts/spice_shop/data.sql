INSERT INTO customers (customer_id, email, name, country) VALUES
    (1, 'marit@fjellpost.example', 'Marit Solheim', 'NO'),
    (2, 'd.acheampong@kumasi.example', 'Daniel Acheampong', 'GH'),
    (3, 'yuki.t@harbor.example', 'Yuki Tanabe', 'JP'),
    (4, 'lene@fjellpost.example', 'Lene Dahl', 'NO'),
    (5, 'ruiz@olivar.example', 'Carmen Ruiz', 'ES'),
    (6, 'hugo@olivar.example', 'Hugo Pastor', 'ES');

INSERT INTO products (sku, name, category, price, stock) VALUES
    ('P_CUM', 'Cumin, ground', 'seed', 3.20, 140),
    ('P_CHI', 'Chili flakes', 'fruit', 4.10, 95),
    ('P_GCH', 'Green chili powder', 'fruit', 5.60, 60),
    ('W_CIN', 'Cinnamon sticks', 'bark', 6.90, 80),
    ('W_SAF', 'Saffron threads', 'flower', 19.90, 25),
    ('W_CAR', 'Cardamom pods', 'seed', 11.40, 45),
    ('W_STA', 'Star anise', 'fruit', 7.75, 70),
    ('M_CUR', 'Curry of the house', 'blend', 8.30, 110);

INSERT INTO orders (order_no, customer_id, placed_at, status, coupon, shipping) VALUES
    (5001, 1, '2025-01-09 10:15:00', 'sent', 'WINTER', 6.90),
    (5002, 2, '2025-02-03 18:40:12', 'sent', 'WINTER', 12.50),
    (5003, 3, '2025-02-20 07:05:30', 'sent', 'HELLO', 14.00),
    (5004, 1, '2025-03-11 21:22:45', 'sent', 'SPRING', 5.90),
    (5005, 4, '2025-04-02 12:00:01', 'returned', 'SPRING', 7.20),
    (5006, 5, '2025-05-14 16:31:00', 'sent', 'HELLO', 4.50),
    (5007, 6, '2025-06-18 09:48:20', 'sent', 'SUMMER', 4.20),
    (5008, 3, '2025-07-07 23:10:00', 'sent', 'SUMMER', 13.00),
    (5009, 2, '2025-08-21 14:14:14', 'sent', 'SUMMER', 11.00),
    (5010, 5, '2025-09-05 08:00:50', 'open', 'AUTUMN', 3.90),
    (5011, 6, '2025-10-12 19:59:00', 'open', 'AUTUMN', 4.80),
    (5012, 4, '2025-11-23 11:11:11', 'open', 'WINTER', 6.50),
    (5013, 1, '2025-12-01 06:30:00', 'open', 'WINTER', 6.10);

INSERT INTO order_lines (order_no, line_no, sku, quantity, unit_price) VALUES
    (5001, 1, 'W_SAF', 1, 18.90),
    (5002, 1, 'W_CIN', 2, 6.90),
    (5002, 2, 'W_SAF', 1, 19.90),
    (5003, 1, 'P_CHI', 3, 4.00),
    (5004, 1, 'M_CUR', 2, 8.30),
    (5005, 1, 'W_CAR', 1, 11.40),
    (5006, 1, 'W_SAF', 2, 19.50),
    (5006, 2, 'W_CIN', 1, 6.90),
    (5007, 1, 'P_CUM', 4, 3.20),
    (5008, 1, 'W_STA', 1, 7.75),
    (5009, 1, 'P_GCH', 2, 5.60),
    (5010, 1, 'P_CUM', 3, 3.20),
    (5010, 2, 'P_CHI', 2, 4.10),
    (5011, 1, 'W_STA', 4, 7.75),
    (5011, 2, 'P_GCH', 1, 5.60),
    (5012, 1, 'W_CAR', 2, 11.40),
    (5012, 2, 'M_CUR', 5, 8.30),
    (5013, 1, 'W_CIN', 6, 6.90),
    (5013, 2, 'W_SAF', 3, 19.90);

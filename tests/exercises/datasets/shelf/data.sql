INSERT INTO author VALUES (1, 'Ama'), (2, 'Björn'), (3, 'Chidi');

INSERT INTO book (id, author_id, title, pages, price) VALUES
    (1, 1, 'Rivers', 120, 9.50),
    (2, 1, 'Hills', 300, 12.00),
    (3, 2, 'Fog', NULL, 9.50),
    (4, NULL, '', 80, NULL);

SELECT setval(pg_get_serial_sequence('book', 'id'), 4);

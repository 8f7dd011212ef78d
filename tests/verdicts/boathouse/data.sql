INSERT INTO boats (boat_id, name, kind, seats, hourly) VALUES
    (1, 'Otter', 'kayak', 2, 14.00),
    (2, 'Heron', 'kayak', 2, 14.50),
    (3, 'Pike', 'canoe', 3, 18.00),
    (4, 'Beaver', 'canoe', 4, 22.00),
    (5, 'Coot', 'canoe', 1, 11.00),
    (6, 'Drake', 'board', 1, 9.00),
    (7, 'Newt', 'board', 2, 10.50),
    (8, 'Grebe', 'kayak', 2, 15.00);

INSERT INTO paddlers (paddler_id, name, town, joined_on, buddy_id) VALUES
    (4, 'Ilse Brandvold', 'Aldermoor', '2022-04-02', NULL),
    (3, 'Tomas Reyl', 'Aldermoor', '2023-05-14', NULL),
    (2, 'Priya Nandakumar', 'Aldermoor', '2024-06-01', 3),
    (1, 'Gus Okonjo', 'Briarford', '2024-07-20', 2),
    (5, 'Wanda Klimt', 'Briarford', '2023-03-11', 1),
    (6, 'Pelle Strand', 'Briarford', '2021-08-30', 1),
    (7, 'Odile Marchetti', 'Copsey', '2025-02-09', 6),
    (8, 'Kofi Adair', 'Copsey', '2022-09-17', 7),
    (9, 'Runa Thistle', 'Dunmere', '2023-10-05', 5),
    (10, 'Bram Oyelaran', 'Dunmere', '2020-05-23', 9);

INSERT INTO hires (hire_id, boat_id, paddler_id, begins, hours, paid) VALUES
    (101, 1, 1, '2025-04-12 09:30:00', 2, 28.00),
    (102, 3, 2, '2025-04-19 10:00:00', 4, 72.00),
    (103, 2, 1, '2025-04-27 14:15:00', 1, 14.50),
    (104, 6, 3, '2025-05-03 11:00:00', 3, 27.00),
    (105, 4, 5, '2025-05-04 09:00:00', 6, 120.00),
    (106, 5, 6, '2025-05-10 13:00:00', 2, 20.00),
    (107, 7, 2, '2025-05-17 15:30:00', 3, 31.50),
    (108, 8, 3, '2025-05-24 08:45:00', 5, 75.00),
    (109, 3, 5, '2025-05-29 10:30:00', 7, 110.00),
    (110, 1, 7, '2025-06-07 09:15:00', 2, 28.00),
    (111, 2, 6, '2025-06-08 16:00:00', 1, 14.50),
    (112, 4, 7, '2025-06-14 10:00:00', 9, 198.00),
    (113, 8, 8, '2025-06-15 12:00:00', 4, 60.00),
    (114, 6, 8, '2025-06-21 17:30:00', 1, 9.00),
    (115, 5, 1, '2025-06-28 11:45:00', 3, 33.00);

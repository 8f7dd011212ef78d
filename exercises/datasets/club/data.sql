SELECT setseed(0.42);

INSERT INTO members (id, name, email, city, plan, born_on, joined_on, left_on, referred_by) VALUES
    ( 1, 'Ama Owusu',           'ama.owusu@mail.example',      'Accra',        'adult',  '1984-02-11', '2019-01-07', NULL,         NULL),
    ( 2, 'Björn Lindqvist',     'bjorn@lindqvist.example',     'Malmö',        'senior', '1955-06-30', '2019-01-07', NULL,         NULL),
    ( 3, 'Chidi Eze',           'Chidi.Eze@Mail.example',      'Lagos',        'adult',  '1990-09-19', '2019-03-02', NULL,         1),
    ( 4, 'Đặng Thu Hà',         'thuha@post.example',          'Huế',          'adult',  '1992-12-01', '2019-04-15', NULL,         1),
    ( 5, 'Esra Yıldız',         NULL,                          'İzmir',        'adult',  '1988-03-08', '2019-06-20', NULL,         2),
    ( 6, 'Fatima Zahra Alaoui', 'fatima@alaoui.example',       'Fès',          'adult',  '1979-05-27', '2019-09-01', NULL,         3),
    ( 7, 'Goran Petrović',      'goran@mail.example',          'Novi Sad',     'senior', '1951-10-14', '2019-09-01', '2023-12-31', NULL),
    ( 8, 'Hina Qureshi',        'hina.q@post.example',         'Lahore',       'adult',  '1995-01-22', '2020-02-11', NULL,         6),
    ( 9, 'Iñaki Etxeberria',    'inaki@etxe.example',          'Bilbao',       'adult',  '1983-07-07', '2020-02-11', NULL,         6),
    (10, 'Jelena Kovač',        'jelena.kovac@mail.example',   'Split',        'adult',  '1991-11-30', '2020-03-01', NULL,         NULL),
    (11, 'Kwame Mensah',        'kwame@mensah.example',        'Accra',        'adult',  '1986-08-16', '2020-07-19', NULL,         1),
    (12, 'Leilani Kahale',      NULL,                          'Hilo',         'adult',  NULL,         '2020-09-05', NULL,         9),
    (13, 'Maria Silva',         'maria.silva@post.example',    'Porto',        'adult',  '1987-04-25', '2021-01-10', NULL,         NULL),
    (14, 'Maria Silva',         'msilva@mail.example',         'Recife',       'adult',  '1998-02-03', '2021-01-10', NULL,         13),
    (15, 'Nikolai Volkov',      'n.volkov@mail.example',       'Almaty',       'senior', '1949-12-12', '2021-02-14', '2024-06-30', 2),
    (16, 'Oluwaseun Adebayo',   'seun@adebayo.example',        'Lagos',        'adult',  '1993-05-05', '2021-03-21', NULL,         3),
    (17, 'Pita Tamahori',       'pita@mail.example',           'Rotorua',      'adult',  '1982-06-18', '2021-05-30', NULL,         12),
    (18, 'Quynh Nguyen',        'quynh.nguyen@post.example',   'Huế',          'junior', '2010-03-15', '2021-06-01', NULL,         4),
    (19, 'Rosa Quispe',         NULL,                          'Cusco',        'adult',  '1980-08-30', '2021-08-08', NULL,         NULL),
    (20, 'Siobhán Byrne',       'siobhan@byrne.example',       'Galway',       'adult',  '1975-01-31', '2021-09-17', NULL,         2),
    (21, 'Tomáš Dvořák',        'tomas@dvorak.example',        'Brno',         'adult',  '1989-10-02', '2021-11-11', NULL,         20),
    (22, 'Umut Demir',          'umut.demir@mail.example',     'İzmir',        'junior', '2009-07-21', '2022-01-15', NULL,         5),
    (23, 'Valentina Rossi',     'Valentina@Rossi.example',     'Bari',         'adult',  '1994-09-09', '2022-01-15', NULL,         21),
    (24, 'Wanjiru Kamau',       'wanjiru@kamau.example',       'Nakuru',       'adult',  '1996-04-04', '2022-02-27', NULL,         16),
    (25, 'Ximena Torres',       'ximena@post.example',         'Puebla',       'adult',  '1985-12-24', '2022-03-03', '2025-01-31', NULL),
    (26, 'Yuki Tanaka',         'yuki.tanaka@mail.example',    'Sapporo',      'adult',  '1997-03-03', '2022-04-10', NULL,         17),
    (27, 'Zanele Dlamini',      'zanele@dlamini.example',      'Durban',       'adult',  '1990-07-18', '2022-05-22', NULL,         24),
    (28, 'Aroha Tamahori',      NULL,                          'Rotorua',      'junior', '2012-01-09', '2022-05-30', NULL,         17),
    (29, 'Bao Zhang',           'bao.zhang@post.example',      'Chengdu',      'adult',  NULL,         '2022-07-07', NULL,         26),
    (30, 'Camila Rojas',        'camila@rojas.example',        'Valparaíso',   'adult',  '1999-11-11', '2022-08-19', NULL,         25),
    (31, 'Dmytro Shevchuk',     'dmytro@mail.example',         'Lviv',         'adult',  '1981-02-20', '2022-09-01', NULL,         NULL),
    (32, 'Elif Kaya',           'elif.kaya@mail.example',      'Ankara',       'adult',  '1992-06-06', '2022-09-01', NULL,         5),
    (33, 'Farid Rahimi',        'farid@rahimi.example',        'Herat',        'senior', '1953-03-21', '2022-10-10', NULL,         8),
    (34, 'Gabriela Horváth',    'gabi@horvath.example',        'Pécs',         'adult',  '1984-08-08', '2022-11-27', NULL,         31),
    (35, 'Hassan Ali',          'hassan.ali@post.example',     'Mombasa',      'adult',  '1988-01-01', '2023-01-09', NULL,         24),
    (36, 'Ingrid Solberg',      'ingrid@solberg.example',      'Tromsø',       'senior', '1957-05-17', '2023-01-09', NULL,         20),
    (37, 'Joaquim Pereira',     'joaquim@post.example',        'Porto',        'adult',  '1978-06-13', '2023-02-18', NULL,         13),
    (38, 'Kiri Ngata',          'kiri.ngata@mail.example',     'Gisborne',     'junior', '2011-09-26', '2023-03-05', NULL,         28),
    (39, 'Lerato Mokoena',      'lerato@mokoena.example',      'Durban',       'adult',  '1995-05-25', '2023-03-26', NULL,         27),
    (40, 'Mehdi Benali',        NULL,                          'Oran',         'adult',  '1987-07-05', '2023-04-02', NULL,         6),
    (41, 'Noor Haddad',         'noor@haddad.example',         'Amman',        'adult',  '1993-10-20', '2023-05-14', NULL,         40),
    (42, 'Olga Wiśniewska',     'olga.w@mail.example',         'Gdynia',       'adult',  '1986-04-14', '2023-06-11', '2025-04-15', 31),
    (43, 'Priya Nair',          'priya@nair.example',          'Kochi',        'adult',  '1991-08-15', '2023-07-01', NULL,         8),
    (44, 'Quentin Lefèvre',     'quentin@lefevre.example',     'Nantes',       'adult',  '1983-07-14', '2023-08-20', NULL,         NULL),
    (45, 'Ravi Nair',           'RAVI@nair.example',           'Kochi',        'junior', '2013-12-05', '2023-09-09', NULL,         43),
    (46, 'Saoirse Byrne',       'saoirse@byrne.example',       'Galway',       'junior', '2010-02-01', '2023-09-17', NULL,         20),
    (47, 'Tariq Mahmood',       'tariq.m@post.example',        'Lahore',       'adult',  '1990-03-23', '2023-10-29', NULL,         8),
    (48, 'Uzma Iqbal',          NULL,                          'Lahore',       'trial',  NULL,         '2025-02-25', NULL,         47),
    (49, 'Viktor Nagy',         'viktor@nagy.example',         'Pécs',         'adult',  '1976-10-23', '2023-12-03', NULL,         34),
    (50, 'Wei Lin Tan',         'weilin@tan.example',          'Penang',       'adult',  '1998-08-31', '2024-01-21', NULL,         29),
    (51, 'Xolani Dlamini',      'xolani@dlamini.example',      'Durban',       'junior', '2011-06-16', '2024-02-02', NULL,         27),
    (52, 'Yasmin Haddad',       'yasmin@haddad.example',       'Amman',        'adult',  '1996-01-30', '2024-03-17', NULL,         41),
    (53, 'Zoltán Kiss',         'zoltan.kiss@mail.example',    'Győr',         'senior', '1958-03-15', '2024-04-28', NULL,         49),
    (54, 'Adaeze Obi',          'adaeze@obi.example',          'Lagos',        'trial',  '2000-10-01', '2025-03-01', NULL,         16),
    (55, 'Bruno Carvalho',      'bruno@carvalho.example',      'Porto',        'trial',  NULL,         '2025-03-01', NULL,         37),
    (56, 'Chloé Lefèvre',       'chloe@lefevre.example',       'Nantes',       'junior', '2012-11-18', '2024-09-02', NULL,         44),
    (57, 'Daniel Okello',       'daniel@okello.example',       'Gulu',         'adult',  '1994-12-09', '2024-10-13', NULL,         35),
    (58, 'Emília Costa',        'emilia@costa.example',        'Recife',       'adult',  '1989-02-28', '2024-11-24', NULL,         14),
    (59, 'Freja Nielsen',       'freja@nielsen.example',       'Aarhus',       'adult',  '1999-06-05', '2025-01-05', NULL,         36),
    (60, 'Gulnara Ospanova',    NULL,                          'Almaty',       'trial',  '1997-03-22', '2025-03-01', NULL,         15);

SELECT setval(pg_get_serial_sequence('members', 'id'), 60);

INSERT INTO courts (id, name, sport, surface, indoor, hourly_fee) VALUES
    (1, 'Centre',        'tennis', 'clay',   false, 18.00),
    (2, 'North',         'tennis', 'clay',   false, 14.00),
    (3, 'South',         'tennis', 'hard',   false, 14.00),
    (4, 'Hall A',        'tennis', 'carpet', true,  24.00),
    (5, 'Hall B',        'tennis', 'carpet', true,  24.00),
    (6, 'Cage 1',        'padel',  'turf',   true,  20.00),
    (7, 'Cage 2',        'padel',  NULL,     true,  20.00),
    (8, 'Practice wall', 'tennis', 'hard',   false, NULL);

SELECT setval(pg_get_serial_sequence('courts', 'id'), 8);

-- One candidate for each court, day and two-hour slot. Some members never book, 12 and 41 cancelled
-- all they booked, nobody books after leaving, and court 8 is not booked at all.
WITH slots AS MATERIALIZED (
    SELECT court_id, day, hour,
           random() AS taken, random() AS who, random() AS length, random() AS party
    FROM generate_series(0, 90) AS day,
         generate_series(8, 20, 2) AS hour,
         generate_series(1, 7) AS court_id
    ORDER BY day, hour, court_id
), chosen AS (
    SELECT court_id,
           timestamp '2025-03-01' + day * interval '1 day' + hour * interval '1 hour' AS starts_at,
           CASE WHEN who < 0.04 THEN NULL
                ELSE 1 + floor(57 * power((who - 0.04) / 0.96, 1.5))::integer
           END AS member_id,
           CASE WHEN length < 0.5 THEN interval '1 hour'
                WHEN length < 0.75 THEN interval '90 minutes'
                ELSE interval '2 hours'
           END AS length,
           1 + floor(4 * party)::integer AS players
    FROM slots
    WHERE taken < CASE court_id WHEN 1 THEN 0.16 WHEN 2 THEN 0.08 WHEN 3 THEN 0.10 ELSE 0.09 END
)
INSERT INTO bookings (court_id, member_id, starts_at, ends_at, players)
SELECT court_id, member_id, starts_at, starts_at + length, players
FROM chosen
WHERE member_id IS NULL
   OR member_id NOT IN (7, 12, 15, 19, 25, 33, 41, 42)
   OR member_id = 42 AND starts_at < '2025-04-15'
ORDER BY starts_at - interval '1 day' * (court_id * 5 % 7), court_id;

-- Cancelled bookings: every eleventh, and some whose slot was booked again by somebody else.
UPDATE bookings
SET cancelled_at = starts_at - interval '1 hour' * (3 + id % 70)
WHERE id % 11 = 0 AND member_id IS NOT NULL;

INSERT INTO bookings (court_id, member_id, starts_at, ends_at, players, cancelled_at)
SELECT court_id, CASE id % 3 WHEN 0 THEN 12 WHEN 1 THEN 41 ELSE 1 + id % 6 END,
       starts_at, ends_at, 2, starts_at - interval '2 days'
FROM bookings
WHERE id % 29 = 7 AND cancelled_at IS NULL
ORDER BY id;

-- A fee a quarter for everybody who was a member, court fees now and then, some refunds. Member 19
-- pays in instalments, two of them on one day and equal in everything but the id.
INSERT INTO payments (member_id, paid_on, amount, method, note)
SELECT m.id,
       quarter + (m.id * 7 % 20),
       CASE m.plan WHEN 'adult' THEN 120.00 WHEN 'senior' THEN 90.00
                   WHEN 'junior' THEN 60.00 ELSE 25.00 END,
       (ARRAY['card', 'transfer', 'cash'])[1 + m.id % 3],
       'quarterly fee'
FROM members AS m, (VALUES (date '2025-01-02'), (date '2025-04-01')) AS q (quarter)
WHERE m.joined_on <= quarter + 20 AND (m.left_on IS NULL OR m.left_on > quarter)
  AND m.id NOT IN (19, 48)
ORDER BY quarter, m.id;

INSERT INTO payments (member_id, paid_on, amount, method, note)
SELECT member_id, starts_at::date,
       round((extract(epoch FROM ends_at - starts_at) / 3600 * c.hourly_fee)::numeric, 2),
       CASE WHEN b.id % 4 = 0 THEN 'cash' ELSE 'card' END, NULL
FROM bookings AS b
JOIN courts AS c ON c.id = b.court_id
WHERE b.cancelled_at IS NULL AND b.member_id IS NOT NULL AND b.id % 3 = 0
ORDER BY starts_at, b.id;

INSERT INTO payments (member_id, paid_on, amount, method, note) VALUES
    ( 3, '2025-04-11', -14.00, 'card',     'rain'),
    ( 9, '2025-04-11', -28.00, 'card',     'rain'),
    (20, '2025-05-02', -24.00, 'transfer', 'lights failed'),
    (42, '2025-04-15', -60.00, 'transfer', 'left mid-quarter'),
    (19, '2025-03-10',  40.00, 'cash',     'quarterly fee'),
    (19, '2025-03-10',  40.00, 'cash',     'quarterly fee'),
    (19, '2025-04-10',  40.00, 'cash',     'quarterly fee');

ALTER TABLE members ADD FOREIGN KEY (referred_by) REFERENCES members (id);
ALTER TABLE bookings ADD FOREIGN KEY (court_id) REFERENCES courts (id);
ALTER TABLE bookings ADD FOREIGN KEY (member_id) REFERENCES members (id);
ALTER TABLE payments ADD FOREIGN KEY (member_id) REFERENCES members (id);

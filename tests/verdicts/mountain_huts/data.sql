INSERT INTO huts (hut_id, name, code, height, offers, facts, next_id) VALUES
    (1, 'Marmot', 'AB-017', 1840, '{soup,beds}', '{"water": "spring", "places": 40}', NULL),
    (2, 'Larch', 'AB-118', 2110, '{beds}', '{"water": "cistern", "places": 24, "roof": {"tin": true}}', 1),
    (3, 'Snowline', 'XY-204', 2790, '{soup,beds,sauna}', '{"water": "cistern", "places": 60}', 2),
    (4, 'Scree', 'XY-9', 2420, '{}', '{"places": 8}', NULL),
    (5, 'Twin Peaks', 'old 12', 3015, '{soup}', '{"water": "spring", "places": 50}', 3);

INSERT INTO stays (stay_id, hut_id, nights, guests, weight) VALUES
    (1, 1, '[2025-06-28,2025-06-30)', 4, 12),
    (2, 1, '[2025-07-02,2025-07-05)', 2, 5),
    (3, 2, '[2025-07-10,2025-07-12)', 6, 24),
    (4, 3, '[2025-07-20,2025-08-03)', 10, 40),
    (5, 3, '[2025-08-05,2025-08-06)', 3, 9),
    (6, 5, '[2025-07-31,2025-08-02)', 12, 30);

INSERT INTO entries (entry_id, hut_id, day, words) VALUES
    (1, 1, '2025-06-29', 'Warm soup #soup and a warm stove'),
    (2, 1, '2025-06-30', 'Left early'),
    (3, 2, '2025-07-11', 'No #soup here, but stars #stars'),
    (4, 3, '2025-07-21', '#Sauna at last'),
    (5, 5, '2025-08-01', 'Cold. #cold');

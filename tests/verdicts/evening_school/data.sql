INSERT INTO teachers (teacher_id, name) VALUES
    (1, 'Henrietta Vos'),
    (2, 'Samir Bakshi'),
    (3, 'Lotte Engstrom'),
    (4, 'Paulo Teixeira'),
    (5, 'Agnes Wirth'),
    (6, 'Ivo Kasun');

INSERT INTO courses (code, title, teacher_id, capacity, starts_on, ends_on) VALUES
    ('IT10', 'Italian for the road', 1, 3, '2024-09-02', '2024-12-16'),
    ('IT20', 'Italian for the table', 1, 8, '2025-01-13', '2025-05-26'),
    ('PH01', 'Film and darkroom', 2, 4, '2024-10-01', '2024-12-10'),
    ('WD07', 'Chairs that do not wobble', 3, 3, '2024-09-05', '2025-02-20'),
    ('AS02', 'The sky in winter', 4, 10, '2024-11-04', '2025-02-10'),
    ('BK03', 'Bread, slowly', 5, 12, '2025-02-03', '2025-04-07'),
    ('CH05', 'Choir without auditions', 6, 30, '2025-03-03', '2025-07-14');

INSERT INTO pupils (pupil_id, name, born_on) VALUES
    (11, 'Mina Holloway', '1988-03-14'),
    (12, 'Teo Lindqvist', '2006-11-30'),
    (13, 'Ruth Amankwah', '1959-07-02'),
    (14, 'Jonas Pfeil', '2008-01-19'),
    (15, 'Carla Dominici', '1994-10-27'),
    (16, 'Arne Lindqvist', '2006-11-30'),
    (17, 'Sefa Yildiz', '1979-05-08'),
    (18, 'Nora Quayle', '2009-06-23');

INSERT INTO enrolments (pupil_id, code, enrolled_on, grade) VALUES
    (11, 'IT10', '2024-08-12', 1.7),
    (12, 'IT10', '2024-08-20', 2.3),
    (13, 'IT10', '2024-08-28', 1.0),
    (11, 'IT20', '2024-12-18', 2.0),
    (13, 'IT20', '2025-01-07', 1.3),
    (14, 'PH01', '2024-09-15', 3.7),
    (15, 'PH01', '2024-09-16', 2.7),
    (17, 'PH01', '2024-09-20', NULL),
    (16, 'WD07', '2024-07-30', 4.0),
    (17, 'WD07', '2024-08-02', 1.7),
    (18, 'WD07', '2024-08-05', 3.0),
    (12, 'AS02', '2024-10-10', 2.0),
    (15, 'AS02', '2024-10-12', 5.0),
    (14, 'BK03', '2025-01-20', 2.3),
    (17, 'BK03', '2025-01-22', 1.0),
    (16, 'CH05', '2025-02-11', 2.0),
    (18, 'CH05', '2025-02-14', 3.3);

INSERT INTO exams (pupil_id, code, attempt, points) VALUES
    (11, 'IT10', 1, 81),
    (12, 'IT10', 1, 44),
    (12, 'IT10', 2, 68),
    (13, 'IT10', 1, 97),
    (11, 'IT20', 1, 72),
    (13, 'IT20', 1, 90),
    (14, 'PH01', 1, 31),
    (14, 'PH01', 2, 47),
    (15, 'PH01', 1, 61),
    (16, 'WD07', 1, 38),
    (17, 'WD07', 1, 85),
    (18, 'WD07', 1, 57),
    (12, 'AS02', 1, 77),
    (15, 'AS02', 1, 28),
    (14, 'BK03', 1, 66),
    (17, 'BK03', 1, 99),
    (16, 'CH05', 1, 70),
    (18, 'CH05', 1, 52);

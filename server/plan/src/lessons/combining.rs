//! How the rows of several inputs become one stream, and how a query repeats itself.

use super::{Example, Lesson};

pub(super) static COMBINING: &[Lesson] = &[
    Lesson {
        node_type: "Append",
        what: "Gives the rows of its first input, then those of the next, and so on.",
        when: "For UNION ALL, and for tables with partitions or with children that inherit.",
        watch: "Partitions that are not listed were ruled out when the query was planned; \
                Subplans Removed counts those ruled out when it started, never executed marks \
                those skipped later. If all partitions are read for one day's rows, no condition \
                compares the partition key.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (title text);
CREATE TABLE podcast (title text);
INSERT INTO song SELECT 'Song ' || n FROM generate_series(1, 1000) n;
INSERT INTO podcast SELECT 'Podcast ' || n FROM generate_series(1, 1000) n;
ANALYZE song, podcast;",
            query: "SELECT title FROM song UNION ALL SELECT title FROM podcast",
        }),
    },
    Lesson {
        node_type: "Merge Append",
        what: "Takes several inputs that are each sorted and always gives the smallest of their \
               next rows, so that the whole comes out sorted.",
        when: "Rows of partitions or of UNION ALL are wanted in an order that each input already \
               has, for instance from an index; above all with LIMIT.",
        watch: "Each input has to be opened and asked for its first row, even for LIMIT 1: many \
                partitions make a slow start. A Sort below an input means that its order had to \
                be made.",
        example: Some(Example {
            scene: "\
CREATE TABLE play (id int, day date) PARTITION BY RANGE (day);
CREATE TABLE play_2025 PARTITION OF play
FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE play_2026 PARTITION OF play
FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX ON play (id);
INSERT INTO play
SELECT n, date '2025-07-01' + n * 7919 % 365
FROM generate_series(1, 10000) n;
ANALYZE play;",
            query: "SELECT * FROM play ORDER BY id LIMIT 10",
        }),
    },
    Lesson {
        node_type: "SetOp",
        what: "Compares two sets of rows for INTERSECT or EXCEPT. HashSetOp counts each distinct \
               row in a hash table; SetOp walks through sorted rows.",
        when: "The query says INTERSECT or EXCEPT. Hashing is chosen if the distinct rows are \
               expected to fit into memory.",
        watch: "HashSetOp cannot go to disk: with far more distinct rows than estimated, it takes \
                more memory than work_mem is meant to allow. Before 18, an Append below it \
                brought both inputs together.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (title text);
CREATE TABLE podcast (title text);
INSERT INTO song SELECT 'Title ' || n FROM generate_series(1, 1000) n;
INSERT INTO podcast SELECT 'Title ' || n * 3 FROM generate_series(1, 1000) n;
ANALYZE song, podcast;",
            query: "SELECT title FROM song EXCEPT SELECT title FROM podcast",
        }),
    },
    Lesson {
        node_type: "Recursive Union",
        what: "Runs the first part of WITH RECURSIVE once, then the second part round after \
               round, each time on the rows that the round before gave, until a round gives none.",
        when: "The query says WITH RECURSIVE and refers to itself.",
        watch: "The loops of its second input are the rounds. The planner only guesses how many \
                rows come, so estimates above it may be far off. UNION instead of UNION ALL keeps \
                all rows so far in memory to drop those seen before.",
        example: Some(Example {
            scene: "\
CREATE TABLE genre (id int PRIMARY KEY, parent int, name text);
INSERT INTO genre
SELECT n, n / 3, 'Genre ' || n FROM generate_series(1, 100) n;
ANALYZE genre;",
            query: "\
WITH RECURSIVE below AS (
  SELECT id, name FROM genre WHERE id = 1
  UNION ALL
  SELECT genre.id, genre.name
  FROM genre JOIN below ON genre.parent = below.id
)
SELECT * FROM below",
        }),
    },
    Lesson {
        node_type: "WorkTable Scan",
        what: "Reads the rows that the round before gave, below a Recursive Union.",
        when: "The second part of WITH RECURSIVE names the query itself.",
        watch: "Its loops are the rounds. If each round has more rows than the one before, the \
                recursion may reach the same things by several ways.",
        example: Some(Example {
            scene: "",
            query: "\
WITH RECURSIVE octave (hertz) AS (
  SELECT 55
  UNION ALL
  SELECT hertz * 2 FROM octave WHERE hertz < 4000
)
SELECT * FROM octave",
        }),
    },
];

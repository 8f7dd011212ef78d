//! The plans that stand beside a query's own.

use super::{Example, Lesson};

pub(super) static SUBPLANS: &[Lesson] = &[
    Lesson {
        node_type: "InitPlan",
        what: "A subquery that does not depend on the row at hand: it runs once, when its value \
               is first needed, and the value is used from then on.",
        when: "A subquery in parentheses gives one value, or EXISTS one yes or no, and names no \
               column of the query around it.",
        watch: "Conditions show the value as (InitPlan 1).col1, before 17 as $0. While planning it \
                is unknown, so that the estimate of such a condition is a guess. Never executed \
                means that nobody needed the value.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, title text, seconds int);
INSERT INTO song
SELECT n, 'Song ' || n, 60 + n % 400 FROM generate_series(1, 1000) n;
ANALYZE song;",
            query: "SELECT title FROM song WHERE seconds = (SELECT max(seconds) FROM song)",
        }),
    },
    Lesson {
        node_type: "SubPlan",
        what: "A subquery that is asked again for each row. If it depends on the row, it runs \
               anew; as hashed SubPlan it runs once into a hash table, in which each row is \
               looked up.",
        when: "A subquery uses a column of the query around it and cannot be turned into a join, \
               as in the SELECT list, or it stands behind NOT IN.",
        watch: "Its loops are how often it ran, each time from the start: with many, write it as \
                a join or give it an index. NOT IN is only hashed if its rows are expected to fit \
                into memory, else each row searches through them all; NOT EXISTS has no such \
                limit.",
        example: Some(Example {
            scene: "\
CREATE TABLE artist (id int, name text);
CREATE TABLE song (artist int, title text);
INSERT INTO artist SELECT n, 'Artist ' || n FROM generate_series(1, 20) n;
INSERT INTO song
SELECT n % 20 + 1, 'Song ' || n FROM generate_series(1, 1000) n;
ANALYZE artist, song;",
            query: "\
SELECT name, (
  SELECT count(*) FROM song WHERE song.artist = artist.id
) AS songs
FROM artist",
        }),
    },
    Lesson {
        node_type: "CTE",
        what: "The plan of a WITH query that is run on its own. Its rows are kept, and each CTE \
               Scan that bears its name reads them.",
        when: "The WITH query is not merged into the query around it; see CTE Scan.",
        watch: "It runs once, and only as far as its readers ask; if it changes rows, always to \
                the end. Its time is part of the time of the CTE Scan that asked for a row first.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, artist int, seconds int);
INSERT INTO song
SELECT n, n % 100, 60 + n * 7919 % 400 FROM generate_series(1, 2000) n;
ANALYZE song;",
            query: "\
WITH longest AS MATERIALIZED (
  SELECT id, artist FROM song ORDER BY seconds DESC LIMIT 20
)
SELECT * FROM longest WHERE artist < 10",
        }),
    },
];

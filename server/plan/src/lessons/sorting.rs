//! How rows are put in order, and how a plan stops early.

use super::{Example, Lesson};

pub(super) static SORTING: &[Lesson] = &[
    Lesson {
        node_type: "Sort",
        what: "Reads all rows of the node below, sorts them, and only then gives the first.",
        when: "Rows are wanted in an order that no index gives cheaply: for ORDER BY, a Merge \
               Join, grouping, DISTINCT or a window.",
        watch: "Sort Method: external merge with Disk means that the rows outgrew work_mem, the \
                memory that one sort may take: sort fewer or narrower rows, or raise it. Under a \
                Limit, top-N heapsort keeps only the rows that are wanted, which takes little \
                memory but still reads all.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, title text, seconds int);
INSERT INTO song
SELECT n, 'Song ' || n, 60 + n * 7919 % 400 FROM generate_series(1, 5000) n;
ANALYZE song;",
            query: "SELECT title FROM song ORDER BY seconds",
        }),
    },
    Lesson {
        node_type: "Incremental Sort",
        what: "Takes rows that are already in order by the first columns and sorts only within \
               each group of equal ones, so that the first rows come out early (since 13).",
        when: "An index gives the first columns of the order but not all of them, most often \
               under a Limit.",
        watch: "Presorted Key is what it got, Sort Key what it makes. Groups should be many and \
                small: with a few huge ones, it is no better than a Sort and takes as much memory.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, artist int, title text);
INSERT INTO song
SELECT n, n / 20, 'Song ' || n * 7919 % 10007
FROM generate_series(1, 10000) n;
CREATE INDEX ON song (artist);
ANALYZE song;",
            query: "SELECT artist, title FROM song ORDER BY artist, title LIMIT 30",
        }),
    },
    Lesson {
        node_type: "Limit",
        what: "Passes on the wanted number of rows, then stops everything below it.",
        when: "The query says LIMIT, FETCH FIRST or OFFSET; min and max over an index also use it.",
        watch: "Rows that OFFSET skips are made all the same: far more rows below than here is a \
                page far down the list. Nodes below show fewer rows than planned because they \
                were stopped, which is no wrong estimate.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, title text);
INSERT INTO song SELECT n, 'Song ' || n FROM generate_series(1, 5000) n;
ANALYZE song;",
            query: "SELECT title FROM song ORDER BY id LIMIT 10",
        }),
    },
];

//! How rows are grouped, counted and freed of duplicates.

use super::{Example, Lesson};

pub(super) static GROUPING: &[Lesson] = &[
    Lesson {
        node_type: "Aggregate",
        what: "Computes counts, sums and other aggregates. Aggregate makes one row of all; \
               GroupAggregate takes sorted rows, one group after the other; HashAggregate keeps a \
               hash table with an entry a group; MixedAggregate does both, for grouping sets. \
               Partial and Finalize are the two halves of one that runs in parallel.",
        when: "For GROUP BY, DISTINCT and aggregates without a group. Sorted rows or very many \
               groups speak for GroupAggregate, everything else for HashAggregate.",
        watch: "Batches above 1 with Disk Usage: the groups outgrew work_mem times \
                hash_mem_multiplier (before 13 they took that memory without a limit). It often \
                comes from an estimate of far too few groups.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, artist int, seconds int);
INSERT INTO song
SELECT n, n % 100, 60 + n % 400 FROM generate_series(1, 5000) n;
ANALYZE song;",
            query: "SELECT artist, count(*), avg(seconds) FROM song GROUP BY artist",
        }),
    },
    Lesson {
        node_type: "Group",
        what: "Gives one row for each group of equal neighbours in sorted rows, with nothing to \
               compute for it.",
        when: "GROUP BY without any aggregate, over rows that come sorted. Without that order, \
               it is a HashAggregate.",
        watch: "Its price is the order: look whether an index gives it or a Sort below.",
        example: Some(Example {
            scene: "\
CREATE TABLE play (listener int, day date);
INSERT INTO play
SELECT n % 2500, date '2026-01-01' + n / 2500
FROM generate_series(1, 5000) n;
CREATE INDEX ON play (listener, day);
ANALYZE play;",
            query: "\
SELECT listener, day FROM play
GROUP BY listener, day
ORDER BY listener, day LIMIT 10",
        }),
    },
    Lesson {
        node_type: "WindowAgg",
        what: "Computes window functions such as rank() OVER (...): every row stays and gets the \
               value from its neighbours.",
        when: "For each different OVER clause there is one, over rows sorted by its PARTITION BY \
               and ORDER BY.",
        watch: "The Sort below it, one for each different order. A Run Condition (since 15) lets \
                it stop early, as with row_number() <= 3; without one, a filter above it throws \
                away rows that were numbered in vain. Storage: Disk (since 18) means that a \
                partition outgrew work_mem.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, artist int, seconds int);
INSERT INTO song
SELECT n, n % 100, 60 + n * 7919 % 400 FROM generate_series(1, 2000) n;
ANALYZE song;",
            query: "\
SELECT id, rank() OVER (PARTITION BY artist ORDER BY seconds DESC)
FROM song",
        }),
    },
    Lesson {
        node_type: "Unique",
        what: "Drops each row that equals the one before it, which in sorted rows removes all \
               duplicates.",
        when: "For DISTINCT, DISTINCT ON and UNION, if the rows come sorted or sorting them is \
               cheaper than a HashAggregate.",
        watch: "Compare its rows with those below. If nothing is dropped, DISTINCT may not be \
                needed; if nearly everything is, a join below it may multiply rows where EXISTS \
                would not.",
        example: Some(Example {
            scene: "\
CREATE TABLE play (listener int, day date);
INSERT INTO play
SELECT n % 100, date '2026-01-01' + n / 100 FROM generate_series(1, 5000) n;
CREATE INDEX ON play (listener, day DESC);
ANALYZE play;",
            query: "\
SELECT DISTINCT ON (listener) listener, day FROM play
ORDER BY listener, day DESC",
        }),
    },
];

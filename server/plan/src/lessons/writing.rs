//! How rows are changed and locked.

use super::{Example, Lesson};

pub(super) static WRITING: &[Lesson] = &[
    Lesson {
        node_type: "ModifyTable",
        what: "Writes: it takes the rows from the node below and inserts, updates or deletes \
               them. EXPLAIN calls it Insert, Update, Delete or Merge on the table.",
        when: "For INSERT, UPDATE, DELETE and MERGE, also within WITH.",
        watch: "Rows are 0 unless there is a RETURNING. Its own time goes into the rows, into \
                each index of the table and into BEFORE triggers; foreign keys are checked by the \
                triggers listed below the plan. A slow one on DELETE often means that the column \
                which refers to the table has no index.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, plays int);
INSERT INTO song SELECT n, 0 FROM generate_series(1, 1000) n;
ANALYZE song;",
            query: "UPDATE song SET plays = plays + 1 WHERE id = 42",
        }),
    },
    Lesson {
        node_type: "LockRows",
        what: "Locks each row that comes by, so that no other transaction changes or locks it \
               before this one ends.",
        when: "The query says FOR UPDATE, FOR SHARE or one of their weaker kinds.",
        watch: "A long time of its own means waiting for other transactions. Locking also writes \
                to the rows' pages, and every row that reaches this node is locked, those that an \
                OFFSET skips included.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, plays int);
INSERT INTO song SELECT n, 0 FROM generate_series(1, 1000) n;
ANALYZE song;",
            query: "SELECT plays FROM song WHERE id = 42 FOR UPDATE",
        }),
    },
];

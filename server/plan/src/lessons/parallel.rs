//! How the work is shared among processes.

use super::{Example, Lesson};

pub(super) static PARALLEL: &[Lesson] = &[
    Lesson {
        node_type: "Gather",
        what: "Starts worker processes that run the plan below it, usually with the leader's \
               help, and collects their rows in no order. Nodes named Parallel deal their pages \
               or inputs out among the processes.",
        when: "A table is larger than min_parallel_table_scan_size, 8 MB by default, and the work \
               saved outweighs starting workers. Never in a statement that changes or locks rows, \
               or calls a function that is PARALLEL UNSAFE, as functions are unless declared \
               otherwise.",
        watch: "Workers Launched below Workers Planned means that max_parallel_workers were busy \
                already. Below it, loops counts the processes, and EXPLAIN's own text gives rows \
                and time for one of them. Passing many rows through here costs more than workers \
                save, and so does starting them for a few milliseconds.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, seconds int);
INSERT INTO song SELECT n, 60 + n % 400 FROM generate_series(1, 10000) n;
ANALYZE song;
-- As if the table were large.
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;",
            query: "SELECT avg(seconds) FROM song",
        }),
    },
    Lesson {
        node_type: "Gather Merge",
        what: "Collects rows from worker processes that each give theirs sorted, and keeps the \
               order: it always takes the smallest of their next rows (since 10).",
        when: "Work in parallel pays off and its rows are wanted in order: each process sorts its \
               share, which is less for each.",
        watch: "What holds for Gather. Sort Method is told for each worker, and each may use \
                work_mem of its own.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, title text, seconds int);
INSERT INTO song
SELECT n, 'Song ' || n, 60 + n * 7919 % 400
FROM generate_series(1, 10000) n;
ANALYZE song;
-- As if the table were large.
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;",
            query: "SELECT title FROM song ORDER BY seconds",
        }),
    },
];

//! Rows that are computed, come from functions, or are passed on by a subquery.

use super::{Example, Lesson};

pub(super) static HELPERS: &[Lesson] = &[
    Lesson {
        node_type: "Result",
        what: "Computes a row from nothing, or lets the rows of the node below pass only if a \
               condition holds that is the same for all of them.",
        when: "For SELECT without FROM, for a VALUES of one row, and for conditions that no row \
               has a part in.",
        watch: "One-Time Filter: false means that the planner already knew that no row can match, \
                and nothing was read: perhaps a slip in the conditions.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, seconds int);
INSERT INTO song SELECT n, 60 + n % 400 FROM generate_series(1, 1000) n;
ANALYZE song;",
            query: "SELECT * FROM song WHERE seconds = 200 AND seconds = 300",
        }),
    },
    Lesson {
        node_type: "ProjectSet",
        what: "Expands functions in the SELECT list that return several rows, such as unnest or \
               generate_series (since 10).",
        when: "Such a function stands in the SELECT list instead of FROM.",
        watch: "Its rows against those below: that is how much the functions multiply them. \
                Several functions advance together, and one that ends early gives NULL.",
        example: Some(Example {
            scene: "",
            query: "SELECT generate_series(1, 4), unnest(ARRAY['do', 're', 'mi'])",
        }),
    },
    Lesson {
        node_type: "Subquery Scan",
        what: "Passes on the rows of a subquery, and filters them or computes with them.",
        when: "A subquery cannot be merged into the query around it, because of LIMIT, grouping, \
               DISTINCT or a window function, and there is something left to do with its rows.",
        watch: "A Filter here was tried only after the subquery had made the row: a large Rows \
                Removed by Filter is work done in vain. See whether the condition can be written \
                inside.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, artist int, seconds int);
INSERT INTO song
SELECT n, n % 100, 60 + n * 7919 % 400 FROM generate_series(1, 2000) n;
ANALYZE song;",
            query: "\
SELECT * FROM (
  SELECT id, seconds, avg(seconds) OVER (PARTITION BY artist) AS usual
  FROM song
) s
WHERE seconds > 1.5 * usual",
        }),
    },
    Lesson {
        node_type: "Function Scan",
        what: "Calls a function that stands in FROM, collects all rows that it returns, and then \
               gives them.",
        when: "A function is in FROM. Simple ones written in SQL are merged into the query and do \
               not appear.",
        watch: "The planner does not look into the function: often it expects the 1000 rows that \
                CREATE FUNCTION sets by default, and joins suffer from that; ROWS there says it \
                better. Because all rows are collected first, a LIMIT does not shorten the call.",
        example: Some(Example {
            scene: "",
            query: "\
SELECT day
FROM generate_series(date '2026-01-01', '2026-01-07', '1 day') AS day",
        }),
    },
    Lesson {
        node_type: "Table Function Scan",
        what: "Makes rows and columns of an XML or JSON document, for XMLTABLE and JSON_TABLE.",
        when: "XMLTABLE (since 10) or JSON_TABLE (since 17) stands in FROM.",
        watch: "The planner always expects 100 rows. With loops above 1, it runs anew for each \
                document that the other side of the join brings.",
        example: Some(Example {
            scene: "",
            query: "\
SELECT * FROM JSON_TABLE(
  '[{\"title\": \"One\", \"seconds\": 210}, {\"title\": \"Two\", \"seconds\": 185}]',
  '$[*]' COLUMNS (title text, seconds int)
) AS song",
        }),
    },
    Lesson {
        node_type: "Values Scan",
        what: "Gives the rows of a VALUES list, one after the other.",
        when: "VALUES with more than one row stands in FROM or in an INSERT.",
        watch: "The planner counts the values but has no statistics of them, and takes them to be \
                all different. Thousands of them take long to parse and plan: load them into a \
                table or pass an array.",
        example: Some(Example {
            scene: "",
            query: "\
SELECT name
FROM (VALUES (1, 'rock'), (2, 'jazz'), (3, 'folk')) AS genre (id, name)
WHERE id > 1",
        }),
    },
    Lesson {
        node_type: "CTE Scan",
        what: "Reads the rows of a WITH query, which runs only once and whose rows are kept for \
               all who read them.",
        when: "The WITH query is read more than once, says MATERIALIZED, is recursive, changes or \
               locks rows, or calls a volatile function. Others are merged into the query around \
               them; before 12 none was.",
        watch: "A Filter here means that the WITH query made rows that nobody needed: conditions \
                from outside do not reach into it, nor do indexes help on its rows. Storage: Disk \
                (since 18) means that they outgrew work_mem.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, artist int, seconds int);
INSERT INTO song
SELECT n, n % 100, 60 + n * 7919 % 400 FROM generate_series(1, 5000) n;
ANALYZE song;",
            query: "\
WITH work AS (
  SELECT artist, sum(seconds) AS seconds FROM song GROUP BY artist
)
SELECT * FROM work WHERE seconds > (SELECT avg(seconds) FROM work)",
        }),
    },
    Lesson {
        node_type: "Named Tuplestore Scan",
        what: "Reads a transition table: the rows that a statement changed, as a trigger with \
               REFERENCING NEW TABLE or OLD TABLE sees them (since 10).",
        when: "A query within such a trigger's function names that table.",
        watch: "It is not in the plan of the statement that fired the trigger, which tells only \
                the trigger's time; auto_explain with log_nested_statements shows it. There is no \
                index on these rows and there are no statistics, so joins with very many of them \
                can go wrong.",
        example: None,
    },
];

//! How the rows of tables are read.

use super::{Example, Lesson};

pub(super) static READING: &[Lesson] = &[
    Lesson {
        node_type: "Seq Scan",
        what: "Reads the whole table, one 8 kB page after the other, and keeps the rows that \
               pass its Filter.",
        when: "No index fits the condition, or so much of the table is wanted that reading all of \
               it in order is cheaper than jumping around in it. Small tables are nearly always \
               read like this.",
        watch: "A bad sign is a large Rows Removed by Filter next to few rows kept: an index on \
                the filtered column could go straight to them. A scan that keeps most of what it \
                reads is the right way.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, title text, seconds int);
INSERT INTO song
SELECT n, 'Song ' || n, 60 + n % 400 FROM generate_series(1, 10000) n;
ANALYZE song;",
            query: "SELECT title FROM song WHERE seconds > 400",
        }),
    },
    Lesson {
        node_type: "Sample Scan",
        what: "Reads a random part of a table, as TABLESAMPLE asks: SYSTEM takes whole pages, \
               BERNOULLI picks single rows.",
        when: "Only where the query says TABLESAMPLE.",
        watch: "BERNOULLI reads every page and so takes as long as a Seq Scan; SYSTEM reads only \
                the pages it takes, but their rows may be alike. The Filter comes after the \
                sample, so few rows may be left.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, seconds int);
INSERT INTO song SELECT n, 60 + n % 400 FROM generate_series(1, 10000) n;
ANALYZE song;",
            query: "SELECT avg(seconds) FROM song TABLESAMPLE SYSTEM (10) REPEATABLE (1)",
        }),
    },
    Lesson {
        node_type: "Index Scan",
        what: "Walks down an index to the entries that match, and for each fetches the row from \
               its page of the table. The rows come out in the index's order; Backward is that \
               order reversed.",
        when: "Few rows are wanted and the condition compares columns of an index, or the rows \
               are wanted in the order that the index has.",
        watch: "Only the Index Cond is answered by the index. Each row is fetched before its \
                Filter is tried, so a large Rows Removed by Filter asks for an index with one \
                more column. Index Searches (since 18) above loops means that it started anew for \
                each value of a list, or of a column the query leaves open.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, title text);
INSERT INTO song SELECT n, 'Song ' || n FROM generate_series(1, 10000) n;
ANALYZE song;",
            query: "SELECT title FROM song WHERE id = 4711",
        }),
    },
    Lesson {
        node_type: "Index Only Scan",
        what: "Takes the values from the index itself. It looks into the table only for rows on \
               pages that the visibility map does not mark as visible to every transaction.",
        when: "The index holds every column that the query needs of the table.",
        watch: "Heap Fetches counts the rows it had to look up in the table after all: close to \
                the number of rows, little is left of the advantage. VACUUM sets the marks, each \
                change to a page takes its mark away.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, title text);
INSERT INTO song SELECT n, 'Song ' || n FROM generate_series(1, 10000) n;
ANALYZE song;",
            query: "SELECT id FROM song WHERE id BETWEEN 100 AND 120",
        }),
    },
    Lesson {
        node_type: "Bitmap Heap Scan",
        what: "Reads the pages of the table that a bitmap names, each once and in the order they \
               lie on disk. The nodes below it make the bitmap from indexes.",
        when: "Too many rows to fetch them one by one in the index's order, too few to read the \
               whole table; where indexes are combined; and for GIN and BRIN indexes, which can be \
               read in no other way.",
        watch: "Heap Blocks: lossy counts pages of which the bitmap forgot the single rows because \
                it outgrew work_mem. Every row of such a page is compared again, and Rows Removed \
                by Index Recheck counts those looked at in vain.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, artist int, title text);
INSERT INTO song
SELECT n, n * 7919 % 100, 'Song ' || n FROM generate_series(1, 10000) n;
CREATE INDEX ON song (artist);
ANALYZE song;",
            query: "SELECT title FROM song WHERE artist = 42",
        }),
    },
    Lesson {
        node_type: "Bitmap Index Scan",
        what: "Reads the matching entries of an index and notes in a bitmap where in the table \
               their rows lie. It does not touch the table.",
        when: "Below a Bitmap Heap Scan, once for each index that takes part.",
        watch: "Its rows are index entries, dead rows' entries included. Many more of them than \
                rows of the Bitmap Heap Scan above mean that the index alone says too little.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, released date, title text);
INSERT INTO song
SELECT n, date '2000-01-01' + n * 7919 % 5000, 'Song ' || n
FROM generate_series(1, 10000) n;
CREATE INDEX ON song (released);
ANALYZE song;",
            query: "SELECT title FROM song WHERE released BETWEEN '2005-03-01' AND '2005-03-31'",
        }),
    },
    Lesson {
        node_type: "BitmapAnd",
        what: "Keeps what is in each of several bitmaps, so that the table is read only where all \
               conditions hold.",
        when: "Conditions joined by AND have an index each, and none of them alone finds few \
               enough rows.",
        watch: "It always tells 0 rows, for it does not count them; look at the Bitmap Heap Scan \
                above. One index on all the columns reads far fewer entries.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (artist int, year int, title text);
INSERT INTO song
SELECT n * 7919 % 100, 1960 + n * 104729 % 61, 'Song ' || n
FROM generate_series(1, 20000) n;
CREATE INDEX ON song (artist);
CREATE INDEX ON song (year);
ANALYZE song;",
            query: "SELECT title FROM song WHERE artist = 42 AND year = 1999",
        }),
    },
    Lesson {
        node_type: "BitmapOr",
        what: "Puts several bitmaps together, so that each page is read once even if several \
               conditions lead to it.",
        when: "Conditions are joined by OR and each has an index. One condition without an index \
               is enough to make it a Seq Scan.",
        watch: "It always tells 0 rows, for it does not count them. If the bitmaps together cover \
                most pages of the table, the indexes save little.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (artist int, year int, title text);
INSERT INTO song
SELECT n * 7919 % 100, 1960 + n * 104729 % 61, 'Song ' || n
FROM generate_series(1, 20000) n;
CREATE INDEX ON song (artist);
CREATE INDEX ON song (year);
ANALYZE song;",
            query: "SELECT title FROM song WHERE artist = 42 OR year = 1999",
        }),
    },
    Lesson {
        node_type: "Tid Scan",
        what: "Fetches rows by their address: the number of the page and the place in it, which \
               every row shows as its hidden column ctid.",
        when: "The query compares ctid with =, or changes the row that a cursor stands on with \
               WHERE CURRENT OF.",
        watch: "Nothing is faster, but an address is good only for a moment: each UPDATE gives \
                the row a new one, and another row may get the old one later.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, title text);
INSERT INTO song SELECT n, 'Song ' || n FROM generate_series(1, 1000) n;
ANALYZE song;",
            query: "SELECT title FROM song WHERE ctid = '(2,5)'",
        }),
    },
    Lesson {
        node_type: "Tid Range Scan",
        what: "Reads the pages of a table from one row address to another and leaves the rest \
               alone (since 14).",
        when: "The query compares ctid with <, <=, > or >=, for instance to work through a large \
               table in slices.",
        watch: "Before 14 the same condition was the Filter of a Seq Scan, which read the whole \
                table for every slice.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int, title text);
INSERT INTO song SELECT n, 'Song ' || n FROM generate_series(1, 10000) n;
ANALYZE song;",
            query: "SELECT count(*) FROM song WHERE ctid >= '(10,0)' AND ctid < '(20,0)'",
        }),
    },
    Lesson {
        node_type: "Foreign Scan",
        what: "Gets rows from outside this database, such as another server or a file, by way of \
               a foreign data wrapper. It may stand for a whole join, sort or grouping that the \
               other side does.",
        when: "The query uses a foreign table.",
        watch: "VERBOSE shows what the other server is asked, with postgres_fdw as Remote SQL. A \
                Filter on the node means that rows were sent over only to be dropped here; a high \
                loops means one request after another.",
        example: None,
    },
    Lesson {
        node_type: "Custom Scan",
        what: "A node that an extension such as Citus or TimescaleDB brings along, with the \
               extension's name for it in parentheses. What it does, only the extension knows.",
        when: "The extension offered it and its cost was the lowest.",
        watch: "Its costs are what the extension says. Its rows, loops and time count like any \
                other node's; its further lines are explained in the extension's documentation.",
        example: None,
    },
];

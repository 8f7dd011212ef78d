//! How rows of two inputs are joined, and what helps with it.

use super::{Example, Lesson};

pub(super) static JOINING: &[Lesson] = &[
    Lesson {
        node_type: "Nested Loop",
        what: "Takes each row of its first input and runs the second for it, most often as a \
               search in an index. In its name, Left keeps rows without a partner, Semi asks only \
               whether there is one (EXISTS, IN), and Anti keeps those that have none (NOT \
               EXISTS).",
        when: "The first input has few rows and the second is quick to search. It is also the \
               only way to join by something other than equality, such as < or LIKE.",
        watch: "The loops of the second input, which are how often it ran; EXPLAIN's own text \
                gives its time and rows for one loop only. The classic bad plan expected one row \
                from the first input and got thousands.",
        example: Some(Example {
            scene: "\
CREATE TABLE artist (id int PRIMARY KEY, name text);
CREATE TABLE song (id int PRIMARY KEY, artist int, title text);
INSERT INTO artist SELECT n, 'Artist ' || n FROM generate_series(1, 10000) n;
INSERT INTO song
SELECT n, n * 7919 % 10000 + 1, 'Song ' || n FROM generate_series(1, 10000) n;
ANALYZE artist, song;",
            query: "\
SELECT title, name
FROM song JOIN artist ON artist.id = song.artist
WHERE song.id BETWEEN 1 AND 5",
        }),
    },
    Lesson {
        node_type: "Hash Join",
        what: "Puts the rows of its second input into a hash table in memory, then looks up each \
               row of the first in it. Each input is read once. In its name, Left, Right and Full \
               keep rows without a partner, Semi asks only whether there is one, and Anti keeps \
               those that have none.",
        when: "The join compares for equality, and both inputs have more than a few rows.",
        watch: "The smaller input should be the one below Hash; see there whether it fits into \
                memory. Rows Removed by Join Filter counts pairs with equal keys that another \
                condition then refused.",
        example: Some(Example {
            scene: "\
CREATE TABLE artist (id int PRIMARY KEY, name text);
CREATE TABLE song (id int PRIMARY KEY, artist int, title text);
INSERT INTO artist SELECT n, 'Artist ' || n FROM generate_series(1, 500) n;
INSERT INTO song
SELECT n, n % 500 + 1, 'Song ' || n FROM generate_series(1, 5000) n;
ANALYZE artist, song;",
            query: "\
SELECT title, name
FROM song JOIN artist ON artist.id = song.artist",
        }),
    },
    Lesson {
        node_type: "Hash",
        what: "Builds the hash table that the Hash Join above it searches. It is done before the \
               join gives its first row.",
        when: "Always as the second input of a Hash Join.",
        watch: "Batches: 1 means that all rows fitted into work_mem times hash_mem_multiplier. \
                With more, both inputs are partly written to disk and read back; if it says \
                originally fewer, more rows came than the planner expected.",
        example: Some(Example {
            scene: "\
CREATE TABLE genre (id int PRIMARY KEY, name text);
CREATE TABLE song (id int PRIMARY KEY, genre int);
INSERT INTO genre SELECT n, 'Genre ' || n FROM generate_series(1, 50) n;
INSERT INTO song SELECT n, n % 50 + 1 FROM generate_series(1, 5000) n;
ANALYZE genre, song;",
            query: "SELECT song.id, name FROM song JOIN genre ON genre.id = song.genre",
        }),
    },
    Lesson {
        node_type: "Merge Join",
        what: "Walks through two inputs that are sorted by the join's columns, side by side, as \
               one closes a zip. In its name, Left, Right and Full keep rows without a partner, \
               Semi asks only whether there is one, and Anti keeps those that have none.",
        when: "The join compares for equality and both inputs come sorted, from indexes or from a \
               Sort that pays off; above all if both are large or the result is wanted in this \
               order.",
        watch: "A Sort below it is part of its price. Where both inputs hold a value several \
                times, it goes back in the second, which then shows more rows than there are; a \
                Materialize may stand there for that.",
        example: Some(Example {
            scene: "\
CREATE TABLE song (id int PRIMARY KEY, title text);
CREATE TABLE lyrics (song int PRIMARY KEY, words text);
INSERT INTO song SELECT n, 'Song ' || n FROM generate_series(1, 5000) n;
INSERT INTO lyrics
SELECT n, repeat('la ', 20) FROM generate_series(1, 5000) n;
ANALYZE song, lyrics;",
            query: "\
SELECT title, words
FROM song JOIN lyrics ON lyrics.song = song.id
ORDER BY song.id",
        }),
    },
    Lesson {
        node_type: "Materialize",
        what: "Keeps the rows of the node below, so that reading them again does not run that \
               node again.",
        when: "A join has to read its second input several times, and always gets the same rows: \
               in a Nested Loop that passes it nothing, or in a Merge Join that goes back.",
        watch: "The rows it gives in all its loops are the pairs that the join looks at; in the \
                millions, the join lacks an equality or an index. Storage: Disk (since 18) means \
                that its rows outgrew work_mem.",
        example: Some(Example {
            scene: "\
CREATE TABLE artist (id int PRIMARY KEY, born int);
CREATE TABLE song (id int PRIMARY KEY, year int);
INSERT INTO artist SELECT n, 1940 + n FROM generate_series(1, 50) n;
INSERT INTO song SELECT n, 1960 + n % 60 FROM generate_series(1, 500) n;
ANALYZE artist, song;",
            query: "SELECT count(*) FROM song JOIN artist ON song.year < artist.born",
        }),
    },
    Lesson {
        node_type: "Memoize",
        what: "Remembers, for each value that the Nested Loop above passes down, which rows came \
               back, and gives them at once when the value comes again (since 14).",
        when: "The first input of a Nested Loop is expected to bring the same values again and \
               again.",
        watch: "Hits should be far above Misses: otherwise looking things up first costs more \
                than it saves. Evictions and Overflows mean that work_mem times \
                hash_mem_multiplier was too small to remember everything.",
        example: Some(Example {
            scene: "\
CREATE TABLE artist (id int PRIMARY KEY, name text, about text);
CREATE TABLE play (song int, artist int);
INSERT INTO artist
SELECT n, 'Artist ' || n, repeat('x', 100) FROM generate_series(1, 20000) n;
INSERT INTO play SELECT n, n % 10 + 1 FROM generate_series(1, 1000) n;
ANALYZE artist, play;",
            query: "SELECT song, name FROM play JOIN artist ON artist.id = play.artist",
        }),
    },
];

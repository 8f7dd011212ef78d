//! Words that begin a statement elsewhere, or stand within one.

use crate::statement::{Statement, is_keyword};
use crate::token::Kind;

/// Statements that PostgreSQL does not have, by the words they begin with. `_` is a name, which `{}`
/// stands for in the help, and `'` a text. The first that fits is taken.
const BEGINNINGS: &[(&str, &str)] = &[
    // SQL Server
    ("go", GO),
    (
        "use",
        "PostgreSQL has no `USE`: a connection stays in one database.",
    ),
    (
        "exec",
        "PostgreSQL runs a procedure with `CALL`, and a function within `SELECT`.",
    ),
    ("print", "PostgreSQL shows a value with `SELECT`."),
    (
        "begin tran",
        "PostgreSQL begins a transaction with `BEGIN` alone.",
    ),
    // MySQL
    ("show tables", TABLES),
    ("show columns from _", COLUMNS),
    ("show columns in _", COLUMNS),
    ("show create table _", COLUMNS),
    ("show index from _", INDEXES),
    ("show indexes from _", INDEXES),
    ("show fields from _", COLUMNS),
    ("describe table _", COLUMNS),
    ("describe _", COLUMNS),
    ("desc table _", COLUMNS),
    ("desc _", COLUMNS),
    (
        "insert ignore",
        "PostgreSQL writes `INSERT IGNORE` as `INSERT INTO … ON CONFLICT DO NOTHING`.",
    ),
    ("replace into", REPLACE),
    ("replace _ values", REPLACE),
    (
        "insert into _ set",
        "`INSERT` takes columns and values: `INSERT INTO {} (…) VALUES (…)`.",
    ),
    (
        "rename table _",
        "PostgreSQL writes it `ALTER TABLE {} RENAME TO …`.",
    ),
    (
        "alter table _ modify",
        "PostgreSQL changes a column's type with `ALTER TABLE {} ALTER COLUMN … TYPE …`.",
    ),
    (
        "alter table _ change",
        "PostgreSQL gives a column another name with `ALTER TABLE {} RENAME COLUMN … TO …`, and \
         another type with `ALTER TABLE {} ALTER COLUMN … TYPE …`.",
    ),
    (
        "drop index _ on",
        "An index has a name of its own in PostgreSQL: `DROP INDEX {}`, without the table.",
    ),
    // SQLite
    (
        "insert or ignore",
        "PostgreSQL writes `INSERT OR IGNORE` as `INSERT INTO … ON CONFLICT DO NOTHING`.",
    ),
    ("insert or replace", REPLACE),
    ("pragma table_info ( _", COLUMNS),
    (
        "pragma",
        "`PRAGMA` is a command of SQLite's, which PostgreSQL does not have.",
    ),
    (". tables", TABLES),
    (". schema _", COLUMNS),
    (
        ". _",
        "Commands with a dot belong to SQLite's own tool: here only SQL works.",
    ),
    // psql
    ("\\ d _", COLUMNS),
    ("\\ d + _", COLUMNS),
    ("\\ d", TABLES),
    ("\\ dt", TABLES),
    (
        "\\ df",
        "`SELECT routine_name FROM information_schema.routines WHERE routine_schema = \
         current_schema()` lists the functions.",
    ),
    (
        "\\ dv",
        "`SELECT table_name FROM information_schema.views WHERE table_schema = current_schema()` \
         lists the views.",
    ),
];

const GO: &str =
    "`GO` belongs to SQL Server's tools: leave it out, a semicolon ends each statement.";
/// How tables are listed.
pub(super) const TABLES: &str = "`SELECT table_name FROM information_schema.tables WHERE \
                                 table_schema = current_schema()` lists the tables.";
const COLUMNS: &str = "`SELECT column_name, data_type FROM information_schema.columns WHERE \
                       table_name = '{}'` lists the columns of `{}`.";
const INDEXES: &str = "`SELECT indexname, indexdef FROM pg_indexes WHERE tablename = '{}'` lists the \
                       indexes of `{}`.";
const REPLACE: &str = "PostgreSQL replaces a row with `INSERT INTO … ON CONFLICT (key) DO UPDATE SET \
                       …`, where `key` is what must not repeat.";

/// What stands within statements, by what they begin with: any if that is empty. PostgreSQL stops at
/// one of the words.
const PHRASES: &[(&[&str], &str, &str)] = &[
    (&[], "minus select", MINUS),
    (&[], "minus ( select", MINUS),
    (
        &["insert"],
        "on duplicate key",
        "PostgreSQL writes `ON DUPLICATE KEY UPDATE` as `ON CONFLICT (key) DO UPDATE SET`, where \
         `key` is what must not repeat.",
    ),
    (&["create", "alter"], "auto_increment", IDENTITY),
    (&["create", "alter"], "autoincrement", IDENTITY),
    (&["create", "alter"], "identity", IDENTITY),
    (
        &["create", "alter"],
        "unsigned",
        "PostgreSQL has no `UNSIGNED`: leave it out. `CHECK (a >= 0)` keeps out what is negative.",
    ),
    (
        &["create", "alter"],
        "comment '",
        "PostgreSQL takes a comment in a statement of its own: `COMMENT ON COLUMN … IS 'text'`.",
    ),
    (
        &["create"],
        ") engine",
        "`ENGINE` and what follows it are MySQL's: leave them out.",
    ),
    (
        &["create"],
        "without rowid",
        "`WITHOUT ROWID` is SQLite's: leave it out.",
    ),
    (
        &["create", "alter"],
        "on update current_timestamp",
        "PostgreSQL has no `ON UPDATE CURRENT_TIMESTAMP`: leave it out, or let a trigger do that.",
    ),
    (
        &["create", "alter"],
        "unique key",
        "PostgreSQL writes `UNIQUE KEY` as `UNIQUE`, without a name: `UNIQUE (a)`.",
    ),
    (&["create", "alter"], "varchar ( max", TEXT),
    (&["create", "alter"], "nvarchar ( max", TEXT),
    (
        &[],
        "with ( nolock",
        "PostgreSQL has no `NOLOCK`: leave it out, for readers do not wait for writers.",
    ),
    (
        &[],
        "with rollup",
        "PostgreSQL writes `GROUP BY a WITH ROLLUP` as `GROUP BY ROLLUP (a)`.",
    ),
    (
        &[],
        "cross apply",
        "PostgreSQL writes `CROSS APPLY` as `CROSS JOIN LATERAL`.",
    ),
    (
        &[],
        "outer apply",
        "PostgreSQL writes `a OUTER APPLY b` as `a LEFT JOIN LATERAL b ON true`.",
    ),
    (&["select", "with"], "connect by", HIERARCHY),
    (&["select", "with"], "start with", HIERARCHY),
];

const TEXT: &str = "A text of any length is of type `text` in PostgreSQL.";
const MINUS: &str = "PostgreSQL writes `MINUS` as `EXCEPT`.";
const IDENTITY: &str = "PostgreSQL numbers rows by `GENERATED ALWAYS AS IDENTITY`, as in `id integer \
                        GENERATED ALWAYS AS IDENTITY PRIMARY KEY`.";
const HIERARCHY: &str = "PostgreSQL has no `CONNECT BY`: `WITH RECURSIVE` follows rows from one to \
                         the next.";

/// Words that have a value elsewhere and pass as columns here.
const COLUMN_WORDS: &[(&str, &str)] = &[
    ("sysdate", "PostgreSQL writes it `now()`."),
    ("systimestamp", "PostgreSQL writes it `now()`."),
    ("getdate", "PostgreSQL writes it `now()`."),
    ("curdate", "PostgreSQL writes it `current_date`."),
    (
        "rownum",
        "PostgreSQL has no `ROWNUM`: `LIMIT` at the end of the query takes the first rows, \
         `row_number() OVER (ORDER BY …)` numbers them.",
    ),
];

/// The help of the first entry that a statement begins with, if PostgreSQL stopped there or right
/// behind it.
pub(super) fn beginning(statement: &Statement<'_>, place: usize) -> Option<String> {
    BEGINNINGS.iter().find_map(|(phrase, help)| {
        let (end, name) = matched(statement, 0, phrase)?;
        (place <= end).then(|| help.replace("{}", &name))
    })
}

/// The help of the first phrase that has the place among its words.
pub(super) fn within(statement: &Statement<'_>, place: usize) -> Option<String> {
    let first = statement.token(0)?;
    let (_, _, help) = PHRASES.iter().find(|(statements, phrase, _)| {
        let length = phrase.split(' ').count();
        let begins = (place + 1).saturating_sub(length)..=place;
        let fits = begins
            .into_iter()
            .any(|begin| matched(statement, begin, phrase).is_some());
        fits && (statements.is_empty() || first.is_any(statements))
    })?;
    Some((*help).to_owned())
}

/// What a word means that is no column.
pub(super) fn column(name: &str) -> Option<String> {
    let (_, help) = COLUMN_WORDS.iter().find(|(word, _)| *word == name)?;
    Some((*help).to_owned())
}

/// A `GO` on a line of its own, which passes as an alias: the next statement is too many.
pub(super) fn batch_end(statement: &Statement<'_>, place: usize) -> Option<String> {
    let go = statement.back(place, 1).filter(|token| token.is("go"))?;
    let parted = |from: usize, to: usize| {
        statement
            .sql
            .get(from..to)
            .is_some_and(|space| space.contains('\n'))
    };
    let (before, next) = (statement.back(place, 2)?, statement.token(place)?);
    (parted(before.end(), go.start) && parted(go.end(), next.start)).then(|| GO.to_owned())
}

/// Where a phrase ends that stands at a place, and the name it has.
fn matched(statement: &Statement<'_>, begin: usize, phrase: &str) -> Option<(usize, String)> {
    let mut end = begin;
    let mut name = String::new();
    for part in phrase.split(' ') {
        let token = statement.token(end)?;
        if part == "_" {
            name = token
                .name()
                .filter(|_| token.kind == Kind::Word && !is_keyword(token))?;
        } else {
            let fits = match token.kind {
                Kind::Text => part == "'",
                Kind::Name => false,
                _ => token.text.eq_ignore_ascii_case(part),
            };
            if !fits {
                return None;
            }
        }
        end += 1;
    }
    Some((end, name))
}

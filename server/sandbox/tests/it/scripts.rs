//! Scripts made of what is hard to read.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces that are whole wherever white space surrounds them.
const WHOLE: &[&str] = &[
    "select",
    "'it''s;'",
    r"'\'",
    r"E'\';'",
    r"e'a\\;'''",
    r"E'\u0041\'\x41;'",
    r"U&'\0061;' UESCAPE '!'",
    "U&\"d;\"",
    "B'1;'",
    "x'1F'",
    "N';'",
    "\";\"",
    "\"a\"\";\"",
    "$$;$$",
    "$a$ $$;$b$ ' $a$",
    "$é$;$é$",
    "$a$$b$;$a$b$a$",
    "$1",
    "a$b$",
    "1.5e-3",
    "0x1F",
    "1..2",
    "-- it's; (",
    "/* ; ' /* ; */ */",
    "/***/",
    "/*/**/*/",
    "(1;2)",
    "((;)",
    "[1]",
    "a::int",
    ":=",
    "->>",
    "@>",
    "é",
    "𐐷",
    "\u{feff}",
    "\u{a0}",
];

/// Pieces that open, close and break off.
const BROKEN: &[&str] = &[
    "'", "''", "E'", "e'", "U&'", "U&\"", "b'", "X'", "n'", "\"", "\"\"", "$$", "$a$", "$a", "$",
    "a$", "--", "/*", "*/", "/", "*", "-", "+", "@", "<", "(", ")", "[", "a", "1", "1e", "0x", ".",
    "::", "\u{0}", "\r", "\u{b}", "\u{feff}", "é", "\\", "\\'", "\\\\",
];

/// Words that say how far a statement reaches.
const WORDS: &[&str] = &[
    "create",
    "Or",
    "replace",
    "FUNCTION",
    "procedure",
    "f()",
    "begin",
    "ATOMIC",
    "case",
    "end",
    "\"begin\"",
    "as",
    "explain",
    "analyze",
    "(format json)",
    "select",
    "commit",
];

/// Beginnings of routines, which words alone rarely come to.
const ROUTINES: &[&str] = &[
    "create function f() returns int begin atomic select 1; end",
    "CREATE OR REPLACE PROCEDURE p(begin int) BEGIN ATOMIC",
    "create /* ; */ procedure p() begin atomic select case when true then 1 end; end",
    "create function f() language sql as 'select 1;'",
    "create or function f() begin",
    "create replace procedure p() begin",
];

fn space() -> impl Strategy<Value = &'static str> {
    select(&[" ", "\n", "\r\n", "\t", "\n\n", " -- c\n"][..])
}

/// A piece and white space behind it, which keeps it apart from the next.
fn apart(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    (select(pieces), space()).prop_map(|(piece, space)| format!("{piece}{space}"))
}

/// Text in which nothing is left open but parentheses and bodies.
pub(crate) fn orderly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => apart(WHOLE),
        3 => apart(&[";"]),
        2 => apart(WORDS),
        1 => apart(ROUTINES),
    ];
    vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

/// Any text, most of it made of pieces that do not fit together.
pub(crate) fn disorderly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => select(BROKEN).prop_map(str::to_owned),
        2 => select(WHOLE).prop_map(str::to_owned),
        2 => apart(WORDS),
        1 => apart(ROUTINES),
        3 => Just(";".to_owned()),
        3 => space().prop_map(str::to_owned),
        1 => ".{0,3}",
    ];
    vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

//! The TOML a file begins with.

use crate::{COMPLETE, check_exercise, display, exercise, load_exercise};

/// Checks the findings of an exercise with this front matter, which begins on line 2.
#[track_caller]
fn check(toml: &str, expected: &[&str]) {
    check_exercise(format!("+++\n{toml}\n+++\nPrompt.\n\n{COMPLETE}"), expected);
}

#[test]
fn values_are_checked_at_their_line() {
    let valid = "title = 'T'\nconcepts = ['c']\ndifficulty = 5";
    for (toml, expected) in [
        (valid.to_owned(), &[][..]),
        (format!("{valid}\ndataset = 'club'"), &[]),
        (
            format!("{valid}\ndataset = 'clubb'"),
            &["5 error unknown-dataset"],
        ),
        (format!("{valid}\ntitel = 'U'"), &["5 error unknown-key"]),
        (
            format!("{valid}\ntitel = 'U'\n[more]\nx = 1"),
            &["5 error unknown-key", "6 error unknown-key"],
        ),
        (
            format!("{valid}\nwritable = 'yes'"),
            &["5 error invalid-front-matter"],
        ),
        (
            format!("{valid}\nordered = "),
            &["5 error invalid-front-matter"],
        ),
        (
            format!("{valid}\ntitle = 'again'"),
            &["5 error invalid-front-matter"],
        ),
        (
            "title = 'T'\nconcepts = []\ndifficulty = 6".to_owned(),
            &["3 error empty-concepts", "4 error difficulty-range"],
        ),
        (
            "title = ' '\nconcepts = ['c', '']\ndifficulty = 0".to_owned(),
            &[
                "2 error missing-key",
                "3 error empty-concepts",
                "4 error difficulty-range",
            ],
        ),
        (
            "title = 'T'\nconcepts = ['c']\ndifficulty = -300".to_owned(),
            &["4 error difficulty-range"],
        ),
        (
            "writable = true".to_owned(),
            &[
                "1 error missing-key",
                "1 error missing-key",
                "1 error missing-key",
            ],
        ),
    ] {
        check(&toml, expected);
    }
}

#[test]
fn front_matter_has_a_beginning_and_an_end() {
    for (text, expected) in [
        ("", "1 error missing-front-matter"),
        ("Prompt.\n", "1 error missing-front-matter"),
        ("\n+++\ntitle = 'T'\n+++\n", "1 error missing-front-matter"),
        ("---\ntitle: T\n---\n", "1 error missing-front-matter"),
        ("+++\ntitle = 'T'\n", "1 error unterminated-front-matter"),
        ("+++", "1 error unterminated-front-matter"),
    ] {
        check_exercise(text, &[expected]);
    }
}

#[test]
fn a_misspelt_key_names_the_known_ones_and_the_nearest() {
    let text = "+++\ntitle = 'T'\nconcepts = ['c']\nDificulty = 1\n+++\nPrompt.\n\n";
    let loaded = load_exercise(format!("{text}{COMPLETE}"));
    assert_eq!(
        display(&loaded),
        "03-joins/01-first.md:1: error: the key `difficulty` is missing [missing-key]\n\
         03-joins/01-first.md:4: error: unknown key `Dificulty`; known are `title`, `dataset`, \
         `concepts`, `difficulty`, `writable`, `ordered`, `column_names`, `returned_rows`, \
         `shown_data_only`; did you mean `difficulty`? [unknown-key]"
    );
}

#[test]
fn keys_reach_the_exercise() {
    let text = "+++ \ntitle = ' Zoë’s 東京 '\ndataset = 'club'\nconcepts = ['a', 'b']\n\
                difficulty = 3\nwritable = true\nordered = true\ncolumn_names = true\n\
                returned_rows = true\nshown_data_only = true\n+++\nP\n\n";
    let it = exercise(format!("{text}{COMPLETE}"));
    assert_eq!(it.title, "Zoë’s 東京");
    assert_eq!(
        it.dataset.map(|it| it.name.clone()).as_deref(),
        Some("club")
    );
    assert_eq!((it.concepts.len(), it.difficulty), (2, 3));
    assert!(it.writable && it.ordered && it.column_names);
    assert!(it.returned_rows && it.shown_data_only);

    let text = "+++\ntitle = 'T'\nconcepts = ['a']\ndifficulty = 1\n+++\nP\n\n";
    let it = exercise(format!("{text}{COMPLETE}"));
    assert_eq!(it.dataset, None);
    assert!(!it.writable && !it.ordered && !it.column_names);
    assert!(!it.returned_rows && !it.shown_data_only);
}

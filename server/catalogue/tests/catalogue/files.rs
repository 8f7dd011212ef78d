//! Which files make which topics, exercises and datasets.

use crate::{COMPLETE, HEADER, TOPIC, check_exercise, display, exercise, load};
use sqlground_catalogue::{Loaded, Severity};

fn valid() -> String {
    format!("{HEADER}Prompt.\n\n{COMPLETE}")
}

/// Loads files of which those with the text `...` are valid exercises.
fn load_tree(files: &[(&str, &str)]) -> Loaded {
    let valid = valid();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, text)| match *text {
            "..." => (*path, valid.as_bytes()),
            text => (*path, text.as_bytes()),
        })
        .collect();
    load(&files)
}

/// Checks ids in order, and each finding as `file:line severity rule`.
#[track_caller]
fn check(files: &[(&str, &str)], ids: &[&str], findings: &[&str]) {
    let loaded = load_tree(files);
    let found: Vec<String> = loaded
        .findings
        .iter()
        .map(|it| {
            format!(
                "{}:{} {} {}",
                it.file.display(),
                it.line,
                it.severity,
                it.rule
            )
        })
        .collect();
    assert_eq!(found, findings, "{}", display(&loaded));
    let exercises: Vec<&str> = loaded
        .catalogue
        .exercises()
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(exercises, ids);
}

#[test]
fn numbers_give_the_order_and_are_no_part_of_ids() {
    check(
        &[
            ("10-late/topic.md", TOPIC),
            ("10-late/z.md", "..."),
            ("10-late/a.md", "..."),
            ("10-late/10-ten.md", "..."),
            ("10-late/9-nine.md", "..."),
            ("2-early/topic.md", TOPIC),
            ("2-early/01-2nd-highest.md", "..."),
        ],
        &[
            "early/2nd-highest",
            "late/nine",
            "late/ten",
            "late/a",
            "late/z",
        ],
        &[],
    );
}

#[test]
fn other_files_are_ignored() {
    check(
        &[
            ("README.md", "x"),
            (".git/HEAD.md", "x"),
            ("notes.txt", "x"),
            ("datasets/README.md", "x"),
            ("datasets/club/README.md", "x"),
            ("01-a/topic.md", TOPIC),
            ("01-a/01-x.md", "..."),
            ("01-a/.01-y.md", "x"),
            ("01-a/README.md", "x"),
            ("01-a/picture.png", "x"),
            ("01-a/query.sql", "x"),
            ("01-a/.drafts/01-z.md", "x"),
        ],
        &["a/x"],
        &[],
    );
}

#[test]
fn files_where_none_is_read_are_reported() {
    check(
        &[
            ("01-x.md", "..."),
            ("01-a/topic.md", TOPIC),
            ("01-a/01-x.md", "..."),
            ("01-a/more/02-y.md", "..."),
            ("notes/x.md", "x"),
            ("extra/topic.md", TOPIC),
            ("extra/x.md", "..."),
        ],
        &["a/x"],
        &[
            "01-a/more/02-y.md:1 warning misplaced-file",
            "01-x.md:1 warning misplaced-file",
            "extra:1 error missing-number",
            "notes:1 warning missing-number",
        ],
    );
}

#[test]
fn one_broken_file_leaves_the_others_alone() {
    check(
        &[
            ("01-a/topic.md", "no front matter"),
            ("01-a/01-x.md", "..."),
            ("01-a/02-x.md", "..."),
            ("01-a/03-Bad_Name.md", "..."),
            ("01-a/04-broken.md", "+++\n"),
            ("01-a/05-y.md", "..."),
            ("02-b/01-x.md", "..."),
            ("03-a/topic.md", TOPIC),
            ("03-a/01-z.md", "..."),
            ("04-Bad/topic.md", TOPIC),
            ("05-empty/topic.md", TOPIC),
        ],
        &["a/x", "a/y", "b/x"],
        &[
            "01-a/02-x.md:1 error duplicate-id",
            "01-a/03-Bad_Name.md:1 error invalid-name",
            "01-a/04-broken.md:1 error unterminated-front-matter",
            "01-a/topic.md:1 error missing-front-matter",
            "02-b/topic.md:1 error missing-topic",
            "03-a:1 error duplicate-id",
            "04-Bad:1 error invalid-name",
            "05-empty:1 warning empty-topic",
        ],
    );
}

#[test]
fn a_topic_without_a_title_is_named_after_its_folder() {
    let loaded = load_tree(&[("06-data-integrity/01-x.md", "...")]);
    let topic = &loaded.catalogue.topics[0];
    assert_eq!((topic.number, topic.title.as_str()), (6, "Data integrity"));
}

#[test]
fn a_topic_has_title_summary_and_introduction() {
    let loaded = load_tree(&[("06-x/topic.md", TOPIC), ("06-x/y.md", "...")]);
    let id = "x".parse().expect("a valid id");
    let topic = loaded.catalogue.topic(&id).expect("the topic loads");
    assert_eq!(topic.title, "Joins");
    assert_eq!(topic.summary, "Two tables.");
    assert_eq!(topic.introduction_html, "<p>Welcome.</p>\n");

    check(
        &[
            (
                "06-x/topic.md",
                "+++\ntitle = 'X'\nsumary = 'Y'\n+++\n```sql answer\nSELECT 1\n```\n",
            ),
            ("06-x/y.md", "..."),
        ],
        &["x/y"],
        &[
            "06-x/topic.md:1 error missing-key",
            "06-x/topic.md:3 error unknown-key",
            "06-x/topic.md:5 error misplaced-block",
        ],
    );
}

#[test]
fn datasets_have_both_files() {
    let uses = |name: &str| valid().replacen("+++\n", &format!("+++\ndataset = '{name}'\n"), 1);
    let (intact, broken, unknown) = (uses("club"), uses("shop"), uses("ship"));
    check(
        &[
            ("01-a/topic.md", TOPIC),
            ("01-a/01-x.md", &intact),
            ("01-a/02-y.md", &broken),
            ("01-a/03-z.md", &unknown),
            ("datasets/club/schema.sql", "CREATE TABLE t ();"),
            ("datasets/club/data.sql", ""),
            ("datasets/shop/schema.sql", "CREATE TABLE t ();"),
            ("datasets/none/schema.sql", " \n"),
            ("datasets/none/data.sql", ""),
            ("datasets/Bad/schema.sql", "CREATE TABLE t ();"),
            ("datasets/Bad/data.sql", ""),
        ],
        &["a/x"],
        &[
            "01-a/02-y.md:2 error unknown-dataset",
            "01-a/03-z.md:2 error unknown-dataset",
            "datasets/Bad:1 error invalid-name",
            "datasets/none/schema.sql:1 error empty-schema",
            "datasets/shop/data.sql:1 error missing-dataset-file",
        ],
    );
    let loaded = load_tree(&[("01-a/topic.md", TOPIC), ("01-a/03-z.md", &unknown)]);
    assert_eq!(
        display(&loaded),
        "01-a/03-z.md:2: error: there is no dataset `ship` [unknown-dataset]"
    );
}

#[test]
fn bytes_that_are_not_text_are_reported_at_their_line() {
    let mut text = valid().into_bytes();
    text.extend_from_slice(b"\nline\xff\n");
    let line = 1 + text[..text.len() - 2].split(|byte| *byte == b'\n').count() - 1;
    check_exercise(&text, &[&format!("{line} error not-utf8")]);
    check_exercise(b"\xff\xfe+\0+\0+\0", &["1 error not-utf8"]);
    check_exercise(b"+++\n+++\na\0b\n", &["3 error nul-character"]);
}

#[test]
fn windows_line_endings_and_a_byte_order_mark_change_nothing() {
    let unix = format!("{HEADER}Prompt.\n\n```sql setup\nSELECT 7;\n\nSELECT 8;\n```\n{COMPLETE}");
    let windows = format!("\u{feff}{}", unix.replace('\n', "\r\n"));
    let (unix, windows) = (exercise(unix), exercise(windows));
    assert_eq!(unix.setup, windows.setup);
    assert_eq!(unix.answer, windows.answer);
    assert_eq!(unix.prompt_html, windows.prompt_html);
    assert_eq!(unix.setup_digest(), windows.setup_digest());

    let broken =
        format!("\u{feff}{}", "+++\ntitle = 'T'\nconcept = ['c']\n+++\n").replace('\n', "\r\n");
    let loaded = load(&[
        ("1-a/topic.md", TOPIC.as_bytes()),
        ("1-a/x.md", broken.as_bytes()),
    ]);
    let unknown = loaded.findings.iter().find(|it| it.rule == "unknown-key");
    assert_eq!(unknown.map(|it| it.line), Some(3));
}

#[test]
fn a_file_cut_off_anywhere_is_read_without_a_panic() {
    let text = "\u{feff}+++\r\ntitle = '\u{1f9a3}'\nconcepts = ['é']\n+++\n> ~~~sql answer\n> \u{2028}\n\
                - ````explanation\n  ```sql plan \"no Sort\n  é\n  ````\n| a |\n|:-:|\n| <b> |\n\
                ![x](a\u{301} \"t\")\n<details>\n```\n``` `\n\t~~~ hint";
    for end in 0..=text.len() {
        let loaded = load(&[("01-a/01-x.md", &text.as_bytes()[..end])]);
        assert_eq!(loaded.catalogue.exercises().count(), 0);
        for finding in &loaded.findings {
            let lines = text.lines().count();
            assert!((1..=lines).contains(&(finding.line as usize)), "{finding}");
        }
    }
}

#[test]
fn nothing_to_learn_is_a_warning() {
    let loaded = load(&[]);
    assert_eq!(loaded.findings.len(), 1);
    assert_eq!(loaded.findings[0].severity, Severity::Warning);
    assert_eq!(loaded.findings[0].rule, "no-topics");
}

#[test]
fn findings_are_json_objects() {
    let loaded = load_tree(&[("01-a/01-x.md", "...")]);
    assert_eq!(
        serde_json::to_string(&loaded.findings[0]).expect("a finding serializes"),
        r#"{"file":"01-a/topic.md","line":1,"severity":"error","rule":"missing-topic","message":"is missing: it gives the topic its title, summary and introduction"}"#
    );
}

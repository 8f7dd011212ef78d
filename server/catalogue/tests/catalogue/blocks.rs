//! Fenced blocks with a role.

use crate::{COMPLETE, HEADER, check_exercise, display, exercise, load_exercise};
use sqlground_catalogue::{Block, Probe, Rejects, WrongAnswer};

/// The line the text after [`HEADER`] begins on.
const BODY: u32 = 6;

/// Checks the findings of a complete exercise with this text, which begins on line 8.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_exercise(format!("{HEADER}Prompt.\n\n{text}\n\n{COMPLETE}"), expected);
}

fn block(sql: &str, line: u32) -> Block {
    Block {
        sql: sql.to_owned(),
        line,
    }
}

#[test]
fn info_strings_are_understood_or_refused() {
    for (info, expected) in [
        ("sql", &[][..]),
        ("SQL", &[]),
        ("", &[]),
        ("text", &[]),
        ("plain", &[]),
        ("psql", &[]),
        ("sql hidden", &[]),
        ("  sql   hidden  ", &[]),
        ("SQL hidden", &[]),
        ("sql starter", &[]),
        ("sql setup", &[]),
        ("sql accepts", &[]),
        ("sql probe \"what\"", &[]),
        ("sql wrong \"say \"this\" – naïvely\"", &[]),
        ("sql rejects 23505", &[]),
        ("sql rejects P0001", &[]),
        ("sql plan \"Seq Scan\"", &[]),
        ("hint", &[]),
        ("sql anwser", &["8 error unknown-role"]),
        ("sql Answer", &["8 error unknown-role"]),
        ("slq answer", &["8 error unknown-role"]),
        ("psql answer", &["8 error unknown-role"]),
        ("{.sql .answer}", &["8 error unknown-role"]),
        ("answer", &["8 error unknown-role"]),
        ("hnit", &["8 error unknown-role"]),
        ("Explanaton", &["8 error unknown-role"]),
        ("js linenos", &["8 error unknown-role"]),
        ("hint now", &["8 error bad-argument"]),
        ("sql hidden 2", &["8 error bad-argument"]),
        ("sql wrong", &["8 error bad-argument"]),
        ("sql wrong hint", &["8 error bad-argument"]),
        ("sql wrong \"", &["8 error bad-argument"]),
        ("sql wrong \" \"", &["8 error bad-argument"]),
        ("sql probe", &["8 error bad-argument"]),
        ("sql plan", &["8 error bad-argument"]),
        ("sql rejects", &["8 error bad-sqlstate"]),
        ("sql rejects 2350", &["8 error bad-sqlstate"]),
        ("sql rejects 23505a", &["8 error bad-sqlstate"]),
        ("sql rejects 2350x", &["8 error bad-sqlstate"]),
        ("sql rejects \"23505\"", &["8 error bad-sqlstate"]),
    ] {
        check(&format!("```{info}\nSELECT 4\n```"), expected);
    }
}

#[test]
fn some_blocks_may_stand_there_only_once() {
    // The first is kept, so the finding is at the second.
    check("```sql answer\nSELECT 4\n```", &["12 error repeated-block"]);
    check("```explanation\nSo.\n```", &["21 error repeated-block"]);
    for role in ["sql starter", "sql setup"] {
        let text = format!("```{role}\nSELECT 4\n```\n");
        check(&text.repeat(2), &["11 error repeated-block"]);
    }
    for role in ["sql hidden", "sql accepts", "hint"] {
        check(&format!("```{role}\nSELECT 4\n```\n").repeat(2), &[]);
    }
}

#[test]
fn messages_suggest_what_was_meant() {
    for (info, expected) in [
        (
            "sql anwser",
            "unknown role `anwser` of an `sql` block; known are `answer`, `wrong`, `hidden`, \
             `starter`, `setup`, `probe`, `rejects`, `accepts`, `plan`; did you mean `answer`? \
             [unknown-role]",
        ),
        (
            "pgsql anwser",
            "`pgsql anwser`: only `sql` blocks have a role; write `pgsql` alone for an example, \
             or did you mean `sql answer`? [unknown-role]",
        ),
        (
            "hints",
            "unknown block `hints`; did you mean `hint`? [unknown-role]",
        ),
        (
            "sql rejects unique",
            "`unique` is no SQLSTATE: five digits or capital letters, such as \
             `sql rejects 23505` [bad-sqlstate]",
        ),
    ] {
        let text = format!("{HEADER}Prompt.\n\n```{info}\nSELECT 4\n```\n\n{COMPLETE}");
        let loaded = load_exercise(text);
        let expected = format!("03-joins/01-first.md:8: error: {expected}");
        assert_eq!(display(&loaded), expected);
    }
}

#[test]
fn blocks_reach_the_exercise_with_their_lines() {
    let body = "\
Prompt.

~~~sql answer

  SELECT 1
    FROM t;

~~~
```sql wrong \"Not \"all\" of them\"
SELECT 2
```
- in a list

  ```sql wrong \"two\"
  SELECT
    3
  ```
```sql starter
-- begin here
```
```sql setup
CREATE TABLE t ();
```
```sql hidden
DELETE FROM t;
```
```sql hidden
```` is no fence
```
```sql probe \"what is left\"
TABLE t
```
```sql rejects 23505
INSERT INTO t DEFAULT VALUES
```
```sql accepts
SELECT 5
```
";
    let it = exercise(format!("{HEADER}{body}"));
    let line = |needle: &str| {
        let offset = body.find(needle).expect("the body contains it");
        BODY + u32::try_from(body[..offset].matches('\n').count()).expect("a short text")
    };
    assert_eq!(
        it.answer,
        block("  SELECT 1\n    FROM t;", line("  SELECT 1"))
    );
    assert_eq!(
        it.wrong,
        [
            WrongAnswer {
                block: block("SELECT 2", line("SELECT 2")),
                hint: "Not \"all\" of them".to_owned(),
            },
            WrongAnswer {
                block: block("SELECT\n  3", line("  SELECT\n    3")),
                hint: "two".to_owned(),
            },
        ]
    );
    assert_eq!(it.starter, Some(block("-- begin here", line("-- begin"))));
    assert_eq!(it.setup, Some(block("CREATE TABLE t ();", line("CREATE"))));
    assert_eq!(
        it.hidden,
        [
            block("DELETE FROM t;", line("DELETE")),
            block("```` is no fence", line("```` is")),
        ]
    );
    assert_eq!(
        it.probes,
        [Probe {
            block: block("TABLE t", line("TABLE t\n")),
            subject: "what is left".to_owned(),
        }]
    );
    assert_eq!(
        it.rejects,
        [Rejects {
            block: block("INSERT INTO t DEFAULT VALUES", line("INSERT")),
            sqlstate: "23505".to_owned(),
        }]
    );
    assert_eq!(it.accepts, [block("SELECT 5", line("SELECT 5"))]);
    assert!(!it.prompt_html.contains("SELECT"), "{}", it.prompt_html);
}

#[test]
fn examples_stay_in_the_prompt() {
    let it = exercise(format!(
        "{HEADER}Like this:\n\n```sql\nSELECT 1 < 2\n```\n\n{COMPLETE}"
    ));
    assert_eq!(
        it.prompt_html,
        "<p>Like this:</p>\n<pre><code class=\"language-sql\">SELECT 1 &lt; 2\n</code></pre>\n"
    );
}

#[test]
fn explanations_may_contain_code_behind_a_longer_fence() {
    let text = format!(
        "{HEADER}Prompt.\n\n```sql answer\nSELECT 1\n```\n\n\
         ````explanation\nSee:\n\n```sql\nSELECT 2\n```\n\n# Why\n````\n\n\
         ```hint\nUse *one*.\n```\n~~~hint\nOr\n\n```\ntwo\n```\n~~~\n"
    );
    let it = exercise(text);
    assert_eq!(
        it.explanation_html.as_deref(),
        Some(
            "<p>See:</p>\n<pre><code class=\"language-sql\">SELECT 2\n</code></pre>\n\
             <h2>Why</h2>\n"
        )
    );
    assert_eq!(
        it.hints_html,
        [
            "<p>Use <em>one</em>.</p>\n",
            "<p>Or</p>\n<pre><code>two\n</code></pre>\n"
        ]
    );
    assert_eq!(it.prompt_html, "<p>Prompt.</p>\n");
}

#[test]
fn faulty_fences_do_not_leak_an_answer_silently() {
    for (text, expected) in [
        // Closed by the inner fence's end.
        (
            "~~~hint\nA\n~~~\n```hint\n```sql\nSELECT 1\n```\nB\n",
            &["12 error unclosed-fence"][..],
        ),
        (
            "````hint\n```sql answer\nSELECT 1\n```\n````",
            &["9 error misplaced-block"],
        ),
        (
            "````hint\n```sql anwser\nSELECT 1\n```\n````",
            &["9 error unknown-role"],
        ),
        (
            "````hint\n```sql\nSELECT 1\n````",
            &["9 error unclosed-fence"],
        ),
        (
            "- item\n\n  ```sql hidden\n  SELECT 1\n\nmore",
            &["10 error unclosed-fence"],
        ),
        ("> ```sql hidden\n> SELECT 1\n> ```", &[]),
        // Inline code that merely looks like a fence.
        ("```SELECT``` is a word.", &[]),
        ("\\``` is escaped.", &[]),
        ("Write ```.", &[]),
        (
            "<details>\n```sql hidden\nSELECT 1\n```\n</details>",
            &["9 error broken-fence", "11 error broken-fence"],
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn a_hint_with_backticks_in_a_backtick_fence_is_reported() {
    let text = "Prompt.\n\n```sql wrong \"Use `count`\"\nSELECT 4\n```\n";
    let loaded = load_exercise(format!("{HEADER}{text}"));
    let rules: Vec<_> = loaded
        .findings
        .iter()
        .map(|it| (it.line, it.rule))
        .collect();
    assert_eq!(rules, [(8, "broken-fence"), (10, "unclosed-fence")]);

    let text = format!("~~~sql wrong \"Use `count`\"\nSELECT 4\n~~~\n{COMPLETE}");
    let it = exercise(format!("{HEADER}Prompt.\n\n{text}"));
    assert_eq!(it.wrong[0].hint, "Use `count`");
}

#[test]
fn empty_blocks_are_errors_except_for_a_plan_of_the_submission() {
    for role in [
        "sql wrong \"x\"",
        "sql hidden",
        "sql starter",
        "sql setup",
        "sql probe \"x\"",
        "sql rejects 23505",
        "sql accepts",
        "hint",
    ] {
        check(&format!("```{role}\n \t\n```"), &["8 error empty-block"]);
        check(&format!("```{role}\n```"), &["8 error empty-block"]);
    }
    check("```sql plan \"Index Scan on t\"\n```", &[]);
}

#[test]
fn an_exercise_needs_a_prompt_an_answer_and_should_have_more() {
    let answer = "```sql answer\nSELECT 1\n```\n";
    let warnings = [
        "6 warning few-wrong-answers",
        "6 warning missing-explanation",
    ];
    check_exercise(format!("{HEADER}Prompt.\n\n{answer}"), &warnings);
    check_exercise(
        HEADER,
        &[
            "6 error empty-prompt",
            "6 error missing-answer",
            warnings[0],
            warnings[1],
        ],
    );
    check_exercise(
        format!("{HEADER} \n\n- \n\n{COMPLETE}"),
        &["6 error empty-prompt"],
    );
    check_exercise(
        format!("{HEADER}Prompt.\n\n{COMPLETE}").replace("SELECT 1", ""),
        &["8 error empty-block"],
    );
}

#[test]
fn ordered_with_probes_has_no_effect() {
    let header = HEADER.replace("difficulty", "ordered = true\ndifficulty");
    let probe = "```sql probe \"x\"\nTABLE t\n```\n";
    check_exercise(
        format!("{header}P\n\n{probe}{COMPLETE}"),
        &["4 warning ordered-with-probes"],
    );
    let header = header.replace("true", "false");
    check_exercise(format!("{header}P\n\n{probe}{COMPLETE}"), &[]);
}

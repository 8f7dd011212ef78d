//! The command line and its JSON.

use serde_json::{Value, json};
use sqlground_tests::Command;
use std::fs;
use tempfile::TempDir;

const TWENTY: &str = "CREATE TABLE t (id int PRIMARY KEY, name text);
INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, '');
SELECT * FROM t ORDER BY id;
SELECT id FROM t WHERE false;
UPDATE t SET name = 'zwei' WHERE id = 2;
DELETE FROM t WHERE id = 3;
DO $$ BEGIN RAISE NOTICE 'a notice; with a semicolon'; END $$;
CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql AS $body$ SELECT a + b; $body$;
SELECT add(2, 3);
COPY t TO STDOUT;
BEGIN;
SAVEPOINT s;
INSERT INTO t VALUES (4, 'vier');
ROLLBACK TO s;
COMMIT;
VALUES (1.50, true), (2, false);
CREATE INDEX ON t (name);
EXPLAIN SELECT * FROM t;
TABLE t;
SELECT 'ü', t.nope FROM t;
";

#[test]
fn run_prints_an_object_a_statement() {
    let done = Command::new("run")
        .file("script.sql", TWENTY)
        .args(&["--json"])
        .run();
    let objects = done.objects();
    assert_eq!(done.code, 1, "{done:?}");
    assert_eq!(objects.len(), 20, "{done:?}");
    let tags: Vec<&Value> = objects.iter().map(|o| &o["tag"]).collect();
    let expected = [
        "CREATE TABLE",
        "INSERT 0 3",
        "SELECT 3",
        "SELECT 0",
        "UPDATE 1",
        "DELETE 1",
        "DO",
        "CREATE FUNCTION",
        "SELECT 1",
        "COPY 2",
        "BEGIN",
        "SAVEPOINT",
        "INSERT 0 1",
        "ROLLBACK",
        "COMMIT",
        "SELECT 2",
        "CREATE INDEX",
        "EXPLAIN",
        "SELECT 2",
    ];
    assert_eq!(
        tags[..19],
        expected.map(Value::from).iter().collect::<Vec<_>>()[..]
    );
    assert_eq!(
        objects[2]["rows"],
        json!([["1", "one"], ["2", null], ["3", ""]])
    );
    assert_eq!(
        objects[3]["columns"],
        json!([{"name": "id", "type": "integer", "numeric": true}])
    );
    assert_eq!(objects[3]["row_count"], 0);
    assert_eq!(
        objects[6]["notices"][0]["message"],
        "a notice; with a semicolon"
    );
    assert_eq!(objects[8]["rows"], json!([["5"]]));
    assert_eq!(
        objects[9]["rows"].as_array().expect("lines").len(),
        2,
        "{}",
        objects[9]
    );
    assert_eq!(objects[15]["columns"][0]["type"], "numeric");
    let last = &objects[19];
    assert_eq!(
        (&last["statement"], &last["line"], &last["tag"]),
        (&json!(20), &json!(20), &json!(null))
    );
    assert_eq!(last["error"]["sqlstate"], "42703");
    assert_eq!(
        last["error"]["position"], 13,
        "counted in characters: {last}"
    );
}

#[test]
fn run_can_use_an_exercise_and_prints_for_people() {
    let done = Command::new("run")
        .file("script.sql", "SELECT id, price FROM book ORDER BY id")
        .args(&["--exercise", "reading/long-books"])
        .run();
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.stdout.contains("NULL") && done.stdout.contains("(4 rows)"),
        "{done:?}"
    );
}

#[test]
fn grade_judges_each_file() {
    let done = Command::new("grade")
        .args(&["--json", "--exercise", "reading/long-books"])
        .file("right.sql", "SELECT title FROM book WHERE pages > 100")
        .file("wrong.sql", "SELECT title FROM book")
        .file("error.sql", "SELECT title FORM book")
        .run();
    let verdicts: Vec<Value> = done
        .objects()
        .iter()
        .map(|o| o["verdict"].clone())
        .collect();
    assert_eq!(verdicts, ["correct", "incorrect", "error"], "{done:?}");
    assert!(done.objects()[1].get("counterexample").is_some());
    assert_eq!(done.code, 1);
}

/// A folder of submissions, and what else lies in such folders.
fn submissions() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in [
        ("b, second.sql", "SELECT title FROM book".as_bytes()),
        ("a.sql", b"SELECT title FROM book WHERE pages > 100"),
        ("group one/c.SQL", b"SELECT title\nFORM book"),
        ("group one/d.sql", b"SELECT '\xff'"),
        ("group one/.hidden.sql", b"SELECT 1"),
        ("notes.txt", b"not SQL"),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, content).expect("it is written");
    }
    folder
}

#[test]
fn grade_judges_every_script_in_a_folder() {
    let folder = submissions();
    let path = folder.path().to_str().expect("UTF-8");
    let grade = |form: &[&str]| {
        let command = Command::new("grade").args(&["--exercise", "reading/long-books", path]);
        command.args(form).run()
    };
    let files = [
        "a.sql",
        "b, second.sql",
        "group one/c.SQL",
        "group one/d.sql",
    ];
    let verdicts = ["correct", "incorrect", "error", "error"];
    let classes = ["correct", "extra_rows", "error", "error"];

    let json = grade(&["--json", "--jobs", "3"]);
    assert_eq!(json.code, 1, "{json:?}");
    let objects = json.objects();
    assert_eq!(objects.len(), files.len(), "{json:?}");
    for (i, object) in objects.iter().enumerate() {
        assert_eq!(object["file"], format!("{path}/{}", files[i]), "{json:?}");
        assert_eq!(object["verdict"], verdicts[i], "{json:?}");
        assert_eq!(object["class"], classes[i], "{json:?}");
        assert!(object["elapsed_ms"].is_number(), "{json:?}");
        assert!(object.get("counterexample").is_some(), "{json:?}");
    }

    let table = grade(&[]);
    assert_eq!(table.code, 1, "{table:?}");
    let lines: Vec<&str> = table.stdout.lines().collect();
    assert_eq!(lines.len(), files.len() + 3, "{table:?}");
    for name in ["file", "verdict", "class", "message"] {
        assert!(lines[0].contains(name), "{table:?}");
    }
    for (i, line) in lines[2..6].iter().enumerate() {
        let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
        assert!(cells[0].ends_with(files[i]), "{line}");
        assert_eq!(cells[1..3], [verdicts[i], classes[i]], "{line}");
    }
    assert!(lines[5].contains("not UTF-8"), "{table:?}");
    assert_eq!(lines[6], "1 of 4 correct");

    let csv = grade(&["--csv"]);
    let lines: Vec<&str> = csv.stdout.lines().collect();
    assert_eq!(lines[0], "file,verdict,class,message,elapsed_ms");
    let second = format!("\"{path}/b, second.sql\",incorrect,extra_rows,");
    assert!(lines[2].starts_with(&second), "{csv:?}");

    let nothing = tempfile::tempdir().expect("a folder");
    let nothing = Command::new("grade")
        .args(&["--exercise", "reading/long-books"])
        .args(&[nothing.path().to_str().expect("UTF-8")])
        .run();
    assert!(
        nothing.stderr.contains("there is no *.sql in"),
        "{nothing:?}"
    );
    assert_eq!(nothing.code, 1);
}

#[test]
fn grade_shows_the_rows_on_which_a_script_is_wrong() {
    let done = Command::new("grade")
        .args(&["--exercise", "reading/long-books"])
        .file("limit.sql", "SELECT title FROM book WHERE pages >= 100")
        .run();
    for text in [
        "Right on the data shown, but not on other data.",
        "\n  book:\n    id | author_id | title",
        " |   100 | ",
        "\n  expected: no rows\n  this gives:\n    title\n",
    ] {
        assert!(done.stdout.contains(text), "{text}: {done:?}");
    }
    assert_eq!(done.code, 1);
}

#[test]
fn plan_prints_the_tree() {
    let script = "CREATE TABLE t AS SELECT 1 AS a; SELECT count(*) FROM t;";
    let done = Command::new("plan")
        .file("script.sql", script)
        .args(&["--json"])
        .run();
    assert_eq!(done.code, 0, "{done:?}");
    let plan = &done.objects()[0];
    assert_eq!(plan["nodes"][0]["node_type"], "Aggregate");
    assert_eq!(plan["nodes"][1]["parent"], 0);
    assert_eq!(plan["nodes"][1]["relation"], "t");
}

#[test]
fn plan_reads_what_explain_printed() {
    let text = "\
 QUERY PLAN
------------
 Limit  (cost=0.00..1.00 rows=5 width=4) (actual time=0.500..2.000 rows=5 loops=1)
   ->  Seq Scan on t  (cost=0.00..9.00 rows=90 width=4) (actual time=0.250..1.750 rows=5 loops=1)
         Filter: (a > 3)
 Execution Time: 2.100 ms
(4 rows)

 Result  (cost=0.00..0.01 rows=1 width=4)
";
    let done = Command::new("plan")
        .file("plan.txt", text)
        .args(&["--json"])
        .run();
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{done:?}");
    let plans = done.objects();
    assert_eq!(plans.len(), 2, "{done:?}");
    assert_eq!(plans[0]["execution_ms"], 2.1);
    assert_eq!(plans[0]["nodes"][1]["self_ms"], 1.75);
    assert_eq!(plans[1]["nodes"][0]["node_type"], "Result");

    let done = Command::new("plan").file("plan.txt", text).run();
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("└─ Seq Scan on t  5 rows"), "{done:?}");
    assert!(done.stdout.contains("Filter: (a > 3)"), "{done:?}");
    // Not a terminal, so no colours.
    assert!(!done.stdout.contains('\u{1b}'), "{done:?}");
}

#[test]
fn files_are_read_as_powershell_writes_them() {
    let text = "Limit  (cost=0.00..1.00 rows=5 width=4)\r\n  \
                ->  Seq Scan on \"Größe\"  (cost=0.00..9.00 rows=90 width=4)\r\n";
    let units = || std::iter::once(0xfeff).chain(text.encode_utf16());
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    let cut = little[..little.len() - 1].to_vec();
    for bytes in [little, big] {
        let done = Command::new("plan")
            .file("plan.txt", bytes)
            .args(&["--json"])
            .run();
        assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{done:?}");
        assert_eq!(done.objects()[0]["nodes"][1]["relation"], "Größe");
    }
    let done = Command::new("plan").file("plan.txt", cut).run();
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.stderr.contains("plan.txt as UTF-16"), "{done:?}");
}

#[test]
fn plan_names_the_line_that_cannot_be_read() {
    let done = Command::new("plan")
        .file(
            "plan.txt",
            "Limit  (cost=0.00..1.00 rows=5 width=4)\n  ->  Seq Scan on t  (cost=0.00..9",
        )
        .run();
    assert_eq!((done.code, done.stdout.as_str()), (1, ""), "{done:?}");
    assert_eq!(done.stderr.lines().count(), 1, "{done:?}");
    assert!(
        done.stderr
            .ends_with("plan.txt:2: this node cannot be read: it is cut off\n"),
        "{done:?}"
    );
}

#[test]
fn check_finds_wrong_answers_that_pass() {
    let done = Command::new("check").run();
    assert_eq!(done.code, 0, "{done:?}");

    let command = Command::new("check");
    let topic = command.folder().join("ex/00-a");
    std::fs::create_dir_all(&topic).expect("a folder");
    std::fs::write(
        topic.join("topic.md"),
        "+++\ntitle = \"A\"\nsummary = \"A.\"\n+++\nA.\n",
    )
    .expect("a file");
    let text = "+++\ntitle = \"One\"\nconcepts = [\"a\"]\ndifficulty = 1\n+++\nReturn 1.\n\n\
                ```sql answer\nSELECT 1\n```\n\n```sql wrong \"No.\"\nSELECT 2 - 1\n```\n\n\
                ```sql wrong \"No.\"\nSELECT 2\n```\n\n```explanation\nOne.\n```\n";
    std::fs::write(topic.join("01-one.md"), text).expect("a file");
    let folder = command
        .folder()
        .join("ex")
        .to_str()
        .expect("a path")
        .to_owned();
    let done = command.args(&[&folder, "--json"]).run();
    assert_eq!(done.code, 1, "{done:?}");
    let findings = done.objects();
    assert_eq!(findings.len(), 1, "{done:?}");
    assert_eq!(findings[0]["file"], "00-a/01-one.md");
    assert_eq!(
        (&findings[0]["line"], &findings[0]["severity"]),
        (&json!(13), &json!("error"))
    );
}

#[test]
fn a_new_topic_and_exercise_are_filled_in_and_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("lessons");
    let path = root.to_str().expect("UTF-8");
    let new = |arguments: &[&str]| {
        let command = Command::new("new").args(arguments);
        command.args(&["--exercises", path]).run_bare()
    };
    let topic = new(&["topic", "joins"]);
    assert_eq!(
        topic.stdout,
        format!("{path}/00-joins/topic.md\n"),
        "{topic:?}"
    );
    for (file, sql) in [
        (
            "schema.sql",
            "CREATE TABLE pet (id int PRIMARY KEY, name text NOT NULL)",
        ),
        ("data.sql", "INSERT INTO pet VALUES (1, 'Rex'), (2, 'Tom')"),
    ] {
        let dataset = root.join("datasets/pets");
        fs::create_dir_all(&dataset).expect("it is made");
        fs::write(dataset.join(file), sql).expect("it is written");
    }
    let first = new(&["exercise", "joins/all-pets"]);
    let file = format!("{path}/00-joins/01-all-pets.md");
    assert_eq!(first.stdout, format!("{file}\n"), "{first:?}");
    let second = new(&["exercise", "joins/no-pets"]);
    assert!(
        second.stdout.contains("/00-joins/02-no-pets.md"),
        "{second:?}"
    );

    let written = fs::read_to_string(&file).expect("it is there");
    let again = new(&["exercise", "joins/all-pets"]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(
        again.stderr.contains("01-all-pets.md is there already"),
        "{again:?}"
    );
    assert_eq!(fs::read_to_string(&file).expect("it is there"), written);
    let unknown = new(&["exercise", "join/all-pets"]);
    assert!(
        unknown.stderr.contains("did you mean `joins`?"),
        "{unknown:?}"
    );
    assert_eq!(new(&["topic", "Not A Name"]).code, 2);

    let filled = written
        .replace(
            "SELECT 1 AS answer WHERE false",
            "SELECT name FROM pet WHERE id = 1",
        )
        .replace(
            "SELECT 2 AS answer",
            "SELECT name FROM pet ORDER BY id OFFSET 1",
        )
        .replace("SELECT 1 AS answer", "SELECT name FROM pet")
        .replace("Say in plain words", "The names of all pets");
    fs::write(&file, filled).expect("it is written");
    let check = Command::new("check").args(&["--json", path]).run();
    assert_eq!((check.code, &*check.stdout), (0, ""), "{check:?}");
}

#[test]
fn errors_are_one_clear_line() {
    let missing = Command::new("run").args(&["/no/such/file.sql"]).run();
    assert_eq!(missing.code, 1);
    assert_eq!(missing.stderr.lines().count(), 1, "{missing:?}");
    assert!(missing.stderr.contains("/no/such/file.sql"), "{missing:?}");

    let latin1 = Command::new("run")
        .file("latin1.sql", b"SELECT 1;\nSELECT '\xe9'")
        .run();
    assert_eq!(latin1.code, 1);
    assert!(
        latin1.stderr.contains("latin1.sql:2") && latin1.stderr.contains("UTF-8"),
        "{latin1:?}"
    );

    let long = Command::new("run")
        .file("long.sql", vec![b'-'; 10 * 1024 * 1024])
        .run();
    assert_eq!(long.code, 1);
    assert!(long.stderr.contains("10485760"), "{long:?}");

    let unknown = Command::new("grade")
        .args(&["--exercise", "no/such"])
        .file("a.sql", "")
        .run();
    assert_eq!(unknown.code, 1);
    assert!(unknown.stderr.contains("no/such"), "{unknown:?}");

    assert_eq!(Command::new("grade").run_bare().code, 2);
    assert_eq!(Command::new("dance").run_bare().code, 2);
    assert!(
        Command::new("version")
            .run_bare()
            .stdout
            .contains("PostgreSQL 18")
    );
}

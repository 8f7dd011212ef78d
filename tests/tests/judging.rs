//! What submissions are told.

use serde_json::json;
use sqlground_tests::Site;

#[tokio::test]
async fn a_submission_is_judged() {
    let site = Site::start();
    let visitor = site.visitor();
    let check = async |sql: &str| visitor.act("check", "reading/long-books", sql).await.1;

    let right = check("SELECT b.title FROM book AS b WHERE NOT pages <= 100").await;
    assert_eq!(right["verdict"], "correct", "{right}");

    let wrong = check("SELECT title FROM book WHERE pages >= 300;").await;
    assert_eq!(wrong["verdict"], "incorrect");
    assert_eq!(wrong["class"], "missing_rows");
    assert_eq!(wrong["diff"]["missing"], json!([["Rivers"]]));
    assert_eq!(wrong["hint"], "How many pages are more than 100, exactly?");

    let failed = check("SELECT title FROM books").await;
    assert_eq!(failed["verdict"], "error");
    assert_eq!(failed["error"]["error"]["sqlstate"], "42P01");

    let empty = check("  -- nothing\n").await;
    assert_eq!(empty["class"], "empty", "{empty}");

    let duplicates = check("SELECT title FROM book, generate_series(1, 2) WHERE pages > 100").await;
    assert_eq!(duplicates["class"], "duplicates", "{duplicates}");

    let columns = check("SELECT pages FROM book WHERE pages > 100").await;
    assert_eq!(columns["class"], "wrong_columns");

    let no_rows = check("CREATE TABLE t (a int)").await;
    assert_eq!(no_rows["class"], "no_result");
}

#[tokio::test]
async fn order_and_names_count_only_where_the_exercise_says_so() {
    let site = Site::start();
    let visitor = site.visitor();
    let select = "SELECT title, price FROM book WHERE price IS NOT NULL ORDER BY price";
    let check = async |sql: &str| visitor.act("check", "reading/by-price", sql).await.1;
    let class = check(&format!("{select}, title DESC")).await["class"].clone();
    assert_eq!(class, "wrong_order");
    let renamed = "SELECT title, price AS cost FROM book WHERE price IS NOT NULL ORDER BY 2, 1";
    assert_eq!(check(renamed).await["class"], "wrong_columns");
    assert_eq!(
        check(&format!("{select}, title")).await["verdict"],
        "correct"
    );
}

#[tokio::test]
async fn a_writing_exercise_is_judged_by_what_is_left() {
    let site = Site::start();
    let visitor = site.visitor();
    let check = async |sql: &str| visitor.act("check", "writing/a-discount", sql).await.1;
    let right = "WITH gone AS (DELETE FROM book WHERE author_id IS NULL) \
                 UPDATE book SET price = round(price * 9 / 10, 2) WHERE author_id = 1";
    let verdict = check(right).await;
    assert_eq!(verdict["verdict"], "correct", "{verdict}");
    let verdict = check("UPDATE book SET price = price * 0.9 WHERE author_id = 1").await;
    assert_eq!(verdict["class"], "wrong_state");
    assert_eq!(verdict["diff"]["subject"], "the books");
    // What a transaction that was never committed did is not left.
    let open = check(&format!("BEGIN; {right}")).await;
    assert_eq!(open["verdict"], "incorrect", "{open}");
}

#[tokio::test]
async fn what_the_answer_leaves_alone_is_to_stay() {
    let site = Site::start();
    let visitor = site.visitor();
    let right = "UPDATE book SET price = price * 0.9 WHERE author_id = 1;
        DELETE FROM book WHERE author_id IS NULL;";
    let check = async |more: &str| {
        let script = format!("{right} {more}");
        visitor.act("check", "writing/a-discount", &script).await.1
    };
    for (harmless, message) in [
        ("", None),
        ("ALTER TABLE author ADD COLUMN note text", None),
        ("CREATE VIEW mine AS SELECT 1 AS a", None),
        ("UPDATE author SET name = name", None),
        (
            "UPDATE author SET name = 'x' WHERE id = 1",
            Some("author has got other values, and is to stay as it was."),
        ),
        (
            "INSERT INTO author (id, name) VALUES (99, 'x')",
            Some("author has got 1 row more, and is to stay as it was."),
        ),
        (
            "DELETE FROM author WHERE NOT EXISTS (SELECT FROM book WHERE author_id = author.id)",
            Some("author has lost 1 row, and is to stay as it was."),
        ),
        (
            "ALTER TABLE author DROP COLUMN name",
            Some("author does not have all its columns any more, and is to keep them."),
        ),
        (
            "DROP TABLE author CASCADE",
            Some("author is gone, and is to stay."),
        ),
    ] {
        let verdict = check(harmless).await;
        match message {
            None => assert_eq!(verdict["verdict"], "correct", "{harmless}: {verdict}"),
            Some(message) => {
                assert_eq!(verdict["class"], "wrong_state", "{harmless}: {verdict}");
                assert_eq!(verdict["message"], message, "{harmless}");
            }
        }
    }
}

#[tokio::test]
async fn a_plan_goal_is_judged_by_the_plan() {
    let site = Site::start();
    let visitor = site.visitor();
    let check = async |sql: &str| visitor.act("check", "writing/an-index", sql).await.1;
    assert_eq!(
        check("CREATE INDEX ON reading (sensor)").await["verdict"],
        "correct"
    );
    assert_eq!(
        check("CREATE INDEX ON reading (value)").await["class"],
        "plan_goal_missed"
    );
    // Read by an index, but more of it than need be.
    let verdict = check("SET enable_seqscan = off; CREATE INDEX ON reading (value, sensor)").await;
    assert_eq!(verdict["class"], "plan_goal_missed", "{verdict}");
}

#[tokio::test]
async fn a_lucky_answer_is_told_by_few_rows_and_both_results_are_shown() {
    let site = Site::start();
    let lucky = "SELECT title FROM book WHERE id IN (1, 2)";
    let (_, verdict) = site
        .visitor()
        .act("check", "reading/long-books", lucky)
        .await;
    assert_eq!(verdict["class"], "missing_rows", "{verdict}");
    let example = &verdict["counterexample"];
    let book = &example["tables"][1];
    assert_eq!(book[0], "book", "{verdict}");
    assert_eq!(
        book[1]["rows"].as_array().map(Vec::len),
        Some(1),
        "{verdict}"
    );
    assert_ne!(example["expected"]["rows"], example["actual"]["rows"]);
}

#[tokio::test]
async fn a_transaction_around_a_script_changes_nothing_about_its_verdict() {
    let site = Site::start();
    let visitor = site.visitor();
    let check = async |exercise: &str, sql: &str| visitor.act("check", exercise, sql).await.1;
    for sql in [
        "BEGIN; CREATE INDEX ON reading (sensor); COMMIT;",
        // These run in no transaction.
        "CREATE INDEX ON reading (sensor); VACUUM reading;",
        "CREATE INDEX CONCURRENTLY ON reading (sensor)",
        // No part of it is kept back.
        "BEGIN; SAVEPOINT a; CREATE INDEX ON reading (sensor); RELEASE a; COMMIT",
    ] {
        let verdict = check("writing/an-index", sql).await;
        assert_eq!(verdict["verdict"], "correct", "{sql}: {verdict}");
    }
    let right = "SELECT title FROM book WHERE pages > 100";
    let lucky = "SELECT title FROM book WHERE id IN (1, 2)";
    for (begin, end) in [("BEGIN", "COMMIT"), ("ANALYZE book", "VACUUM book")] {
        let verdict = check("reading/long-books", &format!("{begin}; {right}; {end}")).await;
        assert_eq!(verdict["verdict"], "correct", "{verdict}");
        let verdict = check("reading/long-books", &format!("{begin}; {lucky}; {end}")).await;
        assert_eq!(verdict["class"], "missing_rows", "{verdict}");
    }
}

#[tokio::test]
async fn a_plan_goal_is_not_met_by_planner_settings() {
    let site = Site::start();
    let cheat = "ALTER ROLE CURRENT_USER SET enable_seqscan = off; CREATE INDEX ON reading (value)";
    let (_, verdict) = site.visitor().act("check", "writing/an-index", cheat).await;
    assert_eq!(verdict["class"], "plan_goal_missed", "{verdict}");
}

#[tokio::test]
async fn every_row_of_a_long_result_counts() {
    let site = Site::start();
    let visitor = site.visitor();
    let check = async |sql: &str| visitor.act("check", "reading/many-rows", sql).await.1;
    let select = "SELECT n, round(sqrt(n::numeric), 2) FROM generate_series(1, 300000) AS n";
    let right = check(
        "SELECT n::bigint, round(sqrt(n::numeric), 2) * 1.000 \
         FROM generate_series(1, 300000) AS n ORDER BY -n DESC",
    );
    let right = right.await;
    assert_eq!(right["verdict"], "correct", "{right}");
    let wrong = check(&format!("{select} WHERE n <> 299999 ORDER BY n")).await;
    assert_eq!(wrong["class"], "missing_rows", "{wrong}");
    assert_eq!(wrong["diff"]["missing_count"], 1, "{wrong}");
    let order = "ORDER BY CASE n WHEN 299999 THEN 300001 ELSE n END";
    let wrong = check(&format!("{select} {order}")).await;
    assert_eq!(wrong["class"], "wrong_order", "{wrong}");
}

#[tokio::test]
async fn an_exercise_about_certain_rows_is_judged_on_these() {
    let site = Site::start();
    let visitor = site.visitor();
    let check = async |sql: &str| visitor.act("check", "writing/the-second-copy", sql).await.1;
    let right = check("DELETE FROM book WHERE id = 2").await;
    assert_eq!(right["verdict"], "correct", "{right}");
    let wrong = check("DELETE FROM book WHERE id >= 2").await;
    assert_eq!(wrong["class"], "wrong_state", "{wrong}");
}

#[tokio::test]
async fn a_script_that_is_cut_off_is_not_judged() {
    let site = Site::start();
    let script = "SELECT 1;".repeat(1_000) + "SELECT title FROM book WHERE pages > 100";
    let (_, verdict) = site
        .visitor()
        .act("check", "reading/long-books", &script)
        .await;
    assert_eq!(
        (&verdict["verdict"], &verdict["class"]),
        (&json!("error"), &json!("too_slow"))
    );
}

//! What programs get over HTTP.

use reqwest::header;
use serde_json::json;
use sqlground_tests::Site;

#[tokio::test]
async fn a_script_is_run_statement_by_statement() {
    let site = Site::start();
    let script = "SELECT 1 AS one, NULL::text AS nothing, '' AS empty;\n\
                  DO $$ BEGIN RAISE NOTICE 'hello'; END $$;\n\
                  SELECT title FROM book WHERE false;\n\
                  SELECT 'é' AS x, nonsense";
    let (status, run) = site
        .visitor()
        .act("run", "reading/long-books", script)
        .await;
    assert_eq!(status, 200);
    let statements = run["statements"].as_array().expect("statements");
    assert_eq!(statements.len(), 4, "{run}");
    assert_eq!(statements[0]["rows"], json!([["1", null, ""]]));
    assert_eq!(
        statements[0]["columns"][0],
        json!({"name": "one", "type": "integer", "numeric": true})
    );
    assert_eq!(statements[0]["tag"], "SELECT 1");
    assert_eq!(statements[1]["tag"], "DO");
    assert_eq!(statements[1]["notices"][0]["message"], "hello");
    assert_eq!(statements[2]["rows"], json!([]));
    assert_eq!(statements[2]["columns"][0]["name"], "title");
    assert_eq!(statements[3]["error"]["sqlstate"], "42703");
    assert_eq!(statements[3]["error"]["position"], 18);
    assert_eq!(statements[3]["line"], 4);
}

#[tokio::test]
async fn a_plan_is_a_tree_with_self_times_and_leaves_nothing_behind() {
    let site = Site::start();
    let visitor = site.visitor();
    let exercise = "writing/a-discount";
    let (status, plan) = visitor
        .act(
            "plan",
            exercise,
            "DELETE FROM book USING author a WHERE a.id = author_id",
        )
        .await;
    assert_eq!(status, 200, "{plan}");
    let nodes = plan["nodes"].as_array().expect("nodes");
    assert_eq!(nodes[0]["node_type"], "ModifyTable");
    assert!(nodes.iter().any(|n| n["relation"] == "author"), "{plan}");
    let total: f64 = nodes.iter().filter_map(|n| n["self_ms"].as_f64()).sum();
    let root = nodes[0]["total_ms"].as_f64().expect("a time");
    let unattributed = plan["unattributed_ms"].as_f64().expect("a time");
    assert!((total + unattributed - root).abs() <= root * 0.01, "{plan}");
    let (_, run) = visitor
        .act("run", exercise, "SELECT count(*) FROM book")
        .await;
    assert_eq!(run["statements"][0]["rows"], json!([["4"]]));

    let (status, error) = visitor.act("plan", exercise, "SELECT nonsense").await;
    assert_eq!(status, 422);
    assert_eq!(error["error"]["error"]["sqlstate"], "42703", "{error}");
}

#[tokio::test]
async fn sandboxes_keep_their_changes_until_reset_and_belong_to_one_session() {
    let site = Site::start();
    let (ama, bo) = (site.visitor(), site.visitor());
    let exercise = "writing/a-discount";
    let count = async |visitor: &sqlground_tests::Client<'_>| {
        let (_, run) = visitor
            .act("run", exercise, "SELECT count(*) FROM book")
            .await;
        run["statements"][0]["rows"][0][0].clone()
    };
    ama.act(
        "run",
        exercise,
        "DELETE FROM book WHERE id = 1; CREATE TABLE mine ()",
    )
    .await;
    assert_eq!(count(&ama).await, "3");
    assert_eq!(count(&bo).await, "4");
    let (_, run) = bo.act("run", exercise, "SELECT * FROM mine").await;
    assert_eq!(run["statements"][0]["error"]["sqlstate"], "42P01");
    let (status, answer) = ama.act("reset", exercise, "").await;
    assert_eq!((status, answer), (200, json!({"reset": true})));
    assert_eq!(count(&ama).await, "4");
}

#[tokio::test]
async fn shared_tables_cannot_be_changed() {
    let site = Site::start();
    let (_, run) = site
        .visitor()
        .act("run", "reading/long-books", "DELETE FROM book")
        .await;
    assert_eq!(run["statements"][0]["error"]["sqlstate"], "42501", "{run}");
}

#[tokio::test]
async fn bad_requests_get_a_clear_answer() {
    let site = Site::start();
    let visitor = site.visitor();
    let (status, body) = visitor.act("run", "reading/no-such", "SELECT 1").await;
    assert_eq!(status, 404);
    assert!(
        body["error"]["message"]
            .as_str()
            .expect("a message")
            .contains("no-such")
    );

    let (status, body) = visitor.act("run", "reading/long-books", "").await;
    assert_eq!((status, &body["statements"]), (200, &json!([])));

    let huge = "-".repeat(10 * 1024 * 1024);
    let (status, body) = visitor.act("run", "reading/long-books", &huge).await;
    assert_eq!(status, 413);
    assert!(
        body["error"]["message"]
            .as_str()
            .expect("a message")
            .contains("256 kB"),
        "{body}"
    );

    let raw = async |body: &'static str| {
        visitor
            .request("/api/run")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .expect("an answer")
    };
    let response = raw("exercise=reading%2Flong-books&sql=SELECT+%27%FF%27").await;
    assert_eq!(response.status(), 400);
    assert!(response.text().await.expect("a text").contains("UTF-8"));
    assert_eq!(raw("sql=SELECT+1").await.status(), 400);
    assert_eq!(visitor.act("dance", "reading/long-books", "").await.0, 404);

    let (status, run) = visitor
        .act("run", "reading/long-books", "SELECT '\0'")
        .await;
    assert_eq!(status, 200);
    assert!(run["statements"][0]["error"].is_object(), "{run}");
}

#[tokio::test]
async fn posts_from_other_sites_are_refused() {
    let site = Site::start();
    let post = async |name: &'static str, value: &'static str| {
        site.visitor()
            .request("/api/run")
            .header(name, value)
            .form(&[("exercise", "reading/long-books"), ("sql", "SELECT 1")])
            .send()
            .await
            .expect("an answer")
            .status()
    };
    assert_eq!(post("sec-fetch-site", "cross-site").await, 403);
    assert_eq!(post("origin", "http://evil.example").await, 403);
    assert_eq!(post("sec-fetch-site", "same-origin").await, 200);
}

#[tokio::test]
async fn every_response_carries_the_headers_of_a_careful_site() {
    let site = Site::start();
    let visitor = site.visitor();
    for path in ["/", "/healthz", "/nothing/here"] {
        let response = visitor.get(path).await;
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map_or("", |v| v.to_str().expect("text"))
                .to_owned()
        };
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
    }
    let first = visitor.get("/").await;
    let second = visitor.get("/").await;
    let policy = |r: &reqwest::Response| r.headers()["content-security-policy"].clone();
    assert!(policy(&first).to_str().expect("text").contains("'nonce-"));
    assert_ne!(policy(&first), policy(&second), "a nonce is used once");
}

#[tokio::test]
async fn the_session_cookie_is_closed_to_scripts_and_cannot_be_made_up() {
    let site = Site::start();
    let response = site.visitor().get("/").await;
    let cookie = response.headers()["set-cookie"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let forged = site
        .visitor()
        .request("/api/run")
        .header(
            header::COOKIE,
            format!("sqlground_session={}", "0".repeat(64)),
        )
        .form(&[("exercise", "reading/long-books"), ("sql", "SELECT 1")])
        .send()
        .await
        .expect("an answer");
    assert!(
        forged.headers().contains_key("set-cookie"),
        "a new session begins"
    );
}

#[tokio::test]
async fn assets_are_compressed_and_immutable() {
    let site = Site::start();
    let visitor = site.visitor();
    let page = visitor.page("/").await;
    let start = page.find("/pkg/").expect("an asset");
    let path: String = page[start..].chars().take_while(|c| *c != '"').collect();
    let response = reqwest::Client::new()
        .get(site.url(&path))
        .header(header::ACCEPT_ENCODING, "gzip, br")
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    assert!(
        response.headers()["cache-control"]
            .to_str()
            .expect("text")
            .contains("immutable")
    );
    assert!(!response.headers().contains_key("set-cookie"));
    let old = visitor.get("/pkg/0000000000000000/sqlground.css").await;
    assert_eq!(old.status(), 404);
}

#[tokio::test]
async fn pages_are_compressed_for_whoever_takes_that() {
    let site = Site::start();
    let get = async |accepted: &str| {
        let request = reqwest::Client::new().get(site.url("/plan/steps"));
        let response = request
            .header(header::ACCEPT_ENCODING, accepted)
            .send()
            .await;
        let response = response.expect("an answer");
        let coding = response.headers().get(header::CONTENT_ENCODING).cloned();
        assert_eq!(response.status(), 200);
        (coding, response.bytes().await.expect("a body"))
    };
    let (coding, plain) = get("identity").await;
    assert_eq!(coding, None);
    let (coding, packed) = get("gzip, deflate, br, zstd").await;
    assert_eq!(coding.expect("a coding"), "gzip");
    assert!(packed.starts_with(&[0x1f, 0x8b]));
    assert!(
        packed.len() * 3 < plain.len(),
        "{} of {}",
        packed.len(),
        plain.len()
    );
}

#[tokio::test]
async fn health_tells_readiness_and_liveness() {
    let site = Site::start();
    let response = site.visitor().get("/healthz").await;
    assert_eq!(response.status(), 200);
    let body: serde_json::Value = response.json().await.expect("JSON");
    assert_eq!(body["status"], "ready");
    assert_eq!(site.visitor().get("/healthz?live").await.status(), 200);
}

#[tokio::test]
async fn a_role_that_was_broken_is_repaired() {
    let site = Site::start();
    let visitor = site.visitor();
    let exercise = "writing/a-discount";
    let (_, run) = visitor
        .act(
            "run",
            exercise,
            "ALTER ROLE CURRENT_USER SET local_preload_libraries = 'nope'",
        )
        .await;
    assert!(run["statements"][0]["error"].is_null(), "{run}");
    let (status, run) = visitor.act("run", exercise, "SELECT 1").await;
    assert_eq!(
        (status, &run["statements"][0]["rows"]),
        (200, &json!([["1"]])),
        "{run}"
    );

    let script = "DO $$ BEGIN EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I \
                  SET default_transaction_read_only = on', current_database()); END $$";
    visitor.act("run", exercise, script).await;
    let (_, run) = visitor.act("run", exercise, "CREATE TABLE t ()").await;
    assert_eq!(run["statements"][0]["tag"], "CREATE TABLE", "{run}");
}

#[tokio::test]
async fn a_missing_script_is_told_and_a_reset_keeps_the_last_one() {
    let site = Site::start();
    let visitor = site.visitor();
    let exercise = ("exercise", "reading/long-books");
    visitor.act("run", exercise.1, "SELECT 'precious'").await;
    let response = visitor
        .post("/api/run", &[exercise], "application/json")
        .await;
    assert_eq!(response.status(), 400);
    let response = visitor
        .post("/api/reset", &[exercise], "application/json")
        .await;
    assert_eq!(response.status(), 200);
    assert!(
        visitor
            .page("/exercises/reading/long-books")
            .await
            .contains("precious")
    );
}

#[tokio::test]
async fn a_client_that_goes_away_ends_its_statement() {
    let data = sqlground_tests::used_data_dir();
    let site = Site::start_in(data.path(), &["--statement-seconds", "60"]);
    let visitor = site.visitor();
    let exercise = "reading/long-books";
    visitor.act("run", exercise, "SELECT 1").await;
    let sleeping = visitor.act("run", exercise, "SELECT pg_sleep(50)");
    let given_up = tokio::time::timeout(std::time::Duration::from_millis(700), sleeping).await;
    assert!(given_up.is_err(), "it sleeps");
    // One script of a session runs at a time: while the other slept, this one would be refused.
    let (status, run) = visitor.act("run", exercise, "SELECT 2").await;
    assert_eq!(
        (status, &run["statements"][0]["rows"]),
        (200, &json!([["2"]])),
        "{run}"
    );
}

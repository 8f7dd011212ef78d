//! A PostgreSQL that is not ours: Debian's 15, prepared by the script that sqlground prints.

use serde_json::json;
use sqlground_tests::{Cluster, Site, data_dir};

#[tokio::test]
async fn the_job_is_done_on_debians_postgresql() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let url = cluster.prepare();
    let data = data_dir();
    let site = Site::start_in(data.path(), &["--database-url", &url]);
    let visitor = site.visitor();

    let (_, run) = visitor
        .act(
            "run",
            "writing/a-discount",
            "SHOW is_superuser; DELETE FROM book; TABLE book",
        )
        .await;
    assert_eq!(run["statements"][0]["rows"], json!([["off"]]), "{run}");
    assert_eq!(run["statements"][2]["row_count"], 0, "{run}");
    let right = "SELECT title FROM book WHERE pages > 100";
    let (_, verdict) = visitor.act("check", "reading/long-books", right).await;
    assert_eq!(verdict["verdict"], "correct", "{verdict}");
    let (_, plan) = visitor.act("plan", "reading/long-books", right).await;
    assert_eq!(plan["nodes"][0]["relation"], "book", "{plan}");
    assert!(visitor.page("/topics/reading").await.contains("Solved"));
    assert!(
        !data.path().join("cluster").exists(),
        "no PostgreSQL of our own is made"
    );
}

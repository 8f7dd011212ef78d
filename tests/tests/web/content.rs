//! Hostile texts in the files of exercises, which a teacher may have from somebody else.

use crate::hostile::{NAMES, TEXT, harmless, quoted};
use crate::support::{ACCEPT_FRAGMENT, Own, write};
use sqlground_tests::used_data_dir;

#[tokio::test]
async fn nothing_in_an_exercise_file_becomes_script() {
    let folder = used_data_dir();
    let name = NAMES[0];
    let markdown = format!(
        "{TEXT}\n\n<script>pwned()</script>\n\n<div onclick=pwned()>block</div>\n\n\
         [link](javascript:pwned()) [link](JaVaScRiPt:pwned()) [link](java&#10;script:pwned()) \
         [link](data:text/html,pwned) [link](vbscript:pwned) <javascript:pwned()> \
         [link][r] ![image](javascript:pwned()) ![image](https://evil.example/pwned.png) \
         [title](/x \"\\\" onclick=pwned() \")\n\n[r]: javascript:pwned()\n\n\
         | {name} |\n|:-:|\n| {name} |\n\n```<img/src=x/onerror=pwned()>\n{TEXT}\n```\n\n# {name}\n\n&lt;script&gt;\n"
    );
    let title = TEXT.replace('"', "\\\"");
    write(
        folder.path(),
        "00-first/topic.md",
        &format!("+++\ntitle = \"{title}\"\nsummary = \"{title}\"\n+++\n{markdown}"),
    );
    write(
        folder.path(),
        "00-first/01-one.md",
        &format!(
            "+++\ntitle = \"{title}\"\ndataset = \"hostile\"\nconcepts = [\"{title}\"]\n\
             difficulty = 1\n+++\n{markdown}\n\n```sql starter\n-- {TEXT}\n```\n\n\
             ```sql answer\nSELECT c FROM {0}\n```\n\n```sql wrong \"{name}\"\nSELECT 1\n```\n\n\
             ```sql wrong \"{name}\"\nSELECT 2\n```\n\n\
             ```hint\n{TEXT}\n\n[link](javascript:pwned())\n```\n\n\
             ```explanation\n{TEXT}\n\n[link](javascript:pwned())\n```\n",
            quoted(name)
        ),
    );
    write(
        folder.path(),
        &format!("00-first/02-{}.md", "<img onerror=pwned()>"),
        "broken",
    );
    let column = quoted(NAMES[1]);
    write(
        folder.path(),
        "datasets/hostile/schema.sql",
        &format!(
            "CREATE TABLE {0} (c text DEFAULT $p${TEXT}$p$ CHECK (c <> $p${TEXT}$p$), \
             {column} text);\nCOMMENT ON TABLE {0} IS $p${TEXT}$p$;\n\
             COMMENT ON COLUMN {0}.c IS $p${TEXT}$p$;",
            quoted(name)
        ),
    );
    write(
        folder.path(),
        "datasets/hostile/data.sql",
        &format!(
            "INSERT INTO {} VALUES ($p${TEXT}x$p$, $p${TEXT}$p$);",
            quoted(name)
        ),
    );
    let site = Own::start(&["--exercises", folder.path().to_str().expect("a path")]);
    let log = site.log();
    assert!(!log.contains("01-one.md"), "the exercise is read: {log}");
    let visitor = site.visitor();
    for (sql, solved) in [
        ("SELECT 1", false),
        (&*format!("SELECT c FROM {}", quoted(name)), true),
    ] {
        let fields = [("exercise", "first/one"), ("sql", sql)];
        let response = visitor.post("/api/check", &fields, ACCEPT_FRAGMENT).await;
        let fragment = response.text().await.expect("a text");
        harmless(
            &fragment,
            if solved { "Correct" } else { "" },
            "the verdict",
        );
        for (path, shown) in [
            ("/", "<svg/onload=pwned()>"),
            ("/topics/first", "<div onclick=pwned()>"),
            ("/exercises/first/one", "<div onclick=pwned()>"),
            ("/exercises/first/none", "There is nothing"),
        ] {
            let response = visitor.get(path).await;
            let page = response.text().await.expect("a text");
            harmless(&page, shown, path);
        }
    }
}

//! What is kept of an earlier catalogue.

use sqlground_catalogue::{Loaded, load_files};
use std::path::PathBuf;

fn load(files: &[(&str, &str)]) -> Loaded {
    let files = files.iter();
    load_files(files.map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())))
}

fn exercise(title: &str, difficulty: &str, dataset: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\nconcepts = [\"a\"]\ndifficulty = {difficulty}\n{dataset}\n+++\n\
         Prompt.\n\n```sql answer\nSELECT 1\n```\n"
    )
}

const TOPIC: &str = "+++\ntitle = \"Topic\"\nsummary = \"A summary.\"\n+++\nWords.\n";

#[test]
fn what_is_broken_stays_in_its_place_and_what_is_gone_goes() {
    let text = |title| exercise(title, "1", "");
    let (a, b, c) = (text("A"), text("B"), text("C"));
    let earlier = load(&[
        ("01-t/topic.md", TOPIC),
        ("01-t/01-a.md", &a),
        ("01-t/02-b.md", &b),
        ("01-t/03-c.md", &c),
        ("01-t/04-d.md", &c),
        ("02-gone/topic.md", TOPIC),
        ("02-gone/01-a.md", &a),
    ]);
    let broken = exercise("New", "\"hard\"", "");
    let new = text("New C");
    let mut now = load(&[
        ("01-t/topic.md", "no front matter"),
        ("01-t/01-a.md", &broken),
        ("01-t/02-b.md", &broken),
        ("01-t/03-c.md", &new),
        ("01-t/05-e.md", &broken),
    ]);
    assert_eq!(now.catalogue.topics[0].exercises.len(), 1);
    now.keep(&earlier.catalogue);
    let [topic] = &now.catalogue.topics[..] else {
        panic!("{:?}", now.catalogue.topics);
    };
    let titles: Vec<_> = topic.exercises.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["A", "B", "New C"]);
    assert_eq!((&*topic.title, &*topic.summary), ("Topic", "A summary."));
    assert!(topic.introduction_html.contains("Words."));
}

#[test]
fn datasets_are_kept_with_the_exercises_that_start_from_them() {
    let dataset = |schema| {
        [
            ("datasets/d/schema.sql", schema),
            ("datasets/d/data.sql", "SELECT 1"),
        ]
    };
    let good = exercise("A", "1", "dataset = \"d\"");
    let broken = exercise("A", "9", "dataset = \"d\"");
    let files = |exercise, schema| {
        let mut files = vec![("01-t/topic.md", TOPIC), ("01-t/01-a.md", exercise)];
        files.extend(dataset(schema));
        load(&files)
    };
    let earlier = files(&good, "CREATE TABLE a ()");
    let digest = |loaded: &Loaded| {
        let exercise = loaded.catalogue.exercises().next().expect("it is there");
        exercise
            .dataset
            .as_ref()
            .map(|dataset| dataset.digest.clone())
    };

    let mut empty = files(&good, "");
    empty.keep(&earlier.catalogue);
    assert_eq!(digest(&empty), digest(&earlier));
    assert!(empty.catalogue.datasets.contains_key("d"));

    let mut changed = files(&broken, "CREATE TABLE b ()");
    changed.keep(&earlier.catalogue);
    assert_eq!(
        digest(&changed),
        Some(changed.catalogue.datasets["d"].digest.clone())
    );
    assert_ne!(digest(&changed), digest(&earlier));

    changed.keep_dataset(&earlier.catalogue.datasets["d"]);
    assert_eq!(digest(&changed), digest(&earlier));
}

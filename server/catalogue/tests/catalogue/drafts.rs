//! Files to begin with.

use sqlground_catalogue::{Draft, DraftError, load_files};
use std::path::{Path, PathBuf};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_topic_comes_after_the_last() {
    let topic = |folders: &[&str]| Draft::topic(&"joins".parse().unwrap(), &names(folders));
    let path = |folders: &[&str]| topic(folders).unwrap().path;
    assert_eq!(path(&[]), Path::new("00-joins/topic.md"));
    let folders = ["00-first", "07-last", "datasets", "notes"];
    assert_eq!(path(&folders), Path::new("08-joins/topic.md"));
    let taken = topic(&["03-joins"]).unwrap_err();
    let path = PathBuf::from("03-joins");
    assert_eq!(taken, DraftError::Exists { path });
}

#[test]
fn an_exercise_comes_after_the_last_of_its_topic() {
    let exercise = |folders: &[&str], files: &[&str]| {
        let files = names(files);
        let id = "joins/never-booked".parse().unwrap();
        Draft::exercise(&id, &names(folders), |_| files.clone(), &[])
    };
    let path = |files: &[&str]| exercise(&["02-joins"], files).unwrap().path;
    assert_eq!(
        path(&["topic.md"]),
        Path::new("02-joins/01-never-booked.md")
    );
    let files = ["09-b.md", "10-a.md", "c.md", "notes.txt", "topic.md"];
    assert_eq!(path(&files), Path::new("02-joins/11-never-booked.md"));

    let taken = exercise(&["02-joins"], &["04-never-booked.md"]).unwrap_err();
    let path = PathBuf::from("02-joins/04-never-booked.md");
    assert_eq!(taken, DraftError::Exists { path });
    let misspelt = exercise(&["02-join"], &[]).unwrap_err().to_string();
    assert_eq!(misspelt, "there is no topic `joins`; did you mean `join`?");
    let unknown = exercise(&["02-windows"], &[]).unwrap_err().to_string();
    assert!(
        unknown.contains("`sqlground new topic joins` makes it"),
        "{unknown}"
    );
}

#[test]
fn drafts_can_be_read_as_they_are() {
    let id = "joins/never-booked".parse().unwrap();
    for datasets in [&[][..], &["club"], &["club", "shop"]] {
        let datasets = names(datasets);
        let topic = Draft::topic(&"joins".parse().unwrap(), &[]).unwrap();
        let exercise =
            Draft::exercise(&id, &names(&["00-joins"]), |_| Vec::new(), &datasets).unwrap();
        let mut files = vec![
            (topic.path, topic.text.into_bytes()),
            (exercise.path, exercise.text.into_bytes()),
        ];
        for name in &datasets {
            for file in ["schema.sql", "data.sql"] {
                let path = Path::new("datasets").join(name).join(file);
                files.push((path, b"SELECT 1".to_vec()));
            }
        }
        let loaded = load_files(files);
        assert_eq!(loaded.findings, [], "{datasets:?}");
        let exercise = loaded.catalogue.exercise(&id).expect("it is there");
        assert_eq!(exercise.title, "Never booked");
        let dataset = exercise
            .dataset
            .as_ref()
            .map(|dataset| dataset.name.clone());
        assert_eq!(dataset, datasets.first().cloned());
        assert_eq!(loaded.catalogue.topics[0].title, "Joins");
    }
}

//! Reading from disk.

use crate::{COMPLETE, HEADER, TOPIC};
use sqlground_catalogue::load_dir;
use std::error::Error;
use std::fs;

#[test]
fn a_folder_on_disk_loads() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path();
    fs::create_dir_all(path.join("01-a/more/even/more"))?;
    fs::create_dir_all(path.join("datasets/club"))?;
    fs::create_dir_all(path.join(".git"))?;
    let exercise =
        format!("{HEADER}Prompt.\n\n{COMPLETE}").replacen("+++\n", "+++\ndataset = 'club'\n", 1);
    fs::write(path.join("01-a/topic.md"), TOPIC)?;
    fs::write(path.join("01-a/01-x.md"), exercise)?;
    fs::write(path.join("01-a/more/even/more/y.md"), "x")?;
    fs::write(path.join("01-a/data.bin"), [0xff, 0])?;
    fs::write(path.join(".git/x.md"), "x")?;
    fs::write(
        path.join("datasets/club/schema.sql"),
        "CREATE TABLE t ();\r\n",
    )?;
    fs::write(path.join("datasets/club/data.sql"), "")?;
    fs::create_dir(path.join("01-a/folder.md"))?;

    let loaded = load_dir(path)?;
    assert_eq!(loaded.findings, []);
    let exercise = loaded
        .catalogue
        .exercise(&"a/x".parse()?)
        .ok_or("the exercise loads")?;
    assert_eq!(exercise.file.to_str(), Some("01-a/01-x.md"));
    assert_eq!(
        loaded.catalogue.datasets["club"].schema_sql,
        "CREATE TABLE t ();\n"
    );
    Ok(())
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_a_finding() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path();
    fs::create_dir(path.join("01-a"))?;
    fs::write(path.join("01-a/topic.md"), TOPIC)?;
    std::os::unix::fs::symlink("nowhere.md", path.join("01-a/01-x.md"))?;
    std::os::unix::fs::symlink("..", path.join("01-a/loop"))?;

    let loaded = load_dir(path)?;
    let found: Vec<_> = loaded
        .findings
        .iter()
        .map(|it| (it.file.to_string_lossy().into_owned(), it.rule))
        .collect();
    assert!(
        found.contains(&("01-a/01-x.md".to_owned(), "unreadable")),
        "{found:?}"
    );
    assert_eq!(loaded.catalogue.topics.len(), 1);
    Ok(())
}

#[test]
fn a_missing_folder_is_an_error() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let error = load_dir(&dir.path().join("none")).expect_err("it does not exist");
    assert!(error.to_string().ends_with("none"), "{error}");
    assert!(error.source().is_some());
}

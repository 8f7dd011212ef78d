//! The examples in the documentation hold what it says of them.

use sqlground_tests::Command;
use std::fs;
use std::path::{Path, PathBuf};

/// The fenced blocks of a page that are files: a path follows the language.
fn files(page: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let info = line.trim_start_matches('`');
        let fence = &line[..line.len() - info.len()];
        if fence.len() < 3 {
            continue;
        }
        let content: String = lines
            .by_ref()
            .take_while(|line| *line != fence)
            .flat_map(|line| [line, "\n"])
            .collect();
        let path = info.split_once(' ').map(|(_, path)| path);
        found.extend(path.map(|path| (PathBuf::from(path), content)));
    }
    found
}

#[test]
fn the_exercises_in_the_documentation_pass_their_check() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/exercises.md");
    let page = fs::read_to_string(docs).expect("the page is there");
    let files = files(&page);
    let folder = tempfile::tempdir().expect("a folder");
    for (path, content) in &files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, content).expect("it is written");
    }
    let exercises = files.iter().filter(|(path, _)| {
        let name = path.file_name().expect("a name").to_string_lossy();
        name.ends_with(".md") && name != "topic.md"
    });
    assert_eq!(exercises.count(), 4);
    // Each kind of block that the page lists is in an example.
    for line in page.lines().filter_map(|line| line.strip_prefix("| ` ```")) {
        let block = line.split(['`', '"']).next().expect("a role").trim();
        let role = format!("\n```{block}");
        assert!(
            files.iter().any(|(_, text)| text.contains(&role)),
            "{block}"
        );
    }

    let path = folder.path().to_str().expect("UTF-8");
    let done = Command::new("check").args(&["--json", path]).run();
    assert_eq!((done.code, &*done.stdout), (0, ""), "{done:?}");
}

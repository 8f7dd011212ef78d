//! The exercises that come with sqlground hold what they promise.

use sqlground_tests::Command;
use std::path::Path;

#[test]
fn every_answer_is_right_and_every_wrong_answer_is_wrong() {
    let exercises = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises");
    let exercises = exercises.to_str().expect("a path in UTF-8");
    let done = Command::new("check")
        .fast()
        .args(&["--exercises", exercises])
        .run();
    assert_eq!(done.code, 0, "{}\n{}", done.stdout, done.stderr);
}

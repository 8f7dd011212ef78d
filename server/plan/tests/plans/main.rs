//! Plans that PostgreSQL 15 and 18 gave, read and compared with what they mean.
//!
//! `tests/fixtures/<case>_<version>.json` is the output of EXPLAIN as it came.

mod compared;
mod descriptions;
mod findings;
mod generated;
mod input;
mod nodes;
mod pasted;
mod printed;
mod robust;
mod text;
mod times;

use sqlground_model::Plan;
use std::path::PathBuf;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn text(fixture: &str) -> String {
    std::fs::read_to_string(fixtures().join(format!("{fixture}.json"))).expect("the fixture")
}

#[track_caller]
fn plan(fixture: &str) -> Plan {
    sqlground_plan::parse(&text(fixture), None).expect("a plan")
}

fn all() -> Vec<String> {
    let files = std::fs::read_dir(fixtures()).expect("the folder");
    let mut names: Vec<String> = files
        .map(|file| file.expect("a file").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

fn is_close(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.0015
}

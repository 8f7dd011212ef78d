//! What is wrong with a file, and where.

use serde::{Serialize, Serializer};
use std::fmt;
use std::path::{Path, PathBuf};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file, or a part of it, is left out.
    Error,
    /// The file loads but is likely not what its author wants.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// Something wrong with a file.
///
/// Displays as `file:line: error: message [rule]`, which editors and terminals link to the place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file, relative to the exercises' folder.
    #[serde(serialize_with = "lossy_path")]
    pub file: PathBuf,
    /// The line, from 1; 1 where the file as a whole is at fault.
    pub line: u32,
    /// How bad it is.
    pub severity: Severity,
    /// The rule that is broken, in kebab-case.
    pub rule: &'static str,
    /// What is wrong and what to do about it.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}: {} [{}]",
            self.file.display(),
            self.line,
            self.severity,
            self.message,
            self.rule
        )
    }
}

/// Writes a path as text even where it is not UTF-8, which serde's own form refuses.
fn lossy_path<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// A broken rule without its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) rule: &'static str,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
        }
    }
}

/// Collects the findings of one file.
pub(crate) struct Report<'a> {
    file: &'a Path,
    findings: &'a mut Vec<Finding>,
    errors: usize,
}

impl<'a> Report<'a> {
    pub(crate) fn new(file: &'a Path, findings: &'a mut Vec<Finding>) -> Self {
        Self {
            file,
            findings,
            errors: 0,
        }
    }

    /// How many errors the file has so far.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    pub(crate) fn error(&mut self, line: u32, rule: &'static str, message: impl Into<String>) {
        self.errors += 1;
        self.push(line, Severity::Error, rule, message.into());
    }

    pub(crate) fn warning(&mut self, line: u32, rule: &'static str, message: impl Into<String>) {
        self.push(line, Severity::Warning, rule, message.into());
    }

    pub(crate) fn fault(&mut self, line: u32, fault: Fault) {
        self.error(line, fault.rule, fault.message);
    }

    fn push(&mut self, line: u32, severity: Severity, rule: &'static str, message: String) {
        self.findings.push(Finding {
            file: self.file.to_owned(),
            line,
            severity,
            rule,
            message,
        });
    }
}

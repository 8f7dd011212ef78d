//! Printing what is found.

use super::super::console;
use anyhow::Result;
use serde_json::json;
use sqlground_catalogue::{Exercise, Finding, Severity};
use sqlground_grader::{Mutant, Mutation};
use std::sync::Arc;

/// What was found in an exercise.
pub(super) struct Found {
    pub(super) exercise: Arc<Exercise>,
    findings: Vec<Finding>,
    /// How well typical mistakes are told from the answer, if that is known.
    pub(super) mutation: Option<Mutation>,
}

impl Found {
    /// Nothing so far.
    pub(super) fn about(exercise: Arc<Exercise>) -> Self {
        Self {
            exercise,
            findings: Vec::new(),
            mutation: None,
        }
    }

    pub(super) fn error(&mut self, line: u32, rule: &'static str, message: impl Into<String>) {
        self.add(line, Severity::Error, rule, message.into());
    }

    pub(super) fn warning(&mut self, line: u32, rule: &'static str, message: impl Into<String>) {
        self.add(line, Severity::Warning, rule, message.into());
    }

    fn add(&mut self, line: u32, severity: Severity, rule: &'static str, message: String) {
        self.findings.push(Finding {
            file: self.exercise.file.clone(),
            line,
            severity,
            rule,
            message,
        });
    }
}

/// Prints findings exercise by exercise, and counts them.
pub(super) struct Reporter {
    /// Print objects rather than lines.
    pub(super) json: bool,
    /// Print the mistaken answers that nothing tells from the answer.
    pub(super) mutants: bool,
    /// How many mistaken answers were made, and how many of them do the same as the answer.
    made: usize,
    survived: usize,
    pub(super) errors: usize,
    findings: usize,
}

impl Reporter {
    pub(super) fn new(json: bool, mutants: bool) -> Self {
        Self {
            json,
            mutants,
            made: 0,
            survived: 0,
            errors: 0,
            findings: 0,
        }
    }

    pub(super) fn report(&mut self, finding: &Finding) -> Result<()> {
        self.findings += 1;
        self.errors += usize::from(finding.severity == Severity::Error);
        if self.json {
            console::json(finding)
        } else {
            console::line(&finding.to_string())
        }
    }

    /// Prints what was found in an exercise. Counts the mistaken answers that its data tells from the
    /// answer, and names the others where that is asked for.
    pub(super) fn report_all(&mut self, found: &Found) -> Result<()> {
        for finding in &found.findings {
            self.report(finding)?;
        }
        let Some(mutation) = &found.mutation else {
            return Ok(());
        };
        self.made += mutation.mutants;
        self.survived += mutation.survivors.len();
        if self.mutants {
            for mutant in &mutation.survivors {
                self.survivor(&found.exercise, mutant)?;
            }
        }
        Ok(())
    }

    fn survivor(&self, exercise: &Exercise, mutant: &Mutant) -> Result<()> {
        let before = exercise.answer.sql.get(..mutant.at).unwrap_or_default();
        let line = exercise.answer.line as usize + before.matches('\n').count();
        let file = exercise.file.display();
        let mistake = &mutant.mistake;
        if self.json {
            console::json(&json!({
                "file": file.to_string(),
                "line": line,
                "survivor": mistake,
                "sql": mutant.script,
            }))
        } else {
            console::line(&format!(
                "{file}:{line}: nothing shows this mistake: {mistake}"
            ))
        }
    }

    /// The last line, for who reads it.
    pub(super) fn summarize(&self, exercises: usize) {
        if !self.json {
            let counted = |number: usize, noun: &str| {
                let ending = if number == 1 { "" } else { "s" };
                format!("{number} {noun}{ending}")
            };
            println!(
                "{}, {}, {}; {} of {} mistaken answers show",
                counted(exercises, "exercise"),
                counted(self.errors, "error"),
                counted(self.findings - self.errors, "warning"),
                self.made - self.survived,
                self.made
            );
        }
    }
}

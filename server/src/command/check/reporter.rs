//! Printing what is found.

use super::super::console;
use anyhow::Result;
use serde_json::json;
use sqlground_catalogue::{Exercise, Finding, Severity};
use sqlground_grader::{Mutant, Mutation};

/// Prints findings as they come, and counts them.
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

    pub(super) fn error(
        &mut self,
        exercise: &Exercise,
        line: u32,
        rule: &'static str,
        message: impl Into<String>,
    ) -> Result<()> {
        self.about(exercise, line, Severity::Error, rule, message)
    }

    pub(super) fn warning(
        &mut self,
        exercise: &Exercise,
        line: u32,
        rule: &'static str,
        message: impl Into<String>,
    ) -> Result<()> {
        self.about(exercise, line, Severity::Warning, rule, message)
    }

    fn about(
        &mut self,
        exercise: &Exercise,
        line: u32,
        severity: Severity,
        rule: &'static str,
        message: impl Into<String>,
    ) -> Result<()> {
        self.report(&Finding {
            file: exercise.file.clone(),
            line,
            severity,
            rule,
            message: message.into(),
        })
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

    /// Counts the mistaken answers that the exercise's data tells from the answer, and names the
    /// others where that is asked for.
    pub(super) fn mutation(&mut self, exercise: &Exercise, mutation: &Mutation) -> Result<()> {
        self.made += mutation.mutants;
        self.survived += mutation.survivors.len();
        if self.mutants {
            for mutant in &mutation.survivors {
                self.survivor(exercise, mutant)?;
            }
        }
        Ok(())
    }

    fn survivor(&self, exercise: &Exercise, mutant: &Mutant) -> Result<()> {
        let before = &exercise.answer.sql[..mutant.at];
        let line = exercise.answer.line as usize + before.matches('\n').count();
        let file = exercise.file.display();
        let mistake = &mutant.mistake;
        if self.json {
            console::json(&json!({"file": file.to_string(), "line": line, "survivor": mistake}))
        } else {
            console::line(&format!(
                "{file}:{line}: nothing shows this mistake: {mistake}"
            ))
        }
    }

    /// The last line, for who reads it.
    pub(super) fn summarize(&self, exercises: usize) {
        if !self.json {
            println!(
                "{exercises} exercises, {} errors, {} warnings; {} of {} mistaken answers show",
                self.errors,
                self.findings - self.errors,
                self.made - self.survived,
                self.made
            );
        }
    }
}

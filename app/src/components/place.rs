//! Where in a script an error lies.

use sqlground_model::{Outcome, SqlError, StatementRun};

/// An error for the editor to mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorMark {
    /// How many characters (Unicode scalar values) of the script precede the place.
    pub(crate) offset: u32,
    /// What is wrong there.
    pub(crate) message: String,
}

impl ErrorMark {
    fn new(start: u32, error: &SqlError) -> Self {
        Self {
            // Without a position the statement's beginning is marked.
            offset: start + error.position.unwrap_or(1).saturating_sub(1),
            message: error.message.clone(),
        }
    }

    /// The error to mark in the script that had this outcome.
    pub(crate) fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Run(run) => run.failure().map(|(at, error)| Self::new(at.start, error)),
            Outcome::Check(verdict) => verdict
                .error
                .as_ref()
                .map(|failed| Self::new(failed.start, &failed.error)),
            Outcome::Problem(problem) => problem
                .error
                .as_ref()
                .zip(problem.start)
                .map(|(error, start)| Self::new(start, error)),
            Outcome::Plan(_) | Outcome::Reset => None,
        }
    }
}

/// The line of a statement on which its error lies, cut to what fits beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The line of the script, from 1.
    pub(crate) line: u32,
    /// The place on that line, in characters from 1; none on a statement's first
    /// line, which may begin in the middle of a line of the script.
    pub(crate) column: Option<u32>,
    /// What stands before the place on its line.
    pub(crate) before: String,
    /// The word at the place; empty at the end of the line.
    pub(crate) word: String,
    /// What stands behind the word on its line.
    pub(crate) after: String,
}

/// How many characters of a line are shown on each side of the place.
const EXCERPT_REACH: usize = 70;

impl Excerpt {
    /// The place of the error within its statement; none if PostgreSQL named none.
    pub(crate) fn of(statement: &StatementRun, error: &SqlError) -> Option<Self> {
        let position = usize::try_from(error.position?.checked_sub(1)?).ok()?;
        let sql: Vec<char> = statement.sql.chars().collect();
        // An error at the end of the input lies just behind the last character.
        let position = position.min(sql.len());
        let from = sql[..position]
            .iter()
            .rposition(|&c| c == '\n')
            .map_or(0, |newline| newline + 1);
        let to = sql[position..]
            .iter()
            .position(|&c| c == '\n')
            .map_or(sql.len(), |length| position + length);
        let newlines = sql[..position].iter().filter(|&&c| c == '\n').count();
        let word_end = position + word_length(&sql[position..to]);

        let mut before: String = sql[from.max(position.saturating_sub(EXCERPT_REACH))..position]
            .iter()
            .collect();
        if position - from > EXCERPT_REACH {
            before.insert(0, '…');
        }
        let mut after: String = sql[word_end..to.min(word_end + EXCERPT_REACH)]
            .iter()
            .collect();
        if to - word_end > EXCERPT_REACH {
            after.push('…');
        }
        Some(Self {
            line: statement.line + u32::try_from(newlines).ok()?,
            column: (newlines > 0)
                .then(|| u32::try_from(position - from + 1).ok())
                .flatten(),
            before,
            word: sql[position..word_end].iter().collect(),
            after,
        })
    }
}

/// How many characters at the beginning of `text` belong together.
fn word_length(text: &[char]) -> usize {
    let length = match text.first() {
        None => 0,
        Some(&quote @ ('"' | '\'')) => text[1..]
            .iter()
            .position(|&c| c == quote)
            .map_or(1, |closing| closing + 2),
        // A qualified name, `m.name`, is one word.
        Some(&c) if c.is_alphanumeric() || c == '_' => text
            .iter()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
            .count(),
        Some(_) => 1,
    };
    length.min(EXCERPT_REACH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(sql: &str, position: u32) -> Excerpt {
        let statement = StatementRun {
            line: 3,
            sql: sql.to_owned(),
            ..StatementRun::default()
        };
        let error = SqlError {
            position: Some(position),
            ..SqlError::default()
        };
        Excerpt::of(&statement, &error).unwrap()
    }

    #[test]
    fn an_excerpt_is_the_line_of_the_place() {
        let place = excerpt("SELECT 1,\n  nmae\nFROM members", 13);
        assert_eq!((place.line, place.column), (4, Some(3)));
        assert_eq!(
            (&*place.before, &*place.word, &*place.after),
            ("  ", "nmae", "")
        );
    }

    #[test]
    fn positions_count_characters_not_bytes() {
        let place = excerpt("SELECT 'żółć', x", 16);
        assert_eq!((&*place.before, &*place.word), ("SELECT 'żółć', ", "x"));
    }

    #[test]
    fn an_error_at_the_end_of_the_input_has_a_place_without_a_word() {
        let place = excerpt("SELECT (1", 10);
        assert_eq!((&*place.before, &*place.word), ("SELECT (1", ""));
        assert_eq!(excerpt("SELECT", 99).before, "SELECT");
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let place = excerpt(
            &format!("{} here {}", "a".repeat(200), "b".repeat(200)),
            202,
        );
        assert_eq!(place.word, "here");
        assert!(place.before.starts_with('…') && place.after.ends_with('…'));
        assert!(place.before.chars().count() + place.after.chars().count() < 150);
    }

    #[test]
    fn the_mark_counts_from_the_scripts_beginning() {
        let failed = StatementRun {
            start: 20,
            error: Some(SqlError {
                message: "no".to_owned(),
                position: Some(8),
                ..SqlError::default()
            }),
            ..StatementRun::default()
        };
        let run = sqlground_model::Run {
            statements: vec![failed],
            ..sqlground_model::Run::default()
        };
        let mark = ErrorMark::of(&Outcome::Run(run)).unwrap();
        assert_eq!((mark.offset, &*mark.message), (27, "no"));
    }
}

//! How a script must end.

use super::answer::Answer;
use serde::Deserialize;
use std::fmt;

/// How a script must end: what came of the last statement that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// Every statement succeeds.
    #[default]
    Done,
    /// However it likes.
    Any,
    /// These rows, of texts; NULL is the text `NULL`.
    Rows(Vec<Vec<String>>),
    /// This command tag.
    Tag(String),
    /// An error with one of these SQLSTATEs.
    Sqlstate(OneOrMore),
    /// One of these verdicts.
    Verdict(OneOrMore),
    /// In one of these ways.
    OneOf(Vec<Expect>),
}

/// One text or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(String),
    /// Any of several.
    More(Vec<String>),
}

impl Expect {
    /// True if the answer is as expected.
    pub(super) fn is_met(&self, answer: &Answer) -> bool {
        match self {
            Self::Done => answer.is_done(),
            Self::Any => true,
            Self::Rows(rows) => answer.rows().as_ref() == Some(rows),
            Self::Tag(tag) => answer.tag() == Some(tag),
            Self::Sqlstate(states) => states.contain(answer.sqlstate()),
            Self::Verdict(verdicts) => verdicts.contain(answer.verdict()),
            Self::OneOf(expected) => expected.iter().any(|expect| expect.is_met(answer)),
        }
    }
}

impl OneOrMore {
    fn contain(&self, text: Option<&str>) -> bool {
        text.is_some_and(|text| match self {
            Self::One(one) => one == text,
            Self::More(more) => more.iter().any(|one| one == text),
        })
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("success"),
            Self::Any => f.write_str("anything"),
            Self::Rows(rows) => write!(f, "the rows {rows:?}"),
            Self::Tag(tag) => write!(f, "{tag}"),
            Self::Sqlstate(states) => write!(f, "the SQLSTATE {states}"),
            Self::Verdict(verdicts) => write!(f, "the verdict {verdicts}"),
            Self::OneOf(expected) => {
                for (i, expect) in expected.iter().enumerate() {
                    let or = if i == 0 { "" } else { ", or " };
                    write!(f, "{or}{expect}")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for OneOrMore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(one) => f.write_str(one),
            Self::More(more) => f.write_str(&more.join(" or ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn met(expect: &str, statement: &serde_json::Value) -> bool {
        let text = format!("expect = {expect}");
        let table: toml::Table = toml::from_str(&text).expect("TOML");
        let expect: Expect = table["expect"].clone().try_into().expect("an expectation");
        let run = json!({"statements": [statement], "skipped": 0});
        expect.is_met(&Answer::new(200, run))
    }

    #[test]
    fn an_answer_meets_what_is_said_of_its_last_statement() {
        let rows = json!({"rows": [["1", null]], "columns": [], "tag": "SELECT 1", "error": null});
        for expect in [
            "'done'",
            "'any'",
            "{ rows = [['1', 'NULL']] }",
            "{ tag = 'SELECT 1' }",
            "{ one_of = [{ sqlstate = '42501' }, 'done'] }",
        ] {
            assert!(met(expect, &rows), "{expect}");
        }
        assert!(!met("{ rows = [] }", &rows));
        let failed = json!({"rows": [], "tag": null, "error": {"sqlstate": "42501"}});
        assert!(met("{ sqlstate = ['42P01', '42501'] }", &failed));
        for expect in [
            "'done'",
            "{ rows = [] }",
            "{ sqlstate = '42P01' }",
            "{ tag = '' }",
        ] {
            assert!(!met(expect, &failed), "{expect}");
        }
    }
}

//! What a fenced block is for, read from its info string.

use crate::finding::Fault;
use crate::plan_goal::PlanWish;
use crate::suggest::{did_you_mean, list, nearest};
use std::fmt;

/// What a fenced block is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Role {
    Answer,
    /// With the hint for whoever gives this answer.
    Wrong(String),
    Hidden,
    Starter,
    Setup,
    /// With what the query shows.
    Probe(String),
    /// With the SQLSTATE.
    Rejects(String),
    Accepts,
    Plan(PlanWish),
    Hint,
    Explanation,
}

/// The roles of SQL blocks, as they are written.
const SQL_ROLES: &[&str] = &[
    "answer", "wrong", "hidden", "starter", "setup", "probe", "rejects", "accepts", "plan",
];

/// The roles of Markdown blocks, as they are written.
const MARKDOWN_ROLES: &[&str] = &["hint", "explanation"];

impl Role {
    /// Reads an info string. None for a block that stays where it is as an example.
    ///
    /// It is an error to come near a role without meeting it, because the block would then show
    /// the answer in the prompt.
    pub(crate) fn parse(info: &str) -> Result<Option<Self>, Fault> {
        let (language, rest) = first_word(info);
        if language.eq_ignore_ascii_case("sql") {
            let (role, argument) = first_word(rest);
            return match role {
                "" => Ok(None),
                role => Self::parse_sql(role, argument).map(Some),
            };
        }
        if let Some(role) = nearest(language, MARKDOWN_ROLES.iter().copied()) {
            return match (language == role, rest) {
                (true, "") if role == "hint" => Ok(Some(Self::Hint)),
                (true, "") => Ok(Some(Self::Explanation)),
                (true, _) => Err(no_argument(role)),
                (false, _) => Err(Fault::new(
                    "unknown-role",
                    format!("unknown block `{language}`; did you mean `{role}`?"),
                )),
            };
        }
        if SQL_ROLES.contains(&language) {
            return Err(Fault::new(
                "unknown-role",
                format!("unknown block `{language}`; did you mean `sql {language}`?"),
            ));
        }
        if rest.is_empty() {
            return Ok(None);
        }
        let (role, _) = first_word(rest);
        Err(Fault::new(
            "unknown-role",
            format!(
                "`{info}`: only `sql` blocks have a role; write `{language}` alone for an \
                 example{}",
                nearest(role, SQL_ROLES.iter().copied()).map_or_else(String::new, |role| format!(
                    ", or did you mean `sql {role}`?"
                ))
            ),
        ))
    }

    fn parse_sql(role: &str, argument: &str) -> Result<Self, Fault> {
        let plain = |this: Self| match argument {
            "" => Ok(this),
            _ => Err(no_argument(role)),
        };
        match role {
            "answer" => plain(Self::Answer),
            "hidden" => plain(Self::Hidden),
            "starter" => plain(Self::Starter),
            "setup" => plain(Self::Setup),
            "accepts" => plain(Self::Accepts),
            "wrong" => Ok(Self::Wrong(quoted(argument, "wrong \"hint\"")?)),
            "probe" => Ok(Self::Probe(quoted(argument, "probe \"what it shows\"")?)),
            "plan" => {
                let goal = quoted(argument, "plan \"Index Scan on orders\"")?;
                Ok(Self::Plan(PlanWish::parse(&goal)?))
            }
            "rejects" if is_sqlstate(argument) => Ok(Self::Rejects(argument.to_owned())),
            "rejects" => Err(Fault::new(
                "bad-sqlstate",
                format!(
                    "`{argument}` is no SQLSTATE: five digits or capital letters, such as \
                     `sql rejects 23505`"
                ),
            )),
            _ => Err(Fault::new(
                "unknown-role",
                format!(
                    "unknown role `{role}` of an `sql` block; known are {}{}",
                    list(SQL_ROLES.iter().copied()),
                    did_you_mean(role, SQL_ROLES.iter().copied())
                ),
            )),
        }
    }

    /// True if the block may be empty: a plan goal without a query looks at the submission's own.
    pub(crate) fn may_be_empty(&self) -> bool {
        matches!(self, Self::Plan(_))
    }
}

/// The role as it is written, without its argument.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answer => "sql answer",
            Self::Wrong(_) => "sql wrong",
            Self::Hidden => "sql hidden",
            Self::Starter => "sql starter",
            Self::Setup => "sql setup",
            Self::Probe(_) => "sql probe",
            Self::Rejects(_) => "sql rejects",
            Self::Accepts => "sql accepts",
            Self::Plan(_) => "sql plan",
            Self::Hint => "hint",
            Self::Explanation => "explanation",
        })
    }
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

fn no_argument(role: &str) -> Fault {
    Fault::new("bad-argument", format!("`{role}` takes nothing behind it"))
}

/// The text between the first and the last double quote. Quotes inside need no escaping.
fn quoted(argument: &str, usage: &str) -> Result<String, Fault> {
    argument
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| {
            Fault::new(
                "bad-argument",
                format!("a text in double quotes is missing: `sql {usage}`"),
            )
        })
}

/// True for five digits or capital letters (PostgreSQL's manual, appendix A).
fn is_sqlstate(text: &str) -> bool {
    text.len() == 5
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

//! What came back over HTTP.

use serde_json::Value;
use std::fmt;

/// The longest part of an answer that a report shows, in characters.
const SHOWN: usize = 400;

/// What came back over HTTP: of a run, a check, a plan or a reset, or why there is none.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    pub(super) fn new(status: u16, body: Value) -> Self {
        Self { status, body }
    }

    /// True if the service answered the request, be it with PostgreSQL's error.
    pub(super) fn is_served(&self) -> bool {
        matches!(self.status, 200 | 422)
    }

    /// True if every statement succeeded.
    pub(super) fn is_done(&self) -> bool {
        let succeeded = |statement: &Value| statement["error"].is_null();
        self.status == 200
            && self.sqlstate().is_none()
            && self.body["skipped"].as_u64().unwrap_or(0) == 0
            && self.statements().iter().all(succeeded)
    }

    /// The rows of the last statement, NULL as `NULL`; none if it failed or returns none.
    pub(super) fn rows(&self) -> Option<Vec<Vec<String>>> {
        let last = self.statements().last()?;
        if !last["error"].is_null() || last["columns"].is_null() {
            return None;
        }
        let value = |value: &Value| value.as_str().unwrap_or("NULL").to_owned();
        let row = |row: &Value| Some(row.as_array()?.iter().map(value).collect());
        last["rows"].as_array()?.iter().map(row).collect()
    }

    /// The command tag of the last statement.
    pub(super) fn tag(&self) -> Option<&str> {
        self.statements().last()?["tag"].as_str()
    }

    /// The SQLSTATE that ended a run, a check or a plan.
    pub(super) fn sqlstate(&self) -> Option<&str> {
        let error = match self.statements().last() {
            Some(last) => &last["error"],
            None => &self.body["error"]["error"],
        };
        error["sqlstate"].as_str()
    }

    /// The verdict of a check.
    pub(super) fn verdict(&self) -> Option<&str> {
        self.body["verdict"].as_str()
    }

    /// The messages of `RAISE NOTICE`, in order.
    pub(super) fn notices(&self) -> Vec<&str> {
        self.statements()
            .iter()
            .filter_map(|statement| statement["notices"].as_array())
            .flatten()
            .filter(|notice| notice["sqlstate"] == "00000")
            .filter_map(|notice| notice["message"].as_str())
            .collect()
    }

    /// True if a text of the answer contains the word. The script itself, which some answers
    /// repeat, does not count.
    pub(super) fn tells(&self, word: &str) -> bool {
        tells(&self.body, word)
    }

    fn statements(&self) -> &[Value] {
        self.body["statements"]
            .as_array()
            .map_or(&[], Vec::as_slice)
    }
}

fn tells(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => text.contains(word),
        Value::Array(values) => values.iter().any(|value| tells(value, word)),
        Value::Object(fields) => fields
            .iter()
            .any(|(key, value)| key != "sql" && tells(value, word)),
        _ => false,
    }
}

impl fmt::Display for Answer {
    /// In one line: the status, and the last statement without its text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut part = self.statements().last().unwrap_or(&self.body).clone();
        if let Some(fields) = part.as_object_mut() {
            let boring = |key: &str| {
                ["sql", "line", "start", "elapsed_ms", "columns", "statement"].contains(&key)
            };
            fields.retain(|key, value| !boring(key) && !value.is_null());
        }
        let text = part.to_string();
        match text.char_indices().nth(SHOWN) {
            Some((end, _)) => write!(f, "{} {}…", self.status, &text[..end]),
            None => write!(f, "{} {text}", self.status),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_text_is_searched_but_the_script() {
        let told = |body| Answer::new(200, body).tells("secret");
        assert!(told(json!({"statements": [{"rows": [["a secret"]]}]})));
        assert!(told(
            json!({"statements": [{"notices": [{"hint": "secret"}]}]})
        ));
        assert!(told(json!({"error": {"message": "no secret"}})));
        assert!(!told(
            json!({"statements": [{"sql": "SELECT 'secret'", "rows": [["x"]]}]})
        ));
    }
}

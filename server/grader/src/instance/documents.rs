//! JSON documents.

use serde_json::{Map, Value, json};

/// From how many documents of the data shown others are made.
const SHOWN: usize = 3;

/// Documents like those shown, in which a member that scripts take is another, of another type, NULL
/// or missing.
pub(super) fn documents(shown: &[String], members: &[&str], constants: &[&str]) -> Vec<String> {
    let objects = shown.iter().filter_map(|text| {
        let document: Value = serde_json::from_str(text).ok()?;
        document.is_object().then_some(document)
    });
    let mut bases: Vec<Value> = objects.take(SHOWN).collect();
    if bases.is_empty() {
        bases.push(Value::Object(Map::new()));
    }
    let constants: Vec<&&str> = constants
        .iter()
        .filter(|constant| !members.contains(constant))
        .take(6)
        .collect();
    let mut lists = Vec::new();
    for member in members {
        for base in &bases {
            let values = values(find(base, member), &constants).into_iter();
            let documents = values.map(|value| {
                let mut document = base.clone();
                put(&mut document, member, value);
                document.to_string()
            });
            lists.push(documents.collect::<Vec<_>>());
        }
    }
    // Some of each before many of one.
    let most = lists.iter().map(Vec::len).max().unwrap_or(0);
    let places = 0..most;
    places
        .flat_map(|place| {
            lists
                .iter()
                .filter_map(move |list| list.get(place).cloned())
        })
        .collect()
}

/// What may stand in the place of a value; none for no member.
fn values(now: Option<&Value>, constants: &[&&str]) -> Vec<Option<Value>> {
    let mut values = vec![None, Some(Value::Null)];
    for constant in constants {
        if let Ok(number) = constant.parse::<f64>() {
            let whole = number.fract() == 0.0;
            for near in [number - 1.0, number, number + 1.0, number + 0.5] {
                #[expect(clippy::cast_possible_truncation, reason = "constants are small")]
                let near = if whole && near.fract() == 0.0 {
                    json!(near as i64)
                } else {
                    json!(near)
                };
                values.push(Some(near));
            }
            values.push(Some(json!(constant)));
        } else {
            values.push(Some(json!(constant)));
            values.push(Some(json!(format!("{constant}x"))));
            values.push(Some(json!(constant.to_uppercase())));
        }
    }
    match now {
        Some(Value::Array(elements)) => {
            let twice = [elements.as_slice(), elements.as_slice()].concat();
            values.extend([
                Some(json!([])),
                Some(json!(twice)),
                Some(json!([null])),
                Some(json!("x")),
            ]);
        }
        Some(Value::String(text)) => {
            values.extend([Some(json!("")), Some(json!(text.to_uppercase()))]);
        }
        Some(Value::Number(_)) => values.extend([Some(json!("x")), Some(json!(0))]),
        _ => values.extend([Some(json!([1, 1])), Some(json!({"a": 1}))]),
    }
    values
}

/// The first member of that name, at whatever depth.
fn find<'a>(document: &'a Value, member: &str) -> Option<&'a Value> {
    match document {
        Value::Object(members) => members
            .get(member)
            .or_else(|| members.values().find_map(|inner| find(inner, member))),
        Value::Array(elements) => elements.iter().find_map(|inner| find(inner, member)),
        _ => None,
    }
}

/// Puts a value where the member is, else among the document's own.
fn put(document: &mut Value, member: &str, value: Option<Value>) {
    if !replace(document, member, value.as_ref())
        && let (Value::Object(members), Some(value)) = (document, value)
    {
        members.insert(member.to_owned(), value);
    }
}

fn replace(document: &mut Value, member: &str, value: Option<&Value>) -> bool {
    match document {
        Value::Object(members) if members.contains_key(member) => {
            match value {
                Some(value) => members.insert(member.to_owned(), value.clone()),
                None => members.remove(member),
            };
            true
        }
        Value::Object(members) => members
            .values_mut()
            .any(|inner| replace(inner, member, value)),
        Value::Array(elements) => elements
            .iter_mut()
            .any(|inner| replace(inner, member, value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_another_or_missing() {
        let shown = [r#"{"type": "buy", "amount": 70, "by": {"age": 3}}"#.to_owned()];
        let documents = documents(&shown, &["amount", "age", "tags"], &["50", "amount"]);
        for expected in [
            r#"{"amount":50,"by":{"age":3},"type":"buy"}"#,
            r#"{"amount":50.5,"by":{"age":3},"type":"buy"}"#,
            r#"{"amount":"50","by":{"age":3},"type":"buy"}"#,
            r#"{"by":{"age":3},"type":"buy"}"#,
            r#"{"amount":70,"by":{"age":51},"type":"buy"}"#,
            r#"{"amount":70,"by":{"age":3},"tags":null,"type":"buy"}"#,
        ] {
            assert!(
                documents.iter().any(|text| text == expected),
                "{expected} in {documents:?}"
            );
        }
    }
}

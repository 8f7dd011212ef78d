//! What psql and other tools put around a plan.

use std::borrow::Cow;

/// The JSON in `text` without psql's heading, rulers, borders, continuation marks and row count,
/// and without the quotes that spreadsheets and pgAdmin add. Line numbers stay as they are.
pub(crate) fn unframe(text: &str) -> Cow<'_, str> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.trim_start();
    if first.starts_with(['[', '{']) && !text.lines().any(is_framed) {
        return Cow::Borrowed(text);
    }
    let mut json = String::with_capacity(text.len());
    for line in text.lines() {
        if !is_outside(line) {
            json.push_str(unframed_line(line));
        }
        json.push('\n');
    }
    match unquoted(&json) {
        Some(unquoted) => Cow::Owned(unquoted),
        None => Cow::Owned(json),
    }
}

/// No token of JSON ends a line with a plus sign or an arrow: line breaks in strings are escaped.
fn is_framed(line: &str) -> bool {
    line.trim_end().ends_with(['+', '↵', '|', '│'])
}

fn is_outside(line: &str) -> bool {
    let line = line.trim().trim_matches(['|', '│']).trim();
    let is_ruler = !line.is_empty() && line.chars().all(|c| "-+─═┌┐└┘├┤┬┴┼╞╡".contains(c));
    let is_row_count =
        line.starts_with('(') && (line.ends_with(" row)") || line.ends_with(" rows)"));
    is_ruler || is_row_count || line.trim_matches('"').eq_ignore_ascii_case("QUERY PLAN")
}

fn unframed_line(line: &str) -> &str {
    line.trim()
        .trim_matches(['|', '│'])
        .trim_end()
        .trim_end_matches(['+', '↵'])
}

/// The text between the quotes around a whole plan, if there are any.
fn unquoted(json: &str) -> Option<String> {
    let lead = json.len() - json.trim_start().len();
    let (blank, rest) = json.split_at(lead);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = rest.trim_end().strip_prefix(quote)?.strip_suffix(quote)?;
    if !inner.trim_start().starts_with(['[', '{']) {
        return None;
    }
    let doubled = format!("{quote}{quote}");
    // CSV doubles the quotes inside; a plan copied between quotes by hand keeps them single.
    let inner = if inner.contains("\"\"Plan\"\"") || quote == '\'' {
        inner.replace(&doubled, &quote.to_string())
    } else {
        inner.to_owned()
    };
    Some(format!("{blank}{inner}"))
}

/// The number of the first line that looks like a plan in text format, from 1.
pub(crate) fn text_format_line(text: &str) -> Option<usize> {
    let looks_like_text = |line: &str| {
        !line.trim_start().starts_with(['{', '[', '"'])
            && (line.contains("(cost=") || line.contains("(actual ") || line.contains("->  "))
    };
    Some(text.lines().position(looks_like_text)? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(framed: &str, json: &str) {
        assert_eq!(unframe(framed).trim(), json);
    }

    #[test]
    fn plain_json_is_left_alone() {
        assert!(matches!(unframe("[\n {\"Plan\": {}}\n]"), Cow::Borrowed(_)));
    }

    #[test]
    fn psql_frames() {
        check(
            " QUERY PLAN \n-----\n [   +\n {\"a\": 1}  +\n ]\n(1 row)\n",
            "[   \n{\"a\": 1}  \n]",
        );
    }

    #[test]
    fn borders() {
        check(
            "+---+\n| QUERY PLAN |\n+---+\n| {    +|\n| }    |\n+---+\n(1 row)",
            "{    \n }",
        );
    }

    #[test]
    fn lines_keep_their_numbers() {
        let json = unframe("QUERY PLAN\n---\n [ +\n ]\n(1 row)").into_owned();
        assert_eq!(json.lines().position(|line| line.contains('[')), Some(2));
    }

    #[test]
    fn doubled_quotes() {
        check(
            "\"[{\"\"Plan\"\": {\"\"Alias\"\": \"\"\"\"}}]\"",
            "[{\"Plan\": {\"Alias\": \"\"}}]",
        );
    }

    #[test]
    fn text_format_is_recognised() {
        let text = "QUERY PLAN\n---\n Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)";
        assert_eq!(text_format_line(text), Some(3));
        assert_eq!(text_format_line("{\"Filter\": \"(cost=1)\"}"), None);
    }
}

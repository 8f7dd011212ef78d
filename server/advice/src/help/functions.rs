//! Functions that are not there, or not for these values.

use super::types::is_text;
use crate::near::nearest;
use crate::wording::code;

/// What other databases have, and what PostgreSQL has for it.
const OTHERS: [(&str, &str); 34] = [
    ("ifnull", "coalesce(a, b)"),
    ("isnull", "coalesce(a, b)` or `a IS NULL"),
    ("nvl", "coalesce(a, b)"),
    ("len", "length(text)"),
    ("datalength", "octet_length(text)"),
    ("getdate", "now()"),
    ("sysdate", "now()"),
    ("curdate", "current_date"),
    ("curtime", "current_time"),
    ("today", "current_date"),
    ("year", "extract(year FROM day)"),
    ("month", "extract(month FROM day)"),
    ("day", "extract(day FROM day)"),
    ("hour", "extract(hour FROM moment)"),
    ("weekday", "extract(isodow FROM day)"),
    ("dayofweek", "extract(dow FROM day)"),
    ("dayname", "to_char(day, 'FMDay')"),
    ("monthname", "to_char(day, 'FMMonth')"),
    ("datediff", "later - earlier"),
    ("timestampdiff", "later - earlier"),
    ("dateadd", "day + interval '1 month'"),
    ("date_sub", "day - interval '1 month'"),
    ("date_format", "to_char(day, 'YYYY-MM-DD')"),
    ("strftime", "to_char(day, 'YYYY-MM-DD')"),
    ("str_to_date", "to_date(text, 'YYYY-MM-DD')"),
    ("group_concat", "string_agg(text, ', ')"),
    ("listagg", "string_agg(text, ', ')"),
    ("charindex", "position(part IN text)"),
    ("instr", "position(part IN text)"),
    ("ucase", "upper(text)"),
    ("lcase", "lower(text)"),
    ("if", "CASE WHEN condition THEN a ELSE b END"),
    ("iif", "CASE WHEN condition THEN a ELSE b END"),
    ("median", "percentile_cont(0.5) WITHIN GROUP (ORDER BY a)"),
];

/// What exercises need most.
const KNOWN: [&str; 44] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "string_agg",
    "array_agg",
    "round",
    "ceil",
    "floor",
    "abs",
    "power",
    "sqrt",
    "mod",
    "length",
    "lower",
    "upper",
    "trim",
    "substring",
    "replace",
    "concat",
    "position",
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "now",
    "date_trunc",
    "date_part",
    "extract",
    "age",
    "to_char",
    "to_date",
    "to_number",
    "row_number",
    "rank",
    "dense_rank",
    "lag",
    "lead",
    "first_value",
    "last_value",
    "ntile",
    "generate_series",
    "unnest",
];

/// `function ... does not exist`.
pub(super) fn undefined(name: &str, arguments: &str) -> Option<String> {
    let shown = code(name);
    if let Some((_, here)) = OTHERS.iter().find(|(other, _)| *other == name) {
        return Some(format!("PostgreSQL writes it `{here}`."));
    }
    let first = arguments.split(", ").next().unwrap_or_default();
    match name {
        "round" if arguments == "double precision, integer" => {
            return Some(
                "`round` to decimal places takes a numeric: convert the first value, as in \
                 `round(a::numeric, 2)`."
                    .to_owned(),
            );
        }
        "sum" | "avg" if is_text(first) => {
            return Some(format!(
                "{shown} takes numbers, and this is a text: convert it, as in `{name}(a::numeric)`."
            ));
        }
        "sum" | "avg" if first == "boolean" => {
            return Some(
                "To count the rows for which a condition holds, write `count(*) FILTER (WHERE \
                 condition)`."
                    .to_owned(),
            );
        }
        "min" | "max" if first == "boolean" => {
            return Some("For conditions there are `bool_and` and `bool_or`.".to_owned());
        }
        "string_agg" if !is_text(first) && arguments.contains(", ") => {
            return Some(
                "`string_agg` joins texts: convert the first value, as in `string_agg(a::text, ', ')`."
                    .to_owned(),
            );
        }
        "string_agg" if !arguments.contains(", ") => {
            return Some(
                "`string_agg` also takes what is put between, as in `string_agg(a, ', ')`."
                    .to_owned(),
            );
        }
        "count" if arguments.contains(", ") => {
            return Some(
                "`count` takes one value: `count(*)` counts rows, `count(DISTINCT (a, b))` \
                 different pairs."
                    .to_owned(),
            );
        }
        _ => {}
    }
    if KNOWN.contains(&name) {
        let types = arguments.replace("unknown", "a text");
        return match &*types {
            "" => Some(format!("{shown} needs a value in its parentheses.")),
            _ => None,
        };
    }
    let near = nearest(name, KNOWN)?;
    Some(format!("Is {} meant?", code(near)))
}

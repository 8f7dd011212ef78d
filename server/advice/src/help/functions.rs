//! Functions that are not there, or not for these values.

use super::types::{is_moment, is_text};
use crate::near::nearest;
use crate::wording::code;

/// What other databases have, and what PostgreSQL has for it.
const OTHERS: [(&str, &str); 83] = [
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
    ("nz", "coalesce(a, b)"),
    ("nvl2", "CASE WHEN a IS NOT NULL THEN b ELSE c END"),
    ("convert", "CAST(a AS type)"),
    ("systimestamp", "now()"),
    ("sysdatetime", "now()"),
    ("utc_timestamp", "now() AT TIME ZONE 'UTC'"),
    ("getutcdate", "now() AT TIME ZONE 'UTC'"),
    ("datetime", "now()` or `text::timestamp"),
    ("julianday", "extract(julian FROM day)"),
    ("unix_timestamp", "extract(epoch FROM moment)"),
    ("from_unixtime", "to_timestamp(seconds)"),
    ("quarter", "extract(quarter FROM day)"),
    ("week", "extract(week FROM day)"),
    ("minute", "extract(minute FROM moment)"),
    ("second", "extract(second FROM moment)"),
    ("datepart", "extract(year FROM day)"),
    ("datename", "to_char(day, 'FMMonth')"),
    ("datetrunc", "date_trunc('month', day)"),
    ("datefromparts", "make_date(2024, 1, 31)"),
    ("timediff", "later - earlier"),
    ("months_between", "age(later, earlier)"),
    ("timestampadd", "day + interval '1 month'"),
    ("adddate", "day + interval '1 day'"),
    ("subdate", "day - interval '1 day'"),
    ("add_months", "day + interval '1 month'"),
    (
        "last_day",
        "date_trunc('month', day) + interval '1 month - 1 day'",
    ),
    (
        "eomonth",
        "date_trunc('month', day) + interval '1 month - 1 day'",
    ),
    ("locate", "position(part IN text)"),
    ("find_in_set", "a = ANY (string_to_array(text, ','))"),
    ("mid", "substring(text FROM 1 FOR 2)"),
    ("substring_index", "split_part(text, ' ', 1)"),
    ("stuff", "overlay(text PLACING part FROM 1 FOR 2)"),
    ("replicate", "repeat(text, 3)"),
    ("space", "repeat(' ', 3)"),
    ("printf", "format('%s', a)"),
    ("typeof", "pg_typeof(a)"),
    ("json_extract", "a::jsonb -> 'key'"),
    ("rand", "random()"),
    ("newid", "gen_random_uuid()"),
    ("uuid", "gen_random_uuid()"),
    ("truncate", "trunc(a, 2)"),
    ("square", "a ^ 2"),
    ("log2", "log(2, a)"),
    ("stdev", "stddev(a)"),
    ("var", "variance(a)"),
    ("countif", "count(*) FILTER (WHERE condition)"),
    ("last_insert_id", "INSERT … RETURNING id"),
    ("last_insert_rowid", "INSERT … RETURNING id"),
    ("scope_identity", "INSERT … RETURNING id"),
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

/// What PostgreSQL has for another database's function.
pub(super) fn other(name: &str) -> Option<String> {
    let (_, here) = OTHERS.iter().find(|(other, _)| *other == name)?;
    Some(format!("PostgreSQL writes it `{here}`."))
}

/// What is said of a function that PostgreSQL has, but not with what other databases give it.
fn otherwise_called(name: &str, arguments: &str) -> Option<&'static str> {
    let first = arguments.split(", ").next().unwrap_or_default();
    let count = arguments
        .split(", ")
        .filter(|given| !given.is_empty())
        .count();
    Some(match (name, count) {
        ("decode", 3..) => "PostgreSQL writes it `CASE a WHEN 1 THEN b ELSE c END`.",
        ("to_number", 1) => "`to_number` also takes the format: without one, write `a::numeric`.",
        ("to_char", 1) => {
            "`to_char` also takes the format, as in `to_char(day, 'YYYY-MM-DD')`: without one, write \
             `a::text`."
        }
        ("to_date", 1) => {
            "`to_date` also takes the format, as in `to_date(text, 'YYYY-MM-DD')`: without one, write \
             `a::date`."
        }
        ("date", 2..) => {
            "`date` takes one value. A span of time is added or taken away, as in `current_date - \
             interval '1 day'`."
        }
        ("datetime", 2..) => {
            "A span of time is added or taken away, as in `now() - interval '1 day'`."
        }
        ("trunc", 1..) if is_moment(first) => "PostgreSQL writes it `date_trunc('day', moment)`.",
        ("format", 2..) if !is_text(first) && first != "unknown" => {
            "PostgreSQL writes it `to_char`, as in `to_char(a, 'FM999,990.00')` or `to_char(day, \
             'YYYY-MM-DD')`."
        }
        _ => return None,
    })
}

/// `function ... does not exist`.
pub(super) fn undefined(name: &str, arguments: &str) -> Option<String> {
    let shown = code(name);
    if let Some(help) = otherwise_called(name, arguments) {
        return Some(help.to_owned());
    }
    if let Some(help) = other(name) {
        return Some(help);
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

//! Advice on right answers, and what may be wrong in others.

use sqlground_advice::{advise, suspect};
use sqlground_model::{Advice, ColumnInfo, TableInfo};

/// The last letter of a type: `!` is a primary key, `.` is never NULL.
fn table(name: &str, columns: &[(&str, &str)], constraints: &[&str]) -> TableInfo {
    let column = |(name, type_name): &(&str, &str)| ColumnInfo {
        name: (*name).to_owned(),
        type_name: type_name.trim_end_matches(['!', '.']).to_owned(),
        nullable: !type_name.ends_with(['!', '.']),
        primary_key: type_name.ends_with('!'),
        ..ColumnInfo::default()
    };
    TableInfo {
        name: name.to_owned(),
        columns: columns.iter().map(column).collect(),
        constraints: constraints.iter().map(|text| (*text).to_owned()).collect(),
        ..TableInfo::default()
    }
}

fn tables() -> Vec<TableInfo> {
    vec![
        table(
            "members",
            &[
                ("id", "integer!"),
                ("name", "text."),
                ("city", "text"),
                ("joined", "date."),
            ],
            &[
                "CREATE INDEX members_joined_idx ON members USING btree (joined)",
                "CREATE INDEX members_lower_idx ON members USING btree (lower(name))",
                "CREATE INDEX members_name_idx ON members USING btree (name)",
            ],
        ),
        table(
            "bookings",
            &[
                ("id", "integer!"),
                ("member_id", "integer"),
                ("court", "text."),
                ("price", "numeric"),
            ],
            &["UNIQUE (court, price)"],
        ),
        table(
            "seats",
            &[("hall", "integer!"), ("number", "integer!")],
            &["PRIMARY KEY (hall, number)"],
        ),
    ]
}

fn rules(advice: &[Advice]) -> Vec<&str> {
    advice.iter().map(|advice| advice.rule.as_str()).collect()
}

/// The rules that a right answer breaks.
fn expect(script: &str, expected: &[&str]) {
    let found = advise(script, "SELECT 1", &tables());
    assert_eq!(rules(&found), expected, "{script}: {found:?}");
}

#[test]
fn all_columns_of_a_table_are_to_be_named() {
    expect("SELECT * FROM members", &["select-star"]);
    expect("SELECT m.* FROM members m", &["select-star"]);
    expect("SELECT name FROM members", &[]);
    expect("SELECT count(*) FROM members", &[]);
    expect("WITH m AS (SELECT name FROM members) SELECT * FROM m", &[]);
    expect(
        "WITH members AS (SELECT 1 AS id) SELECT * FROM members",
        &[],
    );
    expect(
        "SELECT name FROM members m WHERE EXISTS (SELECT * FROM bookings b WHERE b.member_id = m.id)",
        &[],
    );
}

#[test]
fn not_in_is_no_match_for_null() {
    let not_in = "SELECT name FROM members WHERE id NOT IN (SELECT member_id FROM bookings";
    expect(&format!("{not_in})"), &["not-in-null"]);
    expect(&format!("{not_in} WHERE member_id IS NOT NULL)"), &[]);
    expect(
        "SELECT name FROM members WHERE id NOT IN (SELECT id FROM bookings)",
        &[],
    );
    expect(
        "SELECT name FROM members WHERE id IN (SELECT member_id FROM bookings)",
        &[],
    );
    expect("SELECT name FROM members WHERE id NOT IN (1, 2)", &[]);
}

#[test]
fn an_indexed_column_stays_alone() {
    for condition in [
        "extract(year FROM joined) = 2024",
        "2024 = date_part('year', joined)",
        "joined + 30 > current_date",
        "joined::text = '2024-01-01'",
        "m.id * 2 < 10",
        "upper(name) = 'AMA'",
        "date_trunc('month', joined) BETWEEN '2024-01-01' AND '2024-02-01'",
    ] {
        expect(
            &format!("SELECT name FROM members m WHERE city = 'x' AND {condition}"),
            &["indexed-column"],
        );
    }
    for condition in [
        "lower(name) = 'ama'",
        "joined > current_date - 30",
        "upper(city) = 'ROME'",
        "joined = lower(city)::date",
        "length(name || city) = 3",
    ] {
        expect(&format!("SELECT name FROM members WHERE {condition}"), &[]);
    }
    expect("SELECT id FROM bookings WHERE price * 2 > 3", &[]);
    expect(
        "SELECT id FROM bookings WHERE lower(court) = 'a'",
        &["indexed-column"],
    );
    expect("SELECT extract(year FROM joined) = 2024 FROM members", &[]);
}

#[test]
fn duplicates_that_cannot_be_are_not_looked_for() {
    let rule = &["needless-distinct"];
    expect("SELECT DISTINCT id, name FROM members", rule);
    expect("SELECT DISTINCT number, hall FROM seats", rule);
    expect("SELECT city, count(*) FROM members GROUP BY city", &[]);
    expect(
        "SELECT DISTINCT city, count(*) FROM members GROUP BY city",
        rule,
    );
    expect("SELECT DISTINCT max(city) FROM members", rule);
    expect(
        "SELECT name FROM members WHERE id IN (SELECT DISTINCT member_id FROM bookings)",
        rule,
    );
    expect(
        "SELECT name FROM members m WHERE EXISTS (SELECT DISTINCT 1 FROM bookings b WHERE b.id = m.id)",
        rule,
    );
    for script in [
        "SELECT DISTINCT name FROM members",
        "SELECT DISTINCT hall FROM seats",
        "SELECT DISTINCT m.id FROM members m JOIN bookings b ON b.member_id = m.id",
        "SELECT DISTINCT count(*) FROM members GROUP BY city",
        "SELECT DISTINCT city FROM members GROUP BY ROLLUP (city)",
        "SELECT DISTINCT ON (id) id, name FROM members",
        "SELECT count(DISTINCT id) FROM members m JOIN bookings b USING (id)",
        "SELECT DISTINCT count(*) OVER () FROM members",
    ] {
        expect(script, &[]);
    }
}

#[test]
fn tables_are_joined_where_they_are_named() {
    expect(
        "SELECT name FROM members m, bookings b WHERE b.member_id = m.id",
        &["implicit-join"],
    );
    expect(
        "SELECT name FROM members m, seats s WHERE m.city = 'x'",
        &[],
    );
    expect(
        "SELECT name FROM members m, generate_series(1, m.id) g WHERE g = m.id",
        &[],
    );
    expect(
        "SELECT name FROM members m JOIN bookings b ON b.member_id = m.id",
        &[],
    );
}

#[test]
fn rows_that_are_never_null_are_counted_as_rows() {
    expect("SELECT count(id) FROM members", &["count-column"]);
    expect(
        "SELECT count(m.name) FROM members m JOIN bookings b ON b.id = m.id",
        &["count-column"],
    );
    expect("SELECT count(city) FROM members", &[]);
    expect("SELECT count(DISTINCT name) FROM members", &[]);
    expect(
        "SELECT count(b.id) FROM members m LEFT JOIN bookings b ON b.member_id = m.id",
        &[],
    );
    expect("SELECT count(id) FROM (SELECT id FROM members) AS m", &[]);
}

#[test]
fn conditions_are_what_they_seem() {
    expect(
        "SELECT id FROM members WHERE city LIKE 'Rome'",
        &["like-without-wildcard"],
    );
    expect(
        "SELECT id FROM members WHERE city NOT LIKE 'Rome'",
        &["like-without-wildcard"],
    );
    expect("SELECT id FROM members WHERE city LIKE 'R%'", &[]);
    expect("SELECT id FROM members WHERE city ILIKE 'rome'", &[]);
    expect(
        "SELECT city, count(*) FROM members GROUP BY city HAVING city <> 'Rome'",
        &["having-without-aggregate"],
    );
    expect(
        "SELECT city FROM members GROUP BY city HAVING count(*) > 1 AND city <> 'Rome'",
        &["having-without-aggregate"],
    );
    expect(
        "SELECT city FROM members GROUP BY city HAVING count(*) > 1",
        &[],
    );
}

#[test]
fn results_are_asked_for_as_they_are() {
    expect(
        "SELECT name, city FROM members ORDER BY 2",
        &["order-by-position"],
    );
    expect("SELECT name, city FROM members ORDER BY city", &[]);
    expect("SELECT rank() OVER (ORDER BY 1) FROM members", &[]);
    expect(
        "SELECT 'old', id FROM members UNION SELECT 'new', id FROM bookings",
        &["union-all"],
    );
    expect(
        "SELECT 'old', city FROM members UNION SELECT 'new', court FROM bookings",
        &[],
    );
    expect(
        "SELECT 'old', city FROM members UNION SELECT 'new', name FROM (SELECT 'x' AS name) AS n",
        &[],
    );
    expect(
        "SELECT 'old', city FROM members UNION SELECT 'new', 'Rome'",
        &[],
    );
    expect(
        "SELECT 'old', id FROM members UNION ALL SELECT 'new', id FROM bookings",
        &[],
    );
    expect(
        "SELECT 'a', id FROM members UNION SELECT 'a', id FROM bookings",
        &[],
    );
}

#[test]
fn at_most_three_things_are_said_each_with_its_line() {
    let script = "SELECT DISTINCT m.*, m.id\nFROM members m, bookings b\nWHERE m.id = b.id\n\
                  AND m.id NOT IN (SELECT member_id FROM bookings)\nAND city LIKE 'x'\nORDER BY 1";
    let found = advise(script, "SELECT 1", &tables());
    let lines: Vec<_> = found
        .iter()
        .map(|advice| (&*advice.rule, advice.line))
        .collect();
    let expected = [("not-in-null", 4), ("implicit-join", 2), ("select-star", 1)];
    assert_eq!(lines, expected);
}

#[test]
fn nothing_is_said_that_the_reference_does_as_well() {
    let script = "SELECT * FROM members ORDER BY 1";
    let found = advise(script, "SELECT * FROM bookings", &tables());
    assert_eq!(rules(&found), ["order-by-position"]);
}

#[test]
fn what_is_long_or_deep_is_not_read() {
    let deep = format!("SELECT {}1{}", "(".repeat(900), ")".repeat(900));
    assert!(advise(&deep, "SELECT 1", &tables()).is_empty());
    let negated = format!("SELECT * FROM members WHERE {}true", "NOT ".repeat(1_900));
    assert_eq!(
        rules(&advise(&negated, "SELECT 1", &tables())),
        ["select-star"]
    );
    let long = format!("SELECT * FROM members WHERE id = 1{}", " + 1".repeat(900));
    assert_eq!(
        rules(&advise(&long, "SELECT 1", &tables())),
        ["select-star"]
    );
    let longer = format!("SELECT * FROM members WHERE id = 1{}", " + 1".repeat(2_000));
    assert!(advise(&longer, "SELECT 1", &tables()).is_empty());
}

#[test]
fn comparisons_with_null_and_forgotten_commas_are_suspect() {
    let expect = |script: &str, expected: &[&str]| {
        let found = suspect(script, &tables());
        assert_eq!(rules(&found), expected, "{script}: {found:?}");
    };
    expect(
        "SELECT id FROM members WHERE city = NULL",
        &["null-comparison"],
    );
    expect(
        "SELECT id FROM members WHERE NULL <> city",
        &["null-comparison"],
    );
    expect(
        "SELECT id FROM members WHERE city != (NULL)",
        &["null-comparison"],
    );
    expect("SELECT id FROM members WHERE city IS NULL", &[]);
    expect("UPDATE members SET city = NULL", &[]);
    expect("SELECT name city FROM members", &["missing-comma"]);
    expect("SELECT m.name city, id FROM members m", &["missing-comma"]);
    expect("SELECT name AS city FROM members", &[]);
    expect("SELECT name who FROM members", &[]);
    expect("SELECT upper(name) name FROM members", &[]);
}

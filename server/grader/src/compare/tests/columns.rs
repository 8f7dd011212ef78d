use super::*;

#[test]
fn columns_that_cannot_be_compared() {
    let wrong = Some(VerdictClass::WrongColumns);
    check("id integer|n text\n1|a", "id integer\n1", wrong);
    check("id integer\n1", "id text\n1", wrong);
    check("d date", "d timestamp without time zone", wrong);
    check("a integer|b text\n1|x", "b text|a integer\nx|1", wrong);
    let named = Rules {
        column_names: true,
        ..Rules::default()
    };
    check_with(named, "total integer\n1", "sum integer\n1", wrong);
}

#[test]
fn columns_in_another_order_are_told_even_where_their_types_agree() {
    check(
        "a integer|b integer\n1|2",
        "b integer|a integer\n2|1",
        Some(VerdictClass::WrongColumns),
    );
}

#[test]
fn columns_are_named() {
    use VerdictClass::WrongColumns;
    let named = Rules {
        column_names: true,
        ..Rules::default()
    };
    let expected = "name text|day date|cost integer";
    for (rules, actual, message) in [
        (
            Rules::default(),
            "name text|day date|cost integer|id integer",
            "You return 4 columns; 3 are asked for: name, day, cost.",
        ),
        (
            Rules::default(),
            "name text",
            "You return 1 column; 3 are asked for: name, day, cost.",
        ),
        (
            Rules::default(),
            "day date|name text|cost integer",
            "Columns `day` and `name` are swapped; the order asked for is name, day, cost.",
        ),
        (
            Rules::default(),
            "cost integer|name text|day date",
            "The columns are in another order; the order asked for is name, day, cost.",
        ),
        (
            Rules::default(),
            "name text|day date|sum text",
            "Column 3, `sum`, is of type text; integer is asked for.",
        ),
        (
            named,
            "name text|day date|sum integer",
            "Column 3 is called `sum`; `cost` is asked for.",
        ),
        (
            named,
            "name text|d date|sum integer",
            "The columns are called name, d, sum; name, day, cost are asked for.",
        ),
    ] {
        messages::check_with(rules, expected, actual, WrongColumns, message);
    }
    messages::check_with(
        Rules::default(),
        "n bigint",
        "a integer|b integer",
        WrongColumns,
        "You return 2 columns; 1 is asked for: n.",
    );
}

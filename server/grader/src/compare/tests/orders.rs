use super::*;
use Order::{Exact, Free, Ties};

fn in_order(order: Order<'_>) -> Rules<'_> {
    Rules {
        order,
        ..Rules::default()
    }
}

#[test]
fn order_counts_only_where_the_exercise_says_so() {
    let wrong = Some(VerdictClass::WrongOrder);
    for (order, expected, actual, class) in [
        (Free, "a\nb\nc", "c\na\nb", None),
        (Exact, "a\nb\nc", "a\nb\nc", None),
        (Exact, "a\nb\nc", "a\nc\nb", wrong),
        (Ties(&[1, 2]), "a\nb\nc", "a\nc\nb", None),
        (Ties(&[1, 2]), "a\nb\nc", "b\na\nc", wrong),
        (Ties(&[3]), "a\nb\nc", "c\na\nb", None),
        (Ties(&[2, 1]), "a\nb\nc", "a\nc\nb", wrong),
        (Ties(&[2, 2]), "a\na\nb\nc", "a\na\nc\nb", None),
        (Ties(&[2, 2]), "a\nb\na\nb", "b\na\nb\na", None),
        (Ties(&[3, 1]), "a\nb\na\nb", "b\nb\na\na", wrong),
        // Rows after the last group stand alone, and what is beyond the rows does not count.
        (Ties(&[1]), "a\nb\nc", "a\nc\nb", wrong),
        (Ties(&[]), "a\nb", "a\nb", None),
        (Ties(&[0, 9]), "a\nb\nc", "c\nb\na", None),
        (Exact, "", "", None),
        (Ties(&[]), "", "", None),
    ] {
        let table = |rows: &str| format!("n text\n{rows}");
        check_with(in_order(order), &table(expected), &table(actual), class);
    }
}

#[test]
fn ties_are_compared_as_values() {
    for (expected, actual, class) in [
        ("1.0|x\n1|y", "1|y\n1.00|x", None),
        (
            "1|x\n1|y\n2|z",
            "1|y\n2|z\n1|x",
            Some(VerdictClass::WrongOrder),
        ),
    ] {
        let table = |rows: &str| format!("v numeric|n text\n{rows}");
        let rules = in_order(Ties(&[2, 1]));
        check_with(rules, &table(expected), &table(actual), class);
    }
    check_with(
        in_order(Ties(&[1, 2])),
        "v double precision|n text\n0.1|a\n0.3|x\n0.3|y",
        "v numeric|n text\n0.1|a\n0.3|y\n0.30000000000000004|x",
        None,
    );
    check_with(
        in_order(Exact),
        "v double precision\n0.3\n0.1",
        "v double precision\n0.30000000000000004\n0.1",
        None,
    );
}

#[test]
fn the_first_row_at_fault_is_named() {
    for (order, expected, actual, message, place) in [
        (
            Exact,
            "1|a\n2|b\n3|c\n4|d",
            "1|a\n2|b\n4|d\n3|c",
            "Every row is right, but not their order: row 3 is (4, d), and should be (3, c).",
            3,
        ),
        (
            Exact,
            "1|a\n2|b\n3|c",
            "3|c\n2|b\n1|a",
            "Every row is right, but the order is the other way round.",
            1,
        ),
        // The second group has its row 3 from the third one.
        (
            Ties(&[1, 2, 2]),
            "1|a\n2|b\n2|c\n3|d\n3|e",
            "1|a\n2|c\n3|d\n2|b\n3|e",
            "Every row is right, but not their order: row 3 is (3, d), and should be (2, b).",
            3,
        ),
        // Reversed but for the ties.
        (
            Ties(&[1, 2]),
            "1|a\n2|b\n2|c",
            "2|b\n2|c\n1|a",
            "Every row is right, but the order is the other way round.",
            1,
        ),
    ] {
        let table = |rows: &str| format!("id integer|n text\n{rows}");
        let found = found(in_order(order), &table(expected), &table(actual));
        let found = found.expect("a difference");
        assert_eq!(found.class, VerdictClass::WrongOrder);
        assert_eq!(found.message, message);
        let diff = found.diff.expect("rows");
        assert_eq!(diff.order_breaks_at, Some(place), "{message}");
        assert_eq!((diff.missing.len(), diff.extra.len()), (1, 1));
        assert_eq!((diff.missing_count, diff.extra_count), (0, 0));
    }
}

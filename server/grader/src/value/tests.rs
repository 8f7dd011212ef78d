use super::*;

#[test]
fn types_are_compared_as_types() {
    for (a, b, comparable) in [
        ("numeric(10,2)", "bigint", true),
        ("real", "integer", true),
        ("character varying(20)", "text", true),
        ("character(3)", "name", true),
        (
            "timestamp(3) without time zone",
            "timestamp without time zone",
            true,
        ),
        ("interval day to second(3)", "interval", true),
        ("json", "jsonb", true),
        ("int4range", "int8range", true),
        ("int4multirange", "int8multirange", true),
        ("integer[]", "numeric(4,1)[]", true),
        ("character varying(3)[]", "text[]", true),
        ("mood", "mood", true),
        ("mood[]", "mood[]", true),
        ("text", "integer", false),
        ("text", "json", false),
        ("text", "mood", false),
        ("text[]", "text", false),
        ("text[]", "integer[]", false),
        ("date", "timestamp without time zone", false),
        (
            "timestamp with time zone",
            "timestamp without time zone",
            false,
        ),
        ("interval", "time without time zone", false),
        ("int4range", "numrange", false),
        ("int4range", "int4multirange", false),
        ("tsrange", "tstzrange", false),
        ("mood", "colour", false),
        ("\"a(1)\"", "\"a(2)\"", false),
        ("record", "address", false),
    ] {
        let (x, y) = (Family::of(a), Family::of(b));
        assert_eq!(x.comparable(&y), comparable, "{a} and {b}");
        assert_eq!(y.comparable(&x), comparable, "{b} and {a}");
    }
}

/// Checks two values of two types that can be compared.
fn check(types: (&str, &str), a: &str, b: &str, equal: bool) {
    let (x, y) = (Family::of(types.0), Family::of(types.1));
    assert!(x.comparable(&y), "{types:?}");
    let (there, back) = (Comparison::between(&x, &y), Comparison::between(&y, &x));
    assert_eq!(there.equal(a, b), equal, "{a} and {b} as {types:?}");
    assert_eq!(back.equal(b, a), equal, "{b} and {a} as {types:?}");
}

#[test]
fn values_are_compared_by_their_types() {
    for (types, a, b, equal) in [
        (("integer", "numeric"), "1", "1.00", true),
        (
            ("numeric", "double precision"),
            "0.3",
            "0.30000000000000004",
            true,
        ),
        (("double precision", "real"), "-0", "0", true),
        (("double precision", "numeric"), "Infinity", "1", false),
        (("character(3)", "text"), "ab ", "ab", true),
        (("text", "text"), "1.0", "1", false),
        (("text", "text"), "ab ", "ab", false),
        (("interval", "interval"), "1 mon", "30 days", true),
        (("interval", "interval"), "infinity", "infinity", true),
        (("interval", "interval"), "infinity", "-infinity", false),
        (
            ("json", "jsonb"),
            r#"{"b":1.0,"a":2}"#,
            r#"{"a": 2, "b": 1}"#,
            true,
        ),
        (("json", "json"), "1.0000000001", "1", false),
        (("int4range", "int8range"), "[1,5)", "[1,5)", true),
        (("int4range", "int8range"), "[1,5)", "[1,6)", false),
        (("numrange", "numrange"), "[1.0,5)", "[1,5.00)", true),
        (
            ("nummultirange", "nummultirange"),
            "{[1.0,5)}",
            "{[1,5)}",
            true,
        ),
        (
            ("tsrange", "tsrange"),
            "[\"2020-01-01 00:00:00\",)",
            "(,)",
            false,
        ),
        (("date", "date"), "infinity", "infinity", true),
        (("mood", "mood"), "1.0", "1", false),
        (("record", "record"), "(1.0,x)", "(1,x)", true),
        (("address", "address"), "(1.0,x)", "(1,x)", true),
        (("address", "address"), "(1.0,x)", "(1,y)", false),
        (("record", "record"), "(0.3)", "(0.30000000000000004)", true),
        (("record", "record"), "(0.3)", "(0.3000001)", false),
        (("point", "point"), "(1,2)", "(1,2)", true),
        (
            ("box[]", "box[]"),
            "{(1,1),(0,0);(2,2),(1,1)}",
            "{(1,1),(0,0)}",
            false,
        ),
    ] {
        check(types, a, b, equal);
    }
}

#[test]
fn arrays_compare_element_by_element() {
    for (types, a, b, equal) in [
        (("integer[]", "numeric[]"), "{1,2}", "{1.0,2.00}", true),
        (("integer[]", "integer[]"), "{1,2}", "{2,1}", false),
        (("integer[]", "integer[]"), "{1,2}", "{1,2,3}", false),
        (("integer[]", "integer[]"), "{12}", "{1,2}", false),
        (("integer[]", "numeric[]"), "{1,NULL}", "{1.0,NULL}", true),
        (("integer[]", "numeric[]"), "{1,NULL}", "{1,0}", false),
        (
            ("integer[]", "numeric[]"),
            "[0:1]={1,2}",
            "[0:1]={1.0,2.0}",
            true,
        ),
        (("integer[]", "numeric[]"), "[0:1]={1,2}", "{1,2}", false),
        (
            ("integer[]", "numeric[]"),
            "{{1,2},{3,4}}",
            "{{1.0,2},{3,4.0}}",
            true,
        ),
        (
            ("integer[]", "numeric[]"),
            "{{1,2},{3,4}}",
            "{{1,2,3,4}}",
            false,
        ),
        (("integer[]", "numeric[]"), "{}", "{}", true),
        (("integer[]", "numeric[]"), "{}", "{NULL}", false),
        (
            ("double precision[]", "numeric[]"),
            "{0.30000000000000004,NULL}",
            "{0.3,NULL}",
            true,
        ),
        (
            ("double precision[]", "numeric[]"),
            "{0.3,1}",
            "{0.3,2}",
            false,
        ),
        (
            ("double precision[]", "real[]"),
            "{-0,NaN,Infinity}",
            "{0,NaN,Infinity}",
            true,
        ),
        (
            ("double precision[]", "real[]"),
            "{1,NULL}",
            "{NULL,1}",
            false,
        ),
        (
            ("interval[]", "interval[]"),
            "{\"1 mon\",01:00:00}",
            "{\"30 days\",01:00:00}",
            true,
        ),
        (("character(3)[]", "text[]"), "{\"ab \",c}", "{ab,c}", true),
        (
            ("text[]", "character varying[]"),
            "{\"a,b\"}",
            "{a,b}",
            false,
        ),
        (("text[]", "text[]"), "{\"NULL\"}", "{NULL}", false),
        (
            ("jsonb[]", "json[]"),
            r#"{"{\"a\": 1}"}"#,
            r#"{"{\"a\":1.0}"}"#,
            true,
        ),
        (
            ("jsonb[]", "json[]"),
            r#"{"{\"a\": \"\\\"\"}"}"#,
            r#"{"{\"a\":\"\\\"\"}"}"#,
            true,
        ),
        (
            ("numrange[]", "numrange[]"),
            "{\"[1.0,2)\"}",
            "{\"[1,2)\"}",
            true,
        ),
        (
            ("record[]", "record[]"),
            "{\"(1,a)\",\"(2,b)\"}",
            "{\"(1.0,a)\",\"(2,b)\"}",
            true,
        ),
        (("mood[]", "mood[]"), "{sad,ok}", "{sad,happy}", false),
        (("mood[]", "mood[]"), "{\"NULL\"}", "{NULL}", false),
    ] {
        check(types, a, b, equal);
    }
}

#[test]
fn what_is_no_array_puts_no_floats_aside() {
    let comparison = Comparison::Array(Box::new(Comparison::Approximate));
    let mut floats = Vec::new();
    assert_eq!(comparison.key("{1,2", &mut floats), "{1,2");
    assert!(floats.is_empty());
}

#[test]
fn plain_texts_are_not_copied() {
    for (type_name, text) in [
        ("text", "a"),
        ("text[]", "{a,b}"),
        ("integer", "12"),
        ("numeric", "1.50"),
        ("date", "2024-05-01"),
    ] {
        let family = Family::of(type_name);
        let comparison = Comparison::between(&family, &family);
        let key = comparison.key(text, &mut Vec::new());
        assert!(matches!(key, Cow::Borrowed(_)), "{type_name}");
    }
}

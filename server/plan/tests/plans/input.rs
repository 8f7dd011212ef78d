//! The forms a plan may come in, and what is said of texts that are none.

const PLAN: &str = r#"{"Plan": {"Node Type": "Result", "Plan Rows": 1}}"#;

fn parse(text: &str) -> Result<sqlground_model::Plan, sqlground_plan::PlanError> {
    sqlground_plan::parse(text, None)
}

#[track_caller]
fn check_error(text: &str, message: &str) {
    let error = parse(text).expect_err("an error");
    assert_eq!(error.to_string(), message);
}

#[test]
fn an_array_or_an_object() {
    let expected = parse(PLAN).expect("a plan");
    assert_eq!(expected.nodes[0].label, "Result");
    let array = format!("[\n{PLAN}\n]\n");
    assert_eq!(parse(&array).expect("a plan"), expected);
    assert_eq!(
        parse(&format!("\u{feff}{array}")).expect("a plan"),
        expected
    );
}

#[test]
fn as_psql_prints_it() {
    let lines = PLAN.replace(", ", ",      +\n ");
    let framed =
        format!("    QUERY PLAN    \n------------\n [      +\n {lines} +\n ]\n(1 row)\n\n");
    assert_eq!(
        parse(&framed).expect("a plan"),
        parse(PLAN).expect("a plan")
    );
}

#[test]
fn cut_within_a_string() {
    // JSON has no line breaks in strings, so a terminal cut this one.
    let whole = r#"[{"Plan": {"Node Type": "Result", "Filter": "(a = 'long text'::text)"}}]"#;
    for at in [30, 45, 60] {
        let cut = format!("{}\n{}", &whole[..at], &whole[at..]);
        assert_eq!(
            parse(&cut).expect("a plan"),
            parse(whole).expect("a plan"),
            "{cut}"
        );
    }
}

#[test]
fn as_a_quoted_cell() {
    let quoted = format!("\"QUERY PLAN\"\n\"[{}]\"\n", PLAN.replace('"', "\"\""));
    assert_eq!(
        parse(&quoted).expect("a plan"),
        parse(PLAN).expect("a plan")
    );
}

#[test]
fn unknown_keys_become_details() {
    let plan = parse(
        r#"[{"Plan": {"Node Type": "Warp", "Warp Factor": 9, "Crew": {"a": 1}}, "New": []}]"#,
    );
    let node = &plan.expect("a plan").nodes[0];
    assert_eq!(node.label, "Warp");
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        node.details,
        [pair("Warp Factor", "9"), pair("Crew, a", "1")]
    );
}

#[test]
fn what_is_no_plan() {
    check_error(" \n", "the plan is empty");
    check_error(
        "[]",
        "there is no \"Plan\" in it: EXPLAIN gives none for this statement",
    );
    check_error(
        "[\"Utility Statement\"]",
        "there is no \"Plan\" in it: EXPLAIN gives none for this statement",
    );
    check_error(
        &format!("[{PLAN}, {PLAN}]"),
        "there are 2 plans in it; keep one",
    );
    check_error(
        "SELECT 1;\nSELECT 2;",
        "this is no execution plan: no line of it is what EXPLAIN prints",
    );
}

#[test]
fn what_is_broken_is_located() {
    check_error(
        "[\n {\n  \"Plan\": {\n",
        "line 4 of the plan: the JSON ends inside what began on line 3; is it complete?",
    );
    check_error(
        "[{\"Plan\":\n {\"Plan Rows\": 1}}]",
        "line 2 of the plan: a node without \"Node Type\"",
    );
    check_error(
        "[{\"Plan\":\n {\"Node Type\": \"Sort\",\n  \"Actual Rows\": \"many\"}}]",
        "line 3 of the plan: Actual Rows is \"many\", not a number",
    );
    check_error(
        "[{\"Plan\": nothing}]",
        "line 1 of the plan: the JSON is broken: null expected",
    );
    check_error(
        "QUERY PLAN\n---\n [ +\n {\"Plan\": nothing} +\n ]\n",
        "line 4 of the plan: the JSON is broken: null expected",
    );
}

#[test]
fn ctes_that_read_each_other_end() {
    let scan = |name: &str| {
        format!(
            r#"{{"Node Type": "CTE Scan", "CTE Name": "{name}", "Parent Relationship": "Outer",
                 "Actual Total Time": 4, "Actual Loops": 1, "Actual Rows": 1}}"#
        )
    };
    let cte = |name: &str, read: &str| {
        format!(
            r#"{{"Node Type": "Limit", "Parent Relationship": "InitPlan",
                 "Subplan Name": "CTE {name}", "Actual Total Time": 4, "Actual Loops": 1,
                 "Plans": [{}]}}"#,
            scan(read)
        )
    };
    let plan = format!(
        r#"{{"Plan": {{"Node Type": "Result", "Actual Total Time": 5, "Actual Loops": 1,
             "Plans": [{}, {}, {}]}}}}"#,
        cte("a", "b"),
        cte("b", "a"),
        scan("a"),
    );
    let plan = parse(&plan).expect("a plan");
    let own: f64 = plan.nodes.iter().filter_map(|node| node.self_ms).sum();
    assert!(
        (own + plan.unattributed_ms - 5.0).abs() < 1e-3,
        "{own}, {}",
        plan.unattributed_ms
    );
}

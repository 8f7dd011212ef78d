//! Pages and outcomes with everything in them that can be there.

use sqlground_model::{
    Column, ColumnInfo, ExerciseCard, ExercisePage, ExerciseState, FileError, Finding, FindingKind,
    HomePage, Notice, Plan, PlanNode, Problem, ResultContract, Run, Solution, SqlError,
    StatementRun, TableInfo, TopicCard, TopicPage, TransactionState,
};

/// The script of every attempt.
pub(crate) const SCRIPT: &str = "-- members without a booking\nSELECT m.name,\n       m.joined\nFROM members m\nLEFT JOIN bookings b ON b.member_id = m.id\nWHERE b.id IS NULL\nORDER BY m.nmae;\n";

#[expect(
    clippy::unnecessary_wraps,
    reason = "a value that is there, among those that may be NULL"
)]
pub(crate) fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

pub(crate) fn row(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|value| text(value)).collect()
}

pub(crate) fn column(name: &str, type_name: &str) -> Column {
    Column {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
        numeric: matches!(type_name, "integer" | "bigint" | "numeric(8,2)"),
    }
}

fn card(name: &str, title: &str, difficulty: u8, state: ExerciseState) -> ExerciseCard {
    ExerciseCard {
        id: format!("joins/{name}").parse().expect("a valid id"),
        title: title.to_owned(),
        difficulty,
        concepts: vec!["outer join".to_owned(), "anti join".to_owned()],
        state,
    }
}

fn topic_card(id: &str, number: u32, title: &str, summary: &str, solved: u32) -> TopicCard {
    TopicCard {
        id: id.parse().expect("a valid id"),
        number,
        title: title.to_owned(),
        summary: summary.to_owned(),
        exercises: 5,
        solved,
    }
}

fn topics() -> Vec<TopicCard> {
    vec![
        topic_card(
            "first-steps",
            0,
            "First steps",
            "Select, filter, sort, and change a few rows.",
            5,
        ),
        topic_card(
            "joins",
            1,
            "Joins",
            "Bring together what is kept apart, without losing rows or counting them twice.",
            2,
        ),
        topic_card(
            "indexing",
            2,
            "Indexing",
            "What an index can answer, what it costs, and how to see whether it is used.",
            0,
        ),
        topic_card(
            "query-optimization",
            3,
            "Query optimization",
            "Read plans, and write queries the planner can work with.",
            0,
        ),
    ]
}

pub(crate) fn home() -> HomePage {
    HomePage {
        topics: topics(),
        next: Some(card(
            "never-booked",
            "Members who never booked",
            2,
            ExerciseState::Attempted,
        )),
        returning: true,
        broken_files: 1,
    }
}

pub(crate) fn topic() -> TopicPage {
    let topics = topics();
    TopicPage {
        topic: topics[1].clone(),
        introduction_html: "<p>A join pairs the rows of two tables. Which pairs survive is the \
             whole art: <code>JOIN</code> keeps the matching ones, <code>LEFT JOIN</code> also \
             the left rows that match nothing.</p><h2>What to watch</h2><ul><li>Rows that vanish \
             because a condition in <code>WHERE</code> undoes an outer join.</li><li>Rows that \
             multiply because the key is not one.</li></ul><pre><code class=\"language-sql\">\
             SELECT m.name, b.starts_at\nFROM members m\nLEFT JOIN bookings b ON b.member_id = \
             m.id;</code></pre>"
            .to_owned(),
        exercises: vec![
            card("pairs", "Pairs of rows", 1, ExerciseState::Solved),
            card(
                "never-booked",
                "Members who never booked",
                2,
                ExerciseState::Attempted,
            ),
            card(
                "double-counting",
                "Revenue, counted once",
                4,
                ExerciseState::Untouched,
            ),
        ],
        previous: Some(topics[0].clone()),
        following: Some(topics[2].clone()),
        errors: vec![FileError {
            file: "01-joins/04-double-counting.md".to_owned(),
            line: 3,
            message: "unknown key `dificulty`; did you mean `difficulty`?".to_owned(),
        }],
    }
}

fn members() -> TableInfo {
    let info = |name: &str, type_name: &str, nullable| ColumnInfo {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
        nullable,
        numeric: type_name == "integer",
        ..ColumnInfo::default()
    };
    TableInfo {
        name: "members".to_owned(),
        kind: None,
        comment: Some("Everyone who ever joined the club.".to_owned()),
        columns: vec![
            ColumnInfo {
                primary_key: true,
                default: Some("generated always as identity".to_owned()),
                ..info("id", "integer", false)
            },
            info("name", "text", false),
            ColumnInfo {
                references: Some("members(id)".to_owned()),
                ..info("recommended_by", "integer", true)
            },
            info("joined", "timestamp with time zone", false),
        ],
        constraints: vec!["CHECK (recommended_by <> id)".to_owned()],
        row_count: 1_204,
        sample: vec![
            row(&["1", "Amara Okafor", "", "2021-03-01 09:00:00+00"]),
            vec![
                text("2"),
                text("Łukasz Nowak"),
                None,
                text("2021-03-04 18:30:00+00"),
            ],
        ],
    }
}

fn bookings() -> TableInfo {
    let info = |name: &str, type_name: &str| ColumnInfo {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
        numeric: type_name == "integer",
        ..ColumnInfo::default()
    };
    TableInfo {
        name: "bookings".to_owned(),
        kind: Some("partitioned table".to_owned()),
        columns: vec![
            ColumnInfo {
                primary_key: true,
                ..info("id", "integer")
            },
            ColumnInfo {
                references: Some("members(id)".to_owned()),
                ..info("member_id", "integer")
            },
            info("starts_at", "timestamp with time zone"),
        ],
        row_count: 48_233,
        sample: vec![row(&["1", "2", "2024-05-01 10:00:00+00"])],
        ..TableInfo::default()
    }
}

pub(crate) fn exercise() -> ExercisePage {
    ExercisePage {
        card: card(
            "never-booked",
            "Members who never booked",
            2,
            ExerciseState::Attempted,
        ),
        topic: topics()[1].clone(),
        prompt_html: "<p>The club wants to write to everyone who joined but <strong>never booked \
             </strong> anything. List their names and the day they joined, the longest-standing \
             first.</p><p>A booking that was cancelled still counts as a booking.</p>"
            .to_owned(),
        tables: Some(vec![members(), bookings()]),
        contract: Some(ResultContract {
            columns: vec![
                column("name", "text"),
                column("joined", "timestamp with time zone"),
            ],
            names_matter: false,
            ordered: true,
        }),
        writable: false,
        starter: "SELECT \n".to_owned(),
        hints_html: vec![
            "<p>Which join keeps members without a match?</p>".to_owned(),
            "<p>Test a column of <code>bookings</code> that is never NULL.</p>".to_owned(),
        ],
        solution: None,
        answer_offered: false,
        attempt: None,
        previous: Some(card("pairs", "Pairs of rows", 1, ExerciseState::Solved)),
        errors: Vec::new(),
        following: Some(card(
            "double-counting",
            "Revenue, counted once",
            4,
            ExerciseState::Untouched,
        )),
    }
}

/// The exercise once it is solved.
pub(crate) fn solved(page: ExercisePage) -> ExercisePage {
    ExercisePage {
        card: ExerciseCard {
            state: ExerciseState::Solved,
            ..page.card
        },
        solution: Some(Solution {
            explanation_html: Some(
                "<p>The outer join keeps every member; where nothing matched, all columns of \
                 <code>bookings</code> are NULL. Testing the primary key is safe, because it is \
                 never NULL by itself.</p>"
                    .to_owned(),
            ),
            answer: "SELECT m.name, m.joined\nFROM members m\nWHERE NOT EXISTS (\n  SELECT FROM \
                     bookings b WHERE b.member_id = m.id\n)\nORDER BY m.joined"
                .to_owned(),
            following: page.following.clone(),
        }),
        ..page
    }
}

fn statement(number: u32, line: u32, sql: &str, tag: &str) -> StatementRun {
    StatementRun {
        statement: number,
        line,
        sql: sql.to_owned(),
        tag: text(tag),
        elapsed_ms: 0.84,
        ..StatementRun::default()
    }
}

/// A run with every kind of statement but a failed one.
pub(crate) fn run() -> Run {
    let long = "lorem ipsum dolor sit amet ".repeat(40);
    Run {
        statements: vec![
            StatementRun {
                notices: vec![Notice {
                    severity: "NOTICE".to_owned(),
                    sqlstate: "42P07".to_owned(),
                    message: "relation \"notes\" already exists, skipping".to_owned(),
                    detail: None,
                    hint: text("Drop it first if you want another one."),
                }],
                ..statement(
                    1,
                    1,
                    "CREATE TABLE IF NOT EXISTS notes (id int, body text)",
                    "CREATE TABLE",
                )
            },
            statement(2, 2, "INSERT INTO notes VALUES (1, 'a')", "INSERT 0 1"),
            StatementRun {
                columns: Some(vec![
                    column("name", "text"),
                    column("fee", "numeric(8,2)"),
                    column("remark", "text"),
                    column("data", "jsonb"),
                ]),
                rows: vec![
                    row(&["Amara Okafor", "1250.00", "two\nlines", "{\"a\": 1}"]),
                    vec![text("Łukasz Nowak"), None, text(""), text("NULL")],
                    vec![text("  padded"), text("-3.50"), text(&long), None],
                ],
                row_count: 12_345,
                truncated: true,
                notices: vec![Notice {
                    severity: "LIMIT".to_owned(),
                    sqlstate: String::new(),
                    message: "Only the first rows were kept.".to_owned(),
                    detail: None,
                    hint: None,
                }],
                elapsed_ms: 132.0,
                ..statement(3, 4, "-- everyone\nSELECT *\nFROM members", "SELECT 12345")
            },
            StatementRun {
                columns: Some(vec![column("id", "integer")]),
                ..statement(4, 7, "SELECT id FROM members WHERE false", "SELECT 0")
            },
        ],
        skipped: 0,
        transaction: TransactionState::Open,
        elapsed_ms: 136.2,
    }
}

/// A run that an error ended.
pub(crate) fn failed_run() -> Run {
    let sql = SCRIPT.trim_end().trim_end_matches(';');
    let place = sql.find("m.nmae").expect("the script has the mistake");
    Run {
        statements: vec![StatementRun {
            tag: None,
            error: Some(SqlError {
                sqlstate: "42703".to_owned(),
                message: "column m.nmae does not exist".to_owned(),
                hint: text("Perhaps you meant to reference the column \"m.name\"."),
                help: text("Is `name` meant?"),
                position: u32::try_from(place + 1).ok(),
                ..SqlError::default()
            }),
            ..statement(1, 1, sql, "")
        }],
        skipped: 2,
        transaction: TransactionState::Idle,
        elapsed_ms: 1.3,
    }
}

pub(crate) fn problem() -> Problem {
    Problem::new(
        "Many scripts are being run just now, and yours did not get its turn.",
        "Try again in a few seconds. Your text is kept.",
    )
}

pub(crate) fn plan() -> Plan {
    let node =
        |id: u32, parent: Option<u32>, label: &str, rows: f64, plan_rows: f64, own: f64| PlanNode {
            id,
            parent,
            label: label.to_owned(),
            node_type: label.to_owned(),
            loops: Some(1.0),
            rows: Some(rows),
            plan_rows,
            plan_rows_per_loop: plan_rows,
            startup_cost: 0.29,
            total_cost: 1_204.5,
            total_ms: Some(41.2),
            self_ms: Some(own),
            shared_hit_blocks: Some(412),
            ..PlanNode::default()
        };
    Plan {
        execution_ms: Some(42.8),
        planning_ms: Some(0.61),
        unattributed_ms: 0.9,
        nodes: vec![
            node(0, None, "Sort", 37.0, 240.0, 0.2),
            node(1, Some(0), "Hash Right Anti Join", 37.0, 240.0, 9.4),
            PlanNode {
                relation: text("bookings"),
                alias: text("b"),
                rows_removed: Some(31_022.0),
                details: vec![("Filter".to_owned(), "(NOT cancelled)".to_owned())],
                ..node(2, Some(1), "Seq Scan", 48_233.0, 900.0, 30.1)
            },
            node(3, Some(1), "Hash", 1_204.0, 1_204.0, 0.4),
            PlanNode {
                relation: text("members"),
                alias: text("m"),
                index: text("members_pkey"),
                ..node(4, Some(3), "Index Scan", 1_204.0, 1_204.0, 0.2)
            },
            PlanNode {
                loops: Some(0.0),
                rows: Some(0.0),
                self_ms: Some(0.0),
                subplan_name: text("SubPlan 1"),
                relation: text("fees"),
                ..node(5, Some(0), "Seq Scan", 0.0, 12.0, 0.0)
            },
        ],
        findings: vec![
            Finding {
                node: 2,
                kind: FindingKind::Slowest,
                message: "Reading all of bookings takes 73 % of the time.".to_owned(),
                ..Finding::default()
            },
            Finding {
                node: 2,
                kind: FindingKind::Misestimate,
                message: "The planner expected 900 rows and got 48,233.".to_owned(),
                ..Finding::default()
            },
        ],
        settings: vec![("work_mem".to_owned(), "4MB".to_owned())],
        ..Plan::default()
    }
}

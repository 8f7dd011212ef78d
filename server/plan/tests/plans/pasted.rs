//! One plan in all the forms in which people paste it: each must be read as if it came plain.

use sqlground_model::Plan;

/// A plan as PostgreSQL 15 prints it.
const PLAIN: &str = r#"Sort  (cost=31.54..32.04 rows=200 width=36) (actual time=0.310..0.325 rows=180 loops=1)
  Sort Key: c.name
  Sort Method: quicksort  Memory: 41kB
  Buffers: shared hit=12 read=3
  ->  Hash Join  (cost=9.50..23.90 rows=200 width=36) (actual time=0.080..0.210 rows=180 loops=1)
        Hash Cond: (o.customer = c.id)
        Buffers: shared hit=10 read=3
        ->  Seq Scan on "Old Orders" o  (cost=0.00..12.00 rows=400 width=8) (actual time=0.010..0.060 rows=400 loops=1)
              Filter: ((note <> 'it''s (done)'::text) AND (total > '3'::numeric) AND (customer <> 77))
              Rows Removed by Filter: 20
              Buffers: shared hit=8 read=3
        ->  Hash  (cost=7.00..7.00 rows=200 width=36) (actual time=0.050..0.050 rows=200 loops=1)
              Buckets: 1024  Batches: 1  Memory Usage: 21kB
              Buffers: shared hit=2
              ->  Index Scan using customers_pkey on customers c  (cost=0.15..7.00 rows=200 width=36) (actual time=0.005..0.030 rows=200 loops=1)
                    Index Cond: (id > 5)
                    Buffers: shared hit=2
Planning Time: 0.210 ms
Execution Time: 0.390 ms"#;

fn plain() -> Plan {
    sqlground_plan::parse(PLAIN, None).expect("a plan")
}

#[track_caller]
fn check(text: &str) {
    assert!(sqlground_plan::looks_like_plan(text), "{text}");
    match sqlground_plan::parse(text, None) {
        Ok(plan) => assert_eq!(plan, plain(), "{text}"),
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// The plan with each line changed.
fn each(change: impl FnMut(&str) -> String) -> String {
    let lines: Vec<String> = PLAIN.lines().map(change).collect();
    lines.join("\n")
}

fn width() -> usize {
    let widths = PLAIN.lines().map(|line| line.chars().count());
    widths.max().unwrap_or(0)
}

#[test]
fn plain_means_what_it_says() {
    let plan = plain();
    let labels: Vec<&str> = plan.nodes.iter().map(|node| node.label.as_str()).collect();
    assert_eq!(
        labels,
        ["Sort", "Hash Join", "Seq Scan", "Hash", "Index Scan"]
    );
    let parents: Vec<Option<u32>> = plan.nodes.iter().map(|node| node.parent).collect();
    assert_eq!(parents, [None, Some(0), Some(1), Some(1), Some(3)]);
    assert_eq!(plan.nodes[2].relation.as_deref(), Some("Old Orders"));
    assert_eq!(plan.nodes[2].alias.as_deref(), Some("o"));
    assert_eq!(plan.nodes[4].index.as_deref(), Some("customers_pkey"));
    assert_eq!(plan.nodes[2].rows_removed, Some(20.0));
    assert_eq!(plan.nodes[3].memory_kb, Some(21.0));
    assert_eq!(
        (plan.planning_ms, plan.execution_ms),
        (Some(0.21), Some(0.39))
    );
}

#[test]
fn from_psql() {
    let width = width();
    let rows = PLAIN.lines().count();
    let centred = format!("{:^width$}", "QUERY PLAN");
    let ruler = "-".repeat(width + 2);
    let body = each(|line| format!(" {line}"));
    check(&format!(
        " {centred} \n{ruler}\n{body}\n({rows} rows)\n\nTime: 12.345 ms\n"
    ));
    check(&format!(
        " {centred} \n{ruler}\n{body}\n({rows} Zeilen)\n\n"
    ));
    let unicode = "─".repeat(width + 2);
    check(&format!(" {centred} \n{unicode}\n{body}\n({rows} rows)\n"));
    let padded = each(|line| format!(" {line:<width$} "));
    check(&format!("{centred}\n{ruler}\n{padded}\n"));
    let boxed = each(|line| format!("| {line:<width$} |"));
    check(&format!(
        "+{ruler}+\n| {centred} |\n+{ruler}+\n{boxed}\n+{ruler}+\n({rows} rows)\n"
    ));
    let boxed = each(|line| format!("│ {line:<width$} │"));
    check(&format!(
        "┌{unicode}┐\n│ {centred} │\n├{unicode}┤\n{boxed}\n└{unicode}┘\n({rows} rows)\n"
    ));
    // In one cell, as a function returns it.
    let continued = each(|line| format!(" {line:<width$} +"));
    check(&format!("{centred}\n{ruler}\n{continued}\n(1 row)\n"));
    // Wrapped: a mark where a line goes on, and one where it does.
    for (left, right) in [('.', '.'), ('…', '…')] {
        let wrapped = each(|line| {
            let characters: Vec<char> = line.chars().collect();
            let pieces = characters
                .chunks(70)
                .map(|piece| piece.iter().collect::<String>());
            let pieces: Vec<String> = pieces.collect();
            format!(" {}", pieces.join(&format!("{right}\n{left}")))
        });
        check(&format!(
            " QUERY PLAN\n{}\n{wrapped}\n({rows} rows)\n",
            "-".repeat(72)
        ));
    }
    let mut number = 0;
    let expanded = each(|line| {
        number += 1;
        format!("-[ RECORD {number} ]---------\nQUERY PLAN | {line}")
    });
    check(&expanded);
    let mut number = 0;
    let expanded = each(|line| {
        number += 1;
        format!("├─[ RECORD {number} ]──┼─────┤\n│ QUERY PLAN │ {line:<width$} │")
    });
    check(&expanded);
    let mut number = 0;
    let bare = each(|line| {
        number += 1;
        format!("* Datensatz {number}      \nQUERY PLAN {line}")
    });
    check(&bare);
}

#[test]
fn from_a_session() {
    let body = each(|line| format!(" {line}"));
    check(&format!(
        "shop=# EXPLAIN (ANALYZE, BUFFERS)\nshop-# SELECT c.* FROM \"Old Orders\" o\n\
         shop-# JOIN customers c ON c.id = o.customer WHERE o.note <> '->  it''s (done)'\n\
         shop-# ORDER BY c.name;\n QUERY PLAN\n------\n{body}\n(19 rows)\n\nshop=# \\q\n"
    ));
    check(&format!(
        "Here is what I get:\n\n{PLAIN}\n\nWhat could make it faster?\n"
    ));
    check(&format!("```text\n{PLAIN}\n```\n"));
    check(&format!("<pre>{PLAIN}</pre>"));
    check(&format!("Look:\n```{PLAIN}```\nWhy?"));
    // In the colours of a terminal, and with lines made bold.
    check(&each(|line| format!("\u{1b}[32m{line}\u{1b}[0m")));
    check(&each(|line| format!("\u{1b}[01;31m\u{1b}[K{line}\u{1b}[m")));
    check(&each(|line| {
        let content = line.trim_start();
        let blanks = &line[..line.len() - content.len()];
        if content.starts_with("Filter") || content.starts_with("->  Hash ") {
            format!("{blanks}**{content}**")
        } else {
            line.to_owned()
        }
    }));
}

#[test]
fn from_other_tools() {
    let width = width();
    // pgAdmin: each line between quotes.
    check(&each(|line| format!("\"{line}\"")));
    check(&format!(
        "\"QUERY PLAN\"\n{}",
        each(|line| format!("\"{line}\""))
    ));
    check(&format!(
        "QUERY PLAN\ttext\n{}",
        each(|line| format!("\"{line}\""))
    ));
    // CSV: quotes within are doubled.
    let doubled = each(|line| format!("\"{}\"", line.replace('"', "\"\"")));
    check(&format!("QUERY PLAN\n{doubled}\n"));
    check(&format!(
        "\"QUERY PLAN\"\n\"{}\"\n",
        PLAIN.replace('"', "\"\"")
    ));
    // Quotes only where they are needed.
    let needed = each(|line| {
        if line.contains([',', '"']) {
            format!("\"{}\"", line.replace('"', "\"\""))
        } else {
            line.to_owned()
        }
    });
    check(&format!("QUERY PLAN\n{needed}\n"));
    // DBeaver: text with a bar behind each line.
    let barred = each(|line| format!("{line:<width$}|"));
    check(&format!(
        "{:<width$}|\n{}+\n{barred}\n",
        "QUERY PLAN",
        "-".repeat(width)
    ));
    // Markdown.
    let barred = each(|line| format!("| {line} |"));
    check(&format!("| QUERY PLAN |\n| --- |\n{barred}\n"));
    // psql --html.
    let cells = each(|line| {
        let content = line.trim_start();
        let blanks = "&nbsp;".repeat(line.len() - content.len());
        let content = content.replace('>', "&gt;").replace('<', "&lt;");
        let content = content.replace('"', "&quot;");
        format!("  <tr valign=\"top\">\n    <td align=\"left\">{blanks}{content}</td>\n  </tr>")
    });
    let heading = "  <tr>\n    <th align=\"center\">QUERY PLAN</th>\n  </tr>";
    check(&format!(
        "<table border=\"1\">\n{heading}\n{cells}\n</table>\n<p>(19 rows)<br />\n</p>\n"
    ));
    // Python's rows.
    let tuples = each(|line| format!(" ('{}',),", line.replace('\'', "''")));
    check(&format!("[{}]", tuples.trim().trim_end_matches(',')));
    let quoted = |line: &str| {
        let quote = if line.contains('\'') { '"' } else { '\'' };
        format!("({quote}{line}{quote},)")
    };
    check(&each(quoted));
    // A tool's statements for the rows.
    check(&each(|line| {
        let line = line.replace('\'', "''");
        format!("INSERT INTO \"T\"(\"QUERY PLAN\") VALUES ('{line}');")
    }));
    // One string of a program, or one for each line.
    let escaped = PLAIN.replace('"', "\\\"");
    check(&format!("\"{}\"", escaped.replace('\n', "\\n")));
    let strings: Vec<String> = escaped
        .lines()
        .map(|line| format!("\"{line}\\n\""))
        .collect();
    check(&strings.join(" +\n"));
    // JSON around text.
    let lines: Vec<&str> = PLAIN.lines().collect();
    check(&serde_json::to_string_pretty(&lines).expect("JSON"));
    let rows: Vec<_> = PLAIN
        .lines()
        .map(|line| serde_json::json!({"QUERY PLAN": line}))
        .collect();
    check(&serde_json::to_string(&rows).expect("JSON"));
    check(&serde_json::json!({ "QUERY PLAN": PLAIN }).to_string());
    check(&serde_json::json!({ "data": [{ "rows": [{ "query_plan": PLAIN }] }] }).to_string());
}

#[test]
fn with_odd_blanks() {
    check(&format!("\u{feff}{PLAIN}"));
    check(&format!("\n\n  \n{PLAIN}\n\n"));
    check(&PLAIN.replace('\n', "\r\n"));
    check(&PLAIN.replace('\n', "\r"));
    check(&each(|line| format!("{line}   ")));
    check(&each(|line| format!("{line}\n")));
    check(&each(|line| format!("    {line}")));
    check(&each(|line| format!("\t{line}")));
    check(&each(|line| line.replace("        ", "\t")));
    check(&PLAIN.replace(' ', "\u{a0}"));
    check(&each(|line| format!("\u{200b}{line}")));
    // The first line alone was moved.
    for blanks in 1..9 {
        check(&format!("{}{PLAIN}", " ".repeat(blanks)));
    }
    check(&format!("\t{PLAIN}"));
    // Copied from behind the first line's blanks.
    check(each(|line| format!(" {line}")).trim_start());
    check(each(|line| format!("        {line}")).trim_start());
}

/// How wide a tab was shows where the arrows stand.
#[test]
fn with_tabs_of_any_width() {
    let tabbed = |width: usize| {
        each(|line| {
            let content = line.trim_start();
            let blanks = line.len() - content.len();
            let (tabs, rest) = ("\t".repeat(blanks / width), " ".repeat(blanks % width));
            format!("{tabs}{rest}{content}")
        })
    };
    for width in [2, 4, 8] {
        check(&tabbed(width));
    }
    // A blank or more, then a tab for the last four.
    check(&each(|line| {
        let content = line.trim_start();
        match (line.len() - content.len()).checked_sub(4) {
            Some(blanks) => format!("{}\t{content}", " ".repeat(blanks)),
            None => line.to_owned(),
        }
    }));
}

/// Children and properties two columns behind the arrow, and properties behind the children.
#[test]
fn indented_otherwise() {
    let depths = [0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 2, 3, 3, 3, 4, 4, 0, 0];
    let mut lines = depths.iter();
    let narrow = each(|line| {
        let depth = *lines.next().expect("a depth for each line");
        format!("{}{}", "  ".repeat(depth), line.trim_start())
    });
    check(&narrow);
    let far = each(|line| {
        let content = line.trim_start();
        let is_property = line.starts_with(' ') && !content.starts_with("->");
        let further = if is_property { "  " } else { "" };
        format!("{further}{line}")
    });
    check(&far);
}

/// One node stands further to the right than the others; what is said of it tells where it belongs.
#[test]
fn with_a_node_moved() {
    for name in ["->  Hash Join", "->  Index Scan"] {
        check(&PLAIN.replace(name, &format!("  {name}")));
    }
}

#[test]
fn escaped_and_quoted() {
    check(
        &PLAIN
            .replace('>', "&gt;")
            .replace('<', "&lt;")
            .replace('"', "&quot;"),
    );
    for arrow in ["→", "➜", "‑>"] {
        check(&PLAIN.replace("->", arrow));
    }
    let figures = PLAIN.replace("..", "…");
    check(&figures);
    check(&PLAIN.replace("  ", "&nbsp; "));
    check(&each(|line| format!("> {line}")));
    check(&format!(
        "On Monday, Ada wrote:\n{}",
        each(|line| format!(">> {line}"))
    ));
    check(&each(|line| format!("> > {line}")));
}

#[test]
fn with_line_numbers() {
    let mut number = 0;
    let mut numbered = |form: fn(usize, &str) -> String| {
        number = 0;
        each(|line| {
            number += 1;
            form(number, line)
        })
    };
    check(&numbered(|number, line| format!("{number:>3} {line}")));
    check(&numbered(|number, line| format!("{number}: {line}")));
    check(&numbered(|number, line| format!("{number}\t{line}")));
    check(&numbered(|number, line| format!("{number:>4} | {line}")));
}

#[test]
fn from_a_log() {
    check(&each(|line| format!("db-1  | {line}")));
    check(&each(|line| format!("12:00:07 {line}")));
    check(&each(|line| {
        format!("2026-03-01 12:00:07.123 UTC [4711] {line}")
    }));
    let mut number = 0;
    check(&each(|line| {
        number += 1;
        format!("Mar  1 12:00:07 host postgres[4711]: [5-{number}] {line}")
    }));
    // The server's own tab before the lines of a message, as syslog writes it.
    let mut number = 1;
    let body = each(|line| {
        number += 1;
        format!(
            "Mar  1 12:00:07 host postgres[4711]: [5-{number}] #011{}",
            line.replace("        ", "#011")
        )
    });
    check(&format!(
        "Mar  1 12:00:07 host postgres[4711]: [5-1] LOG:  duration: 0.390 ms  plan:\n{body}"
    ));
}

#[test]
fn in_comments() {
    for mark in ["-- ", "--", "# ", "#", "// ", "    # ", " * ", ";; "] {
        check(&each(|line| format!("{mark}{line}").trim_end().to_owned()));
    }
    let width = width() + 2;
    let psql = format!(
        "-- {:^width$}\n-- {}\n{}\n-- (19 rows)",
        "QUERY PLAN",
        "-".repeat(width),
        each(|line| format!("--  {line}"))
    );
    check(&psql);
    check(&format!("/*\n{}\n*/", each(|line| format!(" * {line}"))));
    check(&format!("/*\n{PLAIN}\n*/\n"));
    check(&format!(
        "-- slow:\n\n{}",
        each(|line| format!("-- \"{}\"", line.replace('"', "\"\"")))
    ));
    // As a change adds them, all or none.
    check(&each(|line| format!("+{line}")));
    check(&each(|line| format!("- {line}")));
    // Between statements it is one to read, but the text is a script to run.
    let script = format!("SELECT 1;\n\n{psql}\n\nSELECT 2;\n");
    assert!(!sqlground_plan::looks_like_plan(&script));
    assert_eq!(
        sqlground_plan::parse(&script, None).expect("a plan"),
        plain()
    );
}

/// Lines that a change puts in the place of others are not all of one plan.
#[test]
fn changes_within_a_plan() {
    let figures = "(cost=0.00..1.00 rows=1 width=4)";
    let text = format!(
        " Append  {figures}\n-  ->  Seq Scan on a  {figures}\n-  ->  Seq Scan on b  {figures}\n+  ->  Seq Scan on c  {figures}\n"
    );
    assert!(sqlground_plan::parse(&text, None).is_err());
}

/// As a function raises them, line by line or all at once.
#[test]
fn as_notices() {
    check(&each(|line| format!("NOTICE:  {line}")));
    check(&each(|line| format!("INFO:  {line}")));
    let mut number = 11;
    check(&each(|line| {
        number += 1;
        format!("psql:slow.sql:{number}: HINWEIS:  {line}")
    }));
    check(&format!("NOTICE:  {PLAIN}"));
    check(&format!("psql:slow.sql:12: NOTICE:  {PLAIN}\nDO\n"));
}

#[test]
fn cut_by_a_terminal() {
    for width in (50..140).step_by(3) {
        check(&cut(PLAIN, width));
    }
}

/// The text with each line cut into pieces of that width, at most.
fn cut(text: &str, width: usize) -> String {
    let lines = text.lines().map(|line| {
        let characters: Vec<char> = line.chars().collect();
        let pieces = characters.chunks(width).map(String::from_iter);
        pieces.collect::<Vec<_>>().join("\n")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// psql's ruler, cut as well, tells where; a narrow terminal cuts properties, too.
#[test]
fn cut_by_a_terminal_with_its_frame() {
    let columns = width();
    let psql = format!(
        " {:^columns$} \n{}\n{}\n(19 rows)\n\nTime: 12.345 ms\n",
        "QUERY PLAN",
        "-".repeat(columns + 2),
        each(|line| format!(" {line}")),
    );
    for width in 40..columns {
        let cut = cut(&psql, width);
        check(&cut);
        // Copied without the blanks at the ends of lines.
        let lines: Vec<&str> = cut.lines().map(str::trim_end).collect();
        check(&lines.join("\n"));
    }
}

/// In the middle of a word of the figures, at any place.
#[test]
fn cut_by_hand() {
    let (first, rest) = PLAIN.split_once('\n').expect("several lines");
    let from = first.find("(cost").expect("figures");
    for at in from + 1..first.len() {
        let (before, after) = first.split_at(at);
        check(&format!("{before}\n{after}\n{rest}"));
    }
}

/// Before the root's figures, and within its name.
#[test]
fn cut_behind_the_name() {
    check(&PLAIN.replacen("  (cost", "\n(cost", 1));
    check(&PLAIN.replacen("  (cost", "\n  (cost", 1));
    let text = |between: &str| {
        format!(
            "Index Scan using t_pkey on{between}t x  (cost=0.10..8.00 rows=1 width=4)\n  Index Cond: (id = 3)"
        )
    };
    let cut = sqlground_plan::parse(&text("\n"), None).expect("a plan");
    assert_eq!(
        cut,
        sqlground_plan::parse(&text(" "), None).expect("a plan")
    );
    assert!(sqlground_plan::looks_like_plan(&text("\n")));
}

/// As pgAdmin's first quote is lost where lines are copied from their first letter on.
#[test]
fn with_the_last_quote_only() {
    check(&each(|line| format!("{line}\"")));
}

#[test]
fn cut_between_words() {
    // As mail programs do: at a blank, the rest at the left margin.
    for width in (60..130).step_by(2) {
        let cut = each(|line| {
            let indent = line.len() - line.trim_start().len();
            let mut rest = line.to_owned();
            let mut pieces = Vec::new();
            while rest.len() > width {
                let at = rest[..width].rfind(' ').filter(|&at| at > indent + 2);
                let Some(at) = at else { break };
                pieces.push(rest[..at].trim_end().to_owned());
                rest = rest[at..].trim_start().to_owned();
            }
            pieces.push(rest);
            pieces.join("\n")
        });
        check(&cut);
    }
}

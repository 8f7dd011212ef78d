//! Plans of as many steps as wanted, in EXPLAIN's JSON as it is sent over a wire: without spaces.

/// The table's name in a partition's step, by the step's number.
pub fn partition(step: usize) -> String {
    format!("events_p{step:05}")
}

/// An Append over partitions of one table, each read by a sequential scan.
pub fn wide(steps: usize) -> String {
    let partitions: Vec<String> = (1..steps)
        .map(|step| {
            let own = 10 + step % 97;
            format!(
                r#"{{"Node Type":"Seq Scan","Parent Relationship":"Member","Parallel Aware":false,"Async Capable":false,"Relation Name":"{}","Alias":"events_{step}","Startup Cost":0.00,"Total Cost":25.88,"Plan Rows":6,"Plan Width":36,"Actual Startup Time":0.004,"Actual Total Time":0.{own:03},"Actual Rows":5.00,"Actual Loops":1,"Disabled":false,"Filter":"(kind = 'view'::text)","Rows Removed by Filter":95,"Shared Hit Blocks":3}}"#,
                partition(step)
            )
        })
        .collect();
    // A millisecond for each hundred partitions is more than they take.
    let ms = steps;
    statement(
        &format!(
            r#"{{"Node Type":"Append","Parallel Aware":false,"Async Capable":false,"Startup Cost":0.00,"Total Cost":{}.00,"Plan Rows":{},"Plan Width":36,"Actual Startup Time":0.020,"Actual Total Time":{ms}.000,"Actual Rows":{}.00,"Actual Loops":1,"Disabled":false,"Shared Hit Blocks":{},"Plans":[{}]}}"#,
            26 * steps,
            6 * steps,
            5 * (steps - 1),
            3 * (steps - 1),
            partitions.join(",")
        ),
        ms,
    )
}

/// Joins of joins, each of two, down to scans of tables by themselves and by an index.
pub fn mixed(steps: usize) -> String {
    let mut nodes: Vec<String> = vec![String::new(); steps];
    let mut ms = vec![0; steps];
    for step in (0..steps).rev() {
        let children: Vec<usize> = [2 * step + 1, 2 * step + 2]
            .into_iter()
            .filter(|child| *child < steps)
            .collect();
        let below: usize = children.iter().map(|child| ms[*child]).sum();
        ms[step] = 1 + step % 5 + below;
        let what = match (children.len(), step % 3) {
            (0, 0) => format!(
                r#""Node Type":"Index Scan","Scan Direction":"Forward","Index Name":"orders_{step}_pkey","Relation Name":"orders_{step}","Alias":"t{step}","Index Cond":"(id = t.order_id)""#
            ),
            (0, _) => format!(
                r#""Node Type":"Seq Scan","Relation Name":"customers_{step}","Alias":"t{step}","Filter":"(name = 'ada'::text)","Rows Removed by Filter":88"#
            ),
            (1, _) => r#""Node Type":"Sort","Sort Key":["t.id"],"Sort Method":"quicksort","Sort Space Used":25,"Sort Space Type":"Memory""#.to_owned(),
            (_, 0) => format!(r#""Node Type":"Hash Join","Join Type":"Inner","Hash Cond":"(a{step}.id = b{step}.id)""#),
            (_, 1) => r#""Node Type":"Nested Loop","Join Type":"Inner""#.to_owned(),
            _ => format!(r#""Node Type":"Merge Join","Join Type":"Inner","Merge Cond":"(a{step}.id = b{step}.id)""#),
        };
        let relationship = match step {
            0 => "",
            odd if odd % 2 == 1 => r#""Parent Relationship":"Outer","#,
            _ => r#""Parent Relationship":"Inner","#,
        };
        let plans: Vec<String> = children
            .iter()
            .map(|child| std::mem::take(&mut nodes[*child]))
            .collect();
        let plans = match plans.as_slice() {
            [] => String::new(),
            plans => format!(r#","Plans":[{}]"#, plans.join(",")),
        };
        nodes[step] = format!(
            r#"{{{relationship}{what},"Parallel Aware":false,"Async Capable":false,"Startup Cost":1.00,"Total Cost":{cost}.00,"Plan Rows":{expected},"Plan Width":36,"Actual Startup Time":0.010,"Actual Total Time":{ms}.000,"Actual Rows":12.00,"Actual Loops":1,"Disabled":false,"Shared Hit Blocks":{blocks}{plans}}}"#,
            cost = 100 * ms[step],
            expected = 10 + step % 7,
            ms = ms[step],
            blocks = 3 * ms[step],
        );
    }
    statement(&nodes[0], ms[0])
}

fn statement(plan: &str, ms: usize) -> String {
    format!(
        r#"[{{"Plan":{plan},"Planning Time":12.500,"Triggers":[],"Execution Time":{}.000}}]"#,
        ms + 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_have_as_many_steps_as_wanted_in_both_formats() {
        for json in [wide(1_000), mixed(1_000)] {
            let plan = sqlground_plan::parse(&json, None).expect("a plan");
            assert_eq!(plan.nodes.len(), 1_000);
            let again = sqlground_plan::parse(&plan.text, None).expect("a plan");
            assert_eq!(again.nodes.len(), 1_000);
            assert!(plan.unattributed_ms < 0.01, "{}", plan.unattributed_ms);
        }
    }
}

//! Plans made at random, of which is known what each node takes itself.

use proptest::prelude::*;
use sqlground_model::Plan;
use std::fmt::Write;

/// The shape of a plan. Own times are microseconds of a loop.
#[derive(Clone, Debug)]
enum Shape {
    Scan {
        own: u64,
        filter: usize,
    },
    Sort {
        own: u64,
        child: Box<Shape>,
    },
    /// The inner side runs so many times for each loop.
    Loop {
        own: u64,
        times: u64,
        outer: Box<Shape>,
        inner: Box<Shape>,
    },
    Append {
        own: u64,
        children: Vec<Shape>,
    },
    /// The child runs in so many processes.
    Gather {
        own: u64,
        processes: u64,
        child: Box<Shape>,
    },
    /// The subquery runs so many times for each loop.
    Subquery {
        own: u64,
        times: u64,
        child: Box<Shape>,
        query: Box<Shape>,
    },
    /// The `InitPlan` or CTE runs once, where it is read.
    Once {
        own: u64,
        is_cte: bool,
        child: Box<Shape>,
        query: Box<Shape>,
    },
}

/// Conditions that are hard to read.
const FILTERS: [&str; 6] = [
    "(a = 1)",
    "((note <> 'it''s (done'::text) AND (x > $7))",
    "(\"odd: name\" = ANY ('{1,2}'::integer[]))",
    "(t <> '->  Sort  (cost=1.00..2.00 rows=1 width=1)'::text)",
    "((a = 1) OR ((b)::text ~~ '%\"%'::text))",
    "(b <> 'Worker 0:  actual time='::text)",
];

fn shape() -> impl Strategy<Value = Shape> {
    let own = 0..50_000_u64;
    let scan =
        (own.clone(), 0..FILTERS.len()).prop_map(|(own, filter)| Shape::Scan { own, filter });
    scan.prop_recursive(6, 40, 4, move |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let own = own.clone();
        prop_oneof![
            (own.clone(), boxed.clone()).prop_map(|(own, child)| Shape::Sort { own, child }),
            (own.clone(), 0..40_u64, boxed.clone(), boxed.clone()).prop_map(
                |(own, times, outer, inner)| Shape::Loop {
                    own,
                    times,
                    outer,
                    inner
                }
            ),
            (own.clone(), prop::collection::vec(inner, 1..4))
                .prop_map(|(own, children)| Shape::Append { own, children }),
            (own.clone(), 1..5_u64, boxed.clone()).prop_map(|(own, processes, child)| {
                Shape::Gather {
                    own,
                    processes,
                    child,
                }
            }),
            (own.clone(), 0..40_u64, boxed.clone(), boxed.clone()).prop_map(
                |(own, times, child, query)| Shape::Subquery {
                    own,
                    times,
                    child,
                    query
                }
            ),
            (own.clone(), any::<bool>(), boxed.clone(), boxed).prop_map(
                |(own, is_cte, child, query)| Shape::Once {
                    own,
                    is_cte,
                    child,
                    query
                }
            ),
        ]
    })
}

/// A node as it is printed, and what it takes itself.
#[derive(Debug, Default)]
struct Node {
    depth: usize,
    kind: &'static str,
    relation: Option<String>,
    relationship: &'static str,
    subplan: Option<String>,
    properties: Vec<(&'static str, String)>,
    loops: u64,
    /// Microseconds of a loop with what lies below.
    total: u64,
    own_ms: f64,
}

#[derive(Default)]
struct Writer {
    nodes: Vec<Node>,
    subplans: usize,
}

/// Where a shape stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    relationship: &'static str,
    loops: u64,
    processes: u64,
}

impl Place {
    fn below(self, relationship: &'static str, loops: u64) -> Self {
        Self {
            depth: self.depth + 1,
            relationship,
            loops,
            ..self
        }
    }
}

impl Writer {
    /// Adds the shape's nodes and gives what one of its loops takes, in microseconds.
    fn add(&mut self, shape: &Shape, place: Place) -> u64 {
        let at = self.nodes.len();
        self.nodes.push(Node {
            depth: place.depth,
            relationship: place.relationship,
            loops: place.loops,
            ..Node::default()
        });
        let (own, below) = match shape {
            Shape::Scan { own, filter } => {
                self.nodes[at].kind = "Seq Scan";
                self.nodes[at].relation = Some(format!("t{}", at % 7));
                let filter = FILTERS[*filter].to_owned();
                self.nodes[at].properties.push(("Filter", filter));
                (*own, 0)
            }
            Shape::Sort { own, child } => {
                self.nodes[at].kind = "Sort";
                self.nodes[at]
                    .properties
                    .push(("Sort Key", "a, (b + 1) DESC".to_owned()));
                (*own, self.add(child, place.below("Outer", place.loops)))
            }
            Shape::Loop {
                own,
                times,
                outer,
                inner,
            } => {
                self.nodes[at].kind = "Nested Loop";
                let outer = self.add(outer, place.below("Outer", place.loops));
                let inner = self.add(inner, place.below("Inner", place.loops * times));
                (*own, outer + inner * times)
            }
            Shape::Append { own, children } => {
                self.nodes[at].kind = "Append";
                let below = children
                    .iter()
                    .map(|child| self.add(child, place.below("Member", place.loops)));
                (*own, below.sum())
            }
            Shape::Gather {
                own,
                processes,
                child,
            } if place.processes == 1 && place.loops > 0 => {
                self.nodes[at].kind = "Gather";
                let inside = Place {
                    processes: *processes,
                    ..place.below("Outer", place.loops * processes)
                };
                (*own, self.add(child, inside))
            }
            Shape::Gather { own, child, .. } => {
                self.nodes[at].kind = "Materialize";
                (*own, self.add(child, place.below("Outer", place.loops)))
            }
            Shape::Subquery {
                own,
                times,
                child,
                query,
            } => {
                self.nodes[at].kind = "Result";
                let child = self.add(child, place.below("Outer", place.loops));
                self.subplans += 1;
                let name = format!("SubPlan {}", self.subplans);
                let query_at = self.nodes.len();
                let query = self.add(query, place.below("SubPlan", place.loops * times));
                self.nodes[query_at].subplan = Some(name);
                (*own, child + query * times)
            }
            Shape::Once {
                own,
                is_cte,
                child,
                query,
            } if place.loops == 1 => {
                self.once(at, *is_cte, query, place);
                let query = self.nodes[at + 1].total;
                let child = self.add(child, place.below("Outer", 1));
                if *is_cte {
                    self.scan_cte(at + 1, place);
                }
                (*own, query + child)
            }
            Shape::Once { own, child, .. } => {
                self.nodes[at].kind = "Limit";
                (*own, self.add(child, place.below("Outer", place.loops)))
            }
        };
        // A node that never ran took no time.
        let is_run = u64::from(place.loops > 0);
        self.nodes[at].total = (own + below) * is_run;
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let own_ms = (own * place.loops) as f64 / place.processes as f64 / 1000.0;
        self.nodes[at].own_ms = own_ms;
        self.nodes[at].total
    }

    /// Adds the scan that reads the CTE, beside the child.
    fn scan_cte(&mut self, cte: usize, place: Place) {
        let name = self.nodes[cte].subplan.clone().unwrap_or_default();
        self.nodes.push(Node {
            depth: place.depth + 1,
            kind: "CTE Scan",
            relation: Some(name.trim_start_matches("CTE ").to_owned()),
            relationship: "Inner",
            loops: 1,
            total: self.nodes[cte].total,
            ..Node::default()
        });
    }

    /// Adds what runs once, listed below the node at `at`.
    fn once(&mut self, at: usize, is_cte: bool, query: &Shape, place: Place) {
        self.subplans += 1;
        let number = self.subplans;
        let listed = Place {
            processes: 1,
            ..place.below("InitPlan", 1)
        };
        let query_at = self.nodes.len();
        self.add(query, listed);
        if is_cte {
            self.nodes[at].kind = "Nested Loop";
            self.nodes[query_at].subplan = Some(format!("CTE c{number}"));
        } else {
            self.nodes[at].kind = "Limit";
            self.nodes[query_at].subplan = Some(format!("InitPlan {number}"));
            let filter = format!("(x > (InitPlan {number}).col1)");
            self.nodes[at].properties.push(("One-Time Filter", filter));
        }
    }
}

fn written(shape: &Shape) -> Vec<Node> {
    let mut writer = Writer::default();
    let root = Place {
        depth: 0,
        relationship: "",
        loops: 1,
        processes: 1,
    };
    writer.add(shape, root);
    writer.nodes
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn ms(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}

fn as_text(nodes: &[Node]) -> String {
    let mut text = String::new();
    let mut columns: Vec<usize> = Vec::new();
    for node in nodes {
        columns.truncate(node.depth);
        let above = columns.last().copied();
        let mut arrow = above.map(|column| column + 2);
        if let (Some(name), Some(column)) = (&node.subplan, above) {
            let _ = writeln!(text, "{:1$}{name}", "", column + 2);
            arrow = Some(column + 4);
        }
        let relation = node.relation.as_ref();
        let relation = relation.map_or_else(String::new, |name| format!(" on {name}"));
        let prefix = arrow.map_or_else(String::new, |arrow| format!("{:arrow$}->  ", ""));
        let actual = if node.loops == 0 {
            "(never executed)".to_owned()
        } else {
            format!(
                "(actual time=0.000..{:.3} rows=1 loops={})",
                ms(node.total),
                node.loops
            )
        };
        let _ = writeln!(
            text,
            "{prefix}{}{relation}  (cost=0.00..1.00 rows=1 width=4) {actual}",
            node.kind
        );
        columns.push(prefix.len());
        for (key, value) in &node.properties {
            let _ = writeln!(text, "{:1$}{key}: {value}", "", prefix.len() + 2);
        }
    }
    text
}

fn as_json(nodes: &[Node]) -> String {
    let mut json = String::from("[{\"Plan\": ");
    for (at, node) in nodes.iter().enumerate() {
        let _ = write!(
            json,
            "{{\"Node Type\": \"{}\", \"Startup Cost\": 0.00, \"Total Cost\": 1.00, \
             \"Plan Rows\": 1, \"Plan Width\": 4, \"Actual Startup Time\": 0.000, \
             \"Actual Total Time\": {:.3}, \"Actual Rows\": {}, \"Actual Loops\": {}",
            node.kind,
            ms(node.total),
            u8::from(node.loops > 0),
            node.loops
        );
        let mut property = |key: &str, value: &str| {
            let value = serde_json::Value::from(value);
            let _ = write!(json, ", \"{key}\": {value}");
        };
        if !node.relationship.is_empty() {
            property("Parent Relationship", node.relationship);
        }
        if let Some(name) = &node.subplan {
            property("Subplan Name", name);
        }
        if let Some(relation) = &node.relation {
            let key = if node.kind == "CTE Scan" {
                "CTE Name"
            } else {
                "Relation Name"
            };
            property(key, relation);
            property("Alias", relation);
        }
        if node.kind == "Nested Loop" {
            property("Join Type", "Inner");
        }
        for (key, value) in &node.properties {
            property(key, value);
        }
        let next = nodes.get(at + 1).map_or(0, |next| next.depth);
        if next > node.depth {
            json.push_str(", \"Plans\": [");
        } else {
            json.push_str(&"}]".repeat(node.depth - next));
            json.push('}');
            if at + 1 < nodes.len() {
                json.push_str(", ");
            }
        }
    }
    json + "}]"
}

fn parse(text: &str) -> Plan {
    match sqlground_plan::parse(text, None) {
        Ok(plan) => plan,
        Err(error) => panic!("{error}\n{text}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn self_times_are_those_that_were_given(shape in shape()) {
        let nodes = written(&shape);
        let text = as_text(&nodes);
        let plan = parse(&text);
        prop_assert_eq!(plan.nodes.len(), nodes.len());
        for (node, made) in plan.nodes.iter().zip(&nodes) {
            let own = node.self_ms.expect("a self time");
            let slack = 1e-3_f64.max(1e-6 * ms(nodes[0].total));
            prop_assert!((own - made.own_ms).abs() <= slack, "{} {own}, not {}\n{text}", node.label, made.own_ms);
        }
        prop_assert!(plan.unattributed_ms.abs() < 1e-9, "{}\n{text}", plan.unattributed_ms);
    }

    #[test]
    fn text_and_json_are_the_same_plan(shape in shape()) {
        let nodes = written(&shape);
        let (text, json) = (as_text(&nodes), as_json(&nodes));
        prop_assert_eq!(parse(&text), parse(&json), "{}\n{}", text, json);
    }

    #[test]
    fn self_times_add_up_whatever_the_times(shape in shape(), times in prop::collection::vec(0..9_000_000_u64, 64)) {
        let mut nodes = written(&shape);
        for (node, time) in nodes.iter_mut().zip(times.iter().cycle()) {
            node.total = *time * u64::from(node.loops > 0);
        }
        let plan = parse(&as_text(&nodes));
        let root = plan.nodes[0].total_ms.expect("a total");
        let own: f64 = plan.nodes.iter().filter_map(|node| node.self_ms).sum();
        prop_assert!((own + plan.unattributed_ms - root).abs() <= 0.01 * root + 1e-6);
        for node in &plan.nodes {
            prop_assert!(node.self_ms >= Some(0.0));
        }
    }
}

//! Findings about memory: what went to disk, bitmaps that lost their rows.

use super::{Context, finding};
use crate::raw::{Fields, Node as RawNode};
use crate::words::{count, detail, heading, kilobytes, work_mem};
use sqlground_model::{Confidence, Finding, FindingKind, PlanNode};

/// A sort in memory needs about so many times what it takes on disk.
const SORT_IN_MEMORY: f64 = 2.5;
/// Fewer lossy pages than this cost next to nothing.
const WORTH_LOSSY_BLOCKS: f64 = 100.0;
/// The share of a bitmap's pages that makes it a finding.
const LOSSY_SHARE: f64 = 0.1;

pub(super) fn add(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (node, raw) in context.executed() {
        findings.extend(spill(context, node, raw));
        findings.extend(lossy(context, node));
    }
}

/// What did not fit into the memory that `work_mem` allows.
fn spill(context: &Context<'_>, node: &PlanNode, raw: &RawNode) -> Option<Finding> {
    let all = || {
        let workers = raw.workers.iter().map(|worker| &worker.fields);
        workers.chain([&raw.fields])
    };
    let largest = |key: &str| all().filter_map(|f| f.number(key)).fold(0.0, f64::max);
    let sum = |key: &str, of: &dyn Fn(&Fields) -> bool| -> f64 {
        all().filter(|f| of(f)).filter_map(|f| f.number(key)).sum()
    };
    let on_disk = |fields: &Fields| fields.text("Sort Space Type") == Some("Disk");
    let sorted_on_disk = sum("Sort Space Used", &on_disk);
    let aggregated_on_disk = sum("Disk Usage", &|_| true);
    let batches = largest("Hash Batches");
    // What it would need in one process, in kB.
    let (what, needed) = if sorted_on_disk > 0.0 {
        let most = all()
            .filter(|f| on_disk(f))
            .filter_map(|f| f.number("Sort Space Used"));
        (
            format!("sorted on disk, using {}", kilobytes(sorted_on_disk)),
            Some(SORT_IN_MEMORY * most.fold(0.0, f64::max)),
        )
    } else if aggregated_on_disk > 0.0 {
        (
            format!(
                "moved groups to disk, using {}",
                kilobytes(aggregated_on_disk)
            ),
            Some(largest("Peak Memory Usage") + SORT_IN_MEMORY * largest("Disk Usage")),
        )
    } else if batches > 1.0 {
        (
            format!(
                "split its hash table into {} batches and kept the others on disk",
                count(batches)
            ),
            Some(batches * largest("Peak Memory Usage")),
        )
    } else if all().any(|fields| fields.text("Storage") == Some("Disk")) {
        (
            format!(
                "stored rows on disk, using {}",
                kilobytes(largest("Maximum Storage"))
            ),
            Some(SORT_IN_MEMORY * largest("Maximum Storage")),
        )
    } else if sorted_groups_on_disk(raw) {
        ("sorted some groups on disk".to_owned(), None)
    } else {
        return None;
    };
    let size = needed.filter(|&needed| needed > 0.0).map_or_else(
        || "raise work_mem".to_owned(),
        |needed| format!("try SET work_mem = '{}'", work_mem(needed)),
    );
    // A Hash reads its rows, so that the time is that of its join.
    let is_hash = node.node_type == "Hash";
    let ms = if is_hash {
        context.parent(node).and_then(|join| join.self_ms)
    } else {
        node.self_ms
    };
    Some(Finding {
        why: "The rows did not fit into work_mem.".to_owned(),
        advice: format!("Look for fewer or narrower rows, or {size}."),
        ..finding(
            node,
            FindingKind::Spill,
            context.severity(ms),
            format!("{} {what}.", heading(node)),
        )
    })
}

/// Whether an Incremental Sort went to disk.
fn sorted_groups_on_disk(raw: &RawNode) -> bool {
    ["Full-sort Groups", "Pre-sorted Groups"].iter().any(|key| {
        let groups = raw.fields.get(key);
        groups.is_some_and(|groups| groups.get("Sort Space Disk").is_some())
    })
}

/// A bitmap that kept pages instead of rows.
fn lossy(context: &Context<'_>, node: &PlanNode) -> Option<Finding> {
    let blocks = |key: &str| detail(node, key).and_then(|text| text.parse::<f64>().ok());
    let lossy = blocks("Lossy Heap Blocks")?;
    let all = lossy + blocks("Exact Heap Blocks").unwrap_or(0.0);
    (lossy >= WORTH_LOSSY_BLOCKS && lossy >= LOSSY_SHARE * all).then(|| Finding {
        why: "The bitmap did not fit into work_mem, so it remembers pages instead of rows, and every \
              row of such a page is checked again."
            .to_owned(),
        advice: "Raise work_mem, or look for conditions that find fewer rows.".to_owned(),
        confidence: Confidence::Certain,
        ..finding(
            node,
            FindingKind::LossyBitmap,
            context.severity(node.self_ms),
            format!(
                "{} read {} of {} pages without knowing which rows to look at.",
                heading(node),
                count(lossy),
                count(all),
            ),
        )
    })
}

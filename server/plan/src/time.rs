//! The time of each node alone.
//!
//! EXPLAIN gives for every node the time of one loop, with everything that ran below it. What a
//! node took itself is what remains after taking off what it set going: its children, its
//! `SubPlan`s, and the `InitPlan`s and CTEs that it was the first to read, wherever the plan lists
//! them.
//!
//! The times are shared out from the root downwards, so that the self times always add up to the
//! root's time. Printed times are rounded to a microsecond a loop, which over 100,000 loops is up
//! to 50 ms: where the parts come to more than the whole, they are cut, the roundest first.

use crate::parallel::Processes;
use crate::readers::Readers;
use crate::tree::Tree;

/// What rounding hides in the printed time of a loop, in milliseconds.
const ROUNDING_MS: f64 = 0.0005;

/// Times of all nodes in milliseconds, by their number.
pub(crate) struct Times {
    /// Wall-clock time of each node with what lies below it.
    pub(crate) total: Vec<f64>,
    /// Wall-clock time of each node alone, never negative.
    pub(crate) own: Vec<f64>,
    /// Time of the root that no node has.
    pub(crate) unattributed: f64,
    /// For each `InitPlan` and CTE the node that ran most of it.
    pub(crate) runner: Vec<Option<usize>>,
}

/// Shares out the root's time; none if the plan has no times.
pub(crate) fn times(tree: &Tree<'_>, processes: &[Processes], readers: &Readers) -> Option<Times> {
    tree.nodes[0].raw.time?;
    let mut ledger = Ledger::new(tree, processes);
    for id in 0..tree.nodes.len() {
        if tree.nodes[id].is_listed_only() {
            ledger.charge(id, readers.of(id));
        }
    }
    Some(ledger.settle())
}

struct Ledger<'t, 'a> {
    tree: &'t Tree<'a>,
    processes: &'t [Processes],
    /// Wall-clock time with what lies below: that of all processes by the number that ran.
    total: Vec<f64>,
    /// What is left of a node's time after its children and the charges so far.
    room: Vec<f64>,
    /// For each node the `InitPlan`s and CTEs it ran, with the time each is charged.
    charges: Vec<Vec<(usize, f64)>>,
    /// The time a data-modifying CTE went on after the root had given its last row. It lies
    /// outside what PostgreSQL prints as the root's time.
    afterwards: Vec<f64>,
}

impl<'t, 'a> Ledger<'t, 'a> {
    fn new(tree: &'t Tree<'a>, processes: &'t [Processes]) -> Self {
        let count = tree.nodes.len();
        let mut ledger = Ledger {
            tree,
            processes,
            total: vec![0.0; count],
            room: Vec::new(),
            charges: vec![Vec::new(); count],
            afterwards: vec![0.0; count],
        };
        for id in (0..count).rev() {
            let node = &tree.nodes[id];
            ledger.total[id] = if node.raw.time.is_some() {
                node.process_ms() / processes[id].ran
            } else {
                // What extensions put between two nodes, such as another server's task.
                ledger.children(id).map(|child| ledger.total[child]).sum()
            };
        }
        ledger.room = (0..count)
            .map(|id| {
                let children: f64 = ledger.children(id).map(|child| ledger.asked(child)).sum();
                (ledger.total[id] - children).max(0.0)
            })
            .collect();
        ledger
    }

    /// The children that the node itself runs.
    fn children(&self, id: usize) -> impl Iterator<Item = usize> {
        let children = self.tree.nodes[id].children.iter().copied();
        children.filter(|&child| !self.tree.nodes[child].is_listed_only())
    }

    /// The part of its parent's time that a child takes up. A parent's time is the average of its
    /// processes, so a child that only some of them ran counts for as much less; but while one
    /// process builds a bitmap, all wait for it.
    fn asked(&self, child: usize) -> f64 {
        let node = &self.tree.nodes[child];
        let serves_heap_scan = node.has_relationship("Outer")
            && node
                .parent
                .is_some_and(|id| self.tree.nodes[id].is("Bitmap Heap Scan"));
        if serves_heap_scan || node.raw.time.is_none() {
            self.total[child]
        } else {
            node.process_ms() / self.processes[child].offered
        }
    }

    /// Charges an `InitPlan` or CTE, once, to the nodes that ran it.
    fn charge(&mut self, producer: usize, readers: &[usize]) {
        let mut rest = self.total[producer];
        // Who ran the whole of it has the time for the whole of it.
        let (fitting, others): (Vec<usize>, Vec<usize>) = readers
            .iter()
            .partition(|&&id| self.room[id] >= 0.98 * rest);
        for &reader in fitting.iter().chain(&others) {
            self.charge_up_to_room(reader, producer, &mut rest);
        }
        if rest <= 0.0 {
            return;
        }
        let node = &self.tree.nodes[producer];
        if node.is("ModifyTable") && node.cte().is_some() && fitting.is_empty() {
            self.afterwards[producer] = rest;
            return;
        }
        let Some(owner) = node.parent else { return };
        let mut last = owner;
        if let Some(&first) = fitting.first().or(others.first()) {
            last = first;
        } else {
            // Without VERBOSE a plan does not show a target list's expressions: the node that
            // lists the InitPlan may have run it, or the one below that has time to explain.
            self.charge_up_to_room(owner, producer, &mut rest);
            let mut roomiest = owner;
            for id in self.tree.subtree(owner) {
                if self.room[id] > self.room[roomiest] && !self.tree.is_within(id, producer) {
                    roomiest = id;
                }
            }
            if rest > 0.0 {
                self.charge_up_to_room(roomiest, producer, &mut rest);
            }
        }
        if rest > 0.0 {
            self.charges[last].push((producer, rest));
        }
    }

    fn charge_up_to_room(&mut self, reader: usize, producer: usize, rest: &mut f64) {
        let charged = self.room[reader].min(*rest);
        if charged > 0.0 {
            self.charges[reader].push((producer, charged));
            self.room[reader] -= charged;
            *rest -= charged;
        }
    }

    /// Hands the root's time down, every node before those it ran.
    fn settle(self) -> Times {
        let count = self.tree.nodes.len();
        let mut waiting_for: Vec<usize> = (0..count)
            .map(|id| usize::from(id != 0 && !self.tree.nodes[id].is_listed_only()))
            .collect();
        for &(producer, _) in self.charges.iter().flatten() {
            waiting_for[producer] += 1;
        }
        let mut runner: Vec<Option<(usize, f64)>> = vec![None; count];
        for (id, charges) in self.charges.iter().enumerate() {
            for &(producer, ms) in charges {
                if runner[producer].is_none_or(|(_, most)| ms > most) {
                    runner[producer] = Some((id, ms));
                }
            }
        }
        let runner = runner.into_iter().map(|runner| Some(runner?.0)).collect();
        let mut granted = self.afterwards.clone();
        granted[0] += self.total[0];
        let mut own = vec![0.0; count];
        let mut ready: Vec<usize> = (0..count).filter(|&id| waiting_for[id] == 0).collect();
        while let Some(id) = ready.pop() {
            let requests = self.requests(id, granted[id]);
            let handed_on: f64 = requests.iter().map(|request| request.ms).sum();
            own[id] = rounded(granted[id] - handed_on);
            for request in requests {
                granted[request.node] += request.ms;
                waiting_for[request.node] -= 1;
                if waiting_for[request.node] == 0 {
                    ready.push(request.node);
                }
            }
        }
        let mut total: Vec<f64> = self.total.iter().copied().map(rounded).collect();
        total[0] = rounded(self.total[0] + self.afterwards.iter().sum::<f64>());
        let left = total[0] - own.iter().sum::<f64>();
        // Less than this is the rounding of the sum.
        let unattributed = if left > 1e-4 * total[0] {
            rounded(left)
        } else {
            0.0
        };
        Times {
            total,
            own,
            unattributed,
            runner,
        }
    }

    /// What a node that is granted `budget` hands on to those it ran: never more than it has.
    fn requests(&self, id: usize, budget: f64) -> Vec<Request> {
        let scale = if self.total[id] > 0.0 {
            budget / self.total[id]
        } else {
            0.0
        };
        let children = self.children(id).map(|child| Request {
            node: child,
            ms: scale * self.asked(child),
            rounding: scale * self.rounding(child),
        });
        let charges = self.charges[id].iter().map(|&(producer, ms)| Request {
            node: producer,
            ms: scale * ms,
            rounding: scale * self.rounding(producer),
        });
        let mut requests: Vec<Request> = children.chain(charges).collect();
        for request in &mut requests {
            request.rounding = request.rounding.min(request.ms);
        }
        let excess = requests.iter().map(|request| request.ms).sum::<f64>() - budget;
        if excess > 0.0 {
            cut(&mut requests, excess);
        }
        requests
    }

    fn rounding(&self, id: usize) -> f64 {
        self.tree.nodes[id].loops() * ROUNDING_MS / self.processes[id].offered
    }
}

struct Request {
    node: usize,
    ms: f64,
    /// How much of it may be due to rounding.
    rounding: f64,
}

/// Takes `excess` off the requests: first what may be rounding, then evenly.
fn cut(requests: &mut [Request], excess: f64) {
    let rounding: f64 = requests.iter().map(|request| request.rounding).sum();
    let of_rounding = if rounding > 0.0 {
        (excess / rounding).min(1.0)
    } else {
        0.0
    };
    for request in requests.iter_mut() {
        request.ms -= of_rounding * request.rounding;
    }
    let excess = excess - of_rounding * rounding;
    let sum: f64 = requests.iter().map(|request| request.ms).sum();
    if excess > 0.0 && sum > 0.0 {
        let kept = (1.0 - excess / sum).max(0.0);
        for request in requests {
            request.ms *= kept;
        }
    }
}

/// Rounded to a thousandth of a microsecond, which keeps the noise of adding out of the output.
fn rounded(ms: f64) -> f64 {
    ((ms * 1e6).round() / 1e6).max(0.0)
}

//! The figures in brackets behind a heading: `(cost=0.00..8.02 rows=1 width=4) (actual time=…)`.

use crate::raw::{Node, RowCount, Worker, number};

/// The figures of a heading.
#[derive(Debug, Default)]
pub(super) struct Figures {
    cost: Option<(f64, f64)>,
    plan_rows: Option<f64>,
    width: Option<f64>,
    pub(super) actual: Option<Actual>,
    never_executed: bool,
}

/// What an execution took.
#[derive(Debug, Default)]
pub(super) struct Actual {
    time: Option<(f64, f64)>,
    rows: Option<RowCount>,
    loops: Option<f64>,
}

impl Figures {
    /// Reads `cost=0.00..8.02 rows=1 width=4`.
    pub(super) fn read_cost(&mut self, text: &str) -> Result<(), String> {
        for figure in text.split_whitespace() {
            let (name, value) = split(figure)?;
            match name {
                "cost" => self.cost = Some(range(value)?),
                "rows" => self.plan_rows = Some(positive(value)?),
                "width" => self.width = Some(positive(value)?),
                _ => return Err(format!("`{figure}` is unknown")),
            }
        }
        if self.cost.is_none() || self.plan_rows.is_none() || self.width.is_none() {
            return Err(format!("`({text})` lacks a figure"));
        }
        Ok(())
    }

    pub(super) fn read_actual(&mut self, text: &str) -> Result<(), String> {
        self.actual = Some(Actual::read(text)?);
        Ok(())
    }

    pub(super) fn never_executed(&mut self) {
        self.never_executed = true;
    }

    pub(super) fn put_into(self, node: &mut Node) {
        (node.startup_cost, node.total_cost) = self.cost.unzip();
        node.plan_rows = self.plan_rows;
        node.width = self.width;
        if self.never_executed {
            node.startup_time = Some(0.0);
            node.time = Some(0.0);
            node.loops = Some(0.0);
            node.rows = RowCount::read("0");
        } else if let Some(actual) = self.actual {
            (node.startup_time, node.time) = actual.time.unzip();
            node.rows = actual.rows;
            node.loops = actual.loops;
        }
    }
}

impl Actual {
    /// Reads `time=0.010..0.023 rows=3.00 loops=1`, with `actual` before it or not.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut actual = Self::default();
        for figure in text.split_whitespace().filter(|word| *word != "actual") {
            let (name, value) = split(figure)?;
            match name {
                "time" => actual.time = Some(range(value)?),
                "rows" => {
                    let rows = RowCount::read(value);
                    actual.rows = Some(rows.ok_or_else(|| format!("`{figure}` is no number"))?);
                }
                "loops" => actual.loops = Some(positive(value)?),
                _ => return Err(format!("`{figure}` is unknown")),
            }
        }
        if actual.rows.is_none() || actual.loops.is_none() {
            return Err(format!("`({text})` lacks a figure"));
        }
        Ok(actual)
    }

    pub(super) fn put_into(self, worker: &mut Worker) {
        (worker.startup_time, worker.time) = self.time.unzip();
        worker.rows = self.rows;
        worker.loops = self.loops;
    }
}

fn split(figure: &str) -> Result<(&str, &str), String> {
    let split = figure.split_once('=');
    split.ok_or_else(|| format!("`{figure}` is no figure"))
}

fn positive(text: &str) -> Result<f64, String> {
    let number = number(text).filter(|&number| number >= 0.0);
    number.ok_or_else(|| format!("`{text}` is no number"))
}

fn range(text: &str) -> Result<(f64, f64), String> {
    let (from, to) = text
        .split_once("..")
        // As programs that correct one's typing have it.
        .or_else(|| text.split_once('…'))
        .ok_or_else(|| format!("`{text}` is no range"))?;
    Ok((positive(from)?, positive(to)?))
}

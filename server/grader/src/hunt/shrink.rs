//! Making an instance smaller.

use super::{Hunt, Prey};
use crate::GradeError;
use crate::instance::{Instance, Pools};
use crate::query::Reading;
use sqlground_model::VerdictClass;
use std::time::{Duration, Instant};

/// How many rows a table may have for pairs of them to be taken away.
const MOST_PAIRED: usize = 8;

/// How many rows a table of an example has at most where fewer are not looked for.
const MOST_SHOWN: usize = 3;

impl Hunt<'_> {
    /// Takes rows away, then puts plainer values, as long as both still differ.
    pub(super) async fn shrink(
        &mut self,
        mut prey: Prey,
        time: Duration,
    ) -> Result<Prey, GradeError> {
        let deadline = Instant::now() + time;
        prey = self.halve(prey, deadline).await?;
        let mut rows = usize::MAX;
        while prey.instance.rows() < rows {
            rows = prey.instance.rows();
            prey = self.one_by_one(prey, deadline).await?;
            prey = self.two_by_two(prey, deadline).await?;
        }
        self.plainer(prey, deadline).await
    }

    /// Looks on the other instances that are kept for an example of fewer rows, if this one has many:
    /// which rows can be taken away depends on where one begins.
    pub(super) async fn smaller(
        &mut self,
        mut prey: Prey,
        time: Duration,
    ) -> Result<Prey, GradeError> {
        let deadline = Instant::now() + time;
        let arsenal = self.arsenal;
        for witness in &arsenal.findings.witnesses {
            let left = deadline.saturating_duration_since(Instant::now());
            if largest(&prey.instance) <= MOST_SHOWN || left.is_zero() {
                break;
            }
            let script = self.script;
            let Some(actual) = self.submission.on(&witness.instance, script).await? else {
                continue;
            };
            let other = Prey::of(self.exercise, witness, actual);
            let Some(other) = other.filter(|other| other.finding.class() == prey.finding.class())
            else {
                continue;
            };
            let other = self.shrink(other, left).await?;
            if largest(&other.instance) < largest(&prey.instance) {
                prey = other;
            }
        }
        Ok(prey)
    }

    /// Takes rows away, each by itself, until all that are left are needed.
    async fn one_by_one(&mut self, mut prey: Prey, deadline: Instant) -> Result<Prey, GradeError> {
        let mut smaller = true;
        while smaller {
            smaller = false;
            for table in (0..prey.instance.tables.len()).rev() {
                let mut row = prey.instance.tables[table].len();
                while row > 0 {
                    row -= 1;
                    if Instant::now() > deadline {
                        return Ok(prey);
                    }
                    if row >= prey.instance.tables[table].len() {
                        continue;
                    }
                    for smaller_still in self.without(&prey.instance, table, row) {
                        if let Some(found) = self.still(&smaller_still, &prey).await? {
                            prey = found;
                            smaller = true;
                            break;
                        }
                    }
                }
            }
        }
        Ok(prey)
    }

    /// Takes two rows of a table away at once: what shows as a row too many on four rows may show as
    /// a row too few on two of them, and as nothing on three.
    async fn two_by_two(&mut self, prey: Prey, deadline: Instant) -> Result<Prey, GradeError> {
        for (table, rows) in prey.instance.tables.iter().enumerate() {
            if rows.len() > MOST_PAIRED {
                continue;
            }
            for second in 1..rows.len() {
                for first in 0..second {
                    if Instant::now() > deadline {
                        return Ok(prey);
                    }
                    let both = [first, second].into_iter();
                    let smaller = self.without_families(&prey.instance, table, both);
                    if let Some(found) = self.still(&smaller, &prey).await? {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(prey)
    }

    /// Takes away half of a table's rows at once, then quarters and so on, each with all rows that
    /// refer to them.
    async fn halve(&mut self, mut prey: Prey, deadline: Instant) -> Result<Prey, GradeError> {
        for table in 0..prey.instance.tables.len() {
            let mut size = prey.instance.tables[table].len() / 2;
            while size > 1 {
                let mut start = 0;
                while start < prey.instance.tables[table].len() {
                    if Instant::now() > deadline {
                        return Ok(prey);
                    }
                    let end = prey.instance.tables[table].len().min(start + size);
                    let smaller = self.without_families(&prey.instance, table, start..end);
                    match self.still(&smaller, &prey).await? {
                        Some(found) => prey = found,
                        None => start = end,
                    }
                }
                size /= 2;
            }
        }
        Ok(prey)
    }

    /// The instance without a row: once with the rows that refer to it referring to nothing, if they
    /// may, then without those.
    fn without(&self, instance: &Instance, table: usize, row: usize) -> Vec<Instance> {
        let blueprint = &self.arsenal.blueprint;
        let mut detached = instance.clone();
        let gone = detached.tables[table].remove(row);
        let mut is_referred_to = false;
        for (number, described) in blueprint.tables.iter().enumerate() {
            for reference in described.references.iter().filter(|r| r.table == table) {
                let nullable = |column: &&usize| described.columns[**column].nullable;
                for child in &mut detached.tables[number] {
                    if reference.joins(child, &gone) {
                        is_referred_to = true;
                        for &column in reference.columns.iter().filter(nullable) {
                            child[column] = None;
                        }
                    }
                }
            }
        }
        let mut instances = vec![detached];
        if is_referred_to {
            instances.push(self.without_families(instance, table, std::iter::once(row)));
        }
        instances
    }

    /// The instance without some rows, in the order of their numbers, and those that refer to them.
    fn without_families(
        &self,
        instance: &Instance,
        table: usize,
        rows: impl DoubleEndedIterator<Item = usize>,
    ) -> Instance {
        let mut instance = instance.clone();
        let table_rows = &mut instance.tables[table];
        let gone = rows.rev().map(|row| (table, table_rows.remove(row)));
        let mut removed: Vec<_> = gone.collect();
        while let Some((to, gone)) = removed.pop() {
            for (number, described) in self.arsenal.blueprint.tables.iter().enumerate() {
                for reference in described.references.iter().filter(|r| r.table == to) {
                    let (stay, go): (Vec<_>, Vec<_>) = std::mem::take(&mut instance.tables[number])
                        .into_iter()
                        .partition(|child| !reference.joins(child, &gone));
                    instance.tables[number] = stay;
                    removed.extend(go.into_iter().map(|child| (number, child)));
                }
            }
        }
        instance
    }

    /// Puts usual values where others are not needed.
    async fn plainer(&mut self, mut prey: Prey, deadline: Instant) -> Result<Prey, GradeError> {
        let blueprint = &self.arsenal.blueprint;
        let pools = Pools::new(blueprint, &Reading::default(), &self.arsenal.samples);
        for (table, described) in blueprint.tables.iter().enumerate() {
            for row in 0..prey.instance.tables[table].len() {
                for column in 0..described.columns.len() {
                    let in_key = described.unique.iter().any(|key| key.contains(&column));
                    let refers = described
                        .references
                        .iter()
                        .any(|r| r.columns.contains(&column));
                    let usual = pools.get(table, column).usual.first();
                    let plain = usual.cloned();
                    if in_key
                        || refers
                        || plain.is_none()
                        || prey.instance.tables[table][row][column] == plain
                    {
                        continue;
                    }
                    if Instant::now() > deadline {
                        return Ok(prey);
                    }
                    let mut other = prey.instance.clone();
                    other.tables[table][row][column] = plain;
                    if let Some(found) = self.still(&other, &prey).await? {
                        prey = found;
                    }
                }
            }
        }
        Ok(prey)
    }

    /// Whether both differ on the instance, and no less tellingly than before.
    async fn still(
        &mut self,
        instance: &Instance,
        prey: &Prey,
    ) -> Result<Option<Prey>, GradeError> {
        if !self.tried.insert(instance.clone()) {
            return Ok(None);
        }
        let class = prey.finding.class();
        let found = self.try_unsettled(instance).await?;
        Ok(found.filter(|found| {
            // A failure shows less than a wrong result.
            let fails = found.actual.run.failure().is_some() && class.is_some();
            !fails && (found.finding.class() == class || class != Some(VerdictClass::WrongColumns))
        }))
    }
}

/// The most rows that a table has.
fn largest(instance: &Instance) -> usize {
    instance.tables.iter().map(Vec::len).max().unwrap_or(0)
}

//! Making instances at random, but not evenly: what makes queries differ is likely.

use super::blueprint::{Blueprint, Table};
use super::keys::{numbers_rows, refers_by_number, renumber};
use super::pool::Pools;
use super::values::{Kind, later};
use super::{Instance, Value};
use fastrand::Rng;
use std::cmp::Ordering;

/// How many rows are proposed for one place; the first that PostgreSQL takes gets it. Where there are
/// many places, some may stay empty.
const PROPOSALS: usize = 3;
const MANY: usize = 8;

/// Of how many values at most each column of a crowd is, unless scripts count further.
const PALETTE: usize = 4;
const LARGEST_PALETTE: usize = 10;

/// The chance in percent of NULL at least, where scripts ask whether a value is NULL.
const OFTEN_NULL: u8 = 30;

/// An instance of which PostgreSQL has not yet said whether the constraints allow it.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// For each table the places for a row, each with rows proposed for it.
    pub(crate) tables: Vec<Vec<Vec<Vec<Value>>>>,
}

/// Makes drafts, the same for the same seed.
pub(crate) struct Generator<'a> {
    pub(super) blueprint: &'a Blueprint,
    pub(super) pools: &'a Pools,
    /// The tables that get rows.
    pub(super) concerned: &'a [bool],
    pub(super) random: Rng,
    pub(super) made: usize,
    /// The values of a crowd.
    pub(super) palettes: Option<Vec<Vec<Vec<Value>>>>,
    direction: Direction,
    /// Whether numbers may be zero though nothing is compared with it.
    pub(super) has_zeros: bool,
    /// Whether most numbers of a crowd are the same, so that sums of groups of one size are.
    is_even: bool,
}

/// Which rows of its own table a row refers to. Circles, in which many a recursion never ends, are
/// not to be frequent.
#[derive(Clone, Copy)]
enum Direction {
    Earlier,
    Later,
    /// The one before, all along.
    Chain,
    Any,
}

/// How many rows a chain has.
const CHAIN: usize = 6;

/// How many drafts are of one or two rows a table, to begin with.
const SMALL: usize = 8;

/// How an instance is made.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// The chance in percent of a value at a constant.
    critical: u8,
    /// Of these, the chance in percent of the constant itself, so that conditions are met.
    exact: u8,
    /// The chance in percent of NULL where it is allowed.
    null: u8,
    /// The chance in percent of a row that repeats the one before in all but one column.
    repeat: u8,
    size: Size,
}

/// How many rows the tables get.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Few,
    /// As many as scripts count up to.
    Counted,
    /// Many of few values, so that groups, ties and duplicates meet.
    Crowd,
}

pub(super) const fn shape(critical: u8, exact: u8, null: u8, repeat: u8, size: Size) -> Shape {
    Shape {
        critical,
        exact,
        null,
        repeat,
        size,
    }
}

/// In turn.
const SHAPES: [Shape; 7] = [
    shape(85, 75, 5, 30, Size::Few),
    shape(60, 40, 25, 50, Size::Few),
    shape(60, 40, 10, 35, Size::Crowd),
    shape(40, 40, 10, 60, Size::Few),
    shape(30, 40, 50, 30, Size::Few),
    // Rows that hardly differ, which many a count needs.
    shape(70, 40, 25, 95, Size::Counted),
    shape(50, 80, 2, 10, Size::Crowd),
];

impl<'a> Generator<'a> {
    pub(crate) fn new(
        blueprint: &'a Blueprint,
        pools: &'a Pools,
        concerned: &'a [bool],
        seed: u64,
    ) -> Self {
        Self {
            blueprint,
            pools,
            concerned,
            random: Rng::with_seed(seed),
            made: 0,
            palettes: None,
            direction: Direction::Any,
            has_zeros: false,
            is_even: false,
        }
    }

    /// Passes over the drafts of one and two rows a table.
    pub(crate) fn past_the_small(self) -> Self {
        Self {
            made: SMALL,
            ..self
        }
    }

    /// The next draft. The first are of one and two rows a table; then it is left to chance.
    pub(crate) fn draft(&mut self) -> Draft {
        let number = self.made;
        self.made += 1;
        let mut shape = SHAPES[number % SHAPES.len()];
        if number < SMALL {
            shape.size = Size::Few;
        }
        self.direction = match self.random.u8(0..100) {
            0..=39 => Direction::Earlier,
            40..=74 => Direction::Later,
            75..=84 => Direction::Chain,
            _ => Direction::Any,
        };
        self.has_zeros = self.chance(25);
        self.is_even = self.chance(40);
        self.palettes = (shape.size == Size::Crowd).then(|| self.palettes(shape));
        let mut draft = Draft {
            tables: vec![Vec::new(); self.blueprint.tables.len()],
        };
        for table in 0..self.blueprint.tables.len() {
            if !self.concerned[table] {
                continue;
            }
            let rows = self.row_count(table, number, shape);
            let proposals = if rows > MANY { 1 } else { PROPOSALS };
            for _ in 0..rows {
                let proposals = (0..proposals)
                    .filter_map(|proposal| {
                        // The first proposals are put in all at once and may refer to each other.
                        let reach = if proposal == 0 {
                            rows
                        } else {
                            draft.tables[table].len()
                        };
                        self.row(table, shape, &draft, reach)
                    })
                    .collect::<Vec<_>>();
                if !proposals.is_empty() {
                    draft.tables[table].push(proposals);
                }
            }
        }
        if self.chance(25) {
            self.add_twin(&mut draft);
        }
        if self.chance(15) {
            self.empty_a_group(&mut draft);
        }
        if self.chance(10) {
            self.add_run(&mut draft);
        }
        if self.chance(10) {
            self.put_share(&mut draft);
        }
        if self.random.bool() {
            renumber(&mut draft, self.blueprint, self.pools, &mut self.random);
        }
        draft
    }

    fn row_count(&mut self, table: usize, number: usize, shape: Shape) -> usize {
        let counts = &self.pools.counts;
        let most = counts[counts.len() - 1];
        match (number, shape.size) {
            (0..=3, _) => 1,
            (4..SMALL, _) => 2,
            _ if matches!(self.direction, Direction::Chain) && self.refers_to_itself(table) => {
                CHAIN
            }
            (_, Size::Counted) => counts[self.random.usize(0..counts.len())],
            // Sometimes one or two that all others refer to.
            (_, Size::Crowd) if self.is_referred_to(table) && self.chance(25) => {
                self.random.usize(1..=2)
            }
            (_, Size::Crowd) if self.is_referred_to(table) => {
                self.random.usize(3..=most.clamp(4, 8) + 2)
            }
            (_, Size::Crowd) => self.random.usize(12..=24),
            (_, Size::Few) => match self.random.u8(0..100) {
                0..=4 => 0,
                5..=14 => 1,
                15..=39 => 2,
                40..=64 => 3,
                65..=89 => 4,
                _ => most.clamp(6, 12),
            },
        }
    }

    fn refers_to_itself(&self, table: usize) -> bool {
        let mut references = self.blueprint.tables[table].references.iter();
        references.any(|to| to.table == table)
    }

    /// True if other tables that get rows refer to the table.
    fn is_referred_to(&self, table: usize) -> bool {
        let tables = self.blueprint.tables.iter().enumerate();
        let mut others = tables.filter(|(number, _)| *number != table && self.concerned[*number]);
        others.any(|(_, other)| other.references.iter().any(|to| to.table == table))
    }

    /// For each column of each table the few values that a crowd takes; none where any two rows must
    /// differ.
    fn palettes(&mut self, shape: Shape) -> Vec<Vec<Vec<Value>>> {
        let blueprint = self.blueprint;
        let counted = self.pools.counts.last().copied().unwrap_or(0);
        let largest = (counted + 2).clamp(PALETTE, LARGEST_PALETTE);
        let mut palettes = Vec::new();
        for (table, described) in blueprint.tables.iter().enumerate() {
            let mut of_table = Vec::new();
            for column in 0..described.columns.len() {
                let mut palette = Vec::new();
                if !described.unique.iter().any(|key| key == &[column]) {
                    let kind = Kind::of(&described.columns[column].type_name);
                    let refers = described
                        .references
                        .iter()
                        .any(|to| to.columns.contains(&column));
                    let is_measure =
                        kind.is_number() && !refers && !described.primary_key.contains(&column);
                    let values = if self.is_even && is_measure && self.chance(80) {
                        1
                    } else if self.chance(45) {
                        self.random.usize(2..=largest)
                    } else {
                        self.random.usize(2..=PALETTE)
                    };
                    for _ in 0..values {
                        let value = self.any_value(table, column, shape);
                        let first = palette.first().and_then(Option::as_deref);
                        let near = first.filter(|_| self.chance(60));
                        let beside = near.and_then(|near| self.soon_after(near, kind));
                        palette.push(beside.or(value));
                    }
                }
                of_table.push(palette);
            }
            palettes.push(of_table);
        }
        palettes
    }

    /// A moment of the same day, month or year as another.
    fn soon_after(&mut self, moment: &str, kind: Kind) -> Value {
        let spans = match kind {
            Kind::Timestamp => &["1 hour", "5 hours", "1 day", "1 month", "1 year"][..],
            Kind::Date => &["1 day", "9 days", "1 month", "1 year"],
            _ => return None,
        };
        let compared = self.random.choice(&self.pools.spans).cloned();
        let span = match compared.filter(|_| self.chance(30)) {
            Some(compared) => compared,
            None => spans[self.random.usize(0..spans.len())].to_owned(),
        };
        later(moment, &span, 0, kind)
    }

    /// None if there is no row it could refer to.
    pub(super) fn row(
        &mut self,
        number: usize,
        shape: Shape,
        draft: &Draft,
        reach: usize,
    ) -> Option<Vec<Value>> {
        let table = &self.blueprint.tables[number];
        let earlier = &draft.tables[number];
        let mut row: Vec<Value> = Vec::with_capacity(table.columns.len());
        let repeated = earlier
            .last()
            .and_then(|proposals| proposals.first())
            .filter(|_| self.chance(shape.repeat))
            .cloned();
        for column in 0..table.columns.len() {
            row.push(self.value(number, column, shape));
        }
        if let Some(repeated) = repeated {
            self.repeat(number, &mut row, repeated);
        } else {
            self.refer(number, &mut row, shape, draft, reach)?;
        }
        if self.chance(shape.critical) {
            self.put_apart(number, &mut row);
        }
        self.put_product(number, &mut row);
        self.put_in_order(number, &mut row);
        self.embed(number, &mut row);
        if self.chance(70) {
            tell_names_apart(table, earlier, &mut row);
        }
        // A key of its own, so that rows seldom exclude each other.
        if numbers_rows(table) {
            row[table.primary_key[0]] = Some((earlier.len() + 1).to_string());
        }
        Some(row)
    }

    /// Makes a row like the one before, but for a column and the key, of which a part may stay as well.
    /// A moment that differs often does so by a time that scripts look for.
    fn repeat(&mut self, number: usize, row: &mut [Value], before: Vec<Value>) {
        let table = &self.blueprint.tables[number];
        let key = &table.primary_key;
        let others = (0..row.len()).filter(|column| !key.contains(column));
        let mut fresh: Vec<usize> = if key.len() > 1 && self.chance(50) {
            self.random.choice(key).copied().into_iter().collect()
        } else {
            key.clone()
        };
        fresh.extend(self.random.choice(others.collect::<Vec<_>>()));
        for (column, value) in before.into_iter().enumerate() {
            if !fresh.contains(&column) {
                row[column] = value;
            } else if self.chance(50)
                && let Some(value) = value
            {
                let kind = Kind::of(&table.columns[column].type_name);
                if let Some(later) = self.soon_after(&value, kind) {
                    row[column] = Some(later);
                }
            }
        }
    }

    /// Fills the columns that refer to other rows, those of its own table up to the number `reach`.
    fn refer(
        &mut self,
        number: usize,
        row: &mut [Value],
        shape: Shape,
        draft: &Draft,
        reach: usize,
    ) -> Option<()> {
        let table = &self.blueprint.tables[number];
        for reference in &table.references {
            let nullable = reference
                .columns
                .iter()
                .any(|column| table.columns[*column].nullable);
            let itself = reference.table == number;
            if itself && refers_by_number(table, reference) {
                let column = reference.columns[0];
                let is_chain = matches!(self.direction, Direction::Chain);
                let null = reach == 0 || nullable && !is_chain && self.chance(shape.null.max(15));
                let before = draft.tables[number].len();
                let to = self.own_row(before, reach).filter(|_| !null);
                if to.is_some() || nullable {
                    row[column] = to.map(|to| to.to_string());
                } else {
                    // The first row of such a table refers to itself.
                    row[column] = Some((before + 1).to_string());
                }
                continue;
            }
            let places = &draft.tables[reference.table];
            let parent = (!places.is_empty())
                .then(|| places[self.random.usize(0..places.len())].first())
                .flatten();
            let null = nullable && (parent.is_none() || self.chance(shape.null.max(15)));
            match parent {
                Some(parent) if !null => {
                    for (column, to) in reference.columns.iter().zip(&reference.to) {
                        row[*column].clone_from(&parent[*to]);
                    }
                }
                _ if nullable => {
                    for column in &reference.columns {
                        if table.columns[*column].nullable {
                            row[*column] = None;
                        }
                    }
                }
                // The first row of a table that refers to itself refers to itself.
                _ if itself => {}
                _ => return None,
            }
        }
        Some(())
    }

    /// The number, from 1, of a row that the row after so many others of its table refers to.
    fn own_row(&mut self, before: usize, reach: usize) -> Option<usize> {
        let (earlier, later) = (1..=before.min(reach), before + 2..=reach);
        // Often the row next to it, so that there are chains.
        let (next, mut all) = match self.direction {
            Direction::Earlier | Direction::Chain => (*earlier.end(), earlier),
            Direction::Later => (*later.start(), later),
            Direction::Any => (0, 1..=reach),
        };
        let is_next = matches!(self.direction, Direction::Chain) || self.chance(50);
        if all.contains(&next) && is_next {
            return Some(next);
        }
        let length = all.clone().count();
        (length > 0)
            .then(|| self.random.usize(0..length))
            .and_then(|place| all.nth(place))
    }

    /// Makes one moment of a row as much later than another as a script compares with.
    fn put_apart(&mut self, number: usize, row: &mut [Value]) {
        let table = &self.blueprint.tables[number];
        let kind = |column: usize| Kind::of(&table.columns[column].type_name);
        let moments: Vec<usize> = (0..row.len())
            .filter(|&column| matches!(kind(column), Kind::Date | Kind::Timestamp))
            .collect();
        if moments.len() < 2 || self.pools.spans.is_empty() {
            return;
        }
        let from = moments[self.random.usize(0..moments.len())];
        let to = moments[self.random.usize(0..moments.len())];
        let span = &self.pools.spans[self.random.usize(0..self.pools.spans.len())];
        if let Some(start) = row[from].as_deref()
            && from != to
            && row[to].is_some()
        {
            // Exactly so, a little less and more, and less than an hour more.
            let beside = [0, 0, -1, 1, 1_800][self.random.usize(0..5)];
            row[to] = later(start, span, beside, kind(to)).or_else(|| row[to].clone());
        }
    }

    /// Exchanges values that a check wants the other way round.
    fn put_in_order(&mut self, number: usize, row: &mut [Value]) {
        let table = &self.blueprint.tables[number];
        for &(low, high) in &table.ascending {
            let kind = Kind::of(&table.columns[low].type_name);
            let (Some(a), Some(b)) = (&row[low], &row[high]) else {
                continue;
            };
            match kind.compare(a, b) {
                Ordering::Less => {}
                Ordering::Greater => row.swap(low, high),
                Ordering::Equal => {
                    let pool = self.pools.get(number, high);
                    let greater = pool.usual.iter().chain(&pool.critical);
                    let greater = greater.filter(|value| kind.compare(a, value).is_lt());
                    if let Some(value) = self.random.choice(greater.collect::<Vec<_>>()) {
                        row[high] = Some(value.clone());
                    }
                }
            }
        }
    }

    fn value(&mut self, table: usize, column: usize, shape: Shape) -> Value {
        let palette = self.palettes.as_ref().map(|of| &of[table][column]);
        match palette.filter(|palette| !palette.is_empty()) {
            // The first ones more often, so that groups are not of one size.
            Some(palette) => {
                let places = [(); 2].map(|()| self.random.usize(0..palette.len()));
                palette[places[0].min(places[1])].clone()
            }
            None => self.any_value(table, column, shape),
        }
    }

    fn any_value(&mut self, table: usize, column: usize, shape: Shape) -> Value {
        let described = &self.blueprint.tables[table].columns[column];
        let pool = self.pools.get(table, column);
        let null = if pool.is_asked_for_null {
            shape.null.max(OFTEN_NULL)
        } else {
            shape.null
        };
        if described.nullable && self.chance(null) {
            return None;
        }
        if self.has_zeros && !pool.zero.is_empty() && self.chance(20) {
            return pool.zero.first().cloned();
        }
        let critical = !pool.critical.is_empty() && self.chance(shape.critical);
        let values = if critical && !pool.exact.is_empty() && self.chance(shape.exact) {
            &pool.exact
        } else if critical || pool.usual.is_empty() {
            &pool.critical
        } else {
            &pool.usual
        };
        self.random.choice(values).cloned()
    }

    pub(super) fn chance(&mut self, percent: u8) -> bool {
        self.random.u8(0..100) < percent
    }
}

/// Puts a number behind a text that must not stand twice, if it does.
fn tell_names_apart(table: &Table, earlier: &[Vec<Vec<Value>>], row: &mut [Value]) {
    for key in &table.unique {
        let [column] = key.as_slice() else { continue };
        let refers = table
            .references
            .iter()
            .any(|to| to.columns.contains(column));
        if refers || Kind::of(&table.columns[*column].type_name) != Kind::Text {
            continue;
        }
        let value = &row[*column];
        let firsts = earlier.iter().filter_map(|proposals| proposals.first());
        if let Some(text) = value
            && firsts.clone().any(|other| other[*column] == *value)
        {
            row[*column] = Some(format!("{text}{}", earlier.len() + 1));
        }
    }
}

impl Draft {
    /// The instance of the rows that were taken: for each place in order, which proposal, if any.
    pub(crate) fn settle(&self, taken: &[(usize, usize, usize)]) -> Instance {
        let mut instance = Instance {
            tables: vec![Vec::new(); self.tables.len()],
        };
        for &(table, place, proposal) in taken {
            let row = self
                .tables
                .get(table)
                .and_then(|places| places.get(place)?.get(proposal));
            instance.tables[table].extend(row.cloned());
        }
        instance
    }
}

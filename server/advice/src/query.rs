//! The queries of a statement that failed, and which names they can use where.

use crate::statement::{Statement, is_keyword};
use crate::tables::{Column, Table};
use crate::token::{Kind, Token};
use std::ops::Range;

/// A query, or another statement that has sources, within a statement.
pub(crate) struct Query<'s, 'a> {
    statement: &'s Statement<'a>,
    /// Its tokens, without parentheses around it.
    pub(crate) range: Range<usize>,
    depth: u32,
}

/// What a query reads from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The table's name; none for a subquery or a function.
    pub(crate) table: Option<String>,
    /// The name its columns are called by.
    pub(crate) alias: String,
    /// Its columns, as far as they are known.
    pub(crate) columns: Option<Table>,
}

/// A column of a query's result.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) name: Option<String>,
    /// True if the query gives it this name.
    pub(crate) is_alias: bool,
    /// The tokens of its expression.
    pub(crate) expression: Range<usize>,
}

/// The clauses of a query in the order in which they are written.
pub(crate) const CLAUSES: [&str; 11] = [
    "select", "from", "where", "group", "having", "window", "order", "limit", "offset", "fetch",
    "for",
];

const SET_OPERATIONS: [&str; 3] = ["union", "intersect", "except"];

impl<'s, 'a> Query<'s, 'a> {
    /// The queries a place is in, the innermost first; the statement itself is the last.
    pub(crate) fn around(statement: &'s Statement<'a>, place: usize) -> Vec<Self> {
        let mut found = Vec::new();
        for open in statement.open_before(place).into_iter().rev() {
            let begins_query = statement
                .token(open + 1)
                .is_some_and(|token| token.is_any(&["select", "with", "values"]));
            if begins_query {
                let inside = open + 1..statement.close(open);
                found.push(Self::part(statement, inside, place));
            }
        }
        let all = 0..statement.tokens.len();
        found.push(Self::part(statement, all, place));
        found
    }

    /// A query in parentheses.
    fn within(statement: &'s Statement<'a>, open: usize) -> Option<Self> {
        statement
            .token(open + 1)
            .filter(|token| token.is_any(&["select", "with", "values"]))?;
        let inside = open + 1..statement.close(open);
        let first = inside.start;
        Some(Self::part(statement, inside, first))
    }

    /// The part between `UNION` and its like that a place is in.
    fn part(statement: &'s Statement<'a>, range: Range<usize>, place: usize) -> Self {
        let depth = statement.token(range.start).map_or(0, |token| token.depth);
        let mut part = range.clone();
        for i in range {
            let token = &statement.tokens[i];
            if token.depth == depth && token.is_any(&SET_OPERATIONS) {
                if i < place {
                    part.start = i + 1;
                } else {
                    part.end = i;
                    break;
                }
            }
        }
        Self {
            statement,
            range: part,
            depth,
        }
    }

    /// The places of tokens that are the query's own, not those of what stands in parentheses.
    pub(crate) fn own(&self) -> impl Iterator<Item = (usize, &'s Token<'a>)> {
        let (statement, depth) = (self.statement, self.depth);
        self.range
            .clone()
            .filter_map(move |i| Some((i, statement.tokens.get(i)?)))
            .filter(move |(_, token)| token.depth == depth)
    }

    /// The clauses that begin in the query, with their places.
    pub(crate) fn clauses(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let statement = self.statement;
        self.own().filter_map(move |(i, token)| {
            let clause = *CLAUSES.iter().find(|clause| token.is(clause))?;
            let before = |words: &[&str]| {
                statement
                    .back(i, 1)
                    .is_some_and(|before| before.is_any(words))
            };
            let is_none = match clause {
                // `IS DISTINCT FROM`, and what is qualified by a table's name
                "from" => before(&["distinct"]),
                "group" => before(&["within"]),
                _ => false,
            } || statement
                .back(i, 1)
                .is_some_and(|before| before.kind == Kind::Dot);
            (!is_none).then_some((i, clause))
        })
    }

    /// The clause a place is in, and where it begins.
    pub(crate) fn clause_at(&self, place: usize) -> Option<(usize, &'static str)> {
        self.clauses().take_while(|(i, _)| *i < place).last()
    }

    /// Where a clause begins.
    pub(crate) fn clause(&self, wanted: &str) -> Option<usize> {
        self.clauses()
            .find(|(_, clause)| *clause == wanted)
            .map(|(i, _)| i)
    }

    /// Where a clause ends.
    fn clause_end(&self, begin: usize) -> usize {
        let next = self.clauses().find(|(i, _)| *i > begin).map(|(i, _)| i);
        let other = self
            .own()
            .find(|(i, token)| *i > begin && token.is_any(&["set", "returning", "on conflict"]))
            .map(|(i, _)| i);
        next.into_iter()
            .chain(other)
            .min()
            .unwrap_or(self.range.end)
    }

    /// The columns of its result; what `*` stands for is left out.
    pub(crate) fn outputs(&self) -> Vec<Output> {
        let Some(begin) = self.clause("select") else {
            return Vec::new();
        };
        let end = self.clause_end(begin);
        let mut commas: Vec<_> = self
            .own()
            .filter(|(i, token)| *i > begin && *i < end && token.kind == Kind::Comma)
            .map(|(i, _)| i)
            .collect();
        commas.push(end);
        let mut from = begin + 1;
        while self
            .statement
            .token(from)
            .is_some_and(|token| token.is_any(&["distinct", "all"]))
        {
            from += 1;
        }
        let mut found = Vec::new();
        for comma in commas {
            found.extend(self.output(from..comma));
            from = comma + 1;
        }
        found
    }

    fn output(&self, item: Range<usize>) -> Option<Output> {
        let last = item.end.checked_sub(1).filter(|last| *last >= item.start)?;
        let token = self.statement.token(last)?;
        let before = self.statement.back(last, 1);
        let is_alone = last == item.start;
        let name = token.name().filter(|_| !is_keyword(token));
        let given = before.filter(|_| !is_alone && name.is_some());
        let (is_alias, end) = match given {
            Some(before) if before.is("as") => (true, last - 1),
            Some(before) if before.ends_operand() && !before.is_any(&["distinct", "not"]) => {
                (true, last)
            }
            _ => (false, item.end),
        };
        let called = self
            .statement
            .token(item.start)
            .filter(|_| token.kind == Kind::Close)
            .and_then(Token::name);
        Some(Output {
            name: name.or(called),
            is_alias,
            expression: item.start..end,
        })
    }

    /// What the query reads from.
    pub(crate) fn sources(&self, known: &[Table]) -> Vec<Source> {
        let mut places = Vec::new();
        let first = self.statement.token(self.range.start);
        let is = |word| first.is_some_and(|token| token.is(word));
        if is("update") {
            places.push(self.range.start + 1);
        } else if is("insert") {
            places.push(self.range.start + 2);
        }
        if let Some(from) = self.clause("from") {
            let end = self.clause_end(from);
            let begins = |token: &Token<'_>| token.is("from") || token.is("join");
            places.extend(
                self.own()
                    .filter(|(i, token)| {
                        (from..end).contains(i) && (begins(token) || token.kind == Kind::Comma)
                    })
                    .map(|(i, _)| i + 1),
            );
        }
        let sources = places.into_iter();
        sources
            .filter_map(|place| self.source(place, known))
            .collect()
    }

    fn source(&self, mut place: usize, known: &[Table]) -> Option<Source> {
        while self
            .statement
            .token(place)
            .is_some_and(|token| token.is_any(&["lateral", "only"]))
        {
            place += 1;
        }
        let token = self.statement.token(place)?;
        if token.kind == Kind::Open {
            let alias = self.alias(self.statement.close(place) + 1)?;
            let columns = Self::within(self.statement, place).and_then(|query| {
                let outputs = query.outputs();
                result(&alias, &outputs)
            });
            return Some(Source {
                table: None,
                alias,
                columns,
            });
        }
        let (_, end) = self.statement.path(place);
        let name = self.statement.back(end, 1)?.name()?;
        if is_keyword(token) {
            return None;
        }
        if self
            .statement
            .token(end)
            .is_some_and(|token| token.kind == Kind::Open)
        {
            // `INSERT INTO t (a, b)` has columns, `FROM f (1)` arguments.
            if !self.statement.tokens[self.range.start].is("insert") {
                let alias = self.alias(self.statement.close(end) + 1).unwrap_or(name);
                return Some(Source {
                    table: None,
                    alias,
                    columns: None,
                });
            }
        }
        let mut common = common_tables(self.statement).into_iter();
        let columns = match common.find(|(_, common)| *common == name) {
            Some((place, _)) => self.common(place, &name),
            None => known.iter().find(|table| table.name == name).cloned(),
        };
        let alias = self.alias(end).unwrap_or_else(|| name.clone());
        Some(Source {
            table: Some(name),
            alias,
            columns,
        })
    }

    /// The name that a source is given at a place.
    fn alias(&self, mut place: usize) -> Option<String> {
        if self.statement.token(place)?.is("as") {
            place += 1;
        }
        let token = self.statement.token(place)?;
        let is_name = place < self.range.end && !is_keyword(token) && !token.is("window");
        token.name().filter(|_| is_name)
    }

    /// The columns of a query that `WITH` names at a place.
    fn common(&self, place: usize, name: &str) -> Option<Table> {
        let mut open = place + 1;
        if !self.statement.token(open)?.is("as") {
            // A list of columns.
            let columns = self.statement.tokens[open..self.statement.close(open)]
                .iter()
                .filter_map(Token::name);
            return Some(Table {
                name: name.to_owned(),
                columns: columns.map(unknown_type).collect(),
            });
        }
        while self.statement.token(open)?.kind == Kind::Word {
            open += 1;
        }
        result(name, &Self::within(self.statement, open)?.outputs())
    }
}

fn unknown_type(name: String) -> Column {
    Column {
        name,
        type_name: String::new(),
    }
}

/// A query's result as a table; none if a column has no name that is known.
fn result(name: &str, outputs: &[Output]) -> Option<Table> {
    let columns = outputs
        .iter()
        .map(|output| output.name.clone().map(unknown_type));
    Some(Table {
        name: name.to_owned(),
        columns: columns.collect::<Option<_>>()?,
    })
}

/// The names that `WITH` gives to queries, and where.
pub(crate) fn common_tables(statement: &Statement<'_>) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let tokens = &statement.tokens;
    for (i, token) in tokens.iter().enumerate() {
        let Some(name) = token.name().filter(|_| !is_keyword(token)) else {
            continue;
        };
        let follows =
            |token: &Token<'_>| token.is_any(&["with", "recursive"]) || token.kind == Kind::Comma;
        let mut next = i + 1;
        if tokens
            .get(next)
            .is_some_and(|token| token.kind == Kind::Open)
        {
            next = statement.close(next) + 1;
        }
        let is_query = tokens.get(next).is_some_and(|token| token.is("as"))
            && tokens.get(next + 1).is_some_and(|token| {
                token.kind == Kind::Open || token.is_any(&["not", "materialized"])
            });
        if is_query && i > 0 && follows(&tokens[i - 1]) {
            found.push((i, name));
        }
    }
    found
}

impl Query<'_, '_> {
    /// The text of some of its tokens.
    pub(crate) fn text(&self, range: Range<usize>) -> String {
        self.statement.text(range.start, range.end)
    }

    /// The names and keywords among some of its tokens.
    pub(crate) fn words(&self, range: Range<usize>) -> impl Iterator<Item = String> {
        self.statement.tokens[range].iter().filter_map(Token::name)
    }

    /// True if a window function is among the tokens.
    pub(crate) fn has_window(&self, range: Range<usize>) -> bool {
        let mut tokens = self.statement.tokens[range].iter();
        tokens.any(|token| token.is("over"))
    }
}

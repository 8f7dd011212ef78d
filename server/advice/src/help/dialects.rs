//! What other databases and their tools write, and what PostgreSQL has for it.
//!
//! Nothing is looked for but where PostgreSQL refused the statement, and only at the place it names:
//! what it knows itself never comes here.

mod calls;
mod marks;
mod operators;
mod phrases;
mod tables;
mod types;

pub(super) use marks::comment_in_quote;
pub(super) use tables::relation;
pub(super) use types::undefined as undefined_type;

use crate::statement::Statement;

/// What another database writes at the place of an error of syntax.
pub(super) fn syntax(statement: &Statement<'_>, place: usize) -> Option<String> {
    marks::comment(statement, place)
        .or_else(|| marks::brackets(statement, place))
        .or_else(|| marks::variable(statement, place))
        .or_else(|| marks::outer_join(statement, place))
        .or_else(|| phrases::beginning(statement, place))
        .or_else(|| phrases::within(statement, place))
        .or_else(|| phrases::batch_end(statement, place))
        .or_else(|| operators::help(statement, place))
        .or_else(|| calls::top(statement, Some(place)))
        .or_else(|| calls::separator(statement, place))
        .or_else(|| calls::cast(statement, place))
        .or_else(|| types::length(statement, place))
        .or_else(|| tables::joined(statement, place))
}

/// What another database means by a column that is none.
pub(super) fn column(statement: &Statement<'_>, place: usize, name: &str) -> Option<String> {
    marks::variable(statement, place)
        .or_else(|| calls::unit(statement, place))
        .or_else(|| calls::cast(statement, place))
        .or_else(|| phrases::column(name))
}

/// A comment of another database's, if that is what a column that is none stands in.
pub(super) fn column_in_comment(statement: &Statement<'_>, place: usize) -> Option<String> {
    marks::comment(statement, place)
}

/// A setting that is none.
pub(super) fn setting(statement: &Statement<'_>) -> Option<String> {
    phrases::beginning(statement, 0)
}

/// `TOP`, where it passes as a function.
pub(super) fn top(statement: &Statement<'_>) -> Option<String> {
    calls::top(statement, None)
}

//! The little tables of a counterexample.

use super::marks::Mark;
use crate::components::format::{count, counted, shown_of};
use crate::components::result_table::{Row, content, heads, is_wide};
use leptos::prelude::*;
use sqlground_model::{Column, ResultTable};

/// From how many characters on a table may be wider than a phone's screen.
const PHONE_WIDTH: usize = 28;
/// About as many characters wide is the space beside each cell's text.
const CELL_PADDING: usize = 3;
/// Wider than this in characters no cell gets, as the style sheet says.
const WIDEST_CELL: usize = 44;
/// From how many rows on a table may be higher than its box.
const BOX_ROWS: usize = 8;

/// Whose result a table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The submission's.
    Yours,
    /// The answer's.
    Expected,
}

impl Side {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Yours => "Yours gives",
            Self::Expected => "Expected",
        }
    }
}

/// What is said of a result's rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Remarks {
    /// Nothing.
    None,
    /// What each row is, compared with the other result.
    Marks(Vec<Mark>),
    /// The place of each row in the expected order, from 0.
    Places(Vec<usize>),
}

/// A table of the data with its name and rows. Of an empty one the columns are left out: that it is
/// empty is all there is to see.
#[component]
pub(super) fn DataTable(name: String, table: ResultTable) -> AnyView {
    let scrolls = may_scroll(&table);
    let label = scrolls.then(|| format!("Rows of {name}"));
    let facts = cut(&table);
    let caption = view! {
        <code>{name}</code>
        {small(facts)}
    }
    .into_any();
    if table.rows.is_empty() {
        return boxed(None, caption, None, no_rows(1).into_any());
    }
    let body = table
        .rows
        .into_iter()
        .map(|row| {
            let cells = plain_cells(row, &table.columns);
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    let heads = view! { <tr>{heads(table.columns)}</tr> }.into_any();
    boxed(label, caption, Some(heads), body.into_any())
}

/// A result with its rows marked.
pub(super) fn marked_result(side: Side, table: ResultTable, remarks: &Remarks) -> AnyView {
    let label = may_scroll(&table).then(|| side.title().to_owned());
    let facts = facts(side, &table, remarks);
    let caption = view! {
        {side.title()}
        {small(facts)}
    };
    let gutter = match remarks {
        Remarks::None => None,
        Remarks::Marks(marks) => marks
            .iter()
            .any(|mark| *mark != Mark::Same)
            .then_some("Difference"),
        Remarks::Places(_) => Some("Expected place"),
    };
    let width = table.columns.len() + usize::from(gutter.is_some());
    let empty = table.rows.is_empty();
    let columns = table.columns;
    let rows = table.rows.into_iter().enumerate();
    let body = rows
        .map(|(index, row)| match remarks {
            Remarks::None => view! { <tr>{plain_cells(row, &columns)}</tr> }.into_any(),
            Remarks::Marks(marks) => {
                marked_row(side, row, &columns, &marks[index], gutter.is_some())
            }
            Remarks::Places(places) => placed_row(row, &columns, places[index], index),
        })
        .collect_view();
    let heads = view! {
        <tr>
            {gutter
                .map(|words| {
                    view! {
                        <th scope="col" class="row-sign">
                            <span class="visually-hidden">{words}</span>
                        </th>
                    }
                })} {heads(columns)}
        </tr>
    };
    let body = view! { {body} {empty.then(|| no_rows(width))} };
    boxed(
        label,
        caption.into_any(),
        Some(heads.into_any()),
        body.into_any(),
    )
}

/// `1,200 rows, the first 20 shown`, where not all are.
fn cut(table: &ResultTable) -> Option<String> {
    let shown = table.rows.len();
    ((shown as u64) < table.row_count).then(|| shown_of(shown, table.row_count))
}

/// `2 rows differ, 1 too many`: how many rows are not as they should be, or not there to see.
fn facts(side: Side, table: &ResultTable, remarks: &Remarks) -> Option<String> {
    let Remarks::Marks(marks) = remarks else {
        return cut(table);
    };
    let number = |test: fn(&Mark) -> bool| marks.iter().filter(|mark| test(mark)).count() as u64;
    let changed = number(|mark| matches!(mark, Mark::Changed(_)));
    let alone = number(|mark| *mark == Mark::Alone);
    let changed_verb = if changed == 1 { "differs" } else { "differ" };
    let alone_words = match side {
        Side::Yours => "too many",
        Side::Expected => "missing",
    };
    match (changed, alone) {
        (0, 0) => None,
        (0, _) => Some(format!("{} {alone_words}", counted(alone, "row"))),
        (_, 0) => Some(format!("{} {changed_verb}", counted(changed, "row"))),
        (_, _) => Some(format!(
            "{} {changed_verb}, {} {alone_words}",
            counted(changed, "row"),
            count(alone)
        )),
    }
}

fn small(facts: Option<String>) -> impl IntoView {
    facts.map(|facts| view! { " " <small>{facts}</small> })
}

fn marked_row(side: Side, row: Row, columns: &[Column], mark: &Mark, gutter: bool) -> AnyView {
    let (class, drawn, spoken) = match (mark, side) {
        (Mark::Same, _) => (None, "", "as in the other"),
        (Mark::Changed(_), _) => (Some("row-changed"), "≠", "differs"),
        (Mark::Alone, Side::Yours) => (Some("row-extra"), "+", "too many"),
        (Mark::Alone, Side::Expected) => (Some("row-missing"), "−", "missing"),
    };
    let cells = match mark {
        Mark::Changed(differing) => changed_cells(side, row, columns, differing),
        _ => plain_cells(row, columns),
    };
    view! {
        <tr class=class>
            {gutter
                .then(|| {
                    view! {
                        <td class="row-sign">
                            <span aria-hidden="true">{drawn}</span>
                            <span class="visually-hidden">{spoken}</span>
                        </td>
                    }
                })} {cells}
        </tr>
    }
    .into_any()
}

/// A row with the place it should have, marked if it has another.
fn placed_row(row: Row, columns: &[Column], place: usize, index: usize) -> AnyView {
    let number = count(place as u64 + 1);
    view! {
        <tr class:row-moved=place != index>
            <td class="row-sign">{number}</td>
            {plain_cells(row, columns)}
        </tr>
    }
    .into_any()
}

fn plain_cells(row: Row, columns: &[Column]) -> AnyView {
    row.into_iter()
        .zip(columns)
        .map(|(value, column)| {
            let wide = is_wide(value.as_deref());
            view! { <td class:number=column.numeric class:wide=wide>{content(value)}</td> }
        })
        .collect_view()
        .into_any()
}

/// The cells of a row of which some differ: these are struck out in yours, underlined in the
/// expected result.
fn changed_cells(side: Side, row: Row, columns: &[Column], differing: &[usize]) -> AnyView {
    let cells = row.into_iter().zip(columns).enumerate();
    cells
        .map(|(index, (value, column))| {
            let wide = is_wide(value.as_deref());
            let differs = differing.contains(&index);
            let content = content(value);
            let content = match (differs, side) {
                (false, _) => content,
                (true, Side::Yours) => view! {
                    <del>
                        <span class="visually-hidden">"not as expected: "</span>
                        {content}
                    </del>
                }
                .into_any(),
                (true, Side::Expected) => view! {
                    <ins>
                        <span class="visually-hidden">"expected: "</span>
                        {content}
                    </ins>
                }
                .into_any(),
            };
            view! {
                <td class:number=column.numeric class:wide=wide class:changed=differs>
                    {content}
                </td>
            }
        })
        .collect_view()
        .into_any()
}

fn no_rows(width: usize) -> impl IntoView {
    view! {
        <tr class="no-rows">
            <td colspan=width.to_string()>"no rows"</td>
        </tr>
    }
}

/// A table in its box; with a label the box is a stop for the keyboard, to scroll it.
fn boxed(
    label: Option<String>,
    caption: AnyView,
    heads: Option<AnyView>,
    body: AnyView,
) -> AnyView {
    let scrolls = label.is_some();
    view! {
        <div
            class="table-scroll"
            role=scrolls.then_some("region")
            aria-label=label
            tabindex=scrolls.then_some("0")
        >
            <table class="result">
                <caption>
                    <span>{caption}</span>
                </caption>
                {heads.map(|heads| view! { <thead>{heads}</thead> })}
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// True if a table may not fit its box, on a phone at least. A box that never scrolls is no stop for
/// the keyboard.
fn may_scroll(table: &ResultTable) -> bool {
    let longest = |text: &str| text.lines().map(|line| line.chars().count()).max();
    let width = |(index, column): (usize, &Column)| {
        let values = table
            .rows
            .iter()
            .filter_map(|row| row.get(index)?.as_deref());
        let texts = values.chain([column.name.as_str(), column.type_name.as_str()]);
        let widest = texts.filter_map(longest).max().unwrap_or_default();
        widest.min(WIDEST_CELL) + CELL_PADDING
    };
    let width: usize = table.columns.iter().enumerate().map(width).sum();
    table.rows.len() > BOX_ROWS || width > PHONE_WIDTH
}

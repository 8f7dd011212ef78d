//! PostgreSQL's errors and notices.

use super::icons::{Drawn, Icon};
use super::place::Excerpt;
use super::worded::worded;
use leptos::prelude::*;
use sqlground_model::{Notice, SqlError};

/// An error with everything PostgreSQL said of it, the place marked, and what sqlground adds.
#[component]
pub(crate) fn ErrorBox(
    error: SqlError,
    /// The line it lies on, where the statement's text is known.
    excerpt: Option<Excerpt>,
) -> AnyView {
    let place = excerpt.as_ref().map(|at| match at.column {
        Some(column) => format!("line {}, column {column}", at.line),
        None => format!("line {}", at.line),
    });
    view! {
        <div class="error-box">
            <p class="error-message">
                <Drawn icon=Icon::Alert />
                <span>
                    <b>"Error"</b>
                    {place.map(|place| format!(" in {place}"))}
                    ": "
                    {error.message}
                </span>
            </p>
            {excerpt.map(|excerpt| view! { <MarkedLine excerpt /> })}
            <Remarks detail=error.detail hint=error.hint />
            {error
                .help
                .map(|help| {
                    view! {
                        <p class="error-help">
                            <Drawn icon=Icon::Info />
                            <span>{worded(&help)}</span>
                        </p>
                    }
                })}
            {error.context.map(|context| view! { <pre class="error-context">{context}</pre> })}
            {(!error.sqlstate.is_empty())
                .then(|| {
                    view! {
                        <p class="sqlstate">
                            "SQLSTATE " <code>{error.sqlstate}</code>
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}

/// The line an error lies on. The style sheet draws a caret below the marked word.
#[component]
fn MarkedLine(excerpt: Excerpt) -> AnyView {
    let Excerpt {
        line,
        before,
        word,
        after,
        ..
    } = excerpt;
    // A mark needs something to stand under, at a line's end as well.
    let word = if word.is_empty() {
        "\u{a0}".to_owned()
    } else {
        word
    };
    let number = line.to_string();
    view! {
        <pre class="marked-line" tabindex="0" aria-label=format!("Line {line}")>
            <span class="line-number" aria-hidden="true">
                {number}
            </span>
            <code>{before}<mark>{word}</mark>{after}</code>
        </pre>
    }
    .into_any()
}

/// Notices and warnings, if there are any.
#[component]
pub(crate) fn Notices(notices: Vec<Notice>) -> impl IntoView {
    (!notices.is_empty()).then(|| {
        let lines = notices
            .into_iter()
            .map(|notice| view! { <NoticeLine notice /> })
            .collect_view();
        view! { <ul class="notices">{lines}</ul> }
    })
}

/// A notice or warning.
#[component]
fn NoticeLine(notice: Notice) -> AnyView {
    let warning = matches!(&*notice.severity, "WARNING" | "LIMIT");
    let severity = match &*notice.severity {
        "LIMIT" => "Limit".to_owned(),
        _ => notice.severity,
    };
    view! {
        <li class="notice" class:notice-warning=warning>
            <p>
                <b>{severity}</b>
                ": "
                {notice.message}
            </p>
            <Remarks detail=notice.detail hint=notice.hint />
        </li>
    }
    .into_any()
}

/// PostgreSQL's further words on an error or notice.
#[component]
fn Remarks(detail: Option<String>, hint: Option<String>) -> impl IntoView {
    (detail.is_some() || hint.is_some()).then(|| {
        let remark = |term: &'static str, text: String| {
            view! {
                <div>
                    <dt>{term}</dt>
                    <dd>{text}</dd>
                </div>
            }
        };
        view! {
            <dl class="remarks">
                {detail.map(|text| remark("Detail", text))} {hint.map(|text| remark("Hint", text))}
            </dl>
        }
    })
}

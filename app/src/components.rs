//! What the pages are made of. Everything a student or a teacher typed gets into a page as a
//! Leptos text node or attribute, which escapes it; the exceptions are [`sql_editor`], which
//! escapes by itself, and the exercises' HTML, which the catalogue made from Markdown.

pub(crate) mod answer_offer;
pub(crate) mod cards;
mod changed_rows;
pub(crate) mod contract;
mod counterexample;
mod difference;
pub(crate) mod error_box;
pub(crate) mod file_errors;
mod format;
pub(crate) mod icons;
pub(crate) mod keys;
pub(crate) mod page_title;
mod place;
pub(crate) mod plan;
pub(crate) mod report;
mod result_table;
mod run_report;
pub(crate) mod solution;
pub(crate) mod sql_editor;
pub(crate) mod tables;
pub(crate) mod text_area;
mod verdict_report;
mod worded;

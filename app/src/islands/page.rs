//! The server's elements that the workbench works on.

use leptos::prelude::{document, window};
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlTextAreaElement};

/// How much of the report, in CSS pixels, must be in sight for the page to stay where it is.
const REPORT_IN_SIGHT: f64 = 120.0;

/// The script's field.
pub(super) fn script() -> Option<HtmlTextAreaElement> {
    document().get_element_by_id("sql")?.dyn_into().ok()
}

/// Puts a text into the field and tells the editor around it.
pub(super) fn set_script(text: &str) {
    let Some(field) = script() else { return };
    field.set_value(text);
    if let Ok(changed) = Event::new("change") {
        _ = field.dispatch_event(&changed);
    }
}

/// Takes the last error's mark from the editor and says that a new report is on its way.
pub(super) fn begin() {
    if let Some(editor) = editor() {
        _ = editor.remove_attribute("error-at");
        _ = editor.remove_attribute("error-message");
    }
    if let Some(report) = element("report") {
        _ = report.set_attribute("aria-busy", "true");
    }
}

/// Says that no new report is on its way. The button that cancels goes away; whoever is on it is
/// taken to the one that runs.
pub(super) fn end() {
    let focused = document().active_element();
    if focused.is_some_and(|element| element.id() == "cancel")
        && let Ok(Some(run)) = document().query_selector("[data-action=run]")
        && let Ok(run) = run.dyn_into::<HtmlElement>()
    {
        _ = run.focus();
    }
    if let Some(report) = element("report") {
        _ = report.remove_attribute("aria-busy");
    }
}

/// Shows a report, which the server has escaped, marks its error in the editor and gives its
/// summary.
pub(super) fn show_report(html: &str) -> Option<String> {
    let body = element("report-body")?;
    body.set_inner_html(html);
    let report = body.first_element_child()?;
    if let Some((editor, at)) = editor().zip(report.get_attribute("data-error-at")) {
        let message = report
            .get_attribute("data-error-message")
            .unwrap_or_default();
        _ = editor.set_attribute("error-message", &message);
        _ = editor.set_attribute("error-at", &at);
    }
    if report.has_attribute("data-solved")
        && let Some(badge) = element("solved-badge")
    {
        _ = badge.remove_attribute("hidden");
    }
    bring_into_sight();
    report.get_attribute("data-summary")
}

/// Scrolls to the report where hardly anything of it is in sight, as on a phone.
fn bring_into_sight() {
    let Some(report) = element("report") else {
        return;
    };
    let height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64());
    let top = report.get_bounding_client_rect().top();
    if height.is_some_and(|height| top > height - REPORT_IN_SIGHT) {
        report.scroll_into_view();
    }
}

/// Replaces what there is to work with by what `html`, a whole page, says. False if that page is
/// still waiting as well.
pub(super) fn take_material(html: &str) -> bool {
    let Ok(parser) = web_sys::DomParser::new() else {
        return false;
    };
    let Ok(page) = parser.parse_from_string(html, web_sys::SupportedType::TextHtml) else {
        return false;
    };
    let Some(material) = page.get_element_by_id("material") else {
        return false;
    };
    if material.get_elements_by_tag_name("leptos-island").length() > 0 {
        return false;
    }
    if let Some(here) = element("material") {
        here.set_inner_html(&material.inner_html());
    }
    let schema = page
        .get_elements_by_tag_name("sql-editor")
        .item(0)
        .and_then(|editor| editor.get_attribute("schema"));
    if let Some((editor, schema)) = editor().zip(schema) {
        _ = editor.set_attribute("schema", &schema);
    }
    true
}

/// True if something is open above the page that Escape closes.
pub(super) fn has_popover() -> bool {
    document()
        .query_selector(":popover-open")
        .is_ok_and(|popover| popover.is_some())
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

fn editor() -> Option<Element> {
    document().get_elements_by_tag_name("sql-editor").item(0)
}

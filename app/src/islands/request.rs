//! What the islands ask of the server.

use crate::port::Theme;
use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, JsValue};
use sqlground_model::Action;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, FormData, RequestInit, RequestRedirect, Response, UrlSearchParams};

/// How every report begins. Any other answer comes from something between here and the server.
pub(crate) const REPORT_START: &str = "<article data-exercise=";

/// A report from the server.
pub(super) struct Fragment {
    /// The report's HTML.
    pub(super) html: String,
    /// True if the server has done what was asked and keeps the script.
    pub(super) done: bool,
}

/// Why there is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The request was aborted.
    Cancelled,
    /// No answer came.
    Unreachable,
    /// An answer came that is no report; its HTTP status.
    Unexpected(u16),
}

/// Posts the form's fields and gives the report.
pub(super) async fn report(
    action: Action,
    fields: &FormData,
    signal: &AbortSignal,
) -> Result<Fragment, Failure> {
    let init = post(fields).map_err(|_| Failure::Unreachable)?;
    init.set_signal(Some(signal));
    let url = format!("/api/{}", action.as_str());
    match fetch(&url, &init).await {
        Ok((response, html)) if html.starts_with(REPORT_START) => Ok(Fragment {
            html,
            done: response.ok(),
        }),
        Ok((response, _)) => Err(Failure::Unexpected(response.status())),
        Err(_) if signal.aborted() => Err(Failure::Cancelled),
        Err(_) => Err(Failure::Unreachable),
    }
}

/// Has the server keep the colours.
pub(super) async fn keep_theme(theme: Theme) -> Result<(), JsValue> {
    let fields = FormData::new()?;
    fields.append_with_str("theme", theme.as_str())?;
    let init = post(&fields)?;
    // The answer leads back to the page, which is here already.
    init.set_redirect(RequestRedirect::Manual);
    fetch("/theme", &init).await?;
    Ok(())
}

/// The HTML of this page as the server gives it now.
pub(super) async fn this_page() -> Result<String, JsValue> {
    let url = window().location().pathname()?;
    let (_, html) = fetch(&url, &RequestInit::new()).await?;
    Ok(html)
}

/// A form-encoded post that asks for a report's fragment.
fn post(fields: &FormData) -> Result<RequestInit, JsValue> {
    let init = RequestInit::new();
    init.set_method("POST");
    let body: JsValue = UrlSearchParams::new_with_str_sequence_sequence(fields)?.into();
    init.set_body(&body);
    let headers = web_sys::Headers::new()?;
    headers.set("Accept", "text/html; fragment=report")?;
    init.set_headers(&headers);
    Ok(init)
}

async fn fetch(url: &str, init: &RequestInit) -> Result<(Response, String), JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str_and_init(url, init))
        .await?
        .unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    let text = text.as_string().unwrap_or_default();
    Ok((response, text))
}

//! What the islands ask of the server.

use super::waiting::Position;
use crate::port::Theme;
use js_sys::{JSON, Reflect};
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

/// Where the request of that number stands in the queue; none if it does not wait.
pub(super) async fn position(request: u32) -> Result<Option<Position>, JsValue> {
    let url = format!("/api/queue?request={request}");
    let (response, json) = fetch(&url, &RequestInit::new()).await?;
    if !response.ok() {
        return Err(response.status().into());
    }
    let answer = JSON::parse(&json)?;
    let get = |name: &str| Reflect::get(&answer, &name.into());
    let before = get("position")?.as_f64();
    let own = get("reason")?.as_string().as_deref() == Some("own_script");
    // A cast of a float saturates.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of scripts"
    )]
    let position = before.map(|before| Position {
        before: before as u32,
        own,
    });
    Ok(position)
}

/// Has the server cancel the request of that number. What came of it is told in the answer to that
/// request.
pub(super) async fn cancel(request: u32) -> Result<(), JsValue> {
    let init = RequestInit::new();
    init.set_method("POST");
    let (response, _) = fetch(&format!("/api/cancel?request={request}"), &init).await?;
    if response.ok() {
        Ok(())
    } else {
        Err(response.status().into())
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

//! The pages, rendered by Leptos.

use super::answer::Failure;
use super::body::{MAX_BODY_BYTES, MAX_PLAN_BODY_BYTES};
use super::form::Form;
use super::{AppState, headers, theme};
use crate::pages::{SessionPlayground, Turn};
use crate::session::SessionId;
use app::port::{Pasted, Visit};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::IntoResponse;
use leptos::prelude::{expect_context, provide_context};
use leptos_axum::ResponseOptions;
use std::pin::Pin;
use std::sync::Arc;

/// The handler of every page: the application's router tells them apart, the unknown included.
///
/// A page is whole before its first byte leaves. What rendered it is gone by then, so that a slow
/// reader holds nothing but bytes, and a panic on the way is answered like any other.
pub(super) fn handler(
    state: AppState,
) -> impl Fn(Request) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>>
+ Clone
+ Send
+ Sync
+ 'static {
    let options = state.leptos.clone();
    let render = leptos_axum::render_app_async_with_context(
        move || provide_visit(&state),
        move || app::shell(options.clone()),
    );
    move |request| {
        let rendering = render(request);
        Box::pin(async move { whole(rendering.await).await })
    }
}

async fn whole(page: Response<Body>) -> Response<Body> {
    let (parts, body) = page.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => Response::from_parts(parts, bytes.into()),
        Err(error) => {
            tracing::error!("a page cannot be rendered: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `POST /plan`: the page with what was pasted.
///
/// A form on another site cannot post here, and nothing is kept: no redirect is needed to make the
/// page safe to load again.
pub(super) async fn read_plan<F>(
    State(state): State<AppState>,
    headers: HeaderMap,
    request: Request,
    render: impl FnOnce(Request) -> F,
) -> Response<Body>
where
    F: Future<Output = Response<Body>>,
{
    let (mut parts, body) = request.into_parts();
    let form = match Form::read_at_most(&headers, body, MAX_PLAN_BODY_BYTES).await {
        Ok(form) => form,
        Err(failure) if failure.status == StatusCode::PAYLOAD_TOO_LARGE => {
            return Failure::plan_too_large().into_response(&state, &headers, None);
        }
        Err(failure) => return failure.into_response(&state, &headers, None),
    };
    let length = |name| form.get(name).map_or(0, str::len);
    // Where many large plans come at once, they fill the memory one after the other.
    if length("plan") + length("other") > MAX_BODY_BYTES {
        let turn = Arc::clone(&state.large_plans).acquire_owned().await;
        parts.extensions.insert(turn.ok().map(Turn::new));
    }
    parts.method = Method::GET;
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_TYPE);
    let other = form.get("other").filter(|text| !text.trim().is_empty());
    parts.extensions.insert(Pasted {
        plan: form.get("plan").unwrap_or_default().into(),
        other: other.map(Into::into),
    });
    render(Request::from_parts(parts, Body::empty())).await
}

/// Gives the application what it knows of the visit, and the response its policy.
fn provide_visit(state: &AppState) {
    let parts = expect_context::<Parts>();
    let response = expect_context::<ResponseOptions>();
    if let Some(nonce) = leptos::nonce::use_nonce()
        && let Ok(policy) = HeaderValue::try_from(headers::page_policy(&nonce))
    {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
    let session = *parts
        .extensions
        .get::<SessionId>()
        .expect("the session comes before the page");
    provide_context(Visit {
        playground: Arc::new(SessionPlayground {
            service: Arc::clone(&state.service),
            session,
            turn: parts.extensions.get::<Option<Turn>>().cloned().flatten(),
        }),
        theme: theme::of(&parts.headers),
        pasted: parts.extensions.get::<Pasted>().cloned(),
        set_status: Arc::new(move |status| {
            if let Ok(status) = StatusCode::from_u16(status) {
                response.set_status(status);
            }
        }),
    });
}

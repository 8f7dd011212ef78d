//! `GET /healthz`: whether the site can serve.

use super::AppState;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::time::Duration;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Ready (200) if the database answers, else 503. `/healthz?live` only says that the process
/// answers, for a supervisor that would restart it otherwise.
pub(super) async fn check(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    if query.as_deref() == Some("live") {
        return Json(json!({ "status": "live" })).into_response();
    }
    let database = tokio::time::timeout(PATIENCE, state.service.store.ping()).await;
    let ready = matches!(database, Ok(Ok(())));
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": if ready { "ready" } else { "unavailable" },
        "database": ready,
        "datasets_loading": state.service.library.pending(),
    });
    (status, Json(body)).into_response()
}

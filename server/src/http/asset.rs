//! `GET /pkg/<digest>/<name>`: the page assets.

use super::{AppState, compress};
use crate::assets::Asset;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, VARY,
};
use axum::response::{IntoResponse, Response};

/// An asset's contents never change under its address, which carries their digest.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Serves an asset of the current digest. A page from before an update asks for an older one and
/// gets a 404, not something else.
pub(super) async fn serve(
    State(state): State<AppState>,
    Path((digest, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match state.assets.get(&name) {
        Some(asset) if digest == state.assets.digest => respond(asset, &headers, FOREVER),
        _ => (StatusCode::NOT_FOUND, "No such asset. Reload the page.\n").into_response(),
    }
}

/// Serves the icon where browsers look for it unasked.
pub(super) async fn icon(State(state): State<AppState>, headers: HeaderMap) -> Response {
    match state.assets.get("favicon.svg") {
        Some(asset) => respond(asset, &headers, A_DAY),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn respond(asset: &Asset, headers: &HeaderMap, cache: HeaderValue) -> Response {
    let accepts = |name: &str| compress::accepts(headers, name);
    let (body, encoding) = match asset {
        Asset {
            brotli: Some(bytes),
            ..
        } if accepts("br") => (bytes, Some("br")),
        Asset {
            gzip: Some(bytes), ..
        } if accepts("gzip") => (bytes, Some("gzip")),
        Asset { plain, .. } => (plain, None),
    };
    let mut response = body.clone().into_response();
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    fields.insert(CACHE_CONTROL, cache);
    fields.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

//! Pages, reports and JSON, compressed for whoever takes that. Assets are compressed when they are
//! built.
//!
//! What is sent is whole before it is compressed, and compressed before its first byte leaves: a slow
//! reader holds bytes, not a compressor. Nothing secret is in a page, so that its length tells nothing
//! (<https://breachattack.com>): the session is in a cookie alone, and forms carry no token.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, VARY,
};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// What is shorter fits into a packet or two anyway.
const WORTH_IT: usize = 1024;
/// What is longer takes long enough to keep others waiting.
const SHORT: usize = 128 * 1024;
/// Beyond it, pages get hardly smaller and take several times as long.
const LEVEL: Compression = Compression::new(4);

/// Compresses what the handler answers.
pub(super) async fn compress(request: Request, next: Next) -> Response {
    let is_wanted = accepts(request.headers(), "gzip") && request.method() != Method::HEAD;
    let response = next.run(request).await;
    if !is_wanted || !is_text(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let plain = match to_bytes(body, usize::MAX).await {
        Ok(plain) => plain,
        Err(error) => {
            tracing::error!("an answer cannot be read: {error}");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    parts
        .headers
        .append(VARY, HeaderValue::from_static("accept-encoding"));
    let body = match packed(plain.clone()).await {
        Some(packed) => {
            parts
                .headers
                .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.remove(CONTENT_LENGTH);
            packed.into()
        }
        None => plain,
    };
    Response::from_parts(parts, Body::from(body))
}

/// True if a client takes a coding.
pub(super) fn accepts(headers: &HeaderMap, name: &str) -> bool {
    let accepted = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    accepted.split(',').any(|coding| {
        let (coding, weight) = coding.split_once(';').unwrap_or((coding, ""));
        coding.trim() == name && !matches!(weight.trim(), "q=0" | "q=0.0")
    })
}

fn is_text(headers: &HeaderMap) -> bool {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    !headers.contains_key(CONTENT_ENCODING)
        && media_type.is_some_and(|media_type| {
            media_type.starts_with("text/html") || media_type.starts_with("application/json")
        })
}

/// The compressed bytes; none where that is not worth it.
async fn packed(plain: Bytes) -> Option<Vec<u8>> {
    if plain.len() < WORTH_IT {
        None
    } else if plain.len() < SHORT {
        gzip(&plain)
    } else {
        let packing = tokio::task::spawn_blocking(move || gzip(&plain));
        packing.await.ok().flatten()
    }
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), LEVEL);
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_unless_it_weighs_nothing() {
        for (accepted, taken) in [
            ("gzip, br", true),
            ("br;q=1.0, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("identity", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(accepts(&headers, "gzip"), taken, "{accepted}");
        }
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}

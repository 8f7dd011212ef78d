//! Form-encoded bodies, read strictly: what is not UTF-8 is refused rather than replaced.

use super::answer::Failure;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt;
use percent_encoding::percent_decode;
use std::time::Duration;

/// The largest body that is taken, in bytes. Form encoding triples some characters.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How much of a larger body is read and thrown away, so that a client that sends before it reads
/// still gets the answer.
const MAX_DISCARDED_BYTES: usize = 64 * 1024 * 1024;

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);

/// The fields of a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body.
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Failure> {
        let media_type = headers
            .get(CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        let essence = media_type.split(';').next().unwrap_or("").trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Not a form",
                "The body must be of the type application/x-www-form-urlencoded.",
                "Send the fields `exercise` and `sql`, form-encoded.",
            ));
        }
        let body = tokio::time::timeout(BODY_TIME, collect(body))
            .await
            .map_err(|_| {
                Failure::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "Too slow",
                    "The body did not arrive in time.",
                    "Send it again.",
                )
            })?;
        Self::parse(&body?)
    }

    fn parse(body: &[u8]) -> Result<Self, Failure> {
        body.split(|b| *b == b'&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = match pair.iter().position(|b| *b == b'=') {
                    Some(i) => (&pair[..i], &pair[i + 1..]),
                    None => (pair, &[][..]),
                };
                Ok((decode(name)?, decode(value)?))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The first field of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

async fn collect(body: Body) -> Result<Bytes, Failure> {
    let mut chunks = body.into_data_stream();
    let (mut bytes, mut size) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| {
            Failure::new(
                StatusCode::BAD_REQUEST,
                "Incomplete",
                "The body ended before it was complete.",
                "Send it again.",
            )
        })?;
        size += chunk.len();
        if size <= MAX_BODY_BYTES {
            bytes.extend_from_slice(&chunk);
        } else if size > MAX_DISCARDED_BYTES {
            break;
        }
    }
    if size > MAX_BODY_BYTES {
        Err(Failure::too_large())
    } else {
        Ok(bytes.into())
    }
}

fn decode(bytes: &[u8]) -> Result<String, Failure> {
    let spaced: Vec<u8> = bytes
        .iter()
        .map(|b| if *b == b'+' { b' ' } else { *b })
        .collect();
    let decoded: Vec<u8> = percent_decode(&spaced).collect();
    String::from_utf8(decoded).map_err(|error| {
        Failure::new(
            StatusCode::BAD_REQUEST,
            "Not UTF-8",
            &format!(
                "The script is not UTF-8: the byte {} of it cannot be read.",
                error.utf8_error().valid_up_to() + 1
            ),
            "Save the file as UTF-8 and paste it again.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded() {
        let form = Form::parse(b"exercise=a%2Fb&sql=SELECT+%27%C3%A9%27%0A&empty").expect("a form");
        assert_eq!(form.get("exercise"), Some("a/b"));
        assert_eq!(form.get("sql"), Some("SELECT 'é'\n"));
        assert_eq!(form.get("empty"), Some(""));
        assert_eq!(form.get("other"), None);
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        let failure = Form::parse(b"sql=SELECT+%27%FF%27").expect_err("no UTF-8");
        assert_eq!(failure.status, StatusCode::BAD_REQUEST);
        assert!(
            failure.problem.message.contains("byte 9"),
            "{}",
            failure.problem.message
        );
    }
}

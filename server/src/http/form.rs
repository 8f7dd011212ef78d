//! Form-encoded bodies, read strictly: what is not UTF-8 is refused rather than replaced.

use super::AppState;
use super::answer::Failure;
use super::body::{BodyError, MAX_BODY_BYTES};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures_util::StreamExt;
use percent_encoding::percent_decode;
use std::error::Error;
use std::iter::successors;
use std::time::Duration;

/// How much of a body that nobody wants is read and thrown away, so that a client that sends before
/// it reads still gets the answer.
const MAX_DISCARDED_BYTES: usize = 16 * 1024 * 1024;
/// How long that may take.
const DISCARD_TIME: Duration = Duration::from_secs(5);

/// How many fields are taken: each costs more memory than its bytes.
const MAX_FIELDS: usize = 32;

/// The fields of a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body.
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Failure> {
        Self::read_at_most(headers, body, MAX_BODY_BYTES).await
    }

    /// Reads a body of so many bytes at most.
    pub(super) async fn read_at_most(
        headers: &HeaderMap,
        body: Body,
        most: usize,
    ) -> Result<Self, Failure> {
        let media_type = headers
            .get(CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        let essence = media_type.split(';').next().unwrap_or("").trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            discard(headers, body).await;
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Not a form",
                "The body must be of the type application/x-www-form-urlencoded.",
                "Send the fields `exercise` and `sql`, form-encoded.",
            ));
        }
        Self::parse(&collect(headers, body, most).await?)
    }

    fn parse(body: &[u8]) -> Result<Self, Failure> {
        let pairs = || body.split(|b| *b == b'&').filter(|pair| !pair.is_empty());
        if pairs().nth(MAX_FIELDS).is_some() {
            return Err(Failure::new(
                StatusCode::BAD_REQUEST,
                "Too many fields",
                &format!("The form has more than {MAX_FIELDS} fields."),
                "Send the fields `exercise` and `sql`, form-encoded.",
            ));
        }
        pairs()
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

/// The body of a request to an address that takes nothing larger than a script.
impl FromRequest<AppState> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        Self::read(&parts.headers, body)
            .await
            .map_err(|failure| failure.into_response(state, &parts.headers, None))
    }
}

async fn collect(headers: &HeaderMap, body: Body, most: usize) -> Result<Vec<u8>, Failure> {
    if announced(headers) > most {
        discard(headers, body).await;
        return Err(Failure::too_large());
    }
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(interrupted)?;
        if bytes.len() + chunk.len() > most {
            discard(headers, Body::from_stream(chunks)).await;
            return Err(Failure::too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// How many bytes a body will have; 0 if it does not say.
fn announced(headers: &HeaderMap) -> usize {
    let length = headers.get(CONTENT_LENGTH);
    length
        .and_then(|length| length.to_str().ok()?.parse().ok())
        .unwrap_or(0)
}

/// Reads a body that nobody wants, unless its client waits to hear that it may send, or is going to
/// send too much anyway.
pub(super) async fn discard(headers: &HeaderMap, body: Body) {
    let waits = headers
        .get(EXPECT)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    if waits || announced(headers) > MAX_DISCARDED_BYTES {
        return;
    }
    let mut chunks = body.into_data_stream();
    let reading = async {
        let mut left = MAX_DISCARDED_BYTES;
        while let Some(Ok(chunk)) = chunks.next().await {
            match left.checked_sub(chunk.len()) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    };
    // Whoever is still sending then has to do without an answer.
    let _ = tokio::time::timeout(DISCARD_TIME, reading).await;
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn interrupted(error: axum::Error) -> Failure {
    let error: &(dyn Error + 'static) = &error;
    let mut causes = successors(Some(error), |error| (*error).source());
    match causes.find_map(|error| error.downcast_ref()) {
        Some(BodyError::TooSlow) => Failure::new(
            StatusCode::REQUEST_TIMEOUT,
            "Too slow",
            "The body did not arrive in time.",
            "Send it again.",
        ),
        Some(BodyError::NoRoom) => Failure::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Busy",
            "So many scripts are being sent that there is no room for yours.",
            "Your text is kept. Try again in a few seconds.",
        ),
        Some(BodyError::Broken(_)) | None => Failure::new(
            StatusCode::BAD_REQUEST,
            "Incomplete",
            "The body ended before it was complete.",
            "Send it again.",
        ),
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
    fn a_form_of_a_thousand_fields_is_refused() {
        let form = "a&".repeat(1000);
        let failure = Form::parse(form.as_bytes()).expect_err("too many");
        assert_eq!(failure.status, StatusCode::BAD_REQUEST);
        assert!(Form::parse("a&".repeat(MAX_FIELDS).as_bytes()).is_ok());
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

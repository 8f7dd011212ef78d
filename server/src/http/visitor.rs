//! The session of a request.

use super::AppState;
use super::address::{self, ClientAddress};
use super::rate::{Cost, Excess};
use crate::session::{SessionId, Standing};
use axum::extract::{Request, State};
use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

/// A year: progress is worth keeping.
const MAX_AGE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// The cookie that carries the session. Over HTTPS its name has the prefix for which browsers
/// promise that this host set it: a neighbouring subdomain cannot plant a session of its own.
fn session_cookie(https: bool) -> &'static str {
    if https {
        "__Host-sqlground_session"
    } else {
        "sqlground_session"
    }
}

/// Finds the session of a request, or begins one, and hands it on as an extension. A cookie that
/// is not ours begins a new session.
///
/// An action is counted twice before it is let in: for the session, and, if it is the session's
/// first, for the address that makes a new one. It renews the cookie; looking at pages does not.
pub(super) async fn with_session(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let known = presented(&state, request.headers());
    let cost = Cost::of(request.method(), request.uri());
    if let Err(excess) = count(&state, &request, known, cost) {
        return excess.refuse(&state, request).await;
    }
    let begun = known.map_or_else(SessionId::random, |(session, _)| Ok(session));
    let session = match begun {
        Ok(session) => session,
        Err(error) => {
            tracing::error!("no random bytes for a session: {error}");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let https = address::https(request.headers());
    request.extensions_mut().insert(session);
    let mut response = next.run(request).await;
    let standing = match (cost, known) {
        (Cost::Action, _) => Some(Standing::Member),
        (Cost::Page, None) => Some(Standing::Visitor),
        (Cost::Page, Some(_)) => None,
    };
    if let Some(standing) = standing {
        let name = session_cookie(https);
        let value = state.cookies.value(&session, standing);
        let secure = if https { "; Secure" } else { "" };
        let cookie = format!(
            "{name}={value}; Path=/; Max-Age={MAX_AGE_SECONDS}; HttpOnly; SameSite=Lax{secure}"
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

fn count(
    state: &AppState,
    request: &Request,
    known: Option<(SessionId, Standing)>,
    cost: Cost,
) -> Result<(), Excess> {
    if let Some((session, _)) = known {
        state.rates.session(session, cost)?;
    }
    let member = matches!(known, Some((_, Standing::Member)));
    match request.extensions().get::<ClientAddress>() {
        Some(address) if cost == Cost::Action && !member => state.rates.new_session(*address),
        _ => Ok(()),
    }
}

/// The session that a request names, if it names one.
pub(super) fn known(state: &AppState, headers: &HeaderMap) -> Option<SessionId> {
    presented(state, headers).map(|(session, _)| session)
}

/// The first cookie that is ours; others of its name are somebody's mistake or attempt.
fn presented(state: &AppState, headers: &HeaderMap) -> Option<(SessionId, Standing)> {
    cookies(headers, session_cookie(address::https(headers)))
        .find_map(|value| state.cookies.read(value))
}

/// The address that a request comes from, if the listener says so.
pub(super) fn address(extensions: &Extensions) -> Option<IpAddr> {
    let ClientAddress(address) = extensions.get()?;
    Some(*address)
}

/// The values of the cookies of a name. What other cookies of the host hold, be it no text at all,
/// is nobody's business here.
pub(super) fn cookies<'a>(
    headers: &'a HeaderMap,
    name: &'a str,
) -> impl Iterator<Item = &'a [u8]> + 'a {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .filter_map(move |pair| {
            let value = pair.trim_ascii().strip_prefix(name.as_bytes())?;
            value.strip_prefix(b"=")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_among_others() {
        let check = |lines: &[&'static [u8]], values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(COOKIE, HeaderValue::from_bytes(line).expect("a header"));
            }
            let found: Vec<_> = cookies(&headers, "name").collect();
            assert_eq!(found, values, "{lines:?}");
        };
        check(&[b"name=a"], &[b"a"]);
        check(&[b"other=b;name=a; name=c"], &[b"a", b"c"]);
        check(&[b"other=\xff\xfe; name=a"], &[b"a"]);
        check(&[b"names=a", b"name=a=b"], &[b"a=b"]);
        check(&[b"name", b"xname=a", b"NAME=a", b"=name=a"], &[]);
    }
}

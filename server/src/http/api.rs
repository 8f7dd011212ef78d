//! `POST /api/run|check|plan|reset`, `/api/answer` and `/api/share`, and what helps to wait for
//! them: `GET /api/queue`, `POST /api/cancel`.

use super::AppState;
use super::answer::{Failure, Format, fragment};
use super::form::Form;
use super::visitor;
use crate::service::{Asker, Request as Wanted};
use crate::session::SessionId;
use app::report_html;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, http};
use serde::Deserialize;
use serde_json::json;
use sqlground_model::{Action, ExerciseId, Outcome, PlanSwitch, Report};
use sqlground_sandbox::WaitingFor;

/// Does what a student asks for. JSON and the page's own script get the answer at once; a browser
/// that posted a form is sent to the exercise's page, which shows what is remembered.
pub(super) async fn act(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(action): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let headers = parts.headers;
    let Some(action) = Action::ALL.into_iter().find(|a| a.as_str() == action) else {
        let failure = Failure::new(
            StatusCode::NOT_FOUND,
            "Not found",
            &format!("There is no action `{action}`."),
            "The actions are run, check, plan and reset.",
        );
        return failure.into_response(&state, &headers, None);
    };
    let form = match Form::read(&headers, body).await {
        Ok(form) => form,
        Err(failure) => return failure.into_response(&state, &headers, None),
    };
    let exercise = match exercise(&form) {
        Ok(exercise) => exercise,
        Err(failure) => return failure.into_response(&state, &headers, None),
    };
    let sql = form.get("sql");
    if sql.is_none() && action != Action::Reset {
        let failure = Failure::new(
            StatusCode::BAD_REQUEST,
            "Nothing to do",
            "The form has no field `sql`.",
            "Send the fields `exercise` and `sql`, form-encoded.",
        );
        return failure.into_response(&state, &headers, Some(&exercise));
    }
    let asker = Asker {
        session,
        address: visitor::address(&parts.extensions),
        request: form.get("request").and_then(|number| number.parse().ok()),
        sees_solution: Format::of(&headers) == Format::Fragment,
    };
    let without = match switch(&form) {
        Ok(without) => without,
        Err(failure) => return failure.into_response(&state, &headers, Some(&exercise)),
    };
    let wanted = Wanted {
        action,
        sql,
        without,
    };
    match state.service.act(&asker, &exercise, wanted).await {
        Ok(report) => answer(&headers, &exercise, report),
        Err(error) => {
            let failure = Failure::from(error);
            if kept(&state, &headers, &session, &exercise, sql, &failure).await {
                return to_page(&exercise);
            }
            failure.into_response(&state, &headers, Some(&exercise))
        }
    }
}

/// Opens an exercise's reference answer to a visitor who has tried honestly: JSON gets it at once,
/// a browser is sent to the exercise's page, which shows it from now on.
pub(super) async fn open_answer(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let exercise = match exercise(&form) {
        Ok(exercise) => exercise,
        Err(failure) => return failure.into_response(&state, &headers, None),
    };
    match state.service.open_answer(&session, &exercise).await {
        Ok(_) if Format::of(&headers) == Format::Page => {
            Redirect::to(&format!("/exercises/{exercise}#answer")).into_response()
        }
        Ok(solution) => Json(solution).into_response(),
        Err(error) => Failure::from(error).into_response(&state, &headers, Some(&exercise)),
    }
}

/// `POST /api/share`: keeps a plan and leads to its page. JSON gets the page's address.
pub(super) async fn share_plan(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let text = form.get("plan").unwrap_or_default();
    match state.service.share_plan(&session, text).await {
        Ok(id) => {
            let address = format!("/plans/{id}");
            match Format::of(&headers) {
                Format::Page => Redirect::to(&address).into_response(),
                _ => Json(json!({ "address": address })).into_response(),
            }
        }
        Err(error) => Failure::from(error).into_response(&state, &headers, None),
    }
}

/// Names one of a session's requests.
#[derive(Deserialize)]
pub(super) struct Which {
    /// The field `request` that the request was sent with; without it, any of the session's.
    request: Option<u32>,
}

/// Says where a request of the visitor's stands in the queue. Whoever has no session waits for
/// nothing, and gets none.
pub(super) async fn queue(
    State(state): State<AppState>,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Response {
    let position = visitor::known(&state, &headers)
        .and_then(|session| state.service.position(&session, which.request));
    let reason = position.map(|position| match position.waiting_for {
        WaitingFor::OwnScript => "own_script",
        WaitingFor::Place => "place",
    });
    let position = position.map(|position| position.before);
    Json(json!({ "position": position, "reason": reason })).into_response()
}

/// Cancels what the visitor has asked for; the answer to that request tells what came of it.
pub(super) async fn cancel(
    State(state): State<AppState>,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Response {
    let cancelled = visitor::known(&state, &headers)
        .map_or(0, |session| state.service.cancel(&session, which.request));
    Json(json!({ "cancelled": cancelled })).into_response()
}

/// For a browser without JavaScript whose script may succeed later: keeps the script with what was
/// wrong, so that the exercise's page can show both. True if it does.
async fn kept(
    state: &AppState,
    headers: &HeaderMap,
    session: &SessionId,
    exercise: &ExerciseId,
    sql: Option<&str>,
    failure: &Failure,
) -> bool {
    let Some(sql) = sql else { return false };
    if Format::of(headers) != Format::Page || !failure.status.is_server_error() {
        return false;
    }
    let problem = (*failure.problem).clone();
    state
        .service
        .keep(session, exercise, sql, problem)
        .await
        .is_ok()
}

/// What a plan is to be made without, if the form says so.
fn switch(form: &Form) -> Result<Option<PlanSwitch>, Failure> {
    let Some(name) = form.get("without").filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    PlanSwitch::parse(name).map(Some).ok_or_else(|| {
        let known: Vec<&str> = PlanSwitch::ALL.map(PlanSwitch::as_str).to_vec();
        Failure::new(
            StatusCode::BAD_REQUEST,
            "Nothing to do",
            &format!("A plan cannot be made without `{name}`."),
            &format!("The field `without` takes one of {}.", known.join(", ")),
        )
    })
}

fn to_page(exercise: &ExerciseId) -> Response {
    Redirect::to(&format!("/exercises/{exercise}#report")).into_response()
}

fn exercise(form: &Form) -> Result<ExerciseId, Failure> {
    let text = form.get("exercise").ok_or_else(|| {
        Failure::new(
            StatusCode::BAD_REQUEST,
            "Nothing to do",
            "The form has no field `exercise`.",
            "Send the fields `exercise` and `sql`, form-encoded.",
        )
    })?;
    text.parse().map_err(|_| {
        Failure::from(crate::service::ServiceError::UnknownExercise(
            text.to_owned(),
        ))
    })
}

fn answer(headers: &HeaderMap, exercise: &ExerciseId, report: Report) -> Response {
    match Format::of(headers) {
        Format::Fragment => fragment(report_html(exercise, &report)),
        Format::Page => to_page(exercise),
        Format::Json => match report.outcome {
            Outcome::Run(run) => Json(run).into_response(),
            Outcome::Check(verdict) => Json(verdict).into_response(),
            Outcome::Plan(plan) => Json(plan).into_response(),
            Outcome::Reset => Json(json!({ "reset": true })).into_response(),
            Outcome::Problem(problem) => {
                let body = Json(json!({ "error": problem }));
                (http::StatusCode::UNPROCESSABLE_ENTITY, body).into_response()
            }
        },
    }
}

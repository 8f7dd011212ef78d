//! The HTTP server.
//!
//! A request passes, from the outside in: response headers ([`headers`]), the check of its origin
//! ([`origin`]), the session ([`visitor`]), and then a page ([`page`]), an action ([`api`]), an
//! asset ([`asset`]), the theme ([`theme`]) or the health check ([`health`]).

mod answer;
mod api;
mod asset;
mod form;
mod headers;
mod health;
mod origin;
mod page;
mod theme;
mod visitor;

use crate::assets::Assets;
use crate::service::Service;
use crate::session::SessionCookies;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use leptos::config::LeptosOptions;
use std::sync::Arc;

/// What every handler shares.
#[derive(Clone)]
pub struct AppState {
    /// The playground.
    pub service: Arc<Service>,
    /// Makes and reads session cookies.
    pub cookies: SessionCookies,
    /// The page assets.
    pub assets: Arc<Assets>,
    /// Where pages find their assets.
    pub leptos: LeptosOptions,
}

impl AppState {
    /// The state for a playground with its assets.
    pub fn new(service: Arc<Service>, cookies: SessionCookies, assets: Assets) -> Self {
        let leptos = LeptosOptions::builder()
            .output_name("sqlground")
            .site_pkg_dir(format!("pkg/{}", assets.digest))
            .build();
        Self {
            service,
            cookies,
            assets: Arc::new(assets),
            leptos,
        }
    }
}

/// All routes.
pub fn router(state: AppState) -> Router {
    // The pages are rendered with `render_app_async`, which leaves starting the executor to us.
    // It fails if one is started already, which is as good.
    let _ = any_spawner::Executor::init_tokio();

    let with_session = Router::new()
        .route("/api/{action}", post(api::act))
        .fallback(get(page::handler(state.clone())))
        .layer(from_fn_with_state(state.clone(), visitor::with_session));
    Router::new()
        .route("/pkg/{digest}/{*name}", get(asset::serve))
        .route("/favicon.ico", get(asset::icon))
        .route("/theme", post(theme::choose))
        .route("/healthz", get(health::check))
        .merge(with_session)
        .method_not_allowed_fallback(answer::wrong_method)
        .layer(from_fn(origin::refuse_cross_site))
        .layer(from_fn(headers::add))
        .with_state(state)
}

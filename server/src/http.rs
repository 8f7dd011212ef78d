//! The HTTP server.
//!
//! A connection is let in by [`listen`] and waited for by [`connection`]. A request on it passes,
//! from the outside in: response headers ([`headers`]), a net for panics ([`panic`]), what it aims
//! at ([`target`]), where it comes from ([`address`]), how often ([`rate`]), from which site
//! ([`origin`]), its body ([`body`]), the session ([`visitor`]), and then a page ([`page`]), an
//! action ([`api`]), an asset ([`asset`]), the theme ([`theme`]) or the health check ([`health`]).

mod address;
mod answer;
mod api;
mod asset;
mod body;
mod compress;
mod connection;
mod form;
mod headers;
mod health;
mod listen;
mod origin;
mod page;
mod panic;
mod places;
mod rate;
mod stream;
mod target;
mod theme;
mod visitor;

pub use address::ClientAddress;
pub use listen::serve;

use crate::assets::Assets;
use crate::cli::{WebArgs, seconds};
use crate::service::Service;
use crate::session::SessionCookies;
use address::Proxies;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use body::Bodies;
use leptos::config::LeptosOptions;
use rate::Rates;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The page that reads plans.
const PLAN_PATH: &str = "/plan";

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
    proxies: Arc<Proxies>,
    rates: Arc<Rates>,
    bodies: Arc<Bodies>,
    body_time: Option<Duration>,
    /// The turn of a large plan: reading one takes many times its bytes.
    large_plans: Arc<Semaphore>,
}

impl AppState {
    /// The state for a playground with its assets and what its visitors may do.
    pub fn new(
        service: Arc<Service>,
        cookies: SessionCookies,
        assets: Assets,
        settings: &WebArgs,
    ) -> Self {
        let leptos = LeptosOptions::builder()
            .output_name("sqlground")
            .site_pkg_dir(format!("pkg/{}", assets.digest))
            .build();
        Self {
            service,
            cookies,
            assets: Arc::new(assets),
            leptos,
            proxies: Arc::new(Proxies::new(settings)),
            rates: Arc::new(Rates::new(settings)),
            bodies: Arc::default(),
            body_time: seconds(settings.body_seconds),
            large_plans: Arc::new(Semaphore::new(1)),
        }
    }
}

/// All routes.
fn router(state: AppState) -> Router {
    // The pages are rendered with `render_app_async`, which leaves starting the executor to us.
    // It fails if one is started already, which is as good.
    let _ = any_spawner::Executor::init_tokio();

    let pages = page::handler(state.clone());
    let reader = pages.clone();
    let plan_page = get(pages.clone()).post(
        move |state: State<AppState>, headers: HeaderMap, request: Request| {
            page::read_plan(state, headers, request, reader)
        },
    );
    let with_session = Router::new()
        .route("/api/answer", post(api::open_answer))
        .route("/api/share", post(api::share_plan))
        .route("/api/{action}", post(api::act))
        .route(PLAN_PATH, plan_page)
        .fallback(get(pages))
        .layer(from_fn_with_state(state.clone(), visitor::with_session))
        .layer(from_fn(compress::compress));
    Router::new()
        .route("/pkg/{digest}/{*name}", get(asset::serve))
        .route("/favicon.ico", get(asset::icon))
        .route("/theme", post(theme::choose))
        .route("/healthz", get(health::check))
        .route("/api/queue", get(api::queue))
        .route("/api/cancel", post(api::cancel))
        .merge(with_session)
        .method_not_allowed_fallback(answer::wrong_method)
        .layer(from_fn_with_state(state.clone(), body::bounded))
        .layer(from_fn_with_state(state.clone(), origin::refuse_cross_site))
        .layer(from_fn_with_state(state.clone(), rate::by_address))
        .layer(from_fn_with_state(state.clone(), address::identify))
        .layer(from_fn_with_state(state.clone(), target::refuse_aimless))
        .layer(from_fn_with_state(state.clone(), panic::caught))
        .layer(from_fn(headers::add))
        .with_state(state)
}

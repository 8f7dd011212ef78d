//! Which address shows which page.

use crate::document::{SiteFooter, SiteHeader};
use crate::pages::exercise::ExerciseRoute;
use crate::pages::home::HomeRoute;
use crate::pages::not_found::NotFoundRoute;
use crate::pages::plan::{PlanRoute, SharedPlanRoute};
use crate::pages::plan_lessons::PlanLessonsRoute;
use crate::pages::topic::TopicRoute;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The pages. Each waits for its data before the first byte is sent, so that its status code is
/// right and nothing streams in by script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <SiteHeader />
            <main id="main">
                <Routes fallback=NotFoundRoute>
                    <Route path=path!("/") view=HomeRoute ssr=SsrMode::Async />
                    <Route path=path!("/plan") view=PlanRoute ssr=SsrMode::Async />
                    <Route path=path!("/plan/steps") view=PlanLessonsRoute ssr=SsrMode::Async />
                    <Route path=path!("/plans/:id") view=SharedPlanRoute ssr=SsrMode::Async />
                    <Route path=path!("/topics/:topic") view=TopicRoute ssr=SsrMode::Async />
                    <Route
                        path=path!("/exercises/:topic/:exercise")
                        view=ExerciseRoute
                        ssr=SsrMode::Async
                    />
                </Routes>
            </main>
            <SiteFooter />
        </Router>
    }
}

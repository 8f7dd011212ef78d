//! A page that tells what the kinds of steps in a plan do.

use crate::components::page_title::page_title;
use crate::components::plan::node::lesson_anchor;
use crate::port::Visit;
use leptos::prelude::*;
use sqlground_model::PlanLesson;

/// The address `/plan/steps`.
#[component]
pub(crate) fn PlanLessonsRoute() -> impl IntoView {
    let visit = expect_context::<Visit>();
    let groups = visit.playground.plan_lessons();
    let contents = groups
        .iter()
        .map(|group| {
            let links = group
                .lessons
                .iter()
                .map(|lesson| {
                    let href = format!("#{}", lesson_anchor(&lesson.node_type));
                    view! {
                        <li>
                            <a href=href>{lesson.node_type.clone()}</a>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <div>
                    <h2>{group.title.clone()}</h2>
                    <ul>{links}</ul>
                </div>
            }
        })
        .collect_view();
    let lessons = groups
        .into_iter()
        .map(|group| {
            let lessons = group.lessons.into_iter().map(lesson).collect_view();
            view! {
                <section>
                    <h2>{group.title}</h2>
                    {lessons}
                </section>
            }
        })
        .collect_view();
    view! {
        {page_title("The steps of a plan")}
        <div class="page page-plan">
            <nav class="crumbs" aria-label="Breadcrumb">
                <a href="/plan">"Read a plan"</a>
            </nav>
            <h1>"The steps of a plan"</h1>
            <p class="lead">
                "What each kind of step does, when PostgreSQL chooses it, and what to look at. Each example can be run as it stands."
            </p>
            <nav class="lesson-contents" aria-label="Kinds of steps">
                {contents}
            </nav>
            {lessons}
        </div>
    }
}

fn lesson(lesson: PlanLesson) -> AnyView {
    let label = format!("A script with a {} in its plan", lesson.node_type);
    let example = lesson.example.map(|example| {
        view! {
            <details>
                <summary>"An example"</summary>
                <pre class="sql-text" tabindex="0" aria-label=label>
                    <code>{example}</code>
                </pre>
            </details>
        }
    });
    let anchor = lesson_anchor(&lesson.node_type);
    view! {
        <article class="lesson" id=anchor>
            <h3>{lesson.node_type}</h3>
            <p>{lesson.what}</p>
            <p>
                <b>"When: "</b>
                {lesson.when}
            </p>
            <p>
                <b>"Look at: "</b>
                {lesson.watch}
            </p>
            {example}
        </article>
    }
    .into_any()
}

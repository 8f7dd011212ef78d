//! What a student who solved an exercise gets to read.

use super::icons::{Drawn, Icon};
use leptos::prelude::*;
use sqlground_model::Solution;

/// Explanation, reference answer, and the way on.
#[component]
pub(crate) fn SolutionView(solution: Solution) -> AnyView {
    view! {
        <section class="solution">
            {solution
                .explanation_html
                .map(|html| {
                    view! {
                        <h4>"Why"</h4>
                        <div class="prose" inner_html=html></div>
                    }
                })} <h4>"The reference answer"</h4>
            <pre class="sql-text" tabindex="0" aria-label="The reference answer">
                <code>{solution.answer}</code>
            </pre>
            {solution
                .following
                .map(|next| {
                    view! {
                        <p>
                            <a class="button button-primary" href=format!("/exercises/{}", next.id)>
                                {format!("Next: {}", next.title)}
                                <Drawn icon=Icon::Forward />
                            </a>
                        </p>
                    }
                })}
        </section>
    }
    .into_any()
}

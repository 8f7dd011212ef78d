//! What a result must look like.

use leptos::prelude::*;
use sqlground_model::ResultContract;

/// The columns a result needs, and what else counts.
#[component]
pub(crate) fn ContractView(contract: ResultContract) -> AnyView {
    let names = if contract.names_matter {
        "The columns need these names."
    } else {
        "You may name the columns as you like."
    };
    let order = if contract.ordered {
        "The order of the rows counts."
    } else {
        "The rows may come in any order."
    };
    let lead = if contract.columns.len() == 1 {
        "Your result needs this column:"
    } else {
        "Your result needs these columns, in this order:"
    };
    let columns = contract
        .columns
        .into_iter()
        .map(|column| {
            view! {
                <li>
                    <code>{column.name}</code>
                    " "
                    <span class="column-type">{column.type_name}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="contract" aria-labelledby="contract-title">
            <h2 id="contract-title">"What to return"</h2>
            <p>{lead}</p>
            <ol class="contract-columns">{columns}</ol>
            <p>{names} " " {order}</p>
        </section>
    }
    .into_any()
}

/// What counts where no result is asked for.
#[component]
pub(crate) fn EffectContract() -> AnyView {
    view! {
        <section class="contract" aria-labelledby="contract-title">
            <h2 id="contract-title">"What counts"</h2>
            <p>"This exercise is judged by what your statements leave behind, not by a result."</p>
        </section>
    }
    .into_any()
}

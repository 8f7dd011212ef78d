//! Pages as texts, without a server.

use crate::fake::Fake;
use any_spawner::Executor;
use futures::{StreamExt, executor, stream};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use leptos_meta::ServerMetaContext;
use leptos_router::location::RequestUrl;
use sqlground_app::port::{Theme, Visit};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

/// Where the assets lie.
pub(crate) fn options() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("sqlground")
        .site_pkg_dir("pkg/preview")
        .build()
}

/// The HTTP status and the document at an address.
pub(crate) fn page(path: &str, fake: Fake, theme: Theme) -> (u16, String) {
    let status = Arc::new(AtomicU16::new(200));
    let visit = Visit {
        pasted: None,
        playground: Arc::new(fake),
        theme,
        set_status: {
            let status = Arc::clone(&status);
            Arc::new(move |code| status.store(code, Ordering::Relaxed))
        },
    };
    // Refused where another page has set it already.
    _ = Executor::init_futures_executor();
    let (meta, output) = ServerMetaContext::new();
    // Islands ask the shared context whether they are inside another one.
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
    let html = owner.with(|| {
        provide_context(visit);
        provide_context(meta);
        provide_context(RequestUrl::new(path));
        sqlground_app::shell(options()).to_html()
    });
    let html = executor::block_on(async {
        let stream = stream::iter([html]);
        output
            .inject_meta_context(stream)
            .await
            .collect::<String>()
            .await
    });
    (status.load(Ordering::Relaxed), html)
}

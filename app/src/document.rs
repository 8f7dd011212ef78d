//! The HTML documents around the pages.

use crate::components::icons::Logo;
use crate::islands::theme::ThemeToggle;
use crate::port::{Theme, Visit};
use crate::routes::App;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The colours of the browser's own bars: the page's background in light and dark.
const GROUND_LIGHT: &str = "#eef1ec";
const GROUND_DARK: &str = "#131714";

/// The whole document of a page: needs [`Visit`] as context, and `options` with the folder the
/// assets are served from in `site_pkg_dir`.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let visit = expect_context::<Visit>();
    let script = |name: &str| {
        let source = format!("/{}/{name}.js", options.site_pkg_dir);
        view! { <script type="module" src=source nonce=leptos::nonce::use_nonce()></script> }
    };
    let scripts = [script("sql-editor"), script("plan-view")];
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=visit.theme.as_str()>
            <head>
                {head(&options, visit.theme)}
                {scripts}
                <HydrationScripts options=options islands=true />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// What a page outside the router says: an error, in the visitor's words.
#[derive(Clone, Copy, Debug)]
pub struct ErrorPage<'a> {
    /// The HTTP status, shown small.
    pub status: u16,
    /// What happened, in a few words.
    pub title: &'a str,
    /// What it means and what to do, in a sentence or two.
    pub message: &'a str,
    /// A path on this site to go back to; the home page where there is none.
    pub back: Option<&'a str>,
}

/// A whole page for an error that no route of the router answers, such as a body that is too
/// large. It needs no context and carries no script.
pub fn error_page_html(options: &LeptosOptions, theme: Theme, page: &ErrorPage<'_>) -> String {
    let ErrorPage {
        status,
        title,
        message,
        back,
    } = *page;
    // `//host`, which browsers also read from `/\host`, and anything but a path lead elsewhere.
    let back = back.filter(|path| path.starts_with('/') && !path[1..].starts_with(['/', '\\']));
    let (target, words) = match back {
        Some(path) => (path.to_owned(), "Back to where you were"),
        None => ("/".to_owned(), "To the topics"),
    };
    let title = title.to_owned();
    let message = message.to_owned();
    Owner::new().with(|| {
        view! {
            <!DOCTYPE html>
            <html lang="en" data-theme=theme.as_str()>
                <head>
                    {head(options, theme)} <title>{format!("{title} · sqlground")}</title>
                </head>
                <body>
                    <header class="site-header">
                        <HomeLink />
                    </header>
                    <main id="main" class="page page-narrow">
                        <p class="kicker">{format!("Error {status}")}</p>
                        <h1>{title}</h1>
                        <p class="lead">{message}</p>
                        <p>
                            <a class="button" href=target>
                                {words}
                            </a>
                        </p>
                    </main>
                </body>
            </html>
        }
        .to_html()
    })
}

/// What every document's head begins with.
fn head(options: &LeptosOptions, theme: Theme) -> impl IntoView + use<> {
    let pkg = options.site_pkg_dir.to_string();
    let stylesheet = format!("/{pkg}/{}.css", options.output_name);
    let icon = format!("/{pkg}/favicon.svg");
    let bars = match theme {
        Theme::System => vec![
            (Some("(prefers-color-scheme: light)"), GROUND_LIGHT),
            (Some("(prefers-color-scheme: dark)"), GROUND_DARK),
        ],
        Theme::Light => vec![(None, GROUND_LIGHT)],
        Theme::Dark => vec![(None, GROUND_DARK)],
    };
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {bars
            .into_iter()
            .map(|(media, colour)| {
                leptos::html::meta().name("theme-color").content(colour).attr("media", media)
            })
            .collect_view()}
        <link rel="icon" type="image/svg+xml" href=icon />
        <link rel="stylesheet" href=stylesheet />
    }
}

/// The site's name, leading home.
#[component]
fn HomeLink() -> AnyView {
    view! {
        <a class="home-link" href="/" aria-label="sqlground, home">
            <Logo />
            <span aria-hidden="true">"sql"<b>"ground"</b></span>
        </a>
    }
    .into_any()
}

/// What stands above every page.
#[component]
pub(crate) fn SiteHeader() -> AnyView {
    view! {
        <a class="skip-link" href="#main">
            "Skip to content"
        </a>
        <header class="site-header">
            <HomeLink />
            <nav aria-label="Site">
                <a href="/#topics">"Topics"</a>
                <a href="/plan">"Read a plan"</a>
            </nav>
            <ThemeToggle />
        </header>
    }
    .into_any()
}

/// What stands below every page.
#[component]
pub(crate) fn SiteFooter() -> AnyView {
    view! {
        <footer class="site-footer">
            <p>
                "Your statements run on PostgreSQL, in a schema that only you can see. A cookie "
                "without your name keeps your progress. " <a href="/plan">"Read a plan"</a>
                " that EXPLAIN printed elsewhere."
            </p>
        </footer>
    }
    .into_any()
}

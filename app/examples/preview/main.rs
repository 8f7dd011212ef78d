//! Writes every page and state of the site as an HTML file, with a fake behind the pages: for
//! whoever works on their look.
//!
//! ```sh
//! cargo run -p sqlground-app --features ssr --example preview -- target/preview
//! npx esbuild style/main.css --bundle --loader:.woff2=file \
//!     --outfile=target/preview/pkg/preview/sqlground.css
//! cp style/favicon.svg target/preview/pkg/preview/
//! ```
//!
//! Links to assets are relative in these files, so that a browser opens them without a server.

mod fake;
mod render;
mod sample;
mod verdicts;

use fake::Fake;
use sqlground_app::port::Theme;
use sqlground_app::{ErrorPage, error_page_html};
use sqlground_model::{Attempt, ExercisePage, ExerciseState, Outcome};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("target/preview"), PathBuf::from);
    fs::create_dir_all(folder.join("pkg/preview"))?;

    for theme in [Theme::Light, Theme::Dark] {
        for (name, path, fake) in pages() {
            let (_, html) = render::page(path, fake, theme);
            write(&folder, name, theme, &html)?;
        }
        let error = ErrorPage {
            status: 413,
            title: "The script is too long",
            message: "A script may have a million characters. Take a part of it.",
            back: Some("/exercises/joins/never-booked"),
        };
        let html = error_page_html(&render::options(), theme, &error);
        write(&folder, "error", theme, &html)?;
    }
    Ok(())
}

/// A name for the file, the address, and what is behind it.
fn pages() -> Vec<(&'static str, &'static str, Fake)> {
    let exercise = "/exercises/joins/never-booked";
    let with = |outcome| Fake {
        exercise: ExercisePage {
            attempt: Some(Attempt {
                sql: sample::SCRIPT.to_owned(),
                outcome,
            }),
            ..sample::exercise()
        },
        ..Fake::default()
    };
    let checked = |verdict| with(Outcome::Check(verdict));
    let mut solved = checked(verdicts::correct());
    solved.exercise = sample::solved(solved.exercise);
    let mut offered = checked(verdicts::missing_row());
    offered.exercise.answer_offered = true;
    let mut seen = with(Outcome::Reset);
    seen.exercise = sample::solved(seen.exercise);
    seen.exercise.card.state = ExerciseState::AnswerSeen;
    let mut loading = Fake::default();
    loading.exercise.tables = None;
    loading.exercise.contract = None;
    let unavailable = Fake {
        unavailable: true,
        ..Fake::default()
    };
    vec![
        ("home", "/", Fake::default()),
        ("topic", "/topics/joins", Fake::default()),
        ("exercise", exercise, Fake::default()),
        ("loading", exercise, loading),
        ("run", exercise, with(Outcome::Run(sample::run()))),
        ("failed", exercise, with(Outcome::Run(sample::failed_run()))),
        ("wrong", exercise, checked(verdicts::wrong())),
        ("wrong-order", exercise, checked(verdicts::wrong_order())),
        ("extra-row", exercise, checked(verdicts::extra_row())),
        ("changed-cell", exercise, checked(verdicts::changed_cell())),
        ("reordered", exercise, checked(verdicts::reordered())),
        ("missing-row", exercise, checked(verdicts::missing_row())),
        ("failing", exercise, checked(verdicts::failing())),
        ("correct", exercise, solved),
        ("answer-offered", exercise, offered),
        ("answer-seen", exercise, seen),
        ("plan", exercise, with(Outcome::Plan(sample::plan()))),
        ("reset", exercise, with(Outcome::Reset)),
        (
            "problem",
            exercise,
            with(Outcome::Problem(sample::problem())),
        ),
        ("not-found", "/exercises/joins/never-boked", Fake::default()),
        ("unavailable", "/", unavailable),
    ]
}

fn write(folder: &Path, name: &str, theme: Theme, html: &str) -> io::Result<()> {
    let html = html.replace("\"/pkg/", "\"pkg/");
    fs::write(folder.join(format!("{name}-{}.html", theme.as_str())), html)
}

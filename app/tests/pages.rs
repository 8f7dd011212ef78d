//! The pages as a visitor without JavaScript gets them.
#![cfg(feature = "ssr")]

#[path = "../examples/preview/fake.rs"]
mod fake;
#[path = "../examples/preview/render.rs"]
mod render;
#[expect(dead_code, reason = "the preview shows more of the samples")]
#[path = "../examples/preview/sample.rs"]
mod sample;
#[expect(dead_code, reason = "the preview shows more of the verdicts")]
#[path = "../examples/preview/verdicts.rs"]
mod verdicts;

use fake::Fake;
use sqlground_app::port::Theme;
use sqlground_app::{ErrorPage, error_page_html};
use sqlground_model::{Attempt, ExercisePage, Outcome};

const EXERCISE: &str = "/exercises/joins/never-booked";
const SCRIPT_TAG: &str = "</textarea></title><script>alert(1)</script>";

fn get(path: &str, fake: Fake) -> (u16, String) {
    render::page(path, fake, Theme::System)
}

fn exercise(page: ExercisePage) -> String {
    let fake = Fake {
        exercise: page,
        ..Fake::default()
    };
    let (status, html) = get(EXERCISE, fake);
    assert_eq!(status, 200);
    html
}

fn title(html: &str) -> &str {
    let from = html.find("<title>").expect("a title") + "<title>".len();
    &html[from..from + html[from..].find("</title>").expect("its end")]
}

#[test]
fn each_page_answers_with_its_own_title_and_one_first_heading() {
    for (path, status, expected) in [
        ("/", 200, "Practise SQL on PostgreSQL · sqlground"),
        ("/topics/joins", 200, "Joins · sqlground"),
        (EXERCISE, 200, "Members who never booked · sqlground"),
        ("/topics/jions", 404, "Not found · sqlground"),
        ("/topics/%3Cscript%3E", 404, "Not found · sqlground"),
        ("/exercises/joins/other", 404, "Not found · sqlground"),
        ("/nowhere", 404, "Not found · sqlground"),
    ] {
        let (code, html) = get(path, Fake::default());
        assert_eq!((code, title(&html)), (status, expected), "{path}");
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
        assert!(html.contains("<main id=\"main\">"), "{path}");
    }
}

#[test]
fn a_missing_page_names_what_is_nearest() {
    let (_, html) = get("/topics/jions", Fake::default());
    assert!(html.contains("href=\"/topics/joins\""), "{html}");
    let (_, html) = get("/exercises/joins/never-boked", Fake::default());
    assert!(html.contains(&format!("href=\"{EXERCISE}\"")), "{html}");
}

#[test]
fn an_unavailable_service_is_a_503_with_its_reason() {
    for path in ["/", "/topics/joins", EXERCISE, "/nowhere"] {
        let fake = Fake {
            unavailable: true,
            ..Fake::default()
        };
        let (status, html) = get(path, fake);
        assert_eq!(status, 503, "{path}");
        assert!(html.contains("PostgreSQL is starting again."), "{path}");
    }
}

#[test]
fn without_a_script_every_action_is_a_button_of_the_form() {
    let html = exercise(sample::exercise());
    assert!(
        html.contains(r#"method="post" action="/api/run""#),
        "{html}"
    );
    assert!(
        html.contains(r#"name="exercise" value="joins/never-booked""#),
        "{html}"
    );
    for action in ["run", "check", "plan", "reset"] {
        assert!(
            html.contains(&format!(r#"formaction="/api/{action}""#)),
            "{action}"
        );
    }
    assert!(html.contains(">\nSELECT \n</textarea>"), "{html}");
}

#[test]
fn a_stored_attempt_comes_back_with_its_report_and_its_mark() {
    let html = exercise(ExercisePage {
        attempt: Some(Attempt {
            sql: sample::SCRIPT.to_owned(),
            outcome: Outcome::Run(sample::failed_run()),
        }),
        ..sample::exercise()
    });
    let place = sample::SCRIPT.find("m.nmae").expect("the mistake");
    let mark = format!(r#"error-at="{place}""#);
    // On the editor, and on the report for the workbench.
    assert_eq!(html.matches(&mark).count(), 2, "{html}");
    assert!(html.contains("<mark>m.nmae</mark>"), "{html}");
}

#[test]
fn nothing_anyone_typed_becomes_markup() {
    let mut page = sample::exercise();
    SCRIPT_TAG.clone_into(&mut page.card.title);
    SCRIPT_TAG.clone_into(&mut page.topic.title);
    page.card.concepts = vec![SCRIPT_TAG.to_owned()];
    page.attempt = Some(Attempt {
        sql: SCRIPT_TAG.to_owned(),
        outcome: Outcome::Reset,
    });
    if let Some(table) = page.tables.as_mut().and_then(|tables| tables.first_mut()) {
        SCRIPT_TAG.clone_into(&mut table.name);
        table.comment = Some(SCRIPT_TAG.to_owned());
        table.sample = vec![vec![Some(SCRIPT_TAG.to_owned())]];
    }
    let html = exercise(page);
    assert!(!html.contains("<script>alert"), "{html}");
    assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
    assert_eq!(html.matches("</title>").count(), 1, "{html}");
}

#[test]
fn a_solution_is_shown_once_it_is_there_and_only_once() {
    let heading = "The reference answer</h4>";
    assert!(!exercise(sample::exercise()).contains(heading));
    let solved = sample::solved(sample::exercise());
    assert_eq!(exercise(solved.clone()).matches(heading).count(), 1);
    let reported = ExercisePage {
        attempt: Some(Attempt {
            sql: sample::SCRIPT.to_owned(),
            outcome: Outcome::Check(verdicts::correct()),
        }),
        ..solved
    };
    assert_eq!(exercise(reported).matches(heading).count(), 1);
}

#[test]
fn while_tables_load_the_page_says_so_and_promises_no_columns() {
    let html = exercise(ExercisePage {
        tables: None,
        contract: None,
        ..sample::exercise()
    });
    assert!(html.contains("still loading"), "{html}");
    assert!(
        !html.contains("What counts") && !html.contains("What to return"),
        "{html}"
    );
}

#[test]
fn pages_keep_to_the_content_security_policy() {
    for outcome in [
        Outcome::Run(sample::run()),
        Outcome::Check(verdicts::wrong()),
        Outcome::Plan(sample::plan()),
    ] {
        let html = exercise(ExercisePage {
            attempt: Some(Attempt {
                sql: String::new(),
                outcome,
            }),
            ..sample::exercise()
        });
        for forbidden in [" style=", "<style", " onclick=", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
    }
}

#[test]
fn the_chosen_colours_are_in_the_first_byte() {
    let (_, html) = render::page("/", Fake::default(), Theme::Dark);
    assert!(
        html.contains(r#"<html lang="en" data-theme="dark">"#),
        "{html}"
    );
    assert!(
        html.contains(r#"value="dark" aria-pressed="true""#),
        "{html}"
    );
}

#[test]
fn an_error_page_leads_back_on_this_site_only() {
    let page = |back| {
        let page = ErrorPage {
            status: 413,
            title: "Too <long>",
            message: "Take <part> of it.",
            back: Some(back),
        };
        error_page_html(&render::options(), Theme::Light, &page)
    };
    let html = page("/exercises/joins/never-booked");
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    assert!(html.contains(&format!("href=\"{EXERCISE}\"")), "{html}");
    assert!(
        !html.contains("<long>") && !html.contains("<part>"),
        "{html}"
    );
    assert!(!html.contains("<script"), "{html}");
    for elsewhere in [
        "//example.org",
        "/\\example.org",
        "https://example.org",
        "javascript:alert(1)",
    ] {
        assert!(!page(elsewhere).contains(elsewhere), "{elsewhere}");
    }
}

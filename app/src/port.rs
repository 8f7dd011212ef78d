//! What the pages need from the service, as an object-safe trait: pages compile without a
//! database and can be shown with a fake.

use sqlground_model::{ExerciseId, ExercisePage, HomePage, LessonGroup, Plan, TopicId, TopicPage};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A boxed future, which keeps [`Playground`] object-safe.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The service cannot answer at the moment; the text is for the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unavailable {}

/// What the pages ask of the service, on behalf of one session.
pub trait Playground: Send + Sync {
    /// The topics with the session's progress.
    fn home(&self) -> BoxFuture<'_, Result<HomePage, Unavailable>>;

    /// A topic with its exercises; none if there is no such topic.
    fn topic(&self, id: TopicId) -> BoxFuture<'_, Result<Option<TopicPage>, Unavailable>>;

    /// An exercise; none if there is no such exercise.
    fn exercise(&self, id: ExerciseId) -> BoxFuture<'_, Result<Option<ExercisePage>, Unavailable>>;

    /// The plans in what a visitor pasted, or why they cannot be read. A plan that another one
    /// was pasted beside is compared with it.
    fn read_plans(
        &self,
        pasted: Pasted,
    ) -> BoxFuture<'_, Result<Result<Vec<Plan>, String>, Unavailable>>;

    /// The text of a plan somebody shared; none if there is none under that id.
    fn shared_plan(&self, id: String) -> BoxFuture<'_, Result<Option<String>, Unavailable>>;

    /// What the kinds of steps in a plan do, by groups.
    fn plan_lessons(&self) -> Vec<LessonGroup>;
}

/// What a visitor pasted to be read as a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The plan, or several.
    pub plan: Arc<str>,
    /// A plan of the same work, to compare.
    pub other: Option<Arc<str>>,
}

/// The colours a visitor wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the browser or system says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Every choice, in the order the page offers them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The choice as the page's `data-theme`, the form field and the cookie spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads what [`Theme::as_str`] gives; anything else is no theme.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text)
    }
}

/// One visit to a page; `server` provides it as Leptos context.
#[derive(Clone)]
pub struct Visit {
    /// The service, speaking for the visitor's session.
    pub playground: Arc<dyn Playground>,
    /// The colours the visitor chose.
    pub theme: Theme,
    /// What the visitor posted to the page, if that is how it was asked for.
    pub pasted: Option<Pasted>,
    /// Sets the response's HTTP status.
    pub set_status: Arc<dyn Fn(u16) + Send + Sync>,
}

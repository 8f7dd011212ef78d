//! A service that always says the same.

use crate::sample;
use sqlground_app::port::{BoxFuture, Pasted, Playground, Unavailable};
use sqlground_model::{ExerciseId, ExercisePage, HomePage, LessonGroup, Plan, TopicId, TopicPage};

/// What the pages get to see.
pub(crate) struct Fake {
    pub(crate) home: HomePage,
    pub(crate) topic: TopicPage,
    pub(crate) exercise: ExercisePage,
    /// True if the service cannot answer.
    pub(crate) unavailable: bool,
}

impl Default for Fake {
    fn default() -> Self {
        Self {
            home: sample::home(),
            topic: sample::topic(),
            exercise: sample::exercise(),
            unavailable: false,
        }
    }
}

impl Fake {
    fn answer<'a, T: Send + 'a>(&self, value: T) -> BoxFuture<'a, Result<T, Unavailable>> {
        let answer = if self.unavailable {
            Err(Unavailable("PostgreSQL is starting again.".to_owned()))
        } else {
            Ok(value)
        };
        Box::pin(std::future::ready(answer))
    }
}

impl Playground for Fake {
    fn home(&self) -> BoxFuture<'_, Result<HomePage, Unavailable>> {
        self.answer(self.home.clone())
    }

    fn topic(&self, id: TopicId) -> BoxFuture<'_, Result<Option<TopicPage>, Unavailable>> {
        self.answer((self.topic.topic.id == id).then(|| self.topic.clone()))
    }

    fn exercise(&self, id: ExerciseId) -> BoxFuture<'_, Result<Option<ExercisePage>, Unavailable>> {
        self.answer((self.exercise.card.id == id).then(|| self.exercise.clone()))
    }

    fn read_plans(
        &self,
        _pasted: Pasted,
    ) -> BoxFuture<'_, Result<Result<Vec<Plan>, String>, Unavailable>> {
        self.answer(Ok(Vec::new()))
    }

    fn shared_plan(&self, _id: String) -> BoxFuture<'_, Result<Option<String>, Unavailable>> {
        self.answer(None)
    }

    fn plan_lessons(&self) -> Vec<LessonGroup> {
        Vec::new()
    }
}

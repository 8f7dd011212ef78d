//! What the pages show, on behalf of one session.

use crate::library::Loading;
use crate::service::{Service, card};
use crate::session::SessionId;
use crate::store::Progress;
use app::port::{BoxFuture, Pasted, Playground, Unavailable};
use sqlground_advice::tell_origins;
use sqlground_catalogue::{Exercise, Topic};
use sqlground_grader::space;
use sqlground_model::{
    ComparedWith, ExerciseId, ExercisePage, ExerciseState, HomePage, LessonGroup, Plan, PlanLesson,
    ResultContract, TableInfo, TopicCard, TopicId, TopicPage,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// How long a page waits for tables to be loaded before it says that they are.
const PATIENCE: Duration = Duration::from_millis(300);

/// The playground as one session sees it.
pub struct SessionPlayground {
    /// The playground.
    pub service: Arc<Service>,
    /// The session.
    pub session: SessionId,
    /// The turn that the visit waited for, if it brings large plans.
    pub turn: Option<Turn>,
}

/// The turn of large plans: reading one takes many times its bytes. It ends when all that was made
/// of the plans is gone, also where the visitor left before.
#[derive(Clone, Debug)]
pub struct Turn {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl Turn {
    /// The turn that a permit gives.
    pub fn new(permit: OwnedSemaphorePermit) -> Self {
        Self {
            _permit: Arc::new(permit),
        }
    }
}

impl Playground for SessionPlayground {
    fn home(&self) -> BoxFuture<'_, Result<HomePage, Unavailable>> {
        Box::pin(self.home_page())
    }

    fn topic(&self, id: TopicId) -> BoxFuture<'_, Result<Option<TopicPage>, Unavailable>> {
        Box::pin(self.topic_page(id))
    }

    fn exercise(&self, id: ExerciseId) -> BoxFuture<'_, Result<Option<ExercisePage>, Unavailable>> {
        Box::pin(self.exercise_page(id))
    }

    fn read_plans(
        &self,
        pasted: Pasted,
    ) -> BoxFuture<'_, Result<Result<Vec<Plan>, String>, Unavailable>> {
        Box::pin(async move {
            // A long log takes longer than other visitors should wait. It is read to its end even
            // if its visitor goes away.
            let turn = self.turn.clone();
            let reading = tokio::task::spawn_blocking(move || {
                let plans = read(&pasted);
                drop(turn);
                plans
            });
            reading.await.map_err(unavailable)
        })
    }

    fn shared_plan(&self, id: String) -> BoxFuture<'_, Result<Option<String>, Unavailable>> {
        Box::pin(async move {
            let shared = self.service.store.shared_plan(&id);
            shared.await.map_err(unavailable)
        })
    }

    fn plan_lessons(&self) -> Vec<LessonGroup> {
        let groups = sqlground_plan::lessons().iter().copied();
        groups
            .chain([("Beside the tree", sqlground_plan::subplan_lessons())])
            .map(|(title, lessons)| LessonGroup {
                title: title.to_owned(),
                lessons: lessons.iter().map(lesson).collect(),
            })
            .collect()
    }
}

fn lesson(lesson: &sqlground_plan::Lesson) -> PlanLesson {
    PlanLesson {
        node_type: lesson.node_type.to_owned(),
        what: lesson.what.to_owned(),
        when: lesson.when.to_owned(),
        watch: lesson.watch.to_owned(),
        example: lesson.example.map(|example| example.script()),
    }
}

/// How many steps are read on a page at most: each takes far more memory than its text.
const MAX_STEPS: usize = 50_000;

/// How many values a text may have on a page: an empty one takes a hundred times its text.
const MAX_VALUES: usize = 1_000_000;

/// About how many steps a text has, without reading it: what may begin one is counted.
fn steps_at_most(text: &str) -> usize {
    let begins = ["->  ", "(cost=", "Node Type", "<Node-Type"];
    let counts = begins.iter().map(|begin| text.matches(begin).count());
    counts.max().unwrap_or(0)
}

/// About how many properties, items of lists and lines a text has.
fn values_at_most(text: &str) -> usize {
    text.matches([',', '\n']).count()
}

/// Reads what was pasted, or says why it cannot be read.
fn read(pasted: &Pasted) -> Result<Vec<Plan>, String> {
    let texts = [Some(&pasted.plan), pasted.other.as_ref()];
    let texts = || texts.iter().flatten();
    let values: usize = texts().map(|text| values_at_most(text)).sum();
    if values > MAX_VALUES {
        return Err(format!(
            "That has {values} properties and lines, and at most {MAX_VALUES} are read."
        ));
    }
    let steps: usize = texts().map(|text| steps_at_most(text)).sum();
    if steps > MAX_STEPS {
        return Err(format!(
            "That is a plan of {steps} steps, and at most {MAX_STEPS} are drawn."
        ));
    }
    let mut plans =
        sqlground_plan::parse_all(&pasted.plan, None).map_err(|error| sentence(&error))?;
    for plan in &mut plans {
        if let Some(query) = plan.query.clone() {
            tell_origins(&query, plan);
        }
    }
    if let Some(other) = &pasted.other {
        let before = sqlground_plan::parse(other, None)
            .map_err(|error| format!("The plan to compare with: {}", sentence(&error)))?;
        for plan in &mut plans {
            let comparison = sqlground_plan::compare(plan, &before, ComparedWith::Pasted);
            plan.comparison = Some(Box::new(comparison));
        }
    }
    Ok(plans)
}

/// What is wrong with a plan, as a sentence.
fn sentence(error: &sqlground_plan::PlanError) -> String {
    let text = error.to_string();
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    first
        .into_iter()
        .flatten()
        .chain(rest)
        .chain(['.'])
        .collect()
}

impl SessionPlayground {
    async fn progress(&self) -> Result<Progress, Unavailable> {
        self.service
            .store
            .progress(&self.session)
            .await
            .map_err(unavailable)
    }

    async fn home_page(&self) -> Result<HomePage, Unavailable> {
        let progress = self.progress().await?;
        let edition = self.service.library.edition();
        let catalogue = &edition.catalogue;
        let unsolved = |e: &&Arc<Exercise>| !progress.state(&e.id).is_settled();
        let last = catalogue
            .exercises()
            .find(|e| Some(e.id.as_str()) == progress.last());
        // On from where the session stands: that exercise, the next behind it, or any left.
        let next = last
            .filter(unsolved)
            .or_else(|| {
                last.and_then(|last| {
                    catalogue
                        .exercises()
                        .skip_while(|e| e.id != last.id)
                        .find(unsolved)
                })
            })
            .or_else(|| catalogue.exercises().find(unsolved));
        Ok(HomePage {
            topics: catalogue
                .topics
                .iter()
                .map(|topic| topic_card(topic, &progress))
                .collect(),
            next: next.map(|e| card(e, progress.state(&e.id))),
            returning: !progress.is_empty(),
            broken_files: edition.broken_files(),
        })
    }

    async fn topic_page(&self, id: TopicId) -> Result<Option<TopicPage>, Unavailable> {
        let edition = self.service.library.edition();
        let topics = &edition.catalogue.topics;
        let Some(place) = topics.iter().position(|topic| topic.id == id) else {
            return Ok(None);
        };
        let progress = self.progress().await?;
        let neighbour = |place: Option<usize>| Some(topic_card(topics.get(place?)?, &progress));
        let topic = &topics[place];
        Ok(Some(TopicPage {
            topic: topic_card(topic, &progress),
            introduction_html: topic.introduction_html.clone(),
            exercises: topic
                .exercises
                .iter()
                .map(|e| card(e, progress.state(&e.id)))
                .collect(),
            previous: neighbour(place.checked_sub(1)),
            following: neighbour(Some(place + 1)),
            errors: edition.errors_in_topic(topic),
        }))
    }

    async fn exercise_page(&self, id: ExerciseId) -> Result<Option<ExercisePage>, Unavailable> {
        let service = &self.service;
        let edition = service.library.edition();
        let (Some(topic), Some(exercise)) = (
            edition.catalogue.topic(&id.topic()),
            edition.catalogue.exercise(&id),
        ) else {
            return Ok(None);
        };
        service.get_ready(exercise);
        let progress = self.progress().await?;
        let attempt = service
            .store
            .attempt(&self.session, &id)
            .await
            .map_err(unavailable)?;
        let (tables, contract) = self.tables(exercise).await?;
        let place = topic
            .exercises
            .iter()
            .position(|e| e.id == id)
            .unwrap_or_default();
        let neighbour = |place: Option<usize>| {
            let exercise = topic.exercises.get(place?)?;
            Some(card(exercise, progress.state(&exercise.id)))
        };
        let state = progress.state(&id);
        let answer_offered = state == ExerciseState::Attempted
            && service
                .answer_offered(&self.session, &id)
                .await
                .map_err(unavailable)?;
        Ok(Some(ExercisePage {
            card: card(exercise, state),
            topic: topic_card(topic, &progress),
            prompt_html: exercise.prompt_html.clone(),
            tables,
            contract,
            writable: exercise.writable || exercise.setup.is_some(),
            starter: exercise
                .starter
                .as_ref()
                .map(|b| b.sql.clone())
                .unwrap_or_default(),
            hints_html: exercise.hints_html.clone(),
            solution: state
                .is_settled()
                .then(|| service.solution(exercise, |id| progress.state(id))),
            answer_offered,
            attempt,
            previous: neighbour(place.checked_sub(1)),
            following: neighbour(Some(place + 1)),
            errors: edition.errors_in_exercise(exercise),
        }))
    }

    /// The tables of an exercise and what its result looks like; none while they are loading.
    async fn tables(
        &self,
        exercise: &Exercise,
    ) -> Result<(Option<Vec<TableInfo>>, Option<ResultContract>), Unavailable> {
        let library = &self.service.library;
        let loading = tokio::time::timeout(PATIENCE, library.loaded(exercise)).await;
        match loading.unwrap_or(Loading::Pending) {
            Loading::Pending => return Ok((None, None)),
            Loading::Failed(message) => return Err(Unavailable(message)),
            Loading::Ready => {}
        }
        let sandboxes = &self.service.sandboxes;
        let tables = sandboxes
            .tables(&space(exercise))
            .await
            .map_err(unavailable)?;
        let columns = library.columns(&self.service.answers, exercise).await;
        let contract = columns.map(|columns| ResultContract {
            columns: columns.to_vec(),
            names_matter: exercise.column_names,
            ordered: exercise.ordered,
        });
        Ok((Some(tables.to_vec()), contract))
    }
}

fn topic_card(topic: &Topic, progress: &Progress) -> TopicCard {
    let solved = topic
        .exercises
        .iter()
        .filter(|e| progress.state(&e.id) == ExerciseState::Solved)
        .count();
    TopicCard {
        id: topic.id.clone(),
        number: topic.number,
        title: topic.title.clone(),
        summary: topic.summary.clone(),
        exercises: u32::try_from(topic.exercises.len()).unwrap_or(u32::MAX),
        solved: u32::try_from(solved).unwrap_or(u32::MAX),
    }
}

fn unavailable(error: impl Into<anyhow::Error>) -> Unavailable {
    tracing::error!("a page cannot be shown: {:#}", error.into());
    Unavailable("The database does not answer at the moment. Try again in a little while.".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_whatever_the_format() {
        for (text, steps) in [
            (
                "Sort  (cost=0..1 rows=1 width=4)\n  ->  Seq Scan on t  (cost=0..1 rows=1 width=4)",
                2,
            ),
            ("Append\n  ->  Seq Scan on t\n  ->  Seq Scan on u", 2),
            (
                r#"[{"Plan":{"Node Type":"Sort","Plans":[{"Node Type":"Seq Scan"}]}}]"#,
                2,
            ),
            ("- Plan:\n    Node Type: \"Sort\"", 1),
            ("<Node-Type>Sort</Node-Type>", 1),
            ("SELECT 1", 0),
        ] {
            assert_eq!(steps_at_most(text), steps, "{text}");
        }
    }

    #[test]
    fn a_plan_of_too_many_steps_or_values_is_refused_before_it_is_read() {
        let plan = "  ->  Result\n".repeat(MAX_STEPS + 1);
        let pasted = Pasted {
            plan: plan.into(),
            other: None,
        };
        let refused = read(&pasted).expect_err("too many steps");
        assert!(refused.contains("at most 50000"), "{refused}");
        let items = vec!["1"; MAX_VALUES + 2].join(",");
        let pasted = Pasted {
            plan: format!(r#"[{{"Plan":{{"Node Type":"Result","Output":[{items}]}}}}]"#).into(),
            other: None,
        };
        let refused = read(&pasted).expect_err("too many values");
        assert!(refused.contains("at most 1000000"), "{refused}");
    }
}

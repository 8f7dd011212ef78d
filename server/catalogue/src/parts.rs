//! An exercise's blocks, sorted by role.

use crate::blocks::{self, Fence};
use crate::finding::Report;
use crate::role::Role;
use crate::{Block, PlanGoal, Probe, Rejects, WrongAnswer, markdown};

/// An exercise's blocks, sorted by role.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) starter: Option<Block>,
    pub(crate) setup: Option<Block>,
    pub(crate) answer: Option<Block>,
    pub(crate) wrong: Vec<WrongAnswer>,
    pub(crate) hidden: Vec<Block>,
    pub(crate) probes: Vec<Probe>,
    pub(crate) rejects: Vec<Rejects>,
    pub(crate) accepts: Vec<Block>,
    pub(crate) plan_goals: Vec<PlanGoal>,
    pub(crate) hints_html: Vec<String>,
    pub(crate) explanation_html: Option<String>,
}

impl Parts {
    /// Sorts the blocks and reports those that stand there twice but may only once.
    pub(crate) fn read(fences: Vec<Fence>, report: &mut Report<'_>) -> Self {
        let mut parts = Self::default();
        for fence in fences {
            parts.add(fence, report);
        }
        parts
    }

    fn add(&mut self, fence: Fence, report: &mut Report<'_>) {
        let Fence {
            role,
            line,
            content: block,
        } = fence;
        let repeated = match &role {
            Role::Answer => self.answer.is_some(),
            Role::Starter => self.starter.is_some(),
            Role::Setup => self.setup.is_some(),
            Role::Explanation => self.explanation_html.is_some(),
            _ => false,
        };
        if repeated {
            report.error(
                line,
                "repeated-block",
                format!("`{role}` is there already; an exercise has at most one"),
            );
            return;
        }
        match role {
            Role::Answer => self.answer = Some(block),
            Role::Starter => self.starter = Some(block),
            Role::Setup => self.setup = Some(block),
            Role::Hidden => self.hidden.push(block),
            Role::Accepts => self.accepts.push(block),
            Role::Wrong(hint) => self.wrong.push(WrongAnswer { block, hint }),
            Role::Probe(subject) => self.probes.push(Probe { block, subject }),
            Role::Rejects(sqlstate) => self.rejects.push(Rejects { block, sqlstate }),
            Role::Plan(goal) => self.plan_goals.push(goal.of(block)),
            Role::Hint => self.hints_html.push(inner_html(&block, report)),
            Role::Explanation => self.explanation_html = Some(inner_html(&block, report)),
        }
    }

    /// Reports the blocks an exercise should have and has not.
    pub(crate) fn check_presence(&self, line: u32, report: &mut Report<'_>) {
        if self.answer.is_none() {
            report.error(
                line,
                "missing-answer",
                "there is no block ```sql answer with the reference answer",
            );
        }
        if self.wrong.len() < 2 {
            report.warning(
                line,
                "few-wrong-answers",
                format!(
                    "there are {} wrong answers; give at least two typical ones, each in a block \
                     ```sql wrong \"hint\"",
                    self.wrong.len()
                ),
            );
        }
        if self.explanation_html.is_none() {
            report.warning(
                line,
                "missing-explanation",
                "there is no block ```explanation to read once the exercise is solved",
            );
        }
    }
}

/// The Markdown inside a hint or an explanation as HTML.
fn inner_html(block: &Block, report: &mut Report<'_>) -> String {
    let page = blocks::split(&block.sql, block.line, report);
    for fence in &page.fences {
        report.error(
            fence.line,
            "misplaced-block",
            format!(
                "`{}` cannot stand inside a hint or an explanation; write `sql` alone for an \
                 example",
                fence.role
            ),
        );
    }
    markdown::to_html(page.prose)
}

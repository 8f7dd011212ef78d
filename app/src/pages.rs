//! One module a page. A route asks the service, and its page shows what came.

pub(crate) mod exercise;
pub(crate) mod home;
pub(crate) mod not_found;
pub(crate) mod plan;
pub(crate) mod plan_lessons;
pub(crate) mod topic;
mod unavailable;

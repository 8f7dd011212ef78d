//! What is measured.

pub(crate) mod crowd;
pub(crate) mod first;
pub(crate) mod latency;
pub(crate) mod load;
pub(crate) mod memory;
pub(crate) mod neighbours;
pub(crate) mod plans;
pub(crate) mod soak;
pub(crate) mod verdicts;

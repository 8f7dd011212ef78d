//! What students' scripts do and cannot do, on every PostgreSQL that is there.

mod explain;
mod limits;
mod preparation;
mod results;
mod security;
mod support;

//! What students' scripts do and cannot do, on every PostgreSQL that is there.

mod explain;
mod guard;
mod hardened;
mod limits;
mod odd_scripts;
mod preparation;
mod property;
mod quota;
mod rehearsal;
mod repair;
mod results;
mod reuse;
mod scripts;
mod security;
mod spares;
mod split;
mod split_as_psql;
mod support;

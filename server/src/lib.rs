//! sqlground: a self-hosted SQL playground on real PostgreSQL.
//!
//! This crate is the binary: the command line ([`cli`], [`command`]), the HTTP server ([`http`])
//! and the implementation of [`app::port::Playground`] ([`service`]). What a student's SQL does is
//! left to `sqlground-sandbox`, judging it to `sqlground-grader`.

pub mod assets;
pub mod backend;
pub mod bundle;
mod cancel;
pub mod cli;
pub mod command;
mod help;
pub mod http;
pub mod library;
pub mod pages;
pub mod service;
pub mod session;
mod stop;
pub mod store;
mod watch;

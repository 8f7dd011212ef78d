//! The embedded server as its users meet it: real starts, in directories of their own.

mod crash;
mod hardening;
mod provision;
mod start;
mod support;

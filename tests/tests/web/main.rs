//! The site among strangers: floods, slow and malformed requests, forged cookies, posts from other
//! sites, and texts that try to become script.

mod content;
mod cookies;
mod crowds;
mod echo;
mod floods;
mod hostile;
mod malformed;
mod origin;
mod raw;
mod script;
mod slow;
mod support;

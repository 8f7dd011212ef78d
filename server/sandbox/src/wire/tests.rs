//! The client against servers that keep to no protocol.

mod cancel;
mod costs;
mod log_in;
mod messages;
mod peer;
mod reply;
mod reply_to_anything;

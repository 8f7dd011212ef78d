//! Attacks as data: what hostile SQL tries, and how it must end.
//!
//! A file `tests/attacks/<group>/<name>.toml` is one attack. It is carried out over HTTP by a
//! student, the attacker, upon another, the victim, both new and on the same exercise:
//!
//! ```toml
//! tries = "Read the body of another student's function"
//! victim = "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '{marker}' $$"
//! attacker = "SELECT prosrc FROM pg_proc WHERE prosrc ~ '{pattern}'"
//! expect = { rows = [] }
//! ```
//!
//! [`Attack`]'s fields are the keys, [`Expect`] says how a script may end, and [`Facts`] what
//! `{names}` stand for: the attacker knows the names and numbers of everything. What all attacks of
//! a group begin with stands beside them in `victim.sql` and `attacker.sql`.
//!
//! Whatever an attack expects, [`Siege`] checks that nothing of the victim's comes back, that both
//! can go on working, that the victim's tables are as before, and that the server lives.

mod answer;
mod expect;
mod facts;
mod file;
mod scene;
mod siege;

pub use expect::{Expect, OneOrMore};
pub use facts::Facts;
pub use file::{Action, Attack, Group, Meanwhile, Order, Step, Who};
pub use siege::{Breach, Siege};

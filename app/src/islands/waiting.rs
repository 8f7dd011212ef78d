//! How waiting and running are told.

use sqlground_model::Action;

/// Where a request stands in the server's queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// How many scripts come before it.
    pub(super) before: u32,
    /// True if these are the student's own.
    pub(super) own: bool,
}

/// What the request is waiting for.
pub(super) fn waiting(position: Position) -> String {
    match (position.own, position.before) {
        (true, 0 | 1) => "Waiting for your earlier script".to_owned(),
        (true, n) => format!("Waiting for {n} earlier scripts of yours"),
        (false, 0) => "Waiting, you are next".to_owned(),
        (false, n) => format!("Waiting, {n} before you"),
    }
}

/// What is going on, and for how many seconds.
pub(super) fn running(action: Action, seconds: u32) -> String {
    let doing = match action {
        Action::Run => "Running",
        Action::Check => "Checking",
        Action::Plan => "Explaining",
        Action::Reset => "Resetting",
    };
    match seconds {
        0 => format!("{doing}…"),
        seconds => format!("{doing} for {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_told_in_words() {
        let check = |before, own, words: &str| assert_eq!(waiting(Position { before, own }), words);
        check(3, false, "Waiting, 3 before you");
        check(0, false, "Waiting, you are next");
        check(1, true, "Waiting for your earlier script");
        check(2, true, "Waiting for 2 earlier scripts of yours");
        assert_eq!(running(Action::Run, 0), "Running…");
        assert_eq!(running(Action::Check, 4), "Checking for 4 s");
    }
}

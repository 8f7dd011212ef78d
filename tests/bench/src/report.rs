//! What was measured, next to what is aimed at.

use std::fmt;

/// All that was measured.
#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

struct Line {
    what: String,
    value: String,
    aim: String,
    met: Option<bool>,
}

impl Report {
    /// Adds a figure that has an aim, and shows it.
    pub(crate) fn aim(&mut self, what: &str, value: String, aim: &str, met: bool) {
        self.add(what, value, aim, Some(met));
    }

    /// Adds a figure that is good to know, and shows it.
    pub(crate) fn note(&mut self, what: &str, value: String) {
        self.add(what, value, "", None);
    }

    /// True if no aim is missed.
    pub(crate) fn all_met(&self) -> bool {
        self.lines.iter().all(|line| line.met != Some(false))
    }

    fn add(&mut self, what: &str, value: String, aim: &str, met: Option<bool>) {
        eprintln!("    {what}: {value}");
        self.lines.push(Line {
            what: what.to_owned(),
            value,
            aim: aim.to_owned(),
            met,
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&Line) -> &str| {
            let lengths = self.lines.iter().map(|line| text(line).chars().count());
            lengths.max().unwrap_or(0)
        };
        let (what, value) = (width(|line| &line.what), width(|line| &line.value));
        let aim = width(|line| &line.aim);
        for line in &self.lines {
            let met = match line.met {
                Some(true) => "met",
                Some(false) => "MISSED",
                None => "",
            };
            let text = format!(
                "{:what$}  {:>value$}  {:aim$}  {met}",
                line.what, line.value, line.aim
            );
            writeln!(f, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

//! Dates and times next to each other.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan};

/// A date, or a date with a time, as it stands in a query: `2025-03`, `2025-03-01`,
/// `2025-03-01 12:30:00+00`.
pub(super) fn moment(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<DateTime>() {
        return Some(moment);
    }
    if text.len() == 7 {
        let date: Date = format!("{text}-01").parse().ok()?;
        return Some(date.at(0, 0, 0, 0));
    }
    // The zone is left out.
    let (date, time) = text.split_once([' ', 'T'])?;
    let time: String = time
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ':' || *c == '.')
        .collect();
    let time = if time.len() == 5 {
        format!("{time}:00")
    } else {
        time
    };
    let (date, time): (Date, Time) = (date.parse().ok()?, time.parse().ok()?);
    Some(date.to_datetime(time))
}

/// The first and the last moment of a year, those beside them, and one in its midst.
pub(super) fn of_year(year: i16) -> Vec<DateTime> {
    let days = [
        (year - 1, 12, 31),
        (year, 1, 1),
        (year, 6, 15),
        (year, 12, 31),
        (year.saturating_add(1), 1, 1),
    ];
    days.iter()
        .filter_map(|&(year, month, day)| Date::new(year, month, day).ok())
        .map(|date| date.at(0, 0, 0, 0))
        .collect()
}

/// A span of the simple form `3 days` or `1 month`.
pub(super) fn span(text: &str) -> Option<Span> {
    let mut words = text.split_whitespace();
    let number: i32 = words.next()?.parse().ok()?;
    let unit = words.next()?.trim_end_matches('s').to_ascii_lowercase();
    if words.next().is_some() || number.abs() > 10_000 {
        return None;
    }
    Some(match unit.as_str() {
        "second" | "sec" => number.seconds(),
        "minute" | "min" => number.minutes(),
        "hour" => number.hours(),
        "day" => number.days(),
        "week" => number.weeks(),
        "month" | "mon" => number.months(),
        "year" if number.abs() < 1_000 => number.years(),
        _ => return None,
    })
}

/// What lies a step before and after.
pub(super) fn around(moment: DateTime, step: Span) -> Vec<DateTime> {
    [
        moment.checked_sub(step),
        Ok(moment),
        moment.checked_add(step),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// As PostgreSQL writes a date.
pub(super) fn date_text(moment: DateTime) -> String {
    moment.date().to_string()
}

/// As PostgreSQL reads a timestamp.
pub(super) fn timestamp_text(moment: DateTime) -> String {
    format!("{} {}", moment.date(), moment.time())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2025-03", "2025-03-01 00:00:00"),
            ("2025-03-01", "2025-03-01 00:00:00"),
            ("2025-03-01 12:30", "2025-03-01 12:30:00"),
            ("2025-03-01T12:30:05", "2025-03-01 12:30:05"),
            ("2025-03-01 12:30:05+02", "2025-03-01 12:30:05"),
        ] {
            assert_eq!(
                moment(text).map(timestamp_text).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        for text in ["", "7", "Ann", "2025-13-01", "1 day"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn neighbours_of_a_day() {
        let day = moment("2024-03-01").expect("a day");
        let around: Vec<_> = around(day, 1.day()).into_iter().map(date_text).collect();
        assert_eq!(around, ["2024-02-29", "2024-03-01", "2024-03-02"]);
        assert!(span("7 days").is_some() && span("1 fortnight").is_none());
    }
}

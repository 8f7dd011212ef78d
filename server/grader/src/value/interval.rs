//! Intervals in the style `postgres`.

const SECOND: i128 = 1_000_000;
const DAY: i128 = 24 * 60 * 60 * SECOND;

/// An interval's length as PostgreSQL's `=` takes it: a month has 30 days, a day 24 hours. None if
/// it is infinite or written in another style.
pub(super) fn microseconds(text: &str) -> Option<i128> {
    let mut length = 0;
    let mut words = text.split(' ');
    while let Some(word) = words.next() {
        length += if word.contains(':') {
            time(word)?
        } else {
            let days = match words.next()? {
                "year" | "years" => 360,
                "mon" | "mons" => 30,
                "day" | "days" => 1,
                _ => return None,
            };
            i128::from(word.parse::<i64>().ok()?) * days * DAY
        };
    }
    Some(length)
}

/// `-04:05:06.789`, with any number of hours.
fn time(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (clock, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut seconds: i128 = 0;
    for part in clock.split(':') {
        seconds = seconds * 60 + i128::from(part.parse::<u64>().ok()?);
    }
    // PostgreSQL prints six decimal places at most.
    let fraction: i128 = format!("{fraction:0<6}").parse().ok()?;
    Some(sign * (seconds * SECOND + fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_of_the_same_length_are_equal() {
        for (a, b, equal) in [
            ("1 mon", "30 days", true),
            ("1 mon", "720:00:00", true),
            ("1 year", "12 mons", true),
            (
                "1 year 2 mons 3 days 04:05:06.789",
                "423 days 04:05:06.789",
                true,
            ),
            ("00:00:00", "1 day -24:00:00", true),
            ("-1 days +02:03:00", "-21:57:00", true),
            ("00:00:00.5", "00:00:00.500000", true),
            ("00:00:00.5", "00:00:00.05", false),
            ("1 mon", "31 days", false),
            ("1 day", "-1 days", false),
            ("178000000 years", "178000000 years 00:00:00.000001", false),
        ] {
            let [x, y] = [a, b].map(|text| microseconds(text).expect(text));
            assert_eq!(x == y, equal, "{a} and {b}");
        }
    }

    #[test]
    fn what_has_no_length_here_is_left_to_its_text() {
        for text in [
            "infinity",
            "-infinity",
            "P1M",
            "@ 1 mon",
            "1 mon ago",
            "",
            "1",
            "1:x",
        ] {
            assert_eq!(microseconds(text), None, "{text}");
        }
    }
}

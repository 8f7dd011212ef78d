//! Numbers and times as the pages write them.

use sqlground_model::thousands;

/// A count with its thousands grouped: `12,345`.
pub(crate) fn count(number: u64) -> String {
    thousands(&number.to_string())
}

/// A count with its noun: `1 row`, `2,000 rows`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number))
}

/// `1,200 rows, the first 20 shown`; where all are shown, how many that is.
pub(crate) fn shown_of(shown: usize, all: u64) -> String {
    let shown = shown as u64;
    let cut = (shown < all).then(|| format!(", the first {} shown", count(shown)));
    format!("{}{}", counted(all, "row"), cut.unwrap_or_default())
}

/// An estimated or averaged number of rows: whole from ten upwards, one decimal place below where
/// there is a fraction.
pub(crate) fn rows(number: f64) -> String {
    let rounded = number.round();
    if number >= 10.0 || (number - rounded).abs() < 0.05 {
        count(whole(rounded))
    } else {
        format!("{number:.1}")
    }
}

/// A time given in milliseconds, in the unit that reads best.
pub(crate) fn duration(milliseconds: f64) -> String {
    match milliseconds {
        ms if ms < 0.1 => format!("{ms:.3} ms"),
        ms if ms < 10.0 => format!("{ms:.2} ms"),
        ms if ms < 100.0 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.2} s", ms / 1_000.0),
    }
}

/// A share between 0 and 1 in percent.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 {
        "< 1 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts of floats saturate, and a count that large is shown for its size only"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_group_their_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), text);
        }
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(0, "row"), "0 rows");
    }

    #[test]
    fn fractional_rows_keep_a_decimal_place_while_it_says_something() {
        for (number, text) in [
            (0.0, "0"),
            (0.3, "0.3"),
            (2.0, "2"),
            (9.97, "10"),
            (1234.5, "1,235"),
        ] {
            assert_eq!(rows(number), text);
        }
    }

    #[test]
    fn times_are_written_in_the_unit_that_reads_best() {
        for (ms, text) in [
            (0.004, "0.004 ms"),
            (0.5, "0.50 ms"),
            (12.34, "12.3 ms"),
            (345.6, "346 ms"),
            (1500.0, "1.50 s"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn a_small_share_is_not_nothing() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.004), "< 1 %");
        assert_eq!(percent(0.37), "37 %");
    }
}

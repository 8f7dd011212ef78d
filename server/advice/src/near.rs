//! The known name nearest to a misspelt one.

use strsim::osa_distance;

/// The known name that differs least from the given one, if that can be a slip of the hand. One that
/// is given already is none.
pub(crate) fn nearest<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let given = given.to_lowercase();
    let length = given.chars().count();
    let slips = match length {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|name| (osa_distance(&given, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= slips && *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance > 0)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found_and_other_names_are_not() {
        let known = ["name", "member_id", "city", "id"];
        for (given, expected) in [
            ("nmae", Some("name")),
            ("Memberid", Some("member_id")),
            ("member_ids", Some("member_id")),
            ("citty", Some("city")),
            ("country", None),
            ("ix", None),
            ("name", None),
        ] {
            assert_eq!(nearest(given, known), expected, "{given}");
        }
    }
}

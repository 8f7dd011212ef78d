//! Many measurements of one thing.

use std::time::Duration;

/// How long something took, many times.
#[derive(Default)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1e3);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// In milliseconds.
    pub(crate) fn least(&self) -> f64 {
        self.quantile(0.0)
    }

    /// In milliseconds.
    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// What 95 of 100 do not exceed, in milliseconds.
    pub(crate) fn p95(&self) -> f64 {
        self.quantile(0.95)
    }

    fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index into a short list"
        )]
        let index = (sorted.len().saturating_sub(1) as f64 * share).round() as usize;
        sorted.get(index).copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_measurements() {
        let mut times = Times::default();
        for millisecond in (0..=100).rev() {
            times.push(Duration::from_millis(millisecond));
        }
        assert!((times.median() - 50.0).abs() < 1e-9);
        assert!((times.p95() - 95.0).abs() < 1e-9);
        assert!(Times::default().median().is_nan());
    }
}

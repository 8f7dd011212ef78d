//! Statements that take a given time.

use crate::direct::Direct;
use anyhow::Result;

/// What a statement can be that does nothing.
pub(crate) const NOTHING: &str = "SELECT 1";

/// A statement that keeps a processor busy for so many milliseconds, apart from what sending it
/// takes and with nothing in its way.
pub(crate) async fn taking(milliseconds: f64, direct: &mut Direct) -> Result<String> {
    let sending = direct.least(NOTHING).await?;
    let (mut low, mut high) = (1_u32, 1_u32);
    while direct.least(&counting(high)).await? - sending < milliseconds {
        (low, high) = (high, high.saturating_mul(2));
    }
    while high - low > low / 20 + 1 {
        let middle = low + (high - low) / 2;
        if direct.least(&counting(middle)).await? - sending < milliseconds {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(counting(low))
}

fn counting(numbers: u32) -> String {
    format!("SELECT count(*) FROM generate_series(1, {numbers}) AS n")
}

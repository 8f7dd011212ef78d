//! Properties that hold of everything that is generated.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};

/// Checks a property on generated values, always the same ones: a test fails when what it tests
/// changes. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` look further. What they find is printed in its
/// smallest form, and belongs into a test of its own.
#[track_caller]
pub(crate) fn check<S: Strategy>(
    cases: u32,
    values: S,
    property: impl Fn(S::Value) -> TestCaseResult,
) {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(0);
    }
    if let Err(failure) = TestRunner::new(config).run(&values, property) {
        panic!("{failure}");
    }
}

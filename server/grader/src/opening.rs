//! A hunt's ground that is made ready while something else is done.

use crate::GradeError;
use crate::hunt::Ground;
use tokio::task::JoinHandle;

/// A ground that is being opened.
pub(crate) struct Opening(JoinHandle<Result<Ground, GradeError>>);

impl Opening {
    pub(crate) fn begin(
        opened: impl Future<Output = Result<Ground, GradeError>> + Send + 'static,
    ) -> Self {
        Self(tokio::spawn(opened))
    }

    /// The ground, as soon as it is ready.
    pub(crate) async fn ground(self) -> Result<Ground, GradeError> {
        let opened = self.0.await;
        opened.map_err(|error| sqlground_sandbox::Error::Unavailable {
            doing: "judge",
            source: error.into(),
        })?
    }

    /// Leaves it to the next hunt.
    pub(crate) fn leave(self) {
        tokio::spawn(async {
            if let Ok(Ok(ground)) = self.0.await {
                ground.leave();
            }
        });
    }
}

//! How much is kept ready, as settings.

use clap::Args;
use sqlground_sandbox::ReadyLimits;

/// How much is kept ready so that students need not wait for it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What is kept ready")]
pub struct ReadyArgs {
    /// Students' connections to PostgreSQL that are kept open between scripts, for 45 seconds;
    /// fewer if PostgreSQL does not allow as many
    #[arg(
        long,
        env = "SQLGROUND_IDLE_CONNECTIONS",
        value_name = "N",
        default_value_t = ReadyLimits::DEFAULT.connections
    )]
    pub idle_connections: u16,

    /// Sandboxes for whoever comes next to an exercise that was asked for in the last hour
    #[arg(
        long,
        env = "SQLGROUND_SPARE_SANDBOXES",
        value_name = "N",
        default_value_t = ReadyLimits::DEFAULT.spares
    )]
    pub spare_sandboxes: u16,

    /// Such sandboxes in all
    #[arg(
        long,
        env = "SQLGROUND_MAX_SPARE_SANDBOXES",
        value_name = "N",
        default_value_t = ReadyLimits::DEFAULT.max_spares
    )]
    pub max_spare_sandboxes: u16,
}

impl ReadyArgs {
    /// The limits of what is kept ready.
    pub fn limits(&self) -> ReadyLimits {
        ReadyLimits {
            connections: self.idle_connections,
            spares: self.spare_sandboxes,
            max_spares: self.max_spare_sandboxes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        ready: ReadyArgs,
    }

    #[test]
    fn the_flags_are_the_limits() {
        let limits = |arguments: &[&str]| Command::parse_from(arguments).ready.limits();
        assert_eq!(limits(&["test"]), ReadyLimits::DEFAULT);
        let nothing = [
            "test",
            "--idle-connections=0",
            "--spare-sandboxes=0",
            "--max-spare-sandboxes=0",
        ];
        assert_eq!(limits(&nothing), ReadyLimits::NOTHING);
    }
}

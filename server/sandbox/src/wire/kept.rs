//! Statements whose plans are kept on the connection.

use super::{Budget, Connection, Reply};
use postgres_protocol::message::frontend;
use std::collections::HashMap;
use std::io;

/// The statements that were sent to be kept, by their text.
#[derive(Default)]
pub(super) struct KeptStatements(HashMap<String, Kept>);

struct Kept {
    name: String,
    /// False if PostgreSQL may not know it.
    is_known: bool,
}

impl Connection {
    /// Sends one statement as [`single`](Self::single) does. One that was sent so before is only
    /// executed again: without parameters PostgreSQL plans it once (manual, `PREPARE`, Notes).
    ///
    /// Where the tables are others by then, or something has made PostgreSQL forget the statement, it
    /// may fail with [`OUTDATED`].
    pub(crate) async fn kept(
        &mut self,
        sql: &str,
        budget: &mut Budget<'_>,
        reply: &mut Reply,
    ) -> io::Result<()> {
        let statements = &mut self.kept.0;
        let number = statements.len();
        let statement = statements.entry(sql.to_owned()).or_insert_with(|| Kept {
            name: format!("sqlground_{number}"),
            is_known: false,
        });
        let name = statement.name.clone();
        if !statement.is_known {
            let out = &mut self.channel.outgoing;
            frontend::close(b'S', &name, out)?;
            frontend::parse(&name, sql, [], out)?;
        }
        self.execute_prepared(&name, budget, reply).await?;
        if let Some(statement) = self.kept.0.get_mut(sql) {
            statement.is_known = reply.error.is_none();
        }
        Ok(())
    }

    /// To be called when PostgreSQL has been told to forget all statements.
    pub(crate) fn forget_kept(&mut self) {
        self.kept.0.clear();
    }
}

/// The errors of a statement that is kept and no longer fits: `invalid_sql_statement_name`, and
/// `feature_not_supported` where its result's types are others.
pub(crate) const OUTDATED: [&str; 2] = ["26000", "0A000"];

//! What there is in PostgreSQL and at the operating system.

use crate::ground::Ground;
use anyhow::Result;
use sqlx::{Connection, PgConnection};
use std::fs;

/// How many of what there are. What the site keeps ready for whoever comes next does not count.
pub(super) struct Census {
    counts: Vec<(&'static str, i64)>,
    /// Those of the site, its connections included.
    pub(super) open_files: usize,
}

/// Each counts in the database of sandboxes, then in that of the answers.
const COUNTS: [(&str, &str); 5] = [
    (
        "sandboxes",
        "SELECT count(*) FROM sqlground.workspaces WHERE session IS NOT NULL",
    ),
    (
        "schemas of nobody",
        "SELECT count(*) FROM pg_namespace AS n WHERE nspname ~ '^sandbox_'
         AND NOT EXISTS (SELECT FROM sqlground.workspaces AS w WHERE w.name = n.nspname)",
    ),
    (
        "workspaces that are neither kept nor used",
        "SELECT count(*) FROM sqlground.workspaces WHERE keeper_pid IS NOT NULL",
    ),
    (
        "connections of students",
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND usename ~ '^sandbox_'",
    ),
    (
        "advisory locks and large objects",
        "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')
             + (SELECT count(*) FROM pg_largeobject_metadata)",
    ),
];

/// All roles of the server, and those that a database knows as workspaces.
const ROLES: &str = "SELECT count(*) FROM pg_roles WHERE rolname ~ '^sandbox_'";
const WORKSPACES: &str = "SELECT count(*) FROM sqlground.workspaces";

/// The workspaces that a server says it uses, and whether it still lives.
const KEPT: &str = "SELECT concat_ws(' ', name, digest, now() - used_at,
        CASE WHEN EXISTS (SELECT FROM pg_stat_activity
            WHERE pid = keeper_pid AND backend_start = keeper_start) THEN 'its server lives' END)
    FROM sqlground.workspaces WHERE keeper_pid IS NOT NULL";

impl Census {
    pub(super) async fn take(ground: &Ground) -> Result<Self> {
        let mut counts = Vec::new();
        let mut roles_of_nobody = 0;
        for (first, options) in [
            (true, &ground.databases.sandbox),
            (false, &ground.databases.answers),
        ] {
            let database = options.get_database().unwrap_or_default();
            let superuser = ground.superuser().database(database);
            let mut connection = PgConnection::connect_with(&superuser).await?;
            for (what, sql) in COUNTS {
                counts.push((what, count(&mut connection, sql).await?));
            }
            for left in texts(&mut connection, KEPT).await? {
                eprintln!("    in use in {database}: {left}");
            }
            if first {
                roles_of_nobody += count(&mut connection, ROLES).await?;
            }
            roles_of_nobody -= count(&mut connection, WORKSPACES).await?;
            connection.close().await?;
        }
        counts.push(("roles of nobody", roles_of_nobody));
        Ok(Self {
            counts,
            open_files: fs::read_dir(format!("/proc/{}/fd", ground.pid()))?.count(),
        })
    }

    /// What there was and what there is.
    pub(super) fn compare(&self, after: &Self) -> Vec<(&'static str, i64, i64)> {
        let pairs = self.counts.iter().zip(&after.counts);
        pairs
            .map(|((what, before), (_, after))| (*what, *before, *after))
            .collect()
    }
}

async fn count(connection: &mut PgConnection, sql: &'static str) -> Result<i64> {
    Ok(sqlx::query_scalar(sql).fetch_one(connection).await?)
}

async fn texts(connection: &mut PgConnection, sql: &'static str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(sql).fetch_all(connection).await?)
}

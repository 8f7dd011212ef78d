//! Where the system catalogues are.

use sqlx::PgPool;

/// The schema of the system catalogues. In a hardened database they are behind views that take a
/// hundred times longer where many are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Catalogue {
    /// As PostgreSQL has them.
    Plain,
    /// Behind views.
    Hidden,
}

impl Catalogue {
    /// Finds out where the catalogues of the database are, and lets sandboxes hold so many objects
    /// where the database can limit that.
    pub(crate) async fn open(pool: &PgPool, objects: Option<u32>) -> Result<Self, sqlx::Error> {
        let is_hidden: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace
                WHERE nspname = 'pg_hidden' AND has_schema_privilege(oid, 'USAGE'))",
        )
        .fetch_one(pool)
        .await?;
        if !is_hidden {
            return Ok(Self::Plain);
        }
        if let Some(objects) = objects {
            sqlx::query("UPDATE pg_hidden.limits SET objects = $1 WHERE objects <> $1")
                .bind(i64::from(objects))
                .execute(pool)
                .await?;
        }
        Ok(Self::Hidden)
    }

    /// A query with the schema's name in the place of `catalogue.`.
    pub(crate) fn fill(self, sql: &str) -> String {
        let schema = match self {
            Self::Plain => "pg_catalog.",
            Self::Hidden => "pg_hidden.",
        };
        sql.replace("catalogue.", schema)
    }
}

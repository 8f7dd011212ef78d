//! Names of types as PostgreSQL writes them.

use crate::name::SchemaName;
use crate::wire::Field;
use sqlground_model::Column;
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// An OID and a modifier, such as `numeric` and `(10,2)`.
type TypeKey = (u32, i32);

/// Types below are PostgreSQL's own and never change; those above come and go.
const FIRST_USER_OID: u32 = 16_384;

/// Looks up the names of types and remembers those of PostgreSQL's own.
#[derive(Default)]
pub(crate) struct TypeNames {
    known: Mutex<HashMap<TypeKey, String>>,
}

impl TypeNames {
    /// The columns of several results, with one query for all types that are not known yet. Types
    /// in the schemas of `path` are written without the schema.
    ///
    /// A type that only a transaction sees that is not committed is called `unknown`, and so are
    /// all that are missing when the server cannot be asked: the rows are worth more than that.
    pub(crate) async fn columns(
        &self,
        pool: &PgPool,
        path: &[&SchemaName],
        results: Vec<Option<Vec<Field>>>,
    ) -> Vec<Option<Vec<Column>>> {
        let (mut names, mut missing) = self.recall(results.iter().flatten().flatten().map(key));
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            match look_up(pool, path, &missing).await {
                Ok(found) => {
                    self.remember(&found);
                    names.extend(found);
                }
                Err(error) => tracing::warn!(%error, "types cannot be named"),
            }
        }
        let column = |field: Field| Column {
            type_name: names.get(&key(&field)).cloned().unwrap_or_else(unknown),
            numeric: is_numeric(field.type_oid),
            name: field.name,
        };
        results
            .into_iter()
            .map(|fields| fields.map(|fields| fields.into_iter().map(column).collect()))
            .collect()
    }

    /// The names that are known, and the types whose names are not.
    fn recall(
        &self,
        types: impl Iterator<Item = TypeKey>,
    ) -> (HashMap<TypeKey, String>, Vec<TypeKey>) {
        let (mut names, mut missing) = (HashMap::new(), Vec::new());
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for key in types {
            match known.get(&key) {
                Some(name) => drop(names.insert(key, name.clone())),
                None => missing.push(key),
            }
        }
        (names, missing)
    }

    fn remember(&self, found: &[(TypeKey, String)]) {
        let lasting = found.iter().filter(|((oid, _), _)| *oid < FIRST_USER_OID);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Students can make any number of modifiers, `varchar(1)`, `varchar(2)`, ...
        if known.len() > 1_000 {
            known.clear();
        }
        known.extend(lasting.cloned());
    }
}

fn key(field: &Field) -> TypeKey {
    (field.type_oid, field.type_modifier)
}

fn unknown() -> String {
    "unknown".to_owned()
}

async fn look_up(
    pool: &PgPool,
    path: &[&SchemaName],
    types: &[TypeKey],
) -> Result<Vec<(TypeKey, String)>, sqlx::Error> {
    use crate::name::Quote;
    let path: Vec<_> = path.iter().map(|schema| schema.quoted()).collect();
    let oids: Vec<i64> = types.iter().map(|&(oid, _)| i64::from(oid)).collect();
    let modifiers: Vec<i32> = types.iter().map(|&(_, modifier)| modifier).collect();
    // The search path is set for this statement alone; format_type leaves out schemas on it.
    let names: Vec<Option<String>> = sqlx::query_scalar(
        "WITH path AS MATERIALIZED (SELECT set_config('search_path', $1, true))
         SELECT nullif(format_type(oid::oid, modifier), '???')
         FROM path, unnest($2::int8[], $3::int4[]) WITH ORDINALITY AS t(oid, modifier, position)
         ORDER BY position",
    )
    .bind(path.join(", "))
    .bind(oids)
    .bind(modifiers)
    .fetch_all(pool)
    .await?;
    let names = names.into_iter().map(|name| name.unwrap_or_else(unknown));
    Ok(types.iter().copied().zip(names).collect())
}

/// True for `oid`, `money` and the number types. Columns of a domain arrive as its base type.
pub(crate) fn is_numeric(oid: u32) -> bool {
    const INT8: u32 = 20;
    const INT2: u32 = 21;
    const INT4: u32 = 23;
    const OID: u32 = 26;
    const FLOAT4: u32 = 700;
    const FLOAT8: u32 = 701;
    const MONEY: u32 = 790;
    const NUMERIC: u32 = 1700;
    matches!(
        oid,
        INT8 | INT2 | INT4 | OID | FLOAT4 | FLOAT8 | MONEY | NUMERIC
    )
}

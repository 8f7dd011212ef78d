//! Whether a database can hold sandboxes, and what the operator has to do if not.

use crate::name::quote_identifier;
use crate::{Authors, Error};
use sqlx::{AssertSqlSafe, FromRow, PgPool};

/// What is known of the server.
pub(crate) struct Server {
    /// `server_version_num`.
    pub(crate) version: u32,
    /// The database's name.
    pub(crate) database: String,
}

/// The role whose members may enter a database of answers.
pub(crate) const TEACHERS: &str = "sqlground_teachers";

/// PostgreSQL 14.
const OLDEST_VERSION: i32 = 140_000;

#[derive(FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "a row of independent facts")]
struct Facts {
    version: i32,
    version_text: String,
    database: String,
    role: String,
    superuser: bool,
    creates_roles: bool,
    owns_database: bool,
    signals: bool,
    creatable: bool,
    open_to_all: bool,
    temporary_for_all: bool,
    open_to_teachers: bool,
    extensions_closed: bool,
    other_databases: Vec<String>,
}

const FACTS: &str = "
SELECT current_setting('server_version_num')::int AS version,
       current_setting('server_version') AS version_text,
       d.datname::text AS database,
       r.rolname::text AS role,
       r.rolsuper AS superuser,
       r.rolcreaterole OR r.rolsuper AS creates_roles,
       pg_has_role(d.datdba, 'USAGE') AS owns_database,
       pg_has_role('pg_signal_backend', 'USAGE') AS signals,
       has_database_privilege('public', d.oid, 'CREATE') AS creatable,
       has_database_privilege('public', d.oid, 'CONNECT') AS open_to_all,
       has_database_privilege('public', d.oid, 'TEMPORARY') AS temporary_for_all,
       EXISTS (SELECT FROM pg_roles g WHERE g.rolname = $1
               AND has_database_privilege(g.oid, d.oid, 'CONNECT')) AS open_to_teachers,
       coalesce((SELECT NOT has_schema_privilege('public', oid, 'USAGE')
                 FROM pg_namespace WHERE nspname = 'extensions'), false) AS extensions_closed,
       ARRAY(SELECT o.datname::text FROM pg_database o
             WHERE o.datname <> d.datname AND o.datallowconn
             AND has_database_privilege('public', o.oid, 'CONNECT')
             ORDER BY 1) AS other_databases
FROM pg_database d, pg_roles r
WHERE d.datname = current_database() AND r.rolname = current_user";

/// Checks the server's version and the service's privileges, and closes what PostgreSQL leaves open
/// to everybody as far as a role that is no superuser can.
///
/// Students get what PUBLIC has. A group role would not do: each member of a role may `DROP OWNED
/// BY` it, and so take from all what it was granted.
pub(crate) async fn check(pool: &PgPool, authors: Authors) -> Result<Server, Error> {
    let failed = || Error::unavailable("be asked about itself");
    let facts: Facts = sqlx::query_as(FACTS)
        .bind(TEACHERS)
        .fetch_one(pool)
        .await
        .map_err(failed())?;
    require(&facts)?;
    let database = quote_identifier(&facts.database);
    // Not when it is so already: two servers that start at once would be in each other's way.
    if facts.creatable {
        let sql = format!("REVOKE CREATE ON DATABASE {database} FROM PUBLIC");
        run(pool, &sql).await.map_err(failed())?;
    }
    match authors {
        Authors::Students if !(facts.open_to_all && facts.temporary_for_all) => {
            let sql = format!("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO PUBLIC");
            run(pool, &sql).await.map_err(failed())?;
        }
        Authors::Teachers => close_to_students(pool, &facts).await.map_err(failed())?,
        Authors::Students => {}
    }
    close_public(pool).await?;
    if facts.extensions_closed {
        open_extensions(pool, &facts.role).await?;
    }
    if facts.superuser {
        tracing::warn!(
            role = facts.role,
            "the service's role is a superuser and need not be"
        );
    }
    for other in facts
        .other_databases
        .iter()
        .filter(|_| authors == Authors::Students)
    {
        tracing::warn!(
            "students may connect to the database {other}: run as its owner REVOKE CONNECT ON \
             DATABASE {} FROM PUBLIC",
            quote_identifier(other)
        );
    }
    Ok(Server {
        version: facts.version.unsigned_abs(),
        database: facts.database,
    })
}

/// Lets only those in whom [`role::create_sql`](crate::role::create_sql) makes members of the role
/// for it.
async fn close_to_students(pool: &PgPool, facts: &Facts) -> Result<(), sqlx::Error> {
    let database = quote_identifier(&facts.database);
    let teachers = quote_identifier(TEACHERS);
    if facts.open_to_all || facts.temporary_for_all {
        let sql = format!("REVOKE ALL ON DATABASE {database} FROM PUBLIC");
        run(pool, &sql).await?;
    }
    if !facts.open_to_teachers {
        // The role may serve another database of the same server already.
        let sql = format!(
            "DO $$ BEGIN CREATE ROLE {teachers} NOLOGIN;
             EXCEPTION WHEN duplicate_object THEN END $$;
             GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {teachers}"
        );
        run(pool, &sql).await?;
    }
    Ok(())
}

fn require(facts: &Facts) -> Result<(), Error> {
    let role = quote_identifier(&facts.role);
    let database = quote_identifier(&facts.database);
    let requirements = [
        (
            facts.version >= OLDEST_VERSION,
            format!("PostgreSQL {} is too old", facts.version_text),
            "use PostgreSQL 14 or newer".to_owned(),
        ),
        (
            facts.creates_roles,
            format!("the role {role} may not create roles"),
            format!("run as superuser: ALTER ROLE {role} CREATEROLE"),
        ),
        (
            facts.owns_database,
            format!("the role {role} does not own the database {database}"),
            format!("run as superuser: ALTER DATABASE {database} OWNER TO {role}"),
        ),
        (
            facts.signals,
            format!("the role {role} may not end other roles' connections"),
            format!("run as superuser: GRANT pg_signal_backend TO {role}"),
        ),
    ];
    for (met, problem, remedy) in requirements {
        if !met {
            return Err(Error::Unsuitable { problem, remedy });
        }
    }
    Ok(())
}

/// Takes from PUBLIC what it may do in the schema `public`, where students could leave things for
/// each other.
async fn close_public(pool: &PgPool) -> Result<(), Error> {
    const OPEN: &str = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public'
        AND has_schema_privilege('public', oid, 'CREATE'))";
    let failed = || Error::unavailable("close the schema public");
    let open: bool = sqlx::query_scalar(OPEN)
        .fetch_one(pool)
        .await
        .map_err(failed())?;
    if !open {
        return Ok(());
    }
    // Before PostgreSQL 15 the schema belongs to the superuser, and this is a warning or an error.
    let result = run(pool, "REVOKE CREATE ON SCHEMA public FROM PUBLIC").await;
    let still_open: bool = sqlx::query_scalar(OPEN)
        .fetch_one(pool)
        .await
        .map_err(failed())?;
    if still_open {
        tracing::debug!(?result, "closing the schema public fails");
        return Err(Error::Unsuitable {
            problem: "everybody may create tables in the schema public".to_owned(),
            remedy: "run as superuser in this database: REVOKE CREATE ON SCHEMA public FROM PUBLIC"
                .to_owned(),
        });
    }
    Ok(())
}

async fn open_extensions(pool: &PgPool, role: &str) -> Result<(), Error> {
    const GRANT: &str = "GRANT USAGE ON SCHEMA extensions TO PUBLIC";
    match run(pool, GRANT).await {
        Ok(()) => Ok(()),
        Err(error) => {
            tracing::debug!(%error, "opening the schema extensions fails");
            Err(Error::Unsuitable {
                problem: format!("the role {role} may not open the schema extensions to students"),
                remedy: format!("run as its owner: {GRANT}"),
            })
        }
    }
}

async fn run(pool: &PgPool, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(pool)
        .await?;
    Ok(())
}

//! Hiding what PostgreSQL shows everybody of everybody.
//!
//! The system catalogues of a database are readable by all its roles: the bodies of functions, the
//! definitions of views, defaults and comments of every sandbox. Row-level security does not apply
//! to them. So the sandboxes' database is changed once, by a superuser, such that catalogues show
//! each role what it owns or may use, and the functions that describe, measure or share things look
//! at who asks. Whoever looks at their own objects sees no difference.

use crate::hex::hex;
use postgres_protocol::escape::escape_identifier;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The steps in their order; later ones build on earlier ones.
const STEPS: [&str; 5] = [
    include_str!("harden/catalogues.sql"),
    include_str!("harden/functions.sql"),
    include_str!("harden/views.sql"),
    include_str!("harden/statements.sql"),
    include_str!("harden/limits.sql"),
];

/// What [`sql`] makes a database answer to `SELECT pg_catalog.sqlground_hardening()`. It changes
/// whenever the hardening does.
pub fn version() -> String {
    let digest = STEPS.iter().fold(Sha256::new(), |digest, step| {
        digest
            .chain_update(step.len().to_be_bytes())
            .chain_update(step)
    });
    hex(&digest.finalize()[..8])
}

/// The SQL that hardens the database it runs in, in one transaction: as superuser, `PostgreSQL` 14
/// or newer, once. It fails and changes nothing if the database is hardened already.
///
/// It cannot be taken back; a database that is to be hardened anew is dropped and made again. A
/// sandbox database holds nothing that must last.
pub fn sql() -> String {
    let mut script = String::from(
        "BEGIN;\n\
         SET LOCAL search_path = pg_catalog, pg_temp;\n\
         SET LOCAL allow_system_table_mods = on;\n\
         -- Two catalogues are those of all databases: who uses them meanwhile goes first.\n\
         SET LOCAL deadlock_timeout = '20ms';\n\
         LOCK TABLE pg_shdepend, pg_db_role_setting IN ACCESS EXCLUSIVE MODE;\n\n",
    );
    for step in STEPS {
        script.push_str(step);
        script.push('\n');
    }
    let _ = write!(
        script,
        "\
CREATE FUNCTION pg_catalog.sqlground_hardening() RETURNS text LANGUAGE sql IMMUTABLE
RETURN '{version}';
DROP TABLE pg_temp.shown, pg_temp.guarded, pg_temp.shown_roles;
COMMIT;
",
        version = version(),
    );
    script
}

/// The SQL that lets the service's role set how many objects a sandbox may hold, and ask the
/// catalogues themselves, which takes less time than the views where there are many sandboxes. For
/// a hardened database; it can be run again.
pub fn service_sql(role: &str) -> String {
    format!(
        "\
GRANT USAGE ON SCHEMA pg_hidden TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA pg_hidden TO {role};
REVOKE ALL ON pg_hidden.secret FROM {role};
GRANT UPDATE ON pg_hidden.limits TO {role};
GRANT EXECUTE ON FUNCTION pg_hidden.pg_total_relation_size(regclass) TO {role};
",
        role = escape_identifier(role),
    )
}

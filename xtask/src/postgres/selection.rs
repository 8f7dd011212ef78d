//! What is kept of PostgreSQL. Everything else is left out: it cannot be misused, and it need not
//! be downloaded.

use crate::archive::Entry;

/// The programs: the first start calls `initdb`, every start `postgres`.
const PROGRAMS: &[&str] = &["initdb", "pg_ctl", "postgres"];

/// The shared libraries that the programs and modules below link to, with the reason.
const LIBRARIES: &[(&str, &str)] = &[
    ("libcrypto", "postgres, pgcrypto"),
    ("libicudata", "collations"),
    ("libicui18n", "collations"),
    ("libicuuc", "collations"),
    ("liblzma", "libxml2"),
    ("libossp-uuid", "uuid-ossp on Linux"),
    ("libpq", "initdb"),
    ("libssl", "postgres"),
    ("libxml2", "the type xml"),
    ("libz", "postgres"),
];

/// Modules that PostgreSQL loads by itself or by a setting, with the reason.
const MODULES: &[(&str, &str)] = &[
    ("auto_explain", "plans of slow statements in the log"),
    (
        "dict_snowball",
        "initdb makes text search configurations with it",
    ),
    ("pg_overexplain", "more options for EXPLAIN"),
    ("plpgsql", "DO blocks and functions"),
    ("utf8_and_iso8859", "convert_to() and convert_from()"),
    ("utf8_and_iso8859_1", "convert_to() and convert_from()"),
    ("utf8_and_win", "convert_to() and convert_from()"),
];

/// Extensions: the name for CREATE EXTENSION, its module if the name differs, and the reason.
const EXTENSIONS: &[(&str, Option<&str>, &str)] = &[
    ("amcheck", None, "whether an index is sound"),
    ("bloom", None, "an index method to compare with"),
    ("btree_gin", None, "plain columns in GIN indexes"),
    (
        "btree_gist",
        None,
        "exclusion constraints over plain columns",
    ),
    ("citext", None, "text that ignores case"),
    ("cube", None, "earthdistance needs it"),
    ("dict_int", None, "a text search dictionary to look at"),
    ("earthdistance", None, "distances on a globe"),
    ("fuzzystrmatch", None, "soundex and edit distance"),
    ("hstore", None, "key and value pairs"),
    ("intarray", Some("_int"), "indexed arrays of integers"),
    ("isn", None, "types with check digits"),
    ("ltree", None, "trees as paths"),
    ("pg_buffercache", None, "what the buffers hold"),
    ("pg_prewarm", None, "a warm cache to compare with"),
    ("pg_stat_statements", None, "which statements cost most"),
    ("pg_trgm", None, "indexes for LIKE and similarity"),
    ("pgcrypto", None, "digests and random bytes"),
    ("pgstattuple", None, "dead rows and bloat, seen"),
    ("plpgsql", None, "DO blocks and functions"),
    ("seg", None, "intervals with uncertain ends"),
    ("tablefunc", None, "crosstab"),
    ("tsm_system_rows", None, "TABLESAMPLE by number of rows"),
    ("tsm_system_time", None, "TABLESAMPLE by time"),
    ("unaccent", None, "text search without accents"),
    ("uuid-ossp", None, "UUIDs of every version"),
];

/// Folders and files below `share/postgresql`, with the reason. Extensions come from above.
const SHARED: &[(&str, &str)] = &[
    ("information_schema.sql", "initdb"),
    ("pg_hba.conf.sample", "initdb"),
    ("pg_ident.conf.sample", "initdb"),
    ("postgres.bki", "initdb"),
    ("postgresql.conf.sample", "initdb"),
    ("snowball_create.sql", "initdb"),
    ("sql_features.txt", "initdb"),
    ("system_constraints.sql", "initdb"),
    ("system_functions.sql", "initdb"),
    ("system_views.sql", "initdb"),
    ("timezone", "time zones by name"),
    ("timezonesets", "time zones by abbreviation"),
    (
        "tsearch_data",
        "stop words, synonyms and the rules of unaccent",
    ),
];

/// Whether the file at `path`, relative to PostgreSQL's own folder, is kept.
pub(super) fn keeps(path: &str) -> bool {
    if let Some(name) = path.strip_prefix("bin/") {
        return PROGRAMS.contains(&name);
    }
    if let Some(name) = path.strip_prefix("lib/postgresql/") {
        return module_of(name).is_some_and(is_kept_module);
    }
    if let Some(name) = path.strip_prefix("lib/") {
        return LIBRARIES
            .iter()
            .any(|(library, _)| is_build_of(name, library));
    }
    if let Some(name) = path.strip_prefix("share/postgresql/extension/") {
        return EXTENSIONS
            .iter()
            .any(|(extension, ..)| is_file_of_extension(name, extension));
    }
    path.strip_prefix("share/postgresql/").is_some_and(|path| {
        let first = path.split('/').next().unwrap_or(path);
        SHARED.iter().any(|(shared, _)| *shared == first)
    })
}

/// The first thing that the playground relies on and these entries lack.
///
/// Modules are built in different ways on different systems, so only what every system has
/// under the same name is looked for.
pub(super) fn missing_from(entries: &[Entry]) -> Option<String> {
    let programs = PROGRAMS.iter().map(|program| format!("bin/{program}"));
    let controls = EXTENSIONS
        .iter()
        .map(|(extension, ..)| format!("share/postgresql/extension/{extension}.control"));
    programs
        .chain(controls)
        .find(|path| entries.iter().all(|entry| entry.path != *path))
}

/// A module's name without its ending; `None` for a file in a folder of its own, like `pgxs/`.
fn module_of(file: &str) -> Option<&str> {
    let (name, ending) = file.rsplit_once('.')?;
    (!name.contains('/') && matches!(ending, "so" | "dylib")).then_some(name)
}

fn is_kept_module(name: &str) -> bool {
    MODULES.iter().any(|(module, _)| *module == name)
        || EXTENSIONS
            .iter()
            .any(|(extension, module, _)| module.unwrap_or(extension) == name)
}

/// Whether `file` is the shared library `library` in some version: `libpq.so.5`,
/// `libicuuc.68.dylib`, `libz.1.dylib`; static libraries are not.
fn is_build_of(file: &str, library: &str) -> bool {
    let Some(rest) = file.strip_prefix(library) else {
        return false;
    };
    rest.starts_with('.') && rest.split('.').any(|part| matches!(part, "so" | "dylib"))
}

/// Whether `file` is the control file of `extension` or one of its scripts.
fn is_file_of_extension(file: &str, extension: &str) -> bool {
    match file.rsplit_once('.') {
        Some((name, "control")) => name == extension,
        Some((name, "sql")) => name
            .strip_prefix(extension)
            .is_some_and(|versions| versions.starts_with("--")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_playground_needs_is_kept() {
        for path in [
            "bin/postgres",
            "lib/libpq.so.5",
            "lib/libicuuc.68.dylib",
            "lib/postgresql/_int.so",
            "lib/postgresql/plpgsql.dylib",
            "share/postgresql/extension/hstore--1.4--1.5.sql",
            "share/postgresql/extension/pg_trgm.control",
            "share/postgresql/timezone/Europe/Paris",
        ] {
            assert!(keeps(path), "{path}");
        }
    }

    #[test]
    fn what_reaches_the_host_is_not() {
        for path in [
            "lib/postgresql/dblink.so",
            "lib/postgresql/file_fdw.so",
            "lib/postgresql/plpython3.so",
            "lib/postgresql/postgres_fdw.so",
            "share/postgresql/extension/plperlu.control",
            "share/postgresql/extension/hstore_plperl.control",
        ] {
            assert!(!keeps(path), "{path}");
        }
    }

    #[test]
    fn what_only_developers_need_is_not() {
        for path in [
            "lib/libpq.a",
            "lib/libecpg.so.6.18",
            "lib/pkgconfig/libpq.pc",
            "lib/postgresql/pgxs/src/Makefile.global",
            "include/libpq-fe.h",
            "share/postgresql/errcodes.txt",
        ] {
            assert!(!keeps(path), "{path}");
        }
    }
}

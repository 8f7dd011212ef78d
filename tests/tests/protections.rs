//! Whether the attacks would notice if a protection were gone: on Debian's PostgreSQL, each is
//! undone by itself, and an attack must get through.

use sqlground_tests::attack::{Attack, Siege};
use sqlground_tests::{Cluster, Site, data_dir};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// The database of the sandboxes, in which protections are undone.
const DATABASE: &str = "sqlground_sandbox";

/// A protection: what undoes it, what brings it back, and attacks of which one must notice.
struct Protection {
    /// Run by the superuser once both students are there; knows what attackers know.
    undo: String,
    /// Run by the superuser afterwards; nothing where what was undone is the attacker's alone.
    redo: String,
    attacks: &'static [&'static str],
}

/// What keeps one student's role in its place.
const OF_THE_ROLE: [(&str, &[&str]); 9] = [
    (
        "ALTER ROLE {attacker_role} SUPERUSER",
        &["host/read-a-file", "identity/read-passwords"],
    ),
    (
        "ALTER ROLE {attacker_role} CREATEROLE",
        &["identity/create-role"],
    ),
    (
        "GRANT {victim_role} TO {attacker_role}",
        &["identity/set-role-of-another-student"],
    ),
    (
        "GRANT USAGE ON SCHEMA {victim_schema} TO PUBLIC",
        &["other-sandboxes/table"],
    ),
    (
        "GRANT pg_read_all_data TO {attacker_role}; ALTER ROLE {attacker_role} INHERIT",
        &["other-sandboxes/table-on-the-search-path"],
    ),
    (
        "GRANT pg_read_server_files TO {attacker_role}; ALTER ROLE {attacker_role} INHERIT",
        &["host/copy-from-a-file"],
    ),
    (
        "GRANT pg_execute_server_program TO {attacker_role}; ALTER ROLE {attacker_role} INHERIT",
        &["host/copy-to-a-program"],
    ),
    (
        "GRANT pg_read_all_stats TO {attacker_role}; ALTER ROLE {attacker_role} INHERIT",
        &["activity/running-statement", "activity/sessions"],
    ),
    (
        "GRANT pg_signal_backend TO {attacker_role}; ALTER ROLE {attacker_role} INHERIT",
        &["activity/cancel"],
    ),
];

/// What is closed to everybody, with what closes it again.
const FOR_EVERYBODY: [(&str, &str, &[&str]); 14] = [
    (
        "GRANT USAGE ON SCHEMA sqlground TO PUBLIC;
         GRANT SELECT ON ALL TABLES IN SCHEMA sqlground TO PUBLIC",
        "REVOKE ALL ON SCHEMA sqlground FROM PUBLIC;
         REVOKE ALL ON ALL TABLES IN SCHEMA sqlground FROM PUBLIC",
        &["own-answers/ledger"],
    ),
    (
        "GRANT UPDATE ON {dataset_schema}.book TO PUBLIC",
        "DO $$ BEGIN EXECUTE (SELECT format('REVOKE UPDATE ON %s FROM PUBLIC', c.oid::regclass)
         FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
         WHERE relname = 'book' AND nspname ~ '^dataset_'); END $$",
        &["locks/shared-table", "locks/shared-contents"],
    ),
    (
        "GRANT CREATE ON DATABASE sqlground_sandbox TO PUBLIC",
        "REVOKE CREATE ON DATABASE sqlground_sandbox FROM PUBLIC; DROP SCHEMA IF EXISTS mine CASCADE",
        &["host/schemas"],
    ),
    (
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        &["host/shared-schemas"],
    ),
    (
        "GRANT CREATE ON SCHEMA extensions TO PUBLIC",
        "REVOKE CREATE ON SCHEMA extensions FROM PUBLIC",
        &["trojans/public-functions"],
    ),
    (
        "GRANT CONNECT ON DATABASE sqlground TO PUBLIC",
        "REVOKE CONNECT ON DATABASE sqlground FROM PUBLIC",
        &["host/other-databases"],
    ),
    (
        "GRANT EXECUTE ON FUNCTION pg_read_file(text, bigint, bigint) TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION pg_read_file(text, bigint, bigint) FROM PUBLIC",
        &["host/read-a-file-as-bytes"],
    ),
    (
        "GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION lo_create(oid) FROM PUBLIC",
        &["other-sandboxes/large-object"],
    ),
    (
        "GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text) TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text) FROM PUBLIC",
        &["host/logical-messages"],
    ),
    (
        "GRANT USAGE ON SCHEMA pg_hidden TO PUBLIC; GRANT SELECT ON pg_hidden.pg_proc TO PUBLIC",
        "REVOKE USAGE ON SCHEMA pg_hidden FROM PUBLIC; REVOKE SELECT ON pg_hidden.pg_proc FROM PUBLIC",
        &["catalogues/the-hidden-catalogues"],
    ),
    (
        "GRANT EXECUTE ON FUNCTION record_in(cstring, oid, integer) TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION record_in(cstring, oid, integer) FROM PUBLIC",
        &["definitions/column-names-of-a-row"],
    ),
    (
        "GRANT UPDATE ON pg_settings TO PUBLIC",
        "REVOKE UPDATE ON pg_settings FROM PUBLIC",
        &["locks/settings"],
    ),
    (
        "ALTER EVENT TRIGGER sqlground_refuse_rules DISABLE",
        "ALTER EVENT TRIGGER sqlground_refuse_rules ENABLE",
        &["locks/rule-of-ones-own"],
    ),
    (
        "ALTER EVENT TRIGGER sqlground_take_back DISABLE",
        "ALTER EVENT TRIGGER sqlground_take_back ENABLE",
        &["other-sandboxes/sequence-by-number"],
    ),
];

/// The catalogues that show a part of themselves.
const CATALOGUES: [(&str, &[&str]); 26] = [
    ("pg_aggregate", &["catalogues/pg-aggregate"]),
    ("pg_attrdef", &["catalogues/pg-attrdef"]),
    ("pg_attribute", &["catalogues/pg-attribute"]),
    ("pg_cast", &["catalogues/pg-cast"]),
    ("pg_class", &["catalogues/pg-class"]),
    ("pg_collation", &["catalogues/pg-collation"]),
    ("pg_constraint", &["catalogues/pg-constraint"]),
    ("pg_conversion", &["catalogues/pg-conversion"]),
    ("pg_default_acl", &["catalogues/pg-default-acl"]),
    ("pg_depend", &["catalogues/pg-depend"]),
    ("pg_description", &["catalogues/pg-description"]),
    ("pg_enum", &["catalogues/pg-enum"]),
    ("pg_index", &["catalogues/pg-index"]),
    ("pg_inherits", &["catalogues/pg-inherits"]),
    ("pg_operator", &["catalogues/pg-operator"]),
    ("pg_partitioned_table", &["catalogues/pg-partitioned-table"]),
    ("pg_policy", &["catalogues/pg-policy"]),
    ("pg_proc", &["catalogues/pg-proc"]),
    ("pg_range", &["catalogues/pg-range"]),
    ("pg_rewrite", &["catalogues/pg-rewrite", "definitions/view"]),
    ("pg_sequence", &["catalogues/pg-sequence"]),
    ("pg_statistic_ext", &["catalogues/pg-statistic-ext"]),
    ("pg_trigger", &["catalogues/pg-trigger"]),
    ("pg_ts_config", &["catalogues/pg-ts-config"]),
    ("pg_ts_dict", &["catalogues/pg-ts-dict"]),
    ("pg_type", &["catalogues/pg-type"]),
];

/// The functions that look at who asks, and what they answer when they do not look.
const FUNCTIONS: [(&str, &str, &[&str]); 9] = [
    ("sees_relation(oid)", "true", &["definitions/index"]),
    ("sees_routine(oid)", "true", &["definitions/function"]),
    ("sees_constraint(oid)", "true", &["definitions/constraint"]),
    ("sees_trigger(oid)", "true", &["definitions/trigger"]),
    ("sees_statistics(oid)", "true", &["definitions/statistics"]),
    (
        "sees_object(oid, oid)",
        "true",
        &["definitions/column-names"],
    ),
    ("sees_role(oid)", "true", &["activity/sessions"]),
    ("lock_mask()", "0", &["activity/advisory-lock"]),
    ("lock_mask_within_limit()", "0", &["activity/advisory-lock"]),
];

/// Shows all of a catalogue, and remembers how it was shown.
fn unfiltered(catalogue: &str, attacks: &'static [&'static str]) -> Protection {
    let undo = format!(
        "SET allow_system_table_mods = on;
         CREATE TABLE public.undone AS SELECT pg_get_viewdef('pg_catalog.{catalogue}'::regclass) AS what;
         DO $$ BEGIN EXECUTE (SELECT format('CREATE OR REPLACE VIEW pg_catalog.{catalogue} AS
             SELECT %s, tableoid FROM pg_hidden.{catalogue}',
             string_agg(quote_ident(attname), ', ' ORDER BY attnum))
             FROM pg_hidden.pg_attribute WHERE attrelid = 'pg_hidden.{catalogue}'::regclass
             AND attnum > 0 AND NOT attisdropped); END $$"
    );
    let redo = format!(
        "SET allow_system_table_mods = on;
         DO $$ BEGIN EXECUTE (SELECT 'CREATE OR REPLACE VIEW pg_catalog.{catalogue} AS ' || what
             FROM public.undone); END $$;
         DROP TABLE public.undone"
    );
    Protection {
        undo,
        redo,
        attacks,
    }
}

/// Has a function answer without looking, and remembers how it looked.
fn blind(function: &str, answer: &str, attacks: &'static [&'static str]) -> Protection {
    let undo = format!(
        "CREATE TABLE public.undone AS
             SELECT pg_hidden.pg_get_functiondef('pg_hidden.{function}'::regprocedure) AS what;
         DO $$ BEGIN EXECUTE (SELECT format('CREATE OR REPLACE FUNCTION pg_hidden.%I(%s) RETURNS %s
             LANGUAGE sql STABLE RETURN {answer}', proname,
             pg_hidden.pg_get_function_arguments(oid), pg_hidden.pg_get_function_result(oid))
             FROM pg_hidden.pg_proc WHERE oid = 'pg_hidden.{function}'::regprocedure); END $$"
    );
    let redo =
        "DO $$ BEGIN EXECUTE (SELECT what FROM public.undone); END $$; DROP TABLE public.undone";
    Protection {
        undo,
        redo: redo.to_owned(),
        attacks,
    }
}

fn protections() -> Vec<Protection> {
    let of_the_role = OF_THE_ROLE.map(|(undo, attacks)| Protection {
        undo: undo.to_owned(),
        redo: String::new(),
        attacks,
    });
    let for_everybody = FOR_EVERYBODY.map(|(undo, redo, attacks)| Protection {
        undo: undo.to_owned(),
        redo: redo.to_owned(),
        attacks,
    });
    let catalogues = CATALOGUES.map(|(catalogue, attacks)| unfiltered(catalogue, attacks));
    let functions = FUNCTIONS.map(|(function, answer, attacks)| blind(function, answer, attacks));
    of_the_role
        .into_iter()
        .chain(for_everybody)
        .chain(catalogues)
        .chain(functions)
        .collect()
}

#[tokio::test]
async fn an_attack_notices_each_protection_that_is_gone() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let cluster = Arc::new(cluster);
    let url = cluster.prepare();
    let data = data_dir();
    let site = Site::start_in(
        data.path(),
        &[
            "--database-url",
            &url,
            "--statement-seconds=3",
            "--new-session-rate=0",
            "--action-rate=0",
        ],
    );
    let siege = Siege::begin(site).await.expect("the site answers");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("attacks");
    let attacks = Attack::load(&folder).expect("the attacks can be read");
    let attacks: Vec<_> = attacks.into_iter().map(Arc::new).collect();
    let named = |names: &BTreeSet<&str>| -> Vec<Arc<Attack>> {
        let chosen = attacks
            .iter()
            .filter(|attack| names.contains(attack.name.as_str()));
        chosen.cloned().collect()
    };

    let protections = protections();
    let all = protections
        .iter()
        .flat_map(|p| p.attacks)
        .copied()
        .collect();
    let chosen = named(&all);
    assert_eq!(chosen.len(), all.len(), "each attack exists: {all:?}");
    let mut problems = String::new();
    for breach in siege.run(&chosen).await {
        let _ = writeln!(problems, "gets through anyhow and shows nothing:\n{breach}");
    }
    for Protection {
        undo,
        redo,
        attacks,
    } in protections
    {
        let weakened = siege.weakened({
            let (cluster, undo) = (Arc::clone(&cluster), undo.clone());
            move |facts| {
                let undo = facts.fill(&undo)?;
                cluster
                    .query(DATABASE, &undo)
                    .map(drop)
                    .map_err(anyhow::Error::msg)
            }
        });
        // One by one, as the first undoes what the second would undo again.
        let mut noticed = false;
        for name in attacks {
            let breaches = weakened.run(&named(&BTreeSet::from([*name]))).await;
            noticed |= !breaches.is_empty();
            for breach in breaches.iter().filter(|breach| !breach.is_of_the_attack()) {
                let _ = writeln!(problems, "{undo}\ncannot be undone:\n{breach}");
            }
            if let Err(error) = cluster.query(DATABASE, &redo) {
                let _ = writeln!(problems, "{redo}\nfails: {error}");
            }
        }
        if !noticed {
            let _ = writeln!(problems, "{undo}\nis noticed by none of {attacks:?}");
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
}

//! The attacks in `tests/attacks`, on the PostgreSQL inside and on Debian's.
//!
//! `SQLGROUND_ATTACKS=locks/` runs those whose names begin so.

use sqlground_tests::attack::{Attack, Breach, Siege};
use sqlground_tests::{Cluster, Site, data_dir, used_data_dir};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A site that lets one address make three students for each attack, has two places for each that
/// is under way, and soon reaches the limits that attacks are up against.
const SETTINGS: [&str; 8] = [
    "--new-session-rate=0",
    "--action-rate=0",
    "--max-running=16",
    "--statement-seconds=3",
    "--script-seconds=9",
    "--max-sandbox-size=64MB",
    "--max-sandbox-objects=300",
    // What does not end shall not end the others, either.
    "--max-stuck=100",
];

/// Attacks on two servers at a time would wear out the machine.
static ONE_SERVER: Mutex<()> = Mutex::const_new(());

/// What lasts and belongs to no sandbox: its kind and name.
const LEFT: &str = "
    SELECT 'large object', oid::text FROM pg_largeobject_metadata
    UNION ALL SELECT 'prepared transaction', gid FROM pg_prepared_xacts
    UNION ALL SELECT 'replication slot', slot_name FROM pg_replication_slots
    UNION ALL SELECT 'replication origin', roname FROM pg_replication_origin
    UNION ALL SELECT 'subscription', subname FROM pg_subscription
    UNION ALL SELECT 'publication', pubname FROM pg_publication
    UNION ALL SELECT 'foreign server', srvname FROM pg_foreign_server
    UNION ALL SELECT 'tablespace', spcname FROM pg_tablespace WHERE spcname !~ '^pg_'
    UNION ALL SELECT 'event trigger', evtname FROM pg_event_trigger WHERE evtname !~ '^sqlground_'
    UNION ALL SELECT 'relation', oid::regclass::text FROM pg_class
        WHERE relnamespace::regnamespace::text IN ('public', 'extensions') AND relkind NOT IN ('i', 'c')
    UNION ALL SELECT 'powerful role', rolname FROM pg_authid
        WHERE (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
        AND rolname NOT IN ('postgres', 'sqlground')";

fn attacks() -> Vec<Arc<Attack>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("attacks");
    let attacks = Attack::load(&folder).expect("the attacks can be read");
    let wanted = std::env::var("SQLGROUND_ATTACKS").unwrap_or_default();
    let attacks: Vec<_> = attacks
        .into_iter()
        .filter(|attack| attack.name.starts_with(&wanted))
        .map(Arc::new)
        .collect();
    assert!(!attacks.is_empty(), "no attack begins with {wanted}");
    attacks
}

fn assert_none(breaches: &[Breach], of: usize) {
    let list: Vec<String> = breaches.iter().map(ToString::to_string).collect();
    assert!(
        list.is_empty(),
        "{} of {of} attacks end otherwise than they must:\n\n{}\n",
        list.len(),
        list.join("\n\n")
    );
}

#[tokio::test]
async fn no_attack_gets_through_on_the_postgresql_inside() {
    let _one = ONE_SERVER.lock().await;
    let attacks = attacks();
    let data = used_data_dir();
    let site = Site::start_in(data.path(), &SETTINGS);
    let siege = Siege::begin(site).await.expect("the site answers");
    assert_none(&siege.run(&attacks).await, attacks.len());
}

#[tokio::test]
async fn no_attack_gets_through_on_debians_postgresql() {
    let _one = ONE_SERVER.lock().await;
    let attacks = attacks();
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let url = cluster.prepare();
    let data = data_dir();
    let mut settings = vec!["--database-url", url.as_str()];
    settings.extend(SETTINGS);
    let site = Site::start_in(data.path(), &settings);
    let siege = Siege::begin(site).await.expect("the site answers");
    let breaches = siege.run(&attacks).await;
    let left = cluster.query("sqlground_sandbox", LEFT);
    assert_none(&breaches, attacks.len());
    assert_eq!(left.as_deref(), Ok(""), "what attacks left behind");
}

import { PostgreSQL, SQLDialect } from "@codemirror/lang-sql";

/**
 * PostgreSQL 18's reserved words (`pg_get_keywords()`, categories R and T): as a table's or a
 * column's name they need quotes.
 */
const RESERVED_WORDS = words(`
  all analyse analyze and any array as asc asymmetric authorization binary both case cast check
  collate collation column concurrently constraint create cross current_catalog current_date
  current_role current_schema current_time current_timestamp current_user default deferrable desc
  distinct do else end except false fetch for foreign freeze from full grant group having ilike in
  initially inner intersect into is isnull join lateral leading left like limit localtime
  localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
  references returning right select session_user similar some symmetric system_user table
  tablesample then to trailing true union unique user using variadic verbose when where window with
`);

/**
 * Words that PostgreSQL takes as names too, but that students use as keywords. Those that are more
 * often a column in an exercise (`name`, `type`, `start`, `level`, `year` ...) are left out.
 */
const USEFUL_WORDS = words(`
  add after alter always before begin between buffers by cache call cascade commit committed
  conflict copy costs cube cursor cycle database deallocate declare deferred delete disable
  discard drop each enable enforced escape every exclude excluded execute exists explain extension
  extract filter first following force function generated grouping groups if immediate immutable
  include increment index inherits insert instead isolation language last listen lock locked
  maintain matched materialized maxvalue merge minvalue next no nothing notify nowait nulls of
  ordinality others over partition partitioned policy preceding prepare privileges procedure
  publication range recursive refresh reindex release rename repeatable replace reset restart
  restrict returns revoke role rollback rollup row rows savepoint schema security sequence
  serializable set sets share show skip stable statistics stored strict temporary ties transaction
  trigger truncate unbounded uncommitted unlogged update vacuum values view virtual volatile
  within without work
`);

/** Keywords, in lower case. */
export const KEYWORDS: readonly string[] = [...RESERVED_WORDS, ...USEFUL_WORDS];

/** The words that queries are made of, most wanted first. */
export const FREQUENT: readonly string[] = words(`
  select from where order group join left count on and having limit insert update delete create
  with values into set table as by distinct not null is in exists between like case when then else
  end union desc sum avg min max coalesce
`);

/** Keywords that name nothing unless quoted. */
export const RESERVED: ReadonlySet<string> = new Set(RESERVED_WORDS);

/** Types that a column can have. */
export const TYPES: readonly string[] = words(`
  bigint bigserial bit boolean bytea char character cidr date daterange decimal double float inet int
  int4range int8range integer interval json jsonb jsonpath macaddr money numeric numrange precision
  real regclass serial smallint smallserial text time timestamp timestamptz timetz tsquery tsrange
  tstzrange tsvector uuid varchar varying xml
`);

/** Functions that the topics of an SQL course meet. */
export const FUNCTIONS: readonly string[] = words(`
  abs age array_agg array_length avg bool_and bool_or cardinality ceil char_length coalesce concat
  concat_ws corr count cume_dist date_bin date_part date_trunc dense_rank exp first_value floor
  gen_random_uuid generate_series generate_subscripts greatest initcap json_agg json_build_object
  json_object_agg jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_build_array
  jsonb_build_object jsonb_each jsonb_each_text jsonb_exists jsonb_object_agg jsonb_object_keys
  jsonb_path_exists jsonb_path_query jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_to_recordset
  jsonb_typeof lag last_value lead least length lower lpad ltrim make_date make_interval max
  merge_action min mod nextval now nth_value ntile nullif percent_rank percentile_cont
  percentile_disc phraseto_tsquery pg_sleep plainto_tsquery position power random range_agg rank
  regexp_count regexp_match regexp_matches regexp_replace regexp_split_to_table repeat replace
  reverse round row_number row_to_json rpad rtrim setseed setval setweight sign split_part sqrt
  starts_with stddev_pop stddev_samp string_agg string_to_array string_to_table strpos substring
  sum to_char to_date to_json to_jsonb to_number to_timestamp to_tsquery to_tsvector translate trim
  trunc ts_headline ts_rank unnest upper var_pop var_samp websearch_to_tsquery width_bucket
`);

/**
 * The PostgreSQL of the language package with the words above: its own list holds every word the
 * SQL standard ever reserved, and shows columns such as `name` and `id` as keywords.
 */
export const dialect: SQLDialect = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: KEYWORDS.join(" "),
  types: TYPES.join(" "),
  builtin: FUNCTIONS.filter((word) => !KEYWORDS.includes(word)).join(" "),
});

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

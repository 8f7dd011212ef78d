-- What psql and the manual ask of the catalogues about one's own objects.
\d
\d+
\d t
\d+ t
\d+ v
\d+ mv
\d+ p
\d+ p1
\d s
\d t_ix
\df+
\sf f
\sf g
\sv v
\dT+
\dT+ en
\dD+
\dd
\dO
\dC+
\do
\dF+
\dFd+
\dX
\dp
\ddp
\dx
\dL
\dm+
\ds+
\di+
\dP+
select * from information_schema.tables where table_schema not in ('pg_catalog','information_schema') order by 3;
select table_name,column_name,column_default,generation_expression,is_identity from information_schema.columns where table_schema not in ('pg_catalog','information_schema') order by 1, ordinal_position;
select table_name,view_definition from information_schema.views where table_schema not in ('pg_catalog','information_schema');
select routine_name, routine_definition from information_schema.routines where routine_schema not in ('pg_catalog','information_schema') order by 1;
select constraint_name, check_clause from information_schema.check_constraints where constraint_schema not in ('pg_catalog','information_schema')order by 1;
select * from information_schema.triggers;
select * from information_schema.sequences order by 3;
select * from information_schema.domains where domain_schema not in ('pg_catalog','information_schema');
select * from information_schema.referential_constraints;
select * from information_schema.user_defined_types;
select * from pg_indexes where schemaname not in ('pg_catalog') order by 3;
select * from pg_views where schemaname not in ('pg_catalog','information_schema') ;
select * from pg_matviews;
select * from pg_rules where schemaname not in ('pg_catalog');
select * from pg_policies;
select tablename, attname, most_common_vals from pg_stats where schemaname = current_schema() order by 1, 2;
select statistics_name, exprs from pg_stats_ext;
select schemaname,relname,n_live_tup,seq_scan from pg_stat_user_tables order by 2;
select schemaname,relname,indexrelname,idx_scan from pg_stat_user_indexes order by 3;
select schemaname,relname from pg_statio_user_tables order by 2;
select * from pg_sequences;
select tablename from pg_tables where schemaname not in ('pg_catalog','information_schema') order by 1;
select locktype, relation::regclass, mode from pg_locks where locktype <> 'virtualxid' order by 1,2,3;
select prosrc from pg_proc where proname='f';
select pg_get_functiondef('f'::regproc), pg_get_viewdef('v'::regclass), pg_get_viewdef('v', true), pg_get_indexdef('t_ix'::regclass), pg_get_indexdef('t_ix'::regclass,1,true);
select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = current_schema()::regnamespace order by 1;
select pg_get_triggerdef(oid) from pg_trigger;
select pg_get_ruledef(oid) from pg_rewrite where ev_class='v'::regclass;
select pg_get_serial_sequence('t','ser'), pg_get_partkeydef('p'::regclass);
select obj_description('t'::regclass), obj_description('t'::regclass,'pg_class'), col_description('t'::regclass,2), obj_description('f'::regproc,'pg_proc');
select pg_describe_object(classid,objid,objsubid) o, pg_describe_object(refclassid,refobjid,refobjsubid) r, deptype from pg_depend where classid='pg_class'::regclass and objid='t_ix'::regclass order by 1,2;
select distinct d.refobjid::regclass from pg_depend d join pg_rewrite r on r.oid=d.objid where d.classid='pg_rewrite'::regclass and d.refclassid='pg_class'::regclass and r.ev_class='v'::regclass order by 1;
select d.description from pg_description d where d.objoid='t'::regclass and d.classoid='pg_class'::regclass order by 1;
select (pg_identify_object('pg_class'::regclass, 't'::regclass, 0)).*, (pg_identify_object_as_address('pg_class'::regclass, 't'::regclass,0)).*;
select (pg_identify_object(1259, 't'::regclass, 0)).*;
select pg_relation_size('t'), pg_total_relation_size('t'), pg_size_pretty(pg_table_size('t')), pg_indexes_size('t');
select * from pg_partition_tree('p');
select pg_get_expr(relpartbound, oid) from pg_class where relname='p1';
select pg_get_expr(adbin, adrelid) from pg_attrdef order by 1;
select enumlabel from pg_enum order by 1;
explain (costs off) select * from t where e='x';
select count(*) from schema_to_xml(current_schema(), false,false,'') ;
begin; select pg_advisory_lock(42), pg_advisory_xact_lock(1,-2), pg_try_advisory_lock(-42); select classid,objid,objsubid,mode from pg_locks where locktype='advisory' order by 1,2; select pg_advisory_unlock(42),pg_advisory_unlock(43); select pg_advisory_unlock_all(); commit;
select constraint_name, column_name from information_schema.key_column_usage where table_schema = current_schema() order by 1, 2;
select table_name, privilege_type from information_schema.table_privileges where table_schema = current_schema() order by 1, 2;
select nspname from pg_namespace where nspname = current_schema();
select rolname from pg_roles where rolname = current_user;
select usename, query from pg_stat_activity where pid = pg_backend_pid();

\ir ../outcome.sql

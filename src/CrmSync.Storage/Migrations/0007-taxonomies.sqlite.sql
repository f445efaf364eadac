-- Versions of taxonomies, and runs that decide again from stored texts.
-- An older node does not know the new kind of run, so none works beside this.
-- SQLite cannot change a CHECK: the tables are built anew. Foreign keys are off meanwhile, and checked before the commit.

create table run_new (
  id integer primary key autoincrement,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'backfill', 'poll_records', 'poll_links', 'poll_gone', 'relabel')),
  connection_id bigint not null references connection (id),
  schedule_id bigint references schedule (id),
  status text not null check (status in ('running', 'paused', 'completed', 'failed', 'cancelled')),
  requested_by text not null,      -- schedule, command line or a person
  started_at bigint not null,
  finished_at bigint,
  seen bigint not null default 0,          -- rows that the CRM gave, repeats included
  stored bigint not null default 0,        -- new or changed ones
  labelled bigint not null default 0,      -- decisions
  abstained bigint not null default 0,
  unsure bigint not null default 0,
  skipped bigint not null default 0,
  applied bigint not null default 0,       -- intents
  unchanged bigint not null default 0,
  kept bigint not null default 0,
  rejected bigint not null default 0,
  dead bigint not null default 0,          -- activities put aside with a reason
  requests bigint not null default 0,      -- calls to the CRM
  expected bigint                          -- activities that it was expected to read, where they were counted
);
insert into run_new (id, kind, connection_id, schedule_id, status, requested_by, started_at, finished_at, seen, stored, labelled, abstained, unsure, skipped,
  applied, unchanged, kept, rejected, dead, requests, expected)
select id, kind, connection_id, schedule_id, status, requested_by, started_at, finished_at, seen, stored, labelled, abstained, unsure, skipped,
  applied, unchanged, kept, rejected, dead, requests, expected from run;
drop table run;
alter table run_new rename to run;
create index run_by_status on run (status, id);
create index run_by_connection on run (connection_id, id);

create table scan_new (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  object_type text not null,
  kind text not null check (kind in ('fresh', 'settled', 'reach_back', 'backfill', 'records', 'links', 'gone', 'relabel')),
  from_at bigint not null,
  to_at bigint not null,
  position text,                           -- opaque; moves with the rows of its page, in one transaction
  status text not null check (status in ('open', 'drained', 'abandoned')),
  run_id bigint references run (id),
  batch_id bigint references batch (id),
  pages bigint not null default 0,
  seen bigint not null default 0,
  started_at bigint not null,
  drained_at bigint
);
insert into scan_new (id, connection_id, object_type, kind, from_at, to_at, position, status, run_id, batch_id, pages, seen, started_at, drained_at)
select id, connection_id, object_type, kind, from_at, to_at, position, status, run_id, batch_id, pages, seen, started_at, drained_at from scan;
drop table scan;
alter table scan_new rename to scan;
create unique index scan_one_open on scan (connection_id, object_type, kind) where status = 'open';
create index scan_by_batch on scan (batch_id);

-- Every version of a taxonomy that was ever used, as its file was: an old decision stays explainable, and a file changed without a new version is noticed.
create table taxonomy_version (
  taxonomy text not null,
  version text not null,
  checksum text not null,
  content text not null,
  first_seen_at bigint not null,
  primary key (taxonomy, version)
) without rowid;

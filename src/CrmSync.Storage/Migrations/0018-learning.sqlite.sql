-- Learning: what approved segments' figures were day by day, how far a run over them is, and what happened to segments between two searches.
-- An older node would not know a run of this kind, so none works beside this.
-- SQLite cannot change a CHECK: the tables are built anew. Foreign keys are off meanwhile, and checked before the commit.

create table run_new (
  id integer primary key autoincrement,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'backfill', 'poll_records', 'poll_links', 'poll_gone', 'relabel',
    'preview', 'approve', 'retry', 'discard', 'undo', 'force', 'reconcile', 'segment_fit', 'segment_assign', 'segment_learn')),
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
  expected bigint,                          -- activities that it was expected to read, where they were counted
  arguments text not null default ''
);
insert into run_new (id, kind, connection_id, schedule_id, status, requested_by, started_at, finished_at, seen, stored, labelled, abstained, unsure, skipped, applied,
  unchanged, kept, rejected, dead, requests, expected, arguments)
select id, kind, connection_id, schedule_id, status, requested_by, started_at, finished_at, seen, stored, labelled, abstained, unsure, skipped, applied,
  unchanged, kept, rejected, dead, requests, expected, arguments from run;
drop table run;
alter table run_new rename to run;
create index run_by_status on run (status, id);
create index run_by_connection on run (connection_id, id);
create index run_by_start on run (started_at, id);
create index run_by_kind on run (kind, connection_id, id);
create index run_by_schedule on run (schedule_id, id) where schedule_id is not null;

create table schedule_new (
  id integer primary key autoincrement,
  key text not null unique,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'poll_records', 'poll_links', 'poll_gone', 'reconcile', 'segment_fit', 'segment_assign', 'segment_learn')),
  connection_id bigint references connection (id),
  recurrence text not null,        -- five-field cron, or "every 15s"
  zone text not null,              -- IANA
  enabled integer not null check (enabled in (0, 1)),
  last_fired_at bigint,
  created_at bigint not null,
  updated_at bigint not null,
  name text not null default '',
  version bigint not null default 1,
  created_by text,
  due_from_at bigint,
  paused_at bigint,
  paused_by text,
  pause_reason text,
  resume_at bigint,
  deleted_at bigint
);
insert into schedule_new (id, key, kind, connection_id, recurrence, zone, enabled, last_fired_at, created_at, updated_at, name, version, created_by, due_from_at, paused_at,
  paused_by, pause_reason, resume_at, deleted_at)
select id, key, kind, connection_id, recurrence, zone, enabled, last_fired_at, created_at, updated_at, name, version, created_by, due_from_at, paused_at,
  paused_by, pause_reason, resume_at, deleted_at from schedule;
drop table schedule;
alter table schedule_new rename to schedule;

create table segment_learning (            -- how far a run is, and where a killed one goes on
  run_id bigint not null primary key references run (id),
  after_id bigint not null,                -- segments up to this id are done
  done bigint not null,
  failed bigint not null,
  at bigint not null
) without rowid;

create table segment_metrics (             -- one row per segment and day
  id integer primary key autoincrement,
  segment_id bigint not null references segment (id),
  day bigint not null,                     -- since 1970-01-01, UTC
  at bigint not null,
  accounts bigint not null,
  won bigint not null,                     -- deals
  closed bigint not null,
  rest_won bigint not null,                -- deals of all other accounts
  rest_closed bigint not null,
  content text not null                    -- JSON: crmsync/segment-metrics/1
);
create unique index segment_metrics_once on segment_metrics (segment_id, day);
create index segment_metrics_by_time on segment_metrics (at);

create table segment_event (               -- what a search saw happen to segments; a person is told, nothing is done by itself
  id integer primary key autoincrement,
  kind text not null check (kind in ('born', 'died', 'drifted', 'converging')),
  state text not null check (state in ('open', 'seen', 'merged', 'dismissed')),
  segment_id bigint not null references segment (id),
  other_id bigint references segment (id), -- of a converging pair, the segment of the higher id
  run_id bigint references run (id),       -- the search
  cosine real,                             -- of the profiles
  reason text not null,                    -- a sentence; names and figures of segments only
  at bigint not null,
  ended_by text,
  ended_at bigint
);
create index segment_event_by_state on segment_event (state, id);
create index segment_event_by_segment on segment_event (segment_id, kind);

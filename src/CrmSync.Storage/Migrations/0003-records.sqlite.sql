-- Records beside activities, where labels live, what is gone; runs that are held.
-- An older node neither knows the new run kinds nor asks where a label lives, so none works beside this.
-- SQLite cannot change a CHECK: the three tables are built anew. Foreign keys are off meanwhile, and checked before the commit.

delete from schedule where kind = 'sweep' and not exists (select 1 from run where run.schedule_id = schedule.id);
create table schedule_new (
  id integer primary key autoincrement,
  key text not null unique,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'poll_records', 'poll_links', 'poll_gone')),
  connection_id bigint references connection (id),
  recurrence text not null,        -- five-field cron, or "every 15s"
  zone text not null,              -- IANA
  enabled integer not null check (enabled in (0, 1)),
  last_fired_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);
insert into schedule_new (id, key, kind, connection_id, recurrence, zone, enabled, last_fired_at, created_at, updated_at)
select id, key, kind, connection_id, recurrence, zone, enabled, last_fired_at, created_at, updated_at from schedule;
drop table schedule;
alter table schedule_new rename to schedule;

create table run_new (
  id integer primary key autoincrement,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'backfill', 'poll_records', 'poll_links', 'poll_gone')),
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
  applied, unchanged, kept, rejected, dead, requests)
select id, kind, connection_id, schedule_id, status, requested_by, started_at, finished_at, seen, stored, labelled, abstained, unsure, skipped,
  applied, unchanged, kept, rejected, dead, requests from run;
drop table run;
alter table run_new rename to run;
create index run_by_status on run (status, id);
create index run_by_connection on run (connection_id, id);

create table scan_new (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  object_type text not null,
  kind text not null check (kind in ('fresh', 'settled', 'reach_back', 'backfill', 'records', 'links', 'gone')),
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

alter table watermark add column is_record integer not null default 0 check (is_record in (0, 1));  -- of records beside activities: no measure of how far labels are behind

-- Records beside activities. Amounts are floating numbers, as exact as the CRMs' own.

create table crm_owner (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  external_id text not null,
  user_external_id text,                   -- where the CRM tells owners and users apart
  name text not null,
  email text,
  active integer not null check (active in (0, 1)),
  team text,
  region text,
  first_seen_at bigint not null,
  changed_at bigint not null,
  gone_at bigint,                          -- since when the CRM's list lacks it
  unique (connection_id, external_id)
);

create table crm_stage (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  pipeline_external_id text not null,      -- empty where the CRM has one pipeline without an id
  external_id text not null,
  pipeline_name text not null,
  name text not null,
  position integer not null,
  is_closed integer not null check (is_closed in (0, 1)),
  is_won integer not null check (is_won in (0, 1)),
  probability real,            -- 0 to 1
  first_seen_at bigint not null,
  changed_at bigint not null,
  gone_at bigint,
  unique (connection_id, pipeline_external_id, external_id)
);

create table crm_company (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  object_type text not null,
  external_id text not null,
  name text not null,
  domain text,
  industry text,
  employees bigint,
  revenue real,
  region text,
  owner_external_id text,
  crm_created_at bigint not null,
  crm_modified_at bigint not null,
  first_seen_at bigint not null,
  changed_at bigint not null,
  gone_at bigint,
  unique (connection_id, object_type, external_id)
);

create table crm_person (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  object_type text not null,
  external_id text not null,
  name text not null,
  title text,
  email text,
  company_external_id text,
  owner_external_id text,
  crm_created_at bigint not null,
  crm_modified_at bigint not null,
  first_seen_at bigint not null,
  changed_at bigint not null,
  gone_at bigint,
  unique (connection_id, object_type, external_id)
);

create table crm_deal (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  object_type text not null,
  external_id text not null,
  name text not null,
  pipeline_external_id text,
  stage_external_id text,
  amount real,                 -- in the currency beside it
  currency text,
  close_date text,                         -- yyyy-MM-dd: a day, not an instant
  is_closed integer not null check (is_closed in (0, 1)),
  is_won integer not null check (is_won in (0, 1)),
  close_reason text,
  owner_external_id text,
  crm_created_at bigint not null,
  crm_modified_at bigint not null,
  first_seen_at bigint not null,
  changed_at bigint not null,
  gone_at bigint,
  unique (connection_id, object_type, external_id)
);

create table crm_deal_stage (              -- only grows: a CRM that forgets its history does not shorten ours
  deal_id bigint not null references crm_deal (id),
  entered_at bigint not null,
  stage_external_id text not null,
  by_external_id text,                     -- the user who moved it, where the CRM says so
  primary key (deal_id, entered_at, stage_external_id)
) without rowid;

create table crm_deal_link (
  deal_id bigint not null references crm_deal (id),
  role text not null,
  object_type text not null,
  external_id text not null,
  label text,                              -- the link's name in the CRM, or the contact's role
  primary key (deal_id, role, external_id)
) without rowid;

create table label_place (
  connection_id bigint not null references connection (id),
  object_type text not null,               -- of activities
  kind text not null check (kind in ('activity', 'linked', 'nowhere')),
  object_types text not null,              -- JSON: types of records that can hold labels, best first
  sentence text not null,                  -- why, for an operator
  changed_at bigint not null,
  replan_after_id bigint,                  -- activities up to here follow the place; null: all do
  primary key (connection_id, object_type)
) without rowid;

alter table activity add column gone_at bigint;       -- since when the CRM does not have it any more; a restored one comes back
alter table activity_link add column label text;      -- what the link is called in the CRM

-- A record that holds the labels of several activities is written when a run has read them all, and not once for each.
alter table intent add column is_shared integer not null default 0;
drop index intent_unbatched;
create index intent_unbatched on intent (connection_id, is_shared, id) where status in ('pending', 'sending', 'unknown') and batch_id is null;

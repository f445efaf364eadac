-- Trust in the write-back: modes with a reason and an end, previews, acts of operators over all that matches a filter, proof of completeness, alerts, keys of the API, erasure.
-- An older node would send what only an operator may release, so none works beside this.
-- SQLite cannot change a CHECK: the tables are built anew. Foreign keys are off meanwhile, and checked before the commit.

create table connection_new (
  id integer primary key autoincrement,
  key text not null unique,
  kind text not null check (kind in ('hubspot', 'salesforce')),
  name text not null,
  write_mode text not null check (write_mode in ('preview', 'approve', 'on', 'paused')),
  account text,                    -- portal or org id, once known: a token of another portal is noticed
  backfill_from_at bigint not null,
  created_at bigint not null,
  mode_reason text,                        -- why the mode is what it is, in the words of whoever set it
  mode_by text,
  mode_at bigint,
  resume_at bigint,                        -- a pause that ends by itself
  resume_mode text check (resume_mode in ('preview', 'approve', 'on'))  -- what it goes back to
);
insert into connection_new (id, key, kind, name, write_mode, account, backfill_from_at, created_at)
select id, key, kind, name, write_mode, account, backfill_from_at, created_at from connection;
drop table connection;
alter table connection_new rename to connection;

create table schedule_new (
  id integer primary key autoincrement,
  key text not null unique,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'poll_records', 'poll_links', 'poll_gone', 'reconcile')),
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
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'backfill', 'poll_records', 'poll_links', 'poll_gone', 'relabel',
    'preview', 'approve', 'retry', 'discard', 'undo', 'force', 'reconcile')),
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

create table batch_new (
  id integer primary key autoincrement,
  kind text not null check (kind in ('scan', 'classify', 'ask', 'write', 'preview', 'act', 'reconcile')),
  connection_id bigint not null references connection (id),
  run_id bigint references run (id),
  status text not null check (status in ('available', 'scheduled', 'retryable', 'running', 'completed', 'cancelled', 'discarded')),
  priority integer not null default 0,
  size integer not null default 0,         -- activities or records covered
  attempt integer not null default 0,      -- tries that counted; waiting does not count
  epoch integer not null default 0,        -- raised by each claim; a commit under another epoch matches no row
  not_before bigint not null,
  enqueued_at bigint,                      -- when the engine last took it; null: the sweep hands it over
  leased_by text,
  leased_until bigint,
  error_code text,
  error_message text,
  created_at bigint not null,
  finished_at bigint
);
insert into batch_new (id, kind, connection_id, run_id, status, priority, size, attempt, epoch, not_before, enqueued_at, leased_by, leased_until, error_code,
  error_message, created_at, finished_at)
select id, kind, connection_id, run_id, status, priority, size, attempt, epoch, not_before, enqueued_at, leased_by, leased_until, error_code,
  error_message, created_at, finished_at from batch;
drop table batch;
alter table batch_new rename to batch;
create index batch_open on batch (status, not_before) where status in ('available', 'scheduled', 'retryable', 'running');
create index batch_by_run on batch (run_id, status);
create index batch_discarded on batch (finished_at) where status = 'discarded';

create table intent_new (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  target_type text not null,
  target_id text not null,
  property text not null,
  taxonomy text not null,
  activity_id bigint not null references activity (id),
  decision_id bigint not null references decision (id),
  run_id bigint references run (id),
  batch_id bigint references batch (id),
  next_decision_id bigint references decision (id),  -- came while this one was in flight and wants another value
  value text,                              -- null clears
  status text not null check (status in ('pending', 'sending', 'unknown', 'applied', 'unchanged', 'kept', 'rejected', 'superseded', 'discarded')),
  value_before text,                       -- what the CRM held when we looked, just before sending
  value_after text,                        -- what the CRM said it holds afterwards
  actor text check (actor in ('human', 'automation', 'unknown')),  -- of a kept value
  code text,
  attempt integer not null default 0,
  created_at bigint not null,
  updated_at bigint not null,
  is_shared integer not null default 0,
  edit_seen_at bigint,
  purpose text not null default 'label' check (purpose in ('label', 'undo', 'force')),
  shadow text,                             -- of an undo: the shadow to put back beside the value
  shadow_before text,                      -- what the shadow held when we looked, just before sending
  undoes_id bigint references intent (id), -- of an undo: the write that it takes back
  undone_by_id bigint references intent (id),  -- the newest undo of this write
  release_run_id bigint references run (id),   -- the operator's act that lets it go out where a connection asks for approval
  act_run_id bigint references run (id)        -- the newest act of an operator that touched it; its outcome counts there, too
);
insert into intent_new (id, connection_id, target_type, target_id, property, taxonomy, activity_id, decision_id, run_id, batch_id, next_decision_id, value, status,
  value_before, value_after, actor, code, attempt, created_at, updated_at, is_shared, edit_seen_at)
select id, connection_id, target_type, target_id, property, taxonomy, activity_id, decision_id, run_id, batch_id, next_decision_id, value, status,
  value_before, value_after, actor, code, attempt, created_at, updated_at, is_shared, edit_seen_at from intent;
drop table intent;
alter table intent_new rename to intent;
create unique index intent_one_open on intent (connection_id, target_type, target_id, property) where status in ('pending', 'sending', 'unknown');
create index intent_by_batch on intent (batch_id) where batch_id is not null;
create index intent_unbatched_by_run on intent (run_id) where status in ('pending', 'sending', 'unknown') and batch_id is null;
create index intent_by_key on intent (connection_id, target_type, target_id, property, id);
create index intent_by_activity on intent (activity_id, id);
create index intent_by_time on intent (updated_at, id);
create index intent_rejected on intent (updated_at) where status = 'rejected';
create index intent_unbatched on intent (connection_id, is_shared, id) where status in ('pending', 'sending', 'unknown') and batch_id is null;
create index intent_edit_unseen on intent (taxonomy, id) where status = 'kept' and edit_seen_at is null;

create index intent_by_run on intent (run_id, id);
create index intent_by_act on intent (act_run_id) where act_run_id is not null and status in ('pending', 'sending', 'unknown');
create index intent_released on intent (connection_id, is_shared, id)
  where status in ('pending', 'sending', 'unknown') and batch_id is null and release_run_id is not null;

-- A dead letter that an operator put away: it stays undecided, and nobody is told of it any more. New content brings it back.
alter table activity add column dead_discarded_at bigint;

-- An operator's act over all that matches a filter. The filter and the highest id are frozen at its start, so what comes later is not touched.
create table act (
  run_id bigint not null primary key references run (id),
  target text not null check (target in ('intent', 'activity')),
  filter text not null,                    -- the query string; one grammar with pages, API and command line
  up_to_id bigint not null,
  position bigint not null default 0,      -- the highest id that was dealt with
  sample bigint,                           -- at most so many, spread over the labels; null: all
  preview_run_id bigint references run (id),  -- of an approval: exactly what this preview showed
  reason text,
  done bigint not null default 0,
  left_out bigint not null default 0,
  request_key text                         -- key and Idempotency-Key of the request that asked for it; the same request again finds this act
);
create unique index act_by_request on act (request_key) where request_key is not null;

create table act_left_out (                -- what an act did not touch, and why
  run_id bigint not null references run (id),
  subject_id bigint not null,              -- of an intent or an activity
  code text not null,
  message text not null,
  primary key (run_id, subject_id)
) without rowid;

-- What the CRM held when somebody asked what a write would change. Nothing is sent.
create table preview (
  run_id bigint not null references run (id),
  intent_id bigint not null references intent (id),
  decision_id bigint not null references decision (id),
  value text,                              -- what was meant to be written then
  value_now text,
  shadow_now text,
  verdict text not null check (verdict in ('write', 'unchanged', 'kept', 'gone')),
  actor text check (actor in ('human', 'automation', 'unknown')),  -- who set a value that is kept
  set_at bigint,
  set_by text,                             -- the CRM's id of that user or app
  looked_at bigint not null,
  primary key (run_id, intent_id)
) without rowid;

-- Counts and ids of a window, compared with the CRM's after the lag of its index.
create table completeness (
  id integer primary key autoincrement,
  run_id bigint not null references run (id),
  connection_id bigint not null references connection (id),
  batch_id bigint references batch (id),   -- that works on it
  object_type text not null,
  from_at bigint not null,
  to_at bigint not null,
  state text not null check (state in ('checking', 'complete', 'repaired', 'incomplete', 'failed')),
  is_by_ids integer not null default 0 check (is_by_ids in (0, 1)),  -- ids are compared even where counts agree
  most_labels bigint,                      -- labels to read back; null: all
  position text,                           -- opaque; where the comparison goes on
  crm_count bigint,
  ledger_count bigint,
  missing bigint not null default 0,       -- in the CRM and not with us when first compared
  extra bigint not null default 0,         -- with us, and not in the CRM any more
  repaired bigint not null default 0,
  checked_labels bigint not null default 0,
  drifted bigint not null default 0,       -- labels of ours that read otherwise in the CRM
  sentence text not null default '',
  started_at bigint not null,
  finished_at bigint
);
create index completeness_by_connection on completeness (connection_id, object_type, id);
create index completeness_by_run on completeness (run_id);
create index completeness_by_batch on completeness (batch_id);
create index activity_by_modified on activity (connection_id, object_type, crm_modified_at);  -- counts and ids of a window

create table completeness_item (
  completeness_id bigint not null references completeness (id),
  kind text not null check (kind in ('missing', 'extra', 'drifted')),
  external_id text not null,
  property text not null default '',       -- of a drifted label
  activity_id bigint references activity (id),
  intent_id bigint references intent (id), -- the write that the CRM's value differs from
  modified_at bigint,                      -- when the CRM modified what is missing
  known_at bigint,                         -- the modified time of the older version that we held
  value_ledger text,
  value_crm text,
  actor text check (actor in ('human', 'automation', 'unknown')),
  state text not null check (state in ('open', 'repaired', 'gone', 'kept')),
  at bigint not null,
  edit_seen_at bigint,                     -- when a person's edit was looked at as a possible correction
  primary key (completeness_id, kind, external_id, property)
) without rowid;
create index completeness_item_by_intent on completeness_item (intent_id) where intent_id is not null;
create index completeness_edit_unseen on completeness_item (completeness_id) where kind = 'drifted' and actor = 'human' and edit_seen_at is null;

create table alert (
  id integer primary key autoincrement,
  key text not null unique,                -- what is watched, such as 'connection/hubspot-main'
  kind text not null,                      -- connection, schedule, rejected, backlog, quota, budget, completeness, mix
  connection_id bigint references connection (id),
  state text not null check (state in ('fine', 'broken')),
  sentence text not null,
  fix text not null default '',
  since_at bigint not null,                -- of this state
  checked_at bigint not null
);

create table alert_event (                 -- changes of state; only grows
  id integer primary key autoincrement,
  alert_id bigint not null references alert (id),
  state text not null check (state in ('fine', 'broken', 'test')),
  sentence text not null,
  at bigint not null
);
create index alert_event_by_alert on alert_event (alert_id, id);

create table alert_delivery (
  id integer primary key autoincrement,
  event_id bigint not null references alert_event (id),
  channel text not null,                   -- key of the configured channel
  status text not null check (status in ('pending', 'sent', 'failed', 'overtaken')),
  attempt integer not null default 0,
  not_before bigint not null,              -- quiet hours and back-off
  error text,
  done_at bigint
);
create index alert_delivery_open on alert_delivery (not_before) where status = 'pending';

create table api_key (
  id integer primary key autoincrement,
  name text not null,
  prefix text not null unique,             -- the part that is shown
  hash text not null,                      -- of the whole key; the key itself is nowhere
  role text not null check (role in ('viewer', 'reviewer', 'operator', 'admin')),
  created_by text not null,
  created_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint,
  revoked_by text,
  last_used_at bigint
);

-- Settings that a person changed; the configuration seeds, the ledger wins.
create table setting (
  key text not null primary key,
  value text not null,
  updated_by text not null,
  updated_at bigint not null
) without rowid;

-- Records whose personal data was erased: their key stays, so that the next poll does not bring the text back.
create table erasure (
  connection_id bigint not null references connection (id),
  object_type text not null,
  external_id text not null,
  actor text not null,
  reason text,
  activities bigint not null default 0,    -- whose texts went with it
  at bigint not null,
  primary key (connection_id, object_type, external_id)
) without rowid;
alter table crm_person add column erased_at bigint;

-- What a purge took away, and what remains of it as counts.
create table purge (
  id integer primary key autoincrement,
  table_name text not null,
  before_at bigint not null,
  rows_removed bigint not null,
  at bigint not null
);
create table daily_total (
  day_at bigint not null,                  -- midnight UTC
  connection_id bigint not null references connection (id),
  name text not null,                      -- such as 'intent.applied' or 'decision.engagement.engaged'
  value bigint not null,
  primary key (day_at, connection_id, name)
) without rowid;

-- Work that one node does for all.
create table chore (
  name text not null primary key,
  node text not null,                      -- who took it last
  held_until_at bigint not null,
  done_at bigint
) without rowid;

alter table audit add column reason text;
create index audit_by_subject on audit (subject, id);

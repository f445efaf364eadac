-- The ledger: what was seen, what was decided, what was meant to be written, what became of it.
-- Instants are Unix milliseconds UTC; enumerations are lower snake case; JSON is text. History only grows.

create table connection (
  id integer primary key autoincrement,
  key text not null unique,
  kind text not null check (kind in ('hubspot', 'salesforce')),
  name text not null,
  write_mode text not null check (write_mode in ('preview', 'on', 'paused')),
  account text,                    -- portal or org id, once known: a token of another portal is noticed
  backfill_from_at bigint not null,
  created_at bigint not null
);

create table node (
  id integer primary key autoincrement,
  name text not null unique,
  started_at bigint not null,
  seen_at bigint not null,
  stopped_at bigint
);

create table schedule (
  id integer primary key autoincrement,
  key text not null unique,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'sweep')),
  connection_id bigint references connection (id),
  recurrence text not null,        -- five-field cron, or "every 15s"
  zone text not null,              -- IANA
  enabled integer not null check (enabled in (0, 1)),
  last_fired_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);

create table run (
  id integer primary key autoincrement,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'backfill')),
  connection_id bigint not null references connection (id),
  schedule_id bigint references schedule (id),
  status text not null check (status in ('running', 'completed', 'failed', 'cancelled')),
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
  requests bigint not null default 0       -- calls to the CRM
);
create index run_by_status on run (status, id);
create index run_by_connection on run (connection_id, id);

create table run_log (
  id integer primary key autoincrement,
  run_id bigint references run (id),
  batch_id bigint,
  connection_id bigint references connection (id),
  at bigint not null,
  level text not null check (level in ('info', 'warning', 'error')),
  code text not null,
  message text not null
);
create index run_log_by_run on run_log (run_id, id);
create index run_log_by_level on run_log (level, at);

create table batch (
  id integer primary key autoincrement,
  kind text not null check (kind in ('scan', 'classify', 'write')),
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
create index batch_open on batch (status, not_before) where status in ('available', 'scheduled', 'retryable', 'running');
create index batch_by_run on batch (run_id, status);

create table scan (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  object_type text not null,
  kind text not null check (kind in ('fresh', 'settled', 'reach_back', 'backfill')),
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
create unique index scan_one_open on scan (connection_id, object_type, kind) where status = 'open';
create index scan_by_batch on scan (batch_id);

create table watermark (
  connection_id bigint not null references connection (id),
  object_type text not null,
  at bigint,                               -- all that was modified up to here is stored
  fresh_to_at bigint,                      -- end of the last drained fresh scan; promises nothing
  updated_at bigint not null,
  primary key (connection_id, object_type)
) without rowid;

create table activity (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  object_type text not null,
  external_id text not null,
  type text not null check (type in ('call', 'email', 'meeting', 'note', 'task')),
  evidence text not null,                  -- JSON of the CRM's own fields
  owner_external_id text,
  occurred_at bigint not null,
  crm_created_at bigint not null,
  crm_modified_at bigint not null,
  content_hash text not null,
  status text not null check (status in ('queued', 'waiting', 'decided', 'dead', 'erased')),
  waits_until bigint,                      -- a meeting that has not ended
  batch_id bigint references batch (id),   -- the open classify batch that covers it
  run_id bigint references run (id),       -- the run that stored this content
  dead_code text,                          -- why it cannot be decided
  dead_message text,
  first_seen_at bigint not null,
  content_changed_at bigint not null,
  unique (connection_id, object_type, external_id)
);
create index activity_by_batch on activity (batch_id) where batch_id is not null;
create index activity_uncovered on activity (connection_id, id) where status = 'queued' and batch_id is null;
create index activity_waiting on activity (connection_id, waits_until) where status = 'waiting';
create index activity_dead on activity (connection_id, id) where status = 'dead';
create index activity_recent on activity (occurred_at, id);

create table activity_text (
  activity_id integer primary key references activity (id),
  subject text not null,
  body text not null
);

create table activity_link (
  activity_id bigint not null references activity (id),
  role text not null,
  object_type text not null,
  external_id text not null,
  primary key (activity_id, role, external_id)
) without rowid;

create table decision (
  id integer primary key autoincrement,
  activity_id bigint not null references activity (id),
  taxonomy text not null,
  taxonomy_version text not null,
  label text,                              -- label id; the best guess where unsure; null where abstained
  status text not null check (status in ('decided', 'abstained', 'unsure')),
  confidence real not null,
  decided_by text not null,                -- rules, model, hosted, person
  model_version text not null,
  reason text not null,                    -- one sentence of a rule; never text of the record
  evidence text not null,                  -- JSON: rule ids and spans
  content_hash text not null,
  write_target_type text,                  -- what it wants written; all null where nothing is
  write_target_id text,
  write_property text,
  write_value text,                        -- null clears
  decided_at bigint not null,
  superseded_at bigint                     -- null: the current one
);
create unique index decision_current on decision (activity_id, taxonomy) where superseded_at is null;
create index decision_by_activity on decision (activity_id, id);
create index decision_by_time on decision (decided_at);
create index decision_mix on decision (taxonomy, status, label) where superseded_at is null;

create table intent (
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
  status text not null check (status in ('pending', 'sending', 'unknown', 'applied', 'unchanged', 'kept', 'rejected', 'superseded')),
  value_before text,                       -- what the CRM held when we looked, just before sending
  value_after text,                        -- what the CRM said it holds afterwards
  actor text check (actor in ('human', 'automation', 'unknown')),  -- of a kept value
  code text,
  attempt integer not null default 0,
  created_at bigint not null,
  updated_at bigint not null
);
create unique index intent_one_open on intent (connection_id, target_type, target_id, property) where status in ('pending', 'sending', 'unknown');
create index intent_by_batch on intent (batch_id) where batch_id is not null;
create index intent_unbatched on intent (connection_id, id) where status in ('pending', 'sending', 'unknown') and batch_id is null;
create index intent_unbatched_by_run on intent (run_id) where status in ('pending', 'sending', 'unknown') and batch_id is null;
create index intent_by_key on intent (connection_id, target_type, target_id, property, id);
create index intent_by_activity on intent (activity_id, id);
create index intent_by_time on intent (updated_at, id);

create table outcome (
  id integer primary key autoincrement,
  intent_id bigint not null references intent (id),
  status text not null,
  at bigint not null,
  code text,
  message text,
  remote_message text,                     -- the CRM's own words
  correlation_id text,
  value_before text,
  value_after text
);
create index outcome_by_intent on outcome (intent_id, id);
create index outcome_by_time on outcome (at);

create table audit (
  id integer primary key autoincrement,
  at bigint not null,
  actor text not null,
  action text not null,
  subject text not null,
  before text,
  after text
);
create index audit_by_time on audit (at);

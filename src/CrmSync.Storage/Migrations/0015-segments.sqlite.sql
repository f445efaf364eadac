-- Segments of accounts: proposals and what people made of them, the models that know them, who belongs to which, and labels of accounts beside labels of activities.
-- An account's label is a decision and an intent like any other, about a company instead of an activity, so that one planning, one guard, one log and one undo serve both.
-- An older node would take every decision for one about an activity, so none works beside this.
-- SQLite can neither change a CHECK nor let a column be null: the tables are built anew. Foreign keys are off meanwhile, and checked before the commit.

create table run_new (
  id integer primary key autoincrement,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'backfill', 'poll_records', 'poll_links', 'poll_gone', 'relabel',
    'preview', 'approve', 'retry', 'discard', 'undo', 'force', 'reconcile', 'segment_fit', 'segment_assign')),
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

create table batch_new (
  id integer primary key autoincrement,
  kind text not null check (kind in ('scan', 'classify', 'ask', 'write', 'preview', 'act', 'reconcile', 'segment')),
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
insert into batch_new (id, kind, connection_id, run_id, status, priority, size, attempt, epoch, not_before, enqueued_at, leased_by, leased_until, error_code, error_message,
  created_at, finished_at)
select id, kind, connection_id, run_id, status, priority, size, attempt, epoch, not_before, enqueued_at, leased_by, leased_until, error_code, error_message,
  created_at, finished_at from batch;
drop table batch;
alter table batch_new rename to batch;
create index batch_open on batch (status, not_before) where status in ('available', 'scheduled', 'retryable', 'running');
create index batch_by_run on batch (run_id, status);
create index batch_discarded on batch (finished_at) where status = 'discarded';

create table schedule_new (
  id integer primary key autoincrement,
  key text not null unique,
  kind text not null check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'poll_records', 'poll_links', 'poll_gone', 'reconcile', 'segment_fit', 'segment_assign')),
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

create table decision_new (
  id integer primary key autoincrement,
  activity_id bigint references activity (id),
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
  superseded_at bigint,                     -- null: the current one
  text_hash text,
  prompt_tokens bigint,
  cached_tokens bigint,
  completion_tokens bigint,
  cost_micros bigint,
  company_id bigint references crm_company (id),  -- of an account's label, instead of the activity
  check ((activity_id is null) <> (company_id is null))
);
insert into decision_new (id, activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash, write_target_type,
  write_target_id, write_property, write_value, decided_at, superseded_at, text_hash, prompt_tokens, cached_tokens, completion_tokens, cost_micros)
select id, activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash, write_target_type,
  write_target_id, write_property, write_value, decided_at, superseded_at, text_hash, prompt_tokens, cached_tokens, completion_tokens, cost_micros from decision;
drop table decision;
alter table decision_new rename to decision;
create unique index decision_current on decision (activity_id, taxonomy) where superseded_at is null;
create index decision_by_activity on decision (activity_id, id);
create index decision_by_time on decision (decided_at);
create index decision_mix on decision (taxonomy, status, label, superseded_at) where superseded_at is null;
create index decision_least_sure on decision (taxonomy, confidence, id) where superseded_at is null and decided_by <> 'person' and confidence < 0.8;
create unique index decision_current_of_company on decision (company_id, taxonomy) where superseded_at is null and company_id is not null;
create index decision_by_company on decision (company_id, id) where company_id is not null;

create table intent_new (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  target_type text not null,
  target_id text not null,
  property text not null,
  taxonomy text not null,
  activity_id bigint references activity (id),
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
  act_run_id bigint references run (id),        -- the newest act of an operator that touched it; its outcome counts there, too
  company_id bigint references crm_company (id),  -- of an account's label, instead of the activity
  check ((activity_id is null) <> (company_id is null))
);
insert into intent_new (id, connection_id, target_type, target_id, property, taxonomy, activity_id, decision_id, run_id, batch_id, next_decision_id, value, status,
  value_before, value_after, actor, code, attempt, created_at, updated_at, is_shared, edit_seen_at, purpose, shadow, shadow_before, undoes_id,
  undone_by_id, release_run_id, act_run_id)
select id, connection_id, target_type, target_id, property, taxonomy, activity_id, decision_id, run_id, batch_id, next_decision_id, value, status,
  value_before, value_after, actor, code, attempt, created_at, updated_at, is_shared, edit_seen_at, purpose, shadow, shadow_before, undoes_id,
  undone_by_id, release_run_id, act_run_id from intent;
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
create index intent_by_company on intent (company_id, id) where company_id is not null;

create table segment_model (               -- what a search found; a search that found nothing leaves one without content
  id integer primary key autoincrement,
  run_id bigint references run (id),
  fitted_at bigint not null,
  seed bigint not null,
  accounts bigint not null,
  activities bigint not null,
  segments bigint not null,
  remarks text not null,                   -- JSON: plain sentences, counts only
  content blob                             -- crmsync/segment-model/1
);

create table segment (
  id integer primary key autoincrement,
  key text not null unique,                -- permanent slug
  name text not null,
  state text not null check (state in ('proposed', 'approved', 'rejected', 'merged', 'retired')),
  version bigint not null,                 -- raised by every change; what it was stands in segment_version
  merged_into bigint references segment (id),
  parent_id bigint references segment (id),-- what it was split off
  model_id bigint references segment_model (id),  -- that knows it; null until a search has found it
  model_segment text,                      -- its id within that model
  size bigint not null,                    -- accounts that the search found in it
  stability real not null,                 -- 0 to 1
  is_promoted integer not null,           -- whether it was large enough for a specialist
  created_at bigint not null,
  created_by text not null,
  decided_at bigint,
  decided_by text,
  reason text,
  changed_at bigint not null
);
create index segment_by_state on segment (state, id);
create index segment_by_model on segment (model_id) where model_id is not null;

create table segment_version (             -- only grows
  id integer primary key autoincrement,
  segment_id bigint not null references segment (id),
  version bigint not null,
  change_id bigint,                        -- the first version of the same change, where one changed several segments; null: itself
  action text not null check (action in ('proposed', 'approved', 'rejected', 'renamed', 'merged', 'split', 'retired', 'refitted', 'undone')),
  name text not null,
  state text not null,
  merged_into bigint references segment (id),
  model_id bigint references segment_model (id),
  model_segment text,
  size bigint not null,
  stability real not null,
  is_promoted integer not null,
  description text not null,               -- JSON: terms, redacted quotes, the nearest other segment
  actor text not null,
  at bigint not null,
  reason text,
  undone_at bigint
);
create unique index segment_version_once on segment_version (segment_id, version);
create index segment_version_by_change on segment_version (change_id) where change_id is not null;

create table segment_member (              -- who is in it now: of a proposal what the search found, of an approved segment the assignments
  segment_id bigint not null references segment (id),
  company_id bigint not null references crm_company (id),
  strength bigint not null,                -- score in thousandths of a nat
  speaking bigint not null,                -- notes that speak of it
  notes bigint not null,                   -- notes that were read
  expected real not null,                  -- notes that would speak of it in an account outside
  by_person integer not null,
  evidence text not null,                  -- JSON: ids of activities that speak of it
  primary key (segment_id, company_id)
) without rowid;
create index segment_member_by_strength on segment_member (segment_id, strength, company_id);
create index segment_member_by_company on segment_member (company_id);

create table segment_constraint (          -- what people said about pairs of accounts; a candidate waits for a reviewer
  id integer primary key autoincrement,
  kind text not null check (kind in ('must', 'cannot')),
  state text not null check (state in ('candidate', 'active', 'dismissed', 'removed')),
  first_id bigint not null references crm_company (id),
  second_id bigint not null references crm_company (id),
  source text not null check (source in ('person', 'split', 'crm')),
  segment_id bigint references segment (id),   -- that an edit in the CRM names, or takes the account out of
  intent_id bigint references intent (id),     -- the kept write behind which the edit was found
  actor text not null,
  at bigint not null,
  ended_by text,
  ended_at bigint
);
create index segment_constraint_by_state on segment_constraint (state, id);
create index segment_constraint_by_first on segment_constraint (first_id);
create index segment_constraint_by_second on segment_constraint (second_id);

create table account_evidence (            -- running sums of an account under a model: what people decide about segments is followed without reading a text again
  company_id bigint not null references crm_company (id),
  model_id bigint not null references segment_model (id),
  sums text not null,                      -- JSON: nats by segment of the model
  speaking text not null,                  -- JSON: notes that speak of it, by segment
  notes bigint not null,
  activities text not null,                -- JSON: by segment, ids of a few activities that speak of it
  revision bigint not null,                -- newest change of content among the activities that were read
  read_at bigint not null,
  primary key (company_id, model_id)
) without rowid;

create table account_due (                 -- accounts to be looked at again
  company_id bigint not null primary key references crm_company (id),
  connection_id bigint not null references connection (id),
  reads_text integer not null,            -- activities came or changed; else only segments did
  asked bigint not null,                   -- how often; an assignment ends only what was asked when it was read
  since_at bigint not null
) without rowid;
create index account_due_by_connection on account_due (connection_id, company_id);

create table segment_search (              -- how far a search is, and what a killed one goes on from
  run_id bigint not null primary key references run (id),
  seed bigint not null,
  stage text not null,
  share real not null,                     -- of all, 0 to 1
  activities bigint not null,
  checkpoint text,                         -- JSON: crmsync/segment-seeds/1
  at bigint not null
) without rowid;

create index activity_link_of_company on activity_link (external_id, activity_id) where role = 'company';
create index activity_link_of_contact on activity_link (external_id, activity_id) where role = 'contact';
create index crm_person_of_company on crm_person (company_external_id, external_id) where company_external_id is not null;

-- Trust in the write-back: modes with a reason and an end, previews, acts of operators over all that matches a filter, proof of completeness, alerts, keys of the API, erasure.
-- An older node would send what only an operator may release, so none works beside this.

alter table connection drop constraint connection_write_mode_check;
alter table connection add constraint connection_write_mode_check check (write_mode in ('preview', 'approve', 'on', 'paused'));
alter table connection add column mode_reason text;                        -- why the mode is what it is, in the words of whoever set it
alter table connection add column mode_by text;
alter table connection add column mode_at bigint;
alter table connection add column resume_at bigint;                        -- a pause that ends by itself
alter table connection add column resume_mode text check (resume_mode in ('preview', 'approve', 'on'));  -- what it goes back to

alter table schedule drop constraint schedule_kind_check;
alter table schedule add constraint schedule_kind_check check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'poll_records', 'poll_links', 'poll_gone', 'reconcile'));
alter table run drop constraint run_kind_check;
alter table run add constraint run_kind_check check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'backfill', 'poll_records', 'poll_links', 'poll_gone', 'relabel',
    'preview', 'approve', 'retry', 'discard', 'undo', 'force', 'reconcile'));
alter table batch drop constraint batch_kind_check;
alter table batch add constraint batch_kind_check check (kind in ('scan', 'classify', 'ask', 'write', 'preview', 'act', 'reconcile'));

alter table intent drop constraint intent_status_check;
alter table intent add constraint intent_status_check check (status in ('pending', 'sending', 'unknown', 'applied', 'unchanged', 'kept', 'rejected', 'superseded', 'discarded'));
alter table intent add column purpose text not null default 'label' check (purpose in ('label', 'undo', 'force'));
alter table intent add column shadow text;                             -- of an undo: the shadow to put back beside the value
alter table intent add column shadow_before text;                      -- what the shadow held when we looked, just before sending
alter table intent add column undoes_id bigint references intent (id); -- of an undo: the write that it takes back
alter table intent add column undone_by_id bigint references intent (id);  -- the newest undo of this write
alter table intent add column release_run_id bigint references run (id);   -- the operator's act that lets it go out where a connection asks for approval
alter table intent add column act_run_id bigint references run (id);       -- the newest act of an operator that touched it; its outcome counts there, too

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
);

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
);

-- Counts and ids of a window, compared with the CRM's after the lag of its index.
create table completeness (
  id bigint generated by default as identity primary key,
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
);
create index completeness_item_by_intent on completeness_item (intent_id) where intent_id is not null;
create index completeness_edit_unseen on completeness_item (completeness_id) where kind = 'drifted' and actor = 'human' and edit_seen_at is null;

create table alert (
  id bigint generated by default as identity primary key,
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
  id bigint generated by default as identity primary key,
  alert_id bigint not null references alert (id),
  state text not null check (state in ('fine', 'broken', 'test')),
  sentence text not null,
  at bigint not null
);
create index alert_event_by_alert on alert_event (alert_id, id);

create table alert_delivery (
  id bigint generated by default as identity primary key,
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
  id bigint generated by default as identity primary key,
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
);

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
);
alter table crm_person add column erased_at bigint;

-- What a purge took away, and what remains of it as counts.
create table purge (
  id bigint generated by default as identity primary key,
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
);

-- Work that one node does for all.
create table chore (
  name text not null primary key,
  node text not null,                      -- who took it last
  held_until_at bigint not null,
  done_at bigint
);

alter table audit add column reason text;
create index audit_by_subject on audit (subject, id);

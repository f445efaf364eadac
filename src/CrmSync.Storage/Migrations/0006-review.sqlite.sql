-- What people say about labels, what is drawn for audits, and models that were learned.
-- An older node would let its own decisions replace a person's, so none works beside this.

create table correction (                  -- only grows; taking one back is a row, too
  id integer primary key autoincrement,
  activity_id bigint not null references activity (id),
  taxonomy text not null,
  label text,                              -- null: no definition covers it
  content_hash text not null,              -- of the content that it was said about; it binds while the activity has that content
  source text not null check (source in ('console', 'file', 'crm')),
  actor text not null,
  former_label text,                       -- what stood before; all null where nothing did
  former_status text check (former_status in ('decided', 'abstained', 'unsure')),
  former_by text,
  intent_id bigint references intent (id), -- the kept write behind which an edit in the CRM was found
  created_at bigint not null
);
create index correction_by_activity on correction (activity_id, taxonomy, id);
create index correction_by_content on correction (taxonomy, content_hash);

create table correction_undo (
  id integer primary key autoincrement,
  correction_id bigint not null unique references correction (id),
  actor text not null,
  at bigint not null
);

create table correction_text (             -- the content that a correction speaks of, to learn from after it has changed; erased together with activity_text
  id integer primary key autoincrement,
  activity_id bigint not null references activity (id),
  content_hash text not null,
  type text not null,
  evidence text not null,
  subject text not null,
  body text not null,
  unique (activity_id, content_hash)
);

create table audit_draw (                  -- decided rows drawn by chance, with the answer that stood at that moment
  id integer primary key autoincrement,
  taxonomy text not null,
  activity_id bigint not null references activity (id),
  content_hash text not null,
  label text,
  status text not null check (status in ('decided', 'abstained')),
  confidence real not null,
  decided_by text not null,
  model_version text not null,
  seed bigint not null,
  lot bigint not null,                     -- number of the lot; equal seeds give equal lots
  drawn_at bigint not null,
  unique (taxonomy, activity_id, content_hash)
);
create index audit_draw_by_time on audit_draw (taxonomy, drawn_at);

create table model (
  id integer primary key autoincrement,
  version text not null,
  status text not null check (status in ('proposed', 'active', 'retired')),
  size bigint not null,                    -- bytes
  card text not null,                      -- JSON: data, date, metrics
  evaluation text not null,                -- JSON: beside the model that was active then, on the same rows
  created_by text not null,
  created_at bigint not null,
  promoted_by text,
  promoted_at bigint,
  former_id bigint references model (id)   -- what it took the place of; null: the shipped model
);
create unique index model_one_active on model (status) where status = 'active';

create table model_file (
  id integer primary key autoincrement,
  model_id bigint not null unique references model (id),
  content blob not null
);

-- Kept values that nobody has looked at as possible corrections.
alter table intent add column edit_seen_at bigint;
create index intent_edit_unseen on intent (taxonomy, id) where status = 'kept' and edit_seen_at is null;

-- The least sure answers come first in the review queue. Sure ones, which are most, do not burden it.
create index decision_least_sure on decision (taxonomy, confidence, id) where superseded_at is null and decided_by <> 'person' and confidence < 0.8;

-- Specialist packs: every version of what is known of a segment, and changes that wait for a person. Keys of records only, never text of one.

create table pack_version (                -- only grows
  id integer primary key autoincrement,
  segment_id bigint not null references segment (id),
  version bigint not null,                 -- from 1
  by_kind text not null check (by_kind in ('template', 'model', 'person')),
  by_name text not null,                   -- a person's account or the model; empty for the template
  reason text not null,
  lines bigint not null,                   -- in use
  content text not null,                   -- JSON: crmsync/pack/1
  at bigint not null
);
create unique index pack_version_of_segment on pack_version (segment_id, version);

create table pack_proposal (
  id integer primary key autoincrement,
  segment_id bigint not null references segment (id),
  proposal text not null,                  -- the same for the same thing, so that it is proposed once
  source text not null check (source in ('insight', 'learning', 'draft')),
  state text not null check (state in ('open', 'accepted', 'rejected')),
  content text not null,                   -- JSON: crmsync/pack-proposal/1
  proposed_at bigint not null,
  decided_by text,
  decided_at bigint
);
create unique index pack_proposal_of_segment on pack_proposal (segment_id, proposal);
create index pack_proposal_open on pack_proposal (segment_id, id) where state = 'open';

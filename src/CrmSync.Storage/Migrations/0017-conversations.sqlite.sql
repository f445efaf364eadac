-- Briefs that people were given, the threads of segments, and a way to find accounts by how their names begin.
-- An older node would erase an activity and leave what a brief or an answer tells of it, so none works beside this.

alter table crm_company add column name_key text not null default '';  -- the name in small letters, for finding
update crm_company set name_key = lower(trim(name));
create index crm_company_by_name on crm_company (name_key, id);
create index crm_company_by_domain on crm_company (domain) where domain is not null;

create table brief (
  id integer primary key autoincrement,
  segment_id bigint not null references segment (id),
  company_id bigint references crm_company (id),  -- null for a prospect; of its text nothing is kept but what the brief says
  made_at bigint not null,
  made_by text not null,
  pack_version bigint not null,
  lines text not null,                     -- JSON: ids of the pack's lines in it; learning looks at them
  content text,                            -- JSON: crmsync/brief/1; null once an activity of the account was erased
  erased_at bigint
);
create index brief_by_company on brief (company_id, id) where company_id is not null;
create index brief_by_segment on brief (segment_id, id);

create table thread_message (              -- only grows, except that erasure empties it
  id integer primary key autoincrement,
  segment_id bigint not null references segment (id),
  role text not null check (role in ('person', 'specialist')),
  author text not null,
  at bigint not null,
  text text not null,                      -- without personal data
  citations text not null,                 -- JSON: what it cites, in the order of its marks
  notices text not null,                   -- JSON: what was left out, shortened or went wrong
  erased_at bigint
);
create index thread_message_by_segment on thread_message (segment_id, id);

create table thread_citation (             -- which activities a message tells of, for erasure
  activity_id bigint not null references activity (id),
  message_id bigint not null references thread_message (id),
  primary key (activity_id, message_id)
) without rowid;

create table thread_summary (              -- what stands for the older part of a thread; made anew where it is missing
  segment_id bigint not null primary key references segment (id),
  up_to bigint not null references thread_message (id),
  messages bigint not null,
  text text not null,
  author_kind text not null check (author_kind in ('template', 'model', 'person')),
  author text not null,
  at bigint not null
) without rowid;

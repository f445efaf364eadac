-- Versions of taxonomies, and runs that decide again from stored texts.
-- An older node does not know the new kind of run, so none works beside this.

alter table run drop constraint run_kind_check;
alter table run add constraint run_kind_check
  check (kind in ('poll_fresh', 'poll_settled', 'poll_reach_back', 'backfill', 'poll_records', 'poll_links', 'poll_gone', 'relabel'));
alter table scan drop constraint scan_kind_check;
alter table scan add constraint scan_kind_check check (kind in ('fresh', 'settled', 'reach_back', 'backfill', 'records', 'links', 'gone', 'relabel'));

-- Every version of a taxonomy that was ever used, as its file was: an old decision stays explainable, and a file changed without a new version is noticed.
create table taxonomy_version (
  taxonomy text not null,
  version text not null,
  checksum text not null,
  content text not null,
  first_seen_at bigint not null,
  primary key (taxonomy, version)
);

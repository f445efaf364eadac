-- What people do about alerts, and ways into the audit.

alter table alert add column seen_by text;            -- who looks after it; forgotten when it is fine again
alter table alert add column seen_at bigint;
alter table alert add column silenced_until bigint;  -- channels are told then, if it is still broken
alter table alert add column silenced_by text;

create index audit_by_actor on audit (actor, at, id);
create index audit_by_instant on audit (at, id);

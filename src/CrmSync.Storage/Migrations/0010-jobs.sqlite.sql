-- Schedules that people make, hold and delete, runs that say what they were asked, nodes that say what they are.

alter table schedule add column name text not null default '';    -- as people call it; blank where the configuration made it
alter table schedule add column version bigint not null default 1; -- raised by every change, so that two people do not overwrite each other
alter table schedule add column created_by text;                  -- null: the configuration
alter table schedule add column due_from_at bigint;               -- when a person made, changed or resumed it: times before are not made up
alter table schedule add column paused_at bigint;
alter table schedule add column paused_by text;
alter table schedule add column pause_reason text;
alter table schedule add column resume_at bigint;                 -- a pause that ends by itself
alter table schedule add column deleted_at bigint;                -- its runs still refer to it, and the configuration must not bring it back

alter table run add column arguments text not null default '';    -- what it was asked, as words of the form key=value
update run set arguments = coalesce((select replace(a.filter, '&', ' ') from act a where a.run_id = run.id), '')
where kind in ('preview', 'approve', 'retry', 'discard', 'undo', 'force');
create index run_by_start on run (started_at, id);
create index run_by_kind on run (kind, connection_id, id);
create index run_by_schedule on run (schedule_id, id) where schedule_id is not null;

alter table node add column version text;                         -- of the program
alter table node add column limits text;                          -- of its queues, as words of the form queue=number

create index scan_by_run on scan (run_id);

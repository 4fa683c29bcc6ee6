-- What is to be done, and by whom. work.task and work.timer are projections: they can be emptied and
-- filled again from the events. work.lease is none: it survives rebuilds and holds no truth, only the
-- present right of a process to its attempts.

create table work.task (
  tenant_id    text        not null,
  execution_id uuid        not null,
  path         text        not null,
  node_id      text        not null,
  type         text        not null,
  handler      text,
  attempt      integer     not null,
  owner        text        not null,
  available_at timestamptz not null,
  deadline     timestamptz,
  input        bytea       not null,
  constraint task_pkey primary key (tenant_id, execution_id, path),
  constraint task_attempt_ck check (attempt > 0)
);

comment on table work.task is 'Current attempts of active task and http nodes (projection)';
comment on column work.task.owner is 'incarnation of the process that may run the attempt';
comment on column work.task.deadline is 'when the attempt times out; null for never';
comment on column work.task.input is 'JSON, UTF-8';

-- Recovery asks for the owners that exist (index skip) and for the rows of one owner.
create index task_owner_ix on work.task (owner, tenant_id, execution_id, path);
create index task_deadline_ix on work.task (deadline) where deadline is not null;

create table work.timer (
  tenant_id    text        not null,
  execution_id uuid        not null,
  path         text        not null,
  kind         text        not null,
  due_at       timestamptz not null,
  poll_at      timestamptz not null,
  constraint timer_pkey primary key (tenant_id, execution_id, path, kind)
);

comment on table work.timer is 'Pending timers (projection)';
comment on column work.timer.path is 'node instance; empty for the execution itself';
comment on column work.timer.poll_at is
  'when the table is asked: a near timer is fired from memory by the node that committed it, and its
   row is only the safety net, a little later';

create index timer_poll_at_ix on work.timer (poll_at, tenant_id, execution_id, path, kind);

create table work.lease (
  incarnation text        not null,
  node        text        not null,
  started_at  timestamptz not null default clock_timestamp(),
  expires_at  timestamptz not null,
  constraint lease_pkey primary key (incarnation)
) with (fillfactor = 50); -- one hot row per process: leave room for updates in place

comment on table work.lease is 'Processes that may run attempts; judged by the clock of the database';

do $$
begin
  if exists (select from pg_roles where rolname = 'varve_writer') then
    grant usage on schema work to varve_writer;
    grant select, insert, update, delete, truncate on all tables in schema work to varve_writer;
  end if;
end $$;

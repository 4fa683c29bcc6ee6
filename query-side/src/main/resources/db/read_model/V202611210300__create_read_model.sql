-- Read models: what happened, shaped for questions. Every table here can be emptied and filled again
-- by a replay of its projection. Columns are ordered by alignment and kept few: bytes are time.
-- JSON is kept as text: it is written once and given back as it is, never searched.

-- Definitions -------------------------------------------------------------------------------------

create table read_model.definition_version (
  published_at timestamptz not null,
  version      integer     not null,
  latest       boolean     not null,
  tenant_id    text        collate "C" not null,
  name         text        collate "C" not null,
  hash         text        not null,
  format       text        not null,
  source       text        not null,
  document     text        not null,
  constraint definition_version_pkey primary key (tenant_id, name, version)
);

create table read_model.definition_node (
  version   integer not null,
  ordinal   integer not null,
  tenant_id text    collate "C" not null,
  name      text    collate "C" not null,
  node_id   text    not null,
  type      text    not null,
  label     text,
  config    text    not null,
  constraint definition_node_pkey primary key (tenant_id, name, version, ordinal)
);

create table read_model.definition_edge (
  version   integer not null,
  ordinal   integer not null,
  otherwise boolean not null,
  tenant_id text    collate "C" not null,
  name      text    collate "C" not null,
  from_node text    not null,
  to_node   text    not null,
  condition text,
  constraint definition_edge_pkey primary key (tenant_id, name, version, ordinal)
);

-- Executions --------------------------------------------------------------------------------------

-- Written when an execution starts and when it ends, not for the steps between. Execution ids are
-- ordered by time of birth, so the primary key also serves "newest first".
create table read_model.execution (
  started_at   timestamptz not null,
  ended_at     timestamptz,
  execution_id uuid        not null,
  version      integer     not null,
  status       smallint    not null,
  tenant_id    text        collate "C" not null,
  definition   text        collate "C" not null,
  business_key text        collate "C",
  labels       jsonb,
  input        text,
  output       text,
  error        text,
  constraint execution_pkey primary key (tenant_id, execution_id)
) with (fillfactor = 85);

create index execution_definition_ix
  on read_model.execution (tenant_id, definition, execution_id);
create index execution_business_key_ix
  on read_model.execution (tenant_id, business_key, execution_id) where business_key is not null;
create index execution_labels_ix
  on read_model.execution using gin (labels jsonb_path_ops) where labels is not null;
-- Completed executions (status 3) are the many; the few others are what people look for.
create index execution_not_completed_ix
  on read_model.execution (tenant_id, status, execution_id) where status <> 3;

-- One row per node instance that was reached. Node id, iteration and type follow from the path and
-- the definition. Only the primary key is indexed, so that every update can stay on its page.
create table read_model.execution_node (
  started_at   timestamptz,
  ended_at     timestamptz,
  execution_id uuid        not null,
  attempt      integer     not null,
  status       smallint    not null,
  tenant_id    text        collate "C" not null,
  path         text        collate "C" not null,
  input        text,
  output       text,
  error        text,
  skip_reason  text,
  constraint execution_node_pkey primary key (tenant_id, execution_id, path)
) with (fillfactor = 90);

-- Attempts that were followed by another one; the last attempt of a node is told by the node's row.
create table read_model.execution_attempt (
  ended_at        timestamptz not null,
  next_started_at timestamptz not null,
  execution_id    uuid        not null,
  number          integer     not null,
  status          smallint    not null,
  tenant_id       text        collate "C" not null,
  path            text        collate "C" not null,
  error           text,
  constraint execution_attempt_pkey primary key (tenant_id, execution_id, path, number)
);

-- Statistics --------------------------------------------------------------------------------------

create table read_model.execution_statistics (
  day             date    not null,
  version         integer not null,
  tenant_id       text    collate "C" not null,
  definition      text    collate "C" not null,
  started         bigint  not null,
  completed       bigint  not null,
  failed          bigint  not null,
  cancelled       bigint  not null,
  timed_out       bigint  not null,
  duration_ms_sum bigint  not null,
  duration_ms_max bigint  not null,
  constraint execution_statistics_pkey primary key (tenant_id, definition, version, day)
) with (fillfactor = 20);

-- Executions that have not ended: the events of an end name neither definition nor start.
create table read_model.execution_statistics_open (
  started_at   timestamptz not null,
  execution_id uuid        not null,
  version      integer     not null,
  tenant_id    text        collate "C" not null,
  definition   text        collate "C" not null,
  constraint execution_statistics_open_pkey primary key (execution_id)
) with (fillfactor = 70);

-- Counts cannot be written twice, so this one remembers what it has counted.
create table read_model.execution_statistics_progress (
  position  bigint   not null,
  partition smallint not null,
  constraint execution_statistics_progress_pkey primary key (partition)
) with (fillfactor = 10);

-- Roles, where the first migration of the event store could create them.
do $$
begin
  if exists (select from pg_roles where rolname = 'varve_writer') then
    grant usage on schema read_model to varve_writer;
    grant select, insert, update, delete, truncate on all tables in schema read_model to varve_writer;
  end if;
  if exists (select from pg_roles where rolname = 'varve_query') then
    grant usage on schema read_model to varve_query;
    grant select on all tables in schema read_model to varve_query;
  end if;
end
$$;

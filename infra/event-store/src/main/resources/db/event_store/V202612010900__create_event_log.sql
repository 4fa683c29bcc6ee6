-- The log of facts and what is committed together with it. Everything else in the product can be
-- rebuilt from these tables. `partition` leads every key; see infra/docs/event-format.md.

-- Small numbers for stored names, so that an event row does not repeat them.
create table event_store.event_type (
  id          smallint generated always as identity primary key,
  stream_type text not null,
  name        text not null unique
);

create table event_store.node (
  id   integer generated always as identity primary key,
  name text not null unique
);

-- A partition is a log with positions, a chain and a writer of its own. Partitions are only added.
create table event_store.log_partition (
  partition smallint primary key check (partition between 0 and 4095),
  added_at  timestamptz not null default now()
);
insert into event_store.log_partition (partition) values (0);

-- Which partition a key (business key, idempotency key, definition name) belongs to.
create table event_store.slot (
  slot      smallint primary key check (slot between 0 and 4095),
  partition smallint not null references event_store.log_partition
);
insert into event_store.slot (slot, partition) select s, 0 from generate_series(0, 4095) s;

-- Columns are ordered by alignment: bytes are time.
create table event_store.event (
  partition      smallint    not null default 0,
  type           smallint    not null,
  revision       smallint    not null,
  command_offset smallint    not null,
  position       bigint      not null,
  sequence       bigint      not null,
  recorded_at    timestamptz not null,
  stream_id      uuid        not null,
  event_id       uuid        not null,
  node           integer     not null,
  tenant_id      text        not null default 'default',
  metadata       bytea,
  payload        bytea       not null,
  hash           bytea       not null,
  constraint event_pkey primary key (partition, position),
  constraint event_stream_key unique (partition, stream_id, sequence)
);
-- The store compresses what is worth it; a second try by the database would only cost time.
alter table event_store.event alter column payload set storage external;
alter table event_store.event alter column metadata set storage external;
alter table event_store.event alter column hash set storage plain;

create table event_store.receipt (
  partition   smallint    not null default 0,
  tenant_id   text        not null default 'default',
  key         text        not null,
  body_hash   text        not null,
  command_id  uuid        not null,
  stream_id   uuid        not null,
  position    bigint      not null,
  hash_prefix integer     not null,
  answer      bytea       not null,
  recorded_at timestamptz not null,
  constraint receipt_pkey primary key (partition, tenant_id, key)
);
create index receipt_age on event_store.receipt (recorded_at);

create table event_store.unique_key (
  partition smallint not null default 0,
  tenant_id text     not null default 'default',
  scope     text     not null,
  key       text     not null,
  stream_id uuid     not null,
  position  bigint   not null,
  constraint unique_key_pkey primary key (partition, tenant_id, scope, key)
);

-- A cache, never truth: may be emptied at any time.
create table event_store.snapshot (
  partition      smallint    not null default 0,
  stream_id      uuid        not null,
  tenant_id      text        not null default 'default',
  sequence       bigint      not null,
  state_revision integer     not null,
  payload        bytea       not null,
  taken_at       timestamptz not null default now(),
  constraint snapshot_pkey primary key (partition, stream_id)
) with (fillfactor = 80);
alter table event_store.snapshot alter column payload set storage external;

-- For people. The body is shown when it is stored plain (format 1).
create view event_store.event_readable as
select e.partition,
       e.position,
       e.recorded_at,
       e.tenant_id,
       t.stream_type,
       e.stream_id,
       e.sequence,
       t.name as type,
       e.revision,
       e.event_id,
       n.name as node,
       e.command_offset,
       encode(substring(e.metadata from 2 for 16), 'hex')::uuid as command_id,
       convert_from(substring(e.metadata from 21 for get_byte(e.metadata, 18) * 256 + get_byte(e.metadata, 19)), 'UTF8')
         as actor,
       case get_byte(e.payload, 0) when 1 then convert_from(substring(e.payload from 20), 'UTF8') end as body,
       case get_byte(e.payload, 0) when 0 then 'erased' when 1 then 'json' when 2 then 'json, deflated' else 'unknown' end
         as body_format,
       octet_length(e.payload) as stored_bytes,
       encode(e.hash, 'hex') as hash
  from event_store.event e
  join event_store.event_type t on t.id = e.type
  join event_store.node n on n.id = e.node;

-- Roles, where this role may create them: a writer and projector, and readers who own nothing.
do $$
declare
  role_name text;
begin
  if (select rolcreaterole or rolsuper from pg_roles where rolname = current_user) then
    foreach role_name in array array['varve_migrator', 'varve_writer', 'varve_query'] loop
      begin
        if not exists (select from pg_roles where rolname = role_name) then
          execute format('create role %I nologin', role_name);
        end if;
      exception when duplicate_object or unique_violation then
        null; -- another database of this cluster made it at the same moment
      end;
    end loop;
  end if;
  if exists (select from pg_roles where rolname = 'varve_writer') then
    grant usage on schema event_store to varve_writer;
    grant select, insert on all tables in schema event_store to varve_writer;
    grant delete on event_store.receipt, event_store.unique_key, event_store.snapshot to varve_writer;
    grant update on event_store.snapshot to varve_writer;
    grant usage on all sequences in schema event_store to varve_writer;
  end if;
  if exists (select from pg_roles where rolname = 'varve_query') then
    grant usage on schema event_store to varve_query;
    grant select on all tables in schema event_store to varve_query;
  end if;
end
$$;

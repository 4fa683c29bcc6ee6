-- Streams whose events a projection could not handle: set aside in the transaction of its token.
-- Rows are an operator's to retry or to discard; a projection that is built again forgets them.
create table event_store.parked_sequence (
  projection     text        not null,
  partition      smallint    not null default 0,
  stream_id      uuid        not null,
  tenant_id      text        not null default 'default',
  first_position bigint      not null,
  events         bigint      not null,
  tries          integer     not null,
  cause          text        not null,
  parked_at      timestamptz not null default clock_timestamp(),
  discarded_at   timestamptz,
  reason         text,
  constraint parked_sequence_pkey primary key (projection, partition, stream_id)
);

do $$
begin
  if exists (select from pg_roles where rolname = 'varve_writer') then
    grant select, insert, update, delete on event_store.parked_sequence to varve_writer;
  end if;
  if exists (select from pg_roles where rolname = 'varve_query') then
    grant select on event_store.parked_sequence to varve_query;
  end if;
end $$;

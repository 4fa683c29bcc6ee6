-- How far each processor has come; written in the transaction of the rows it stands for, hence in
-- the same database. Can be thrown away: the processor then begins again.
create table event_store.projection_token (
  processor    text     not null,
  segment      integer  not null default 0,
  position     bigint,
  replay_until bigint,
  owner        text,
  claimed_at   timestamptz,
  constraint projection_token_pkey primary key (processor, segment)
) with (fillfactor = 20); -- one hot row per processor: leave room for updates in place

do $$
begin
  if exists (select from pg_roles where rolname = 'varve_writer') then
    grant select, insert, update, delete on event_store.projection_token to varve_writer;
  end if;
end $$;

-- Roles that the program steps down to after connecting, so that a fault of a query cannot write, and
-- a fault of a projection cannot touch the log. Run at a start that finds a wall missing, after all
-- migrations, in one transaction; running it again changes nothing.

do $$
declare
  may_create boolean;
  super      boolean;
  role_name  text;
begin
  perform pg_advisory_xact_lock(1447121494, -1);
  select rolcreaterole or rolsuper, rolsuper into may_create, super
    from pg_roles where rolname = current_user;

  foreach role_name in array array['varve_writer', 'varve_projector', 'varve_query'] loop
    begin
      if may_create and not exists (select from pg_roles where rolname = role_name) then
        execute format('create role %I nologin', role_name);
      end if;
    exception when duplicate_object or unique_violation then
      null; -- another database of this cluster made it at the same moment
    end;
    begin
      if not super and exists (select from pg_roles where rolname = role_name) then
        execute format('grant %I to %I', role_name, current_user);
      end if;
    exception when insufficient_privilege or invalid_grant_operation then
      null; -- made by someone else, who has to grant it
    end;
  end loop;

  if exists (select from pg_roles where rolname = 'varve_writer') then
    grant usage on schema event_store, work, read_model to varve_writer;
    grant select, insert on all tables in schema event_store to varve_writer;
    grant delete on event_store.receipt, event_store.unique_key, event_store.snapshot to varve_writer;
    grant update on event_store.snapshot to varve_writer;
    grant usage on all sequences in schema event_store to varve_writer;
    grant select, insert, update, delete on all tables in schema work to varve_writer;
    grant select on all tables in schema read_model to varve_writer;
    -- once it was the projector as well
    revoke insert, update, delete, truncate on all tables in schema read_model from varve_writer;
    alter default privileges in schema event_store grant select on tables to varve_writer;
    alter default privileges in schema work
      grant select, insert, update, delete on tables to varve_writer;
  end if;

  if exists (select from pg_roles where rolname = 'varve_projector') then
    grant usage on schema event_store, work, read_model to varve_projector;
    grant select on all tables in schema event_store to varve_projector;
    grant insert, update, delete on event_store.projection_token, event_store.parked_sequence
      to varve_projector;
    grant select, insert, update, delete, truncate on all tables in schema work, read_model
      to varve_projector;
    grant usage on all sequences in schema work, read_model to varve_projector;
    alter default privileges in schema event_store grant select on tables to varve_projector;
    alter default privileges in schema work
      grant select, insert, update, delete, truncate on tables to varve_projector;
    alter default privileges in schema read_model
      grant select, insert, update, delete, truncate on tables to varve_projector;
  end if;

  if exists (select from pg_roles where rolname = 'varve_query') then
    grant usage on schema event_store, work, read_model to varve_query;
    grant select on all tables in schema event_store, work, read_model to varve_query;
    alter default privileges in schema event_store grant select on tables to varve_query;
    alter default privileges in schema work grant select on tables to varve_query;
    alter default privileges in schema read_model grant select on tables to varve_query;
  end if;
end
$$;

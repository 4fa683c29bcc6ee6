package dev.varve.eventstore.postgres;

/** The statements of the append path. */
final class AppendSql {
  /**
   * First key of the advisory locks of the append path ("VARV"); the second is the partition. See
   * {@code infra/docs/lock-keys.md}.
   */
  static final int LOCK_CLASS = 0x56415256;

  /**
   * Exclusive for the slow path; in a statement of its own, since that statement still sees what
   * was before.
   */
  static final String LOCK_EXCLUSIVE = "select pg_advisory_xact_lock(?, ?)";

  static final String READ_TAIL =
      "select position, hash, recorded_at from event_store.event where partition = ?::smallint order by position desc limit 1";

  static final String READ_HASH =
      "select hash from event_store.event where partition = ?::smallint and position = ?";

  static final String READ_VERSIONS =
      """
      select u.stream_id, v.sequence
        from unnest(?::uuid[]) as u (stream_id),
             lateral (select e.sequence from event_store.event e
                       where e.partition = ?::smallint and e.stream_id = u.stream_id
                       order by e.sequence desc limit 1) v
      """;

  static final String READ_LANDED =
      """
      select e.event_id, e.position, e.hash
        from unnest(?::uuid[], ?::int8[]) as u (stream_id, sequence)
        join event_store.event e on e.partition = ?::smallint and e.stream_id = u.stream_id and e.sequence = u.sequence
      """;

  static final String READ_PLACES =
      """
      select event_id, hash from event_store.event
       where partition = ?::smallint and position > ? and position <= ? order by position
      """;

  /**
   * Writes a word to the write-ahead log and nothing else: its commit waits for the disk, and for
   * standbys where commits wait for them, hence for everything in front of it too.
   */
  static final String CONFIRM = "select pg_logical_emit_message(true, 'varve', '')";

  static final String READ_RECEIPTS =
      """
      select r.tenant_id, r.key, r.body_hash, r.command_id, r.position, r.hash_prefix, r.answer
        from unnest(?::text[], ?::text[]) as u (tenant_id, key)
        join event_store.receipt r on r.partition = ?::smallint and r.tenant_id = u.tenant_id and r.key = u.key
      """;

  static final String READ_OWNERS =
      """
      select k.tenant_id, k.scope, k.key, k.stream_id
        from unnest(?::text[], ?::text[], ?::text[]) as u (tenant_id, scope, key)
        join event_store.unique_key k on k.partition = ?::smallint and k.tenant_id = u.tenant_id
             and k.scope = u.scope and k.key = u.key
      """;

  static final String RELEASE =
      """
      delete from event_store.unique_key x
       using unnest(?::text[], ?::text[], ?::text[], ?::uuid[]) as u (tenant_id, scope, key, stream_id)
       where x.partition = ?::smallint and x.tenant_id = u.tenant_id and x.scope = u.scope and x.key = u.key
         and x.stream_id = u.stream_id
      """;

  /**
   * The append lock, shared, and the guard: the tail this statement continues is there with this
   * very hash, and is not younger. Without rows from the guard nothing is written at all.
   */
  private static final String GUARD =
      """
      with l as materialized (select pg_advisory_xact_lock_shared(?, ?)),
      t as materialized (
        select 1 from l where ?::int8 = 0 or exists (
          select from event_store.event
           where partition = ?::smallint and position = ?::int8 and hash = ?::bytea and recorded_at <= ?::timestamptz))
      """;

  private static final String RECEIPTS =
      """
      , r as (
        insert into event_store.receipt
          (tenant_id, key, body_hash, command_id, stream_id, position, hash_prefix, answer, partition, recorded_at)
        select u.*, ?::smallint, ?::timestamptz
          from t, unnest(?::text[], ?::text[], ?::text[], ?::uuid[], ?::uuid[], ?::int8[], ?::int4[], ?::bytea[]) as u)
      """;

  private static final String ACQUIRES =
      """
      , k as (
        insert into event_store.unique_key (tenant_id, scope, key, stream_id, position, partition)
        select u.*, ?::smallint
          from t, unnest(?::text[], ?::text[], ?::text[], ?::uuid[], ?::int8[]) as u)
      """;

  private static final String RELEASES =
      """
      , d as (
        delete from event_store.unique_key x
         using t, unnest(?::text[], ?::text[], ?::text[], ?::uuid[]) as u (tenant_id, scope, key, stream_id)
         where x.partition = ?::smallint and x.tenant_id = u.tenant_id and x.scope = u.scope and x.key = u.key
           and x.stream_id = u.stream_id)
      """;

  private static final String EVENTS =
      """
      insert into event_store.event
        (partition, position, recorded_at, node,
         type, revision, command_offset, sequence, stream_id, event_id, tenant_id, metadata, payload, hash)
      select ?::smallint, ?::int8 + u.ord, ?::timestamptz, ?::int4,
             u.type, u.revision, u.command_offset, u.sequence, u.stream_id, u.event_id, u.tenant_id,
             u.metadata, u.payload, u.hash
        from t, unnest(?::int2[], ?::int2[], ?::int2[], ?::int8[], ?::uuid[], ?::uuid[], ?::text[],
                       ?::bytea[], ?::bytea[], ?::bytea[]) with ordinality
             as u (type, revision, command_offset, sequence, stream_id, event_id, tenant_id, metadata, payload, hash, ord)
      """;

  private AppendSql() {}

  /** Returns the one statement that writes a group; its update count is the number of events. */
  static String append(boolean receipts, boolean acquires, boolean releases) {
    return GUARD
        + (receipts ? RECEIPTS : "")
        + (acquires ? ACQUIRES : "")
        + (releases ? RELEASES : "")
        + EVENTS;
  }
}

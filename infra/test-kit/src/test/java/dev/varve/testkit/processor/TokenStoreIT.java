package dev.varve.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.schema.SchemaMigrations;
import dev.varve.postgres.EphemeralPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.ReplayToken;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.eventhandling.tokenstore.UnableToInitializeTokenException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class TokenStoreIT {
  private static final String NAME = "seen";

  private final PGSimpleDataSource database = new PGSimpleDataSource();
  private final ThreadTransactions transactions = new ThreadTransactions(database);
  private final PostgresTokenStore mine = store("me");
  private final PostgresTokenStore theirs = store("them");

  private PostgresTokenStore store(String owner) {
    return new PostgresTokenStore(transactions, owner, Duration.ofSeconds(10));
  }

  @BeforeEach
  void create() {
    var server = EphemeralPostgres.shared();
    database.setURL(
        server.createDatabase("token_" + UUID.randomUUID().toString().replace("-", "_")));
    database.setUser(server.user());
    database.setPassword(server.password());
    SchemaMigrations.EVENT_STORE.migrate(database);
    in(() -> mine.initializeTokenSegments(NAME, 1, new GlobalSequenceTrackingToken(0)));
  }

  @Test
  void a_token_comes_back_as_it_was_stored() {
    in(() -> mine.fetchToken(NAME, 0));
    in(() -> mine.storeToken(new GlobalSequenceTrackingToken(42), NAME, 0));

    assertThat(fetch(mine)).isEqualTo(new GlobalSequenceTrackingToken(42));
  }

  @Test
  void a_replay_goes_on_as_a_replay_after_a_restart() {
    fetch(mine);
    TrackingToken replay =
        ReplayToken.createReplayToken(
            new GlobalSequenceTrackingToken(100), new GlobalSequenceTrackingToken(7));
    in(() -> mine.storeToken(replay, NAME, 0));

    assertThat(fetch(mine)).isEqualTo(replay);
  }

  @Test
  void a_claimed_token_is_refused_to_others_until_it_is_given_up() {
    fetch(mine);

    assertThatThrownBy(() -> fetch(theirs)).isInstanceOf(UnableToClaimTokenException.class);
    assertThat(free(theirs)).isZero();

    in(() -> mine.releaseClaim(NAME, 0));
    assertThat(free(theirs)).isOne();
    assertThat(fetch(theirs)).isEqualTo(new GlobalSequenceTrackingToken(0));
  }

  @Test
  void a_claim_that_was_not_renewed_is_taken_over_and_the_old_owner_can_store_nothing()
      throws SQLException {
    fetch(mine);
    execute("update event_store.projection_token set claimed_at = claimed_at - interval '11 s'");

    fetch(theirs);

    assertThatThrownBy(() -> in(() -> mine.storeToken(new GlobalSequenceTrackingToken(5), NAME, 0)))
        .isInstanceOf(UnableToClaimTokenException.class);
    assertThatThrownBy(() -> in(() -> mine.extendClaim(NAME, 0)))
        .isInstanceOf(UnableToClaimTokenException.class);
    assertThat(fetch(theirs)).isEqualTo(new GlobalSequenceTrackingToken(0));
  }

  @Test
  void the_only_program_of_a_database_takes_all_claims_at_once() {
    fetch(theirs);

    in(mine::releaseClaimsOfOthers);

    assertThat(fetch(mine)).isEqualTo(new GlobalSequenceTrackingToken(0));
  }

  @Test
  void a_token_is_undone_with_the_transaction_of_its_rows() {
    fetch(mine);

    assertThatThrownBy(() ->
            in(() -> {
              mine.storeToken(new GlobalSequenceTrackingToken(9), NAME, 0);
              throw new IllegalStateException("the rows could not be written");
            }))
        .hasMessageContaining("rows");
    assertThat(fetch(mine)).isEqualTo(new GlobalSequenceTrackingToken(0));
  }

  @Test
  void a_segment_is_made_once_and_can_be_deleted_by_its_owner() {
    assertThatThrownBy(() -> in(() -> mine.initializeSegment(null, NAME, 0)))
        .isInstanceOf(UnableToInitializeTokenException.class);
    in(() -> mine.initializeSegment(null, NAME, 1));
    in(() -> assertThat(mine.fetchSegments(NAME)).containsExactly(0, 1));

    in(() -> mine.fetchToken(NAME, 1));
    in(() -> mine.deleteToken(NAME, 1));

    in(() -> assertThat(mine.fetchSegments(NAME)).containsExactly(0));
  }

  private @Nullable TrackingToken fetch(PostgresTokenStore store) {
    return transactions.fetchInTransaction(() -> store.fetchToken(NAME, 0));
  }

  private int free(PostgresTokenStore store) {
    return transactions.fetchInTransaction(() -> store.fetchAvailableSegments(NAME)).size();
  }

  private void in(Runnable work) {
    transactions.executeInTransaction(work);
  }

  private void execute(String sql) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

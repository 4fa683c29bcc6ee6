package dev.varve.testkit.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.verify.ChainVerifier;
import dev.varve.eventstore.verify.Verdict;
import dev.varve.replay.Verification;
import dev.varve.testkit.projection.ReadScenario;
import dev.varve.testkit.projection.ReadSide;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A long log is verified in ranges, and the verdict is the same. */
class VerificationIT {
  private static final int RANGE = 3;

  /** Counts how often a connection was taken, and how many at once. */
  private static final class Counted extends DelegatingDataSource {
    private final AtomicInteger taken = new AtomicInteger();

    Counted(ReadSide side) {
      super(side.dataSource());
    }

    @Override
    public Connection getConnection() throws SQLException {
      taken.incrementAndGet();
      return super.getConnection();
    }
  }

  @Test
  void ranges_give_the_connection_back_and_come_to_the_same_verdict() throws Exception {
    try (var side = ReadSide.open(1)) {
      new ReadScenario(side).play();
      var pool = new Counted(side);
      Verdict whole = new ChainVerifier(side.dataSource()).verify(0);

      Verdict inRanges = new Verification(side.log(), new ChainVerifier(pool), RANGE).verify(0);

      assertThat(inRanges).isEqualTo(whole);
      assertThat(inRanges.checked()).isEqualTo(side.log().tail(0).position()).isGreaterThan(9);
      assertThat(pool.taken.get()).isEqualTo((int) ((whole.checked() + RANGE - 1) / RANGE));
    }
  }

  @Test
  void the_first_bad_position_is_named_whatever_range_it_is_in() throws Exception {
    try (var side = ReadSide.open(1)) {
      new ReadScenario(side).play();
      var verifier = new ChainVerifier(side.dataSource());
      long last = side.log().tail(0).position();
      for (long bad = last; bad > last - 4; bad--) {
        try (Connection connection = side.dataSource().getConnection();
            var change =
                connection.prepareStatement(
                    "update event_store.event set tenant_id = 'x' || tenant_id where position = ?")) {
          change.setLong(1, bad);
          change.executeUpdate();
        }

        Verdict inRanges = new Verification(side.log(), verifier, RANGE).verify(0);

        assertThat(inRanges.problem()).isEqualTo(verifier.verify(0).problem());
        assertThat(inRanges.problem()).isNotNull();
        assertThat(inRanges.checked()).isEqualTo(bad - 1);
      }
    }
  }
}

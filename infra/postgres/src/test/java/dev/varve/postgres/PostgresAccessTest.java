package dev.varve.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresAccessTest {
  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://h/d, jdbc:postgresql://h/d",
    "jdbc:postgresql://h/d?ApplicationName=varve, jdbc:postgresql://h/d",
    "jdbc:postgresql://h/d?ApplicationName=varve&sslmode=require, jdbc:postgresql://h/d?sslmode=require",
    "jdbc:postgresql://h/d?a=b&ApplicationName=varve&c=d, jdbc:postgresql://h/d?a=b&c=d",
    "jdbc:postgresql://h/d?a=b&ApplicationName=varve, jdbc:postgresql://h/d?a=b",
    "jdbc:postgresql://h/d?ApplicationName=varve-mine, jdbc:postgresql://h/d?ApplicationName=varve-mine"
  })
  void our_own_name_leaves_room_for_others_and_a_chosen_one_stays(String url, String unnamed) {
    assertThat(PostgresAccess.to(url, "u", "p").jdbcUrlWithoutName()).isEqualTo(unnamed);
  }
}

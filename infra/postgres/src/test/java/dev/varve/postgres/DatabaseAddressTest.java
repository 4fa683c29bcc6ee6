package dev.varve.postgres;

import static dev.varve.postgres.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {

  private static final String OURS = "ApplicationName=varve";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          postgresql://me:pw@db.example.com:6000/shop        | jdbc:postgresql://db.example.com:6000/shop   | me   | pw
          postgres://me:pw@db.example.com/shop               | jdbc:postgresql://db.example.com:5432/shop   | me   | pw
          postgresql://me:p%40ss%2Fw+d@db/shop               | jdbc:postgresql://db:5432/shop               | me   | p@ss/w+d
          postgresql://me:pw@[::1]:6000/shop                 | jdbc:postgresql://[::1]:6000/shop            | me   | pw
          postgresql://me:pw@a:1,b:2,c/shop                  | jdbc:postgresql://a:1,b:2,c:5432/shop        | me   | pw
          postgresql://me@/shop?host=db&port=7               | jdbc:postgresql://db:7/shop                  | me   | ''
          postgresql:///?user=me&password=pw&dbname=a%20b    | jdbc:postgresql://localhost:5432/a%20b       | me   | pw
          postgresql://me:pw@db                              | jdbc:postgresql://db:5432/me                 | me   | pw
          jdbc:postgresql://db:6000/shop?user=me&password=pw | jdbc:postgresql://db:6000/shop               | me   | pw
          jdbc:postgresql:shop?user=me                       | jdbc:postgresql://localhost:5432/shop        | me   | ''
          """)
  void a_url_is_taken_apart(String url, String jdbc, String user, String password) {
    DatabaseAddress address = DatabaseAddress.from(Map.of("DATABASE_URL", url));

    assertThat(address.jdbcUrl())
        .isEqualTo(jdbc + "?" + OURS + "&loginTimeout=20&tcpKeepAlive=true");
    assertThat(address.user()).isEqualTo(user);
    assertThat(address.password()).isEqualTo(password);
  }

  @ParameterizedTest
  @CsvSource({
    "sslmode=verify-full, sslmode=verify-full",
    "sslrootcert=/ca.pem, sslrootcert=%2Fca.pem",
    "sslrootcert=system, sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
    "connect_timeout=3, connectTimeout=3",
    "connect_timeout=3, loginTimeout=3",
    "target_session_attrs=read-write, targetServerType=primary",
    "application_name=mine, ApplicationName=mine",
    "options=-c%20lock_timeout%3D1s, options=-c+lock_timeout%3D1s",
    "channel_binding=require, channelBinding=require",
    "sslnegotiation=direct, sslNegotiation=direct",
    "keepalives=0, tcpKeepAlive=false"
  })
  void parameters_of_libpq_get_the_drivers_names(String libpq, String driver) {
    String url = "postgresql://me:pw@db/shop?" + libpq;

    assertThat(DatabaseAddress.from(Map.of("DATABASE_URL", url)).jdbcUrl()).contains(driver);
  }

  @Test
  void parameters_of_a_driver_url_pass_unchanged() {
    String url = "jdbc:postgresql://db/shop?user=me&prepareThreshold=1";

    assertThat(DatabaseAddress.from(Map.of("DATABASE_URL", url)).parameters())
        .containsEntry("prepareThreshold", "1");
  }

  @Test
  void variables_replace_their_part_of_the_url() {
    Map<String, String> environment = new HashMap<>();
    environment.put("DATABASE_URL", "postgresql://me:pw@db:6000/shop?sslmode=disable");
    environment.put("VARVE_DATABASE_HOST", "other");
    environment.put("VARVE_DATABASE_PORT", "7000");
    environment.put("VARVE_DATABASE_NAME", "store");
    environment.put("VARVE_DATABASE_USER", "you");
    environment.put("VARVE_DATABASE_PASSWORD", " kept as it is ");
    environment.put("VARVE_DATABASE_SSLMODE", "require");
    environment.put("VARVE_DATABASE_SSLROOTCERT", "ca.pem");
    environment.put("VARVE_DATABASE_CONNECT_TIMEOUT", "4");

    DatabaseAddress address = DatabaseAddress.from(environment);

    assertThat(address.jdbcUrl())
        .startsWith("jdbc:postgresql://other:7000/store?")
        .contains("sslmode=require", "sslrootcert=ca.pem", "connectTimeout=4");
    assertThat(address.user()).isEqualTo("you");
    assertThat(address.password()).isEqualTo(" kept as it is ");
  }

  @Test
  void a_password_is_never_printed() {
    String url = "postgresql://me:secret@db/shop?password=secret";

    assertThat(DatabaseAddress.from(Map.of("DATABASE_URL", url)))
        .asString()
        .doesNotContain("secret");
    assertThat(DatabaseAddress.from(Map.of("DATABASE_URL", url)).jdbcUrl())
        .doesNotContain("secret");
    assertThat(
            refused(
                "storage.url-invalid",
                "percent-encoded",
                () -> DatabaseAddress.from(Map.of("DATABASE_URL", "mysql://me:secret@db"))))
        .message()
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://me@db/shop",
        "db:5432",
        "postgresql://me@::1/shop",
        "postgresql://me@db/shop?sslmode",
        "postgresql://me@db/shop?passfile=x",
        "postgresql://me@db/shop?target_session_attrs=standby",
        "postgresql://me@%2Ftmp/shop",
        "postgresql://me:50%@db/shop"
      })
  void what_cannot_be_read_is_refused(String url) {
    refused(
        "storage.url-invalid",
        "postgresql://user:password@host",
        () -> DatabaseAddress.from(Map.of("DATABASE_URL", url)));
  }

  @Test
  void wrong_values_name_their_variable() {
    refused(
        "storage.setting-invalid",
        "VARVE_DATABASE_SSLMODE",
        () -> DatabaseAddress.from(Map.of("DATABASE_URL", "postgresql://db/s?sslmode=on")));
    refused(
        "storage.setting-invalid",
        "VARVE_DATABASE_PORT",
        () ->
            DatabaseAddress.from(
                Map.of("DATABASE_URL", "postgresql://db/s", "VARVE_DATABASE_PORT", "0")));
    refused(
        "storage.setting-invalid",
        "port in DATABASE_URL",
        () -> DatabaseAddress.from(Map.of("DATABASE_URL", "postgresql://db:99999/s")));
    refused("storage.database-url-missing", "DATABASE_URL", () -> DatabaseAddress.from(Map.of()));
  }
}

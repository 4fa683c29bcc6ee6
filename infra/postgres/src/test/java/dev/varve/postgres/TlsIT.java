package dev.varve.postgres;

import static dev.varve.postgres.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every SSL mode of libpq against a server of somebody else. */
class TlsIT {

  private static final char[] STORE_PASSWORD = "changeit".toCharArray();

  @TempDir static Path directory;
  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws Exception {
    Path home = Files.createDirectory(directory.resolve("server"));
    makeCertificate("server");
    makeCertificate("stranger");
    server =
        ForeignServer.start(
            home,
            options ->
                options
                    .withParameter("ssl", "on")
                    .withParameter("ssl_cert_file", directory.resolve("server.crt").toString())
                    .withParameter("ssl_key_file", directory.resolve("server.key").toString()));
    Sql admin = Sql.on(server);
    admin.run(
        "create role open login superuser password 'pw'",
        "create role safe login superuser password 'pw'",
        "create role plain login superuser password 'pw'");
    Files.writeString(
        home.resolve("data/pg_hba.conf"),
        """
        hostnossl all safe 127.0.0.1/32 reject
        hostssl all plain 127.0.0.1/32 reject
        host all all 127.0.0.1/32 scram-sha-256
        """);
    admin.run("select pg_reload_conf()");
    Await.until(
        Duration.ofSeconds(20),
        () -> admin.ask("select count(*) from pg_hba_file_rules").equals("3") && isReloaded());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "disable, open, none, false",
    "allow, open, none, false",
    "allow, safe, none, true",
    "prefer, open, none, true",
    "prefer, plain, none, false",
    "require, safe, none, true",
    "verify-ca, safe, server, true",
    "verify-full, safe, server, true"
  })
  void every_ssl_mode_of_libpq_connects_as_it_should(
      String mode, String user, String root, boolean encrypted) throws Exception {
    try (PostgresAccess access = Storage.open(settings(mode, user, root))) {
      String used =
          new Sql(access.jdbcUrl(), access.user(), access.password())
              .ask("select ssl from pg_stat_ssl where pid = pg_backend_pid()");

      assertThat(used).isEqualTo(encrypted ? "t" : "f");
    }
  }

  @Test
  void a_server_that_wants_tls_says_so() {
    refused("storage.tls-required", "sslmode=require", () -> open("disable", "safe", "none"));
  }

  @ParameterizedTest
  @CsvSource({"verify-ca, stranger", "verify-full, stranger", "verify-full, absent"})
  void a_certificate_that_cannot_be_trusted_is_refused(String mode, String root) {
    refused("storage.tls-failed", "VARVE_DATABASE_SSLROOTCERT", () -> open(mode, "safe", root));
  }

  @Test
  void a_certificate_of_another_host_is_refused_by_verify_full_only() {
    Map<String, String> localhost = environment("verify-full", "safe", "server");
    localhost.put("VARVE_DATABASE_HOST", "localhost");
    refused("storage.tls-failed", "host name", () -> Storage.open(StorageSettings.from(localhost)));

    localhost.put("VARVE_DATABASE_SSLMODE", "verify-ca");
    try (PostgresAccess access = Storage.open(StorageSettings.from(localhost))) {
      assertThat(access.jdbcUrl()).contains("localhost");
    }
  }

  @Test
  void a_server_without_tls_is_named(@TempDir Path plain) throws Exception {
    try (EmbeddedPostgres other = ForeignServer.start(plain, UnaryOperator.identity())) {
      Map<String, String> required = environment("require", other.user(), "none");
      required.put("VARVE_DATABASE_PORT", Integer.toString(other.port()));
      refused(
          "storage.tls-not-offered",
          "sslmode=prefer",
          () -> Storage.open(StorageSettings.from(required)));
    }
  }

  private static boolean isReloaded() {
    try {
      open("disable", "safe", "none");
      return false;
    } catch (StartupException e) {
      return e.code().equals("storage.tls-required");
    }
  }

  private static void open(String mode, String user, String root) {
    Storage.open(settings(mode, user, root)).close();
  }

  private static StorageSettings settings(String mode, String user, String root) {
    return StorageSettings.from(environment(mode, user, root));
  }

  private static Map<String, String> environment(String mode, String user, String root) {
    Map<String, String> environment = new HashMap<>();
    environment.put("VARVE_DATABASE_HOST", "127.0.0.1");
    environment.put("VARVE_DATABASE_PORT", Integer.toString(server.port()));
    environment.put("VARVE_DATABASE_NAME", "varve");
    environment.put("VARVE_DATABASE_USER", user);
    environment.put("VARVE_DATABASE_PASSWORD", "pw");
    environment.put("VARVE_DATABASE_SSLMODE", mode);
    if (!root.equals("none")) {
      environment.put("VARVE_DATABASE_SSLROOTCERT", directory.resolve(root + ".crt").toString());
    }
    return environment;
  }

  /** A self-signed certificate for 127.0.0.1 and its key, made by the JDK's own tool. */
  private static void makeCertificate(String name) throws Exception {
    Path store = directory.resolve(name + ".p12");
    List<String> keytool =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=" + name,
            "-ext",
            "san=ip:127.0.0.1",
            "-ext",
            "bc:c",
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(STORE_PASSWORD),
            "-keystore",
            store.toString());
    assertThat(Commands.run(keytool, Duration.ofMinutes(1)).succeeded()).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream stream = Files.newInputStream(store)) {
      keys.load(stream, STORE_PASSWORD);
    }
    pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded());
    pem(name + ".key", "PRIVATE KEY", keys.getKey(name, STORE_PASSWORD).getEncoded());
  }

  private static void pem(String file, String type, byte[] content) throws IOException {
    byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
    String body = Base64.getMimeEncoder(64, lineEnd).encodeToString(content);
    FileTrees.writePrivate(
        directory.resolve(file),
        "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }
}

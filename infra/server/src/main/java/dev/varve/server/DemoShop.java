package dev.varve.server;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The demo shop of {@code varve dev}: a process of its own, so that it lives on when the server is
 * killed and its journal shows what the server did again.
 */
final class DemoShop {
  /** Where the shop listens, loopback only. */
  static final int PORT = 9090;

  private static final Logger LOG = LoggerFactory.getLogger(DemoShop.class);
  private static final int CONNECT_MILLIS = 300;

  private DemoShop() {}

  /** Starts the shop unless something listens at its port. */
  static void startIfAbsent(Path dataDir, @Nullable String classPath) {
    if (listens()) {
      LOG.atInfo().addKeyValue("port", PORT).log("demo shop runs already");
      return;
    }
    if (classPath == null) {
      LOG.atWarn().log("demo shop not started: start it with ./varve demo");
      return;
    }
    try {
      Files.createDirectories(dataDir);
      Path log = dataDir.resolve("demo.log");
      Process shop =
          new ProcessBuilder(command(classPath, dataDir.resolve("demo").resolve("journal.jsonl")))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      Files.writeString(dataDir.resolve("demo.pid"), Long.toString(shop.pid()));
      LOG.atInfo()
          .addKeyValue("port", PORT)
          .addKeyValue("pid", shop.pid())
          .log("demo shop started");
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("demo shop not started");
    }
  }

  private static List<String> command(String classPath, Path journal) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m",
        "-cp",
        classPath,
        "dev.varve.demo.Demo",
        "--port",
        Integer.toString(PORT),
        "--journal",
        journal.toString());
  }

  private static boolean listens() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

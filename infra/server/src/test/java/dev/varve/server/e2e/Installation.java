package dev.varve.server.e2e;

import dev.varve.postgres.EphemeralPostgres;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import dev.varve.testkit.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.FileSystemUtils;

/** One PostgreSQL, one demo shop and any number of server processes, on free loopback ports. */
public final class Installation implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private static final int PORTS_FROM = 26_000;
  private static final int PORT_PARTS = 24;
  private static final int PORTS = 250;

  /** Were it collected, the lock would be gone. */
  private static final List<FileChannel> HELD = new ArrayList<>();

  private static final int FIRST_PORT = ownPorts();
  private static final AtomicInteger nextPort = new AtomicInteger();

  private final EphemeralPostgres postgres;
  private final Path directory;
  private final JavaProcess shop;
  private final int shopPort;
  private final List<Node> nodes = new ArrayList<>();

  /** One server process and how to reach it. */
  public final class Node {
    private final String name;
    private final int port;
    private final Map<String, String> environment;
    private JavaProcess process;

    private Node(String name, int port, Map<String, String> environment) throws IOException {
      this.name = name;
      this.port = port;
      this.environment = environment;
      this.process = launch();
    }

    /** Returns the port it serves on. */
    public int port() {
      return port;
    }

    /** Returns its process id. */
    public long pid() {
      return process.pid();
    }

    /** Tells whether its process runs. */
    public boolean alive() {
      return process.alive();
    }

    private JavaProcess launch() throws IOException {
      return ServerProgram.start(
          List.of("server", "--port", Integer.toString(port)),
          environment,
          directory.resolve(name + ".log"));
    }

    /** Returns its doors. */
    public Http http() {
      return new Http("http://127.0.0.1:" + port);
    }

    /** Returns its name. */
    public String name() {
      return name;
    }

    /** Waits until the node serves. */
    public void awaitReady() {
      Http http = http();
      Await.value(
          "node " + name + " ready",
          START_LIMIT,
          () -> {
            if (!process.alive()) {
              throw new AssertionError("node ended: " + process.logTail());
            }
            return http.get("/health/ready").status() == 200 ? true : null;
          },
          process::logTail);
    }

    /** Kills it as a crash would. */
    public void killNine() throws InterruptedException {
      process.killNine();
    }

    /** Asks it to stop (SIGTERM), waits for the end and returns the exit code. */
    public int stop() throws InterruptedException {
      return process.stop();
    }

    /** Starts it again with the same settings. */
    public void start() throws IOException {
      process = launch();
    }

    /** Returns the end of its log. */
    public String logTail() {
      return process.logTail();
    }
  }

  /** Starts PostgreSQL and the shop. */
  public Installation() throws IOException {
    this(EphemeralPostgres.start());
  }

  /** Starts the shop beside a PostgreSQL, which is closed with the rest. */
  public Installation(EphemeralPostgres postgres) throws IOException {
    this.postgres = postgres;
    this.directory = Files.createTempDirectory("varve-e2e");
    this.shopPort = freePort();
    this.shop =
        JavaProcess.start(
            "dev.varve.demo.Demo",
            List.of(
                "--port",
                Integer.toString(shopPort),
                "--journal",
                directory.resolve("shop.jsonl").toString()),
            Map.of(),
            directory.resolve("shop.log"));
    Await.until(
        "the shop serves",
        START_LIMIT,
        () -> new Http(shopUrl()).get("/journal/stats").status() == 200);
  }

  /** Starts a server process; {@code settings} are added to its environment. */
  public Node startNode(String name, Map<String, String> settings) throws IOException {
    var environment = new HashMap<String, String>();
    environment.put("DATABASE_URL", databaseUrl());
    environment.put("VARVE_NODE", name);
    environment.put("VARVE_LEASE", "2s");
    environment.put("VARVE_DATA_DIR", directory.resolve(name).toString());
    environment.put("VARVE_EGRESS_ALLOW", "127.0.0.1:" + shopPort);
    environment.putAll(settings);
    var node = new Node(name, freePort(), environment);
    nodes.add(node);
    return node;
  }

  /**
   * Kills the postmaster and all its children at once; the launcher starts it again on the same
   * port.
   */
  public void killPostgres() {
    int before = postgres.server().restarts();
    ProcessHandle postmaster = ProcessHandle.of(postgres.server().pid()).orElseThrow();
    List<ProcessHandle> family = new ArrayList<>(postmaster.descendants().toList());
    family.addFirst(postmaster);
    family.forEach(ProcessHandle::destroyForcibly);
    Await.until("PostgreSQL runs again", START_LIMIT, () -> postgres.server().restarts() > before);
  }

  /** Kills a node for good. */
  public void retire(Node node) {
    nodes.remove(node);
    node.process.close();
  }

  private String databaseUrl() {
    return databaseUrl(postgres.server().port());
  }

  /** Returns the address of the database behind another port, such as that of a proxy. */
  public String databaseUrl(int port) {
    return "postgresql://"
        + postgres.user()
        + ":"
        + postgres.password()
        + "@127.0.0.1:"
        + port
        + "/postgres";
  }

  /** Returns the database. */
  public EphemeralPostgres postgres() {
    return postgres;
  }

  /** Returns the address of the shop. */
  public String shopUrl() {
    return "http://127.0.0.1:" + shopPort;
  }

  /** Returns a client of the shop. */
  public Http shop() {
    return new Http(shopUrl());
  }

  /** Returns where logs and journals are. */
  public Path directory() {
    return directory;
  }

  /**
   * Below the range from which clients are given ports, and each JVM has its own part of it, also
   * beside other builds on the machine: a server that is started again finds its port free.
   */
  private static int freePort() throws IOException {
    while (true) {
      int port = FIRST_PORT + Math.floorMod(nextPort.getAndIncrement(), PORTS);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException _) {
        // somebody else has it: the next one
      }
    }
  }

  /** Takes a part of the ports that no other JVM has; the lock ends with this JVM. */
  private static int ownPorts() {
    for (int part = 0; part < PORT_PARTS; part++) {
      Path lock = Path.of(System.getProperty("java.io.tmpdir"), "varve-test-ports-" + part);
      try {
        var file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (file.tryLock() != null) {
          HELD.add(file);
          return PORTS_FROM + part * PORTS;
        }
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("Expected fewer than " + PORT_PARTS + " builds at once");
  }

  @Override
  public void close() {
    nodes.forEach(node -> node.process.close());
    shop.close();
    postgres.close();
    try {
      boolean _ = FileSystemUtils.deleteRecursively(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

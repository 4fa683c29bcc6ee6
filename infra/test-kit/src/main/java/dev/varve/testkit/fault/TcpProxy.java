package dev.varve.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A TCP proxy on loopback that can be told to misbehave: it delays, cuts, swallows everything
 * (half-open), refuses, or drops a server's next reply after the server has sent it.
 *
 * <p>Connections are told apart by the first bytes that their client sent, in which a PostgreSQL
 * client names its application.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CHUNK_BYTES = 65_536;
  private static final int CONNECT_MILLIS = 2_000;

  /** A PostgreSQL client asks for TLS first and names its application only then. */
  private static final int OPENING_CHARS = 4_000;

  private final ServerSocket door;
  private final int target;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger droppedReplies = new AtomicInteger();
  private final AtomicInteger cut = new AtomicInteger();
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean refusing;
  private volatile boolean closed;

  private TcpProxy(ServerSocket door, int target) {
    this.door = door;
    this.target = target;
  }

  /** Opens a proxy on a free loopback port in front of the loopback port {@code target}. */
  public static TcpProxy before(int target) throws IOException {
    var proxy = new TcpProxy(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), target);
    Thread.ofVirtual().name("proxy-" + target).start(proxy::accept);
    return proxy;
  }

  /** Returns the port that clients connect to. */
  public int port() {
    return door.getLocalPort();
  }

  /** Holds every chunk back for {@code time} from now on. */
  public void delay(Duration time) {
    delay = time;
  }

  /** Refuses new connections, or takes them again. */
  public void refuse(boolean refuse) {
    refusing = refuse;
  }

  /** Resets every connection whose client said {@code text} first; all of them for empty text. */
  public int cut(String text) {
    return each(text, Link::reset);
  }

  /**
   * Swallows everything on such connections from now on, in both directions, and keeps them open.
   */
  public int blackHole(String text) {
    return each(
        text,
        link -> {
          link.swallowing = true;
          return true;
        });
  }

  /**
   * Drops the next reply on each such connection: what the client sent has reached the server, what
   * the server answered has not reached the client, whose connection is reset.
   */
  public int dropNextReply(String text) {
    return each(
        text,
        link -> {
          link.droppingReply = true;
          return true;
        });
  }

  /** Returns how many replies were dropped. */
  public int droppedReplies() {
    return droppedReplies.get();
  }

  /** Returns how many connections were reset. */
  public int cuts() {
    return cut.get();
  }

  /** Returns how many such connections are open. */
  public int open(String text) {
    return each(text, _ -> true);
  }

  private int each(String text, Predicate<Link> action) {
    int count = 0;
    for (Link link : links) {
      if (link.opening.contains(text) && action.test(link)) {
        count++;
      }
    }
    return count;
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = door.accept();
        if (refusing) {
          resetQuietly(client);
        } else {
          open(client);
        }
      } catch (IOException e) {
        // the door is closed, or this client is gone already
      }
    }
  }

  private void open(Socket client) {
    var server = new Socket();
    try {
      server.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      resetQuietly(client);
      resetQuietly(server);
      return;
    }
    var link = new Link(client, server);
    links.add(link);
    Thread.ofVirtual().name("proxy-up").start(link::up);
    Thread.ofVirtual().name("proxy-down").start(link::down);
  }

  @Override
  public void close() {
    closed = true;
    try {
      door.close();
    } catch (IOException e) {
      // it is given up either way
    }
    links.forEach(Link::reset);
  }

  private static void resetQuietly(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // it is gone, which is what was wanted
    }
  }

  /** One client and its connection to the server. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private volatile String opening = "";
    private volatile boolean swallowing;
    private volatile boolean droppingReply;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    boolean reset() {
      if (links.remove(this)) {
        cut.incrementAndGet();
        resetQuietly(client);
        resetQuietly(server);
        return true;
      }
      return false;
    }

    void up() {
      try (InputStream in = client.getInputStream();
          OutputStream out = server.getOutputStream()) {
        var said = new StringBuilder();
        byte[] chunk = new byte[CHUNK_BYTES];
        int read;
        while ((read = in.read(chunk)) >= 0) {
          if (said.length() < OPENING_CHARS) {
            said.append(new String(chunk, 0, read, StandardCharsets.ISO_8859_1));
            opening = said.toString();
          }
          pass(out, chunk, read);
        }
      } catch (IOException e) {
        // one side is gone; so is the link
      }
      reset();
    }

    void down() {
      try (InputStream in = server.getInputStream();
          OutputStream out = client.getOutputStream()) {
        byte[] chunk = new byte[CHUNK_BYTES];
        int read;
        while ((read = in.read(chunk)) >= 0) {
          if (droppingReply) {
            droppedReplies.incrementAndGet();
            break;
          }
          pass(out, chunk, read);
        }
      } catch (IOException e) {
        // one side is gone; so is the link
      }
      reset();
    }

    private void pass(OutputStream out, byte[] chunk, int length) throws IOException {
      Duration hold = delay;
      if (hold.isPositive()) {
        LockSupport.parkNanos(hold.toNanos());
      }
      if (!swallowing) {
        out.write(chunk, 0, length);
        out.flush();
      }
    }
  }
}

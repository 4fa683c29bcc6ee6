package dev.varve.command.worker;

import java.io.IOException;
import java.net.SocketException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Recognises a connection that its server closed while it lay idle. The check before a request
 * cannot see what is closed at that very moment; then the request ends without one byte of an
 * answer, and it is nobody's fault.
 */
final class ReusedConnections extends HttpRequestExecutor {
  /** The server closed a connection that had served before, and no byte of an answer came. */
  static final class Closed extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient IOException how;

    Closed(IOException how) {
      super(how.getMessage(), how);
      this.how = how;
    }

    IOException how() {
      return how;
    }
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      @Nullable HttpResponseInformationCallback information,
      HttpContext context)
      throws IOException, HttpException {
    // Kept from before: it goes on counting when the connection is closed.
    EndpointDetails counts = connection.getEndpointDetails();
    boolean reused = counts != null && counts.getResponseCount() > 0;
    long received = counts == null ? 0 : counts.getReceivedBytesCount();
    try {
      return super.execute(request, connection, information, context);
    } catch (IOException e) {
      if (reused && closed(e) && counts.getReceivedBytesCount() == received) {
        throw new Closed(e);
      }
      throw e;
    }
  }

  /** A time-out is not among them: the server may still be at it. */
  private static boolean closed(IOException e) {
    return e instanceof NoHttpResponseException
        || e instanceof ConnectionClosedException
        || e instanceof SocketException
        || e.getCause() instanceof SocketException;
  }
}

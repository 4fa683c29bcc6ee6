package dev.varve.server;

import dev.varve.api.rejection.Rejection;
import dev.varve.web.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.Container;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Makes the container answer what it refuses by itself, such as a request line that is none, with a
 * problem document instead of its HTML page.
 */
final class TomcatProblems implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    factory.addContextCustomizers(context -> {
      Container host = context.getParent();
      if (host instanceof StandardHost standard) {
        standard.setErrorReportValveClass(ProblemValve.class.getName());
      }
    });
  }

  /** Writes the problem; made by the container, by name. */
  public static final class ProblemValve extends ErrorReportValve {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemValve.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
      int status = response.getStatus();
      if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
        return;
      }
      Rejection rejection = FailureController.rejection(status);
      try {
        response.setStatus(Problems.status(rejection.code().kind()));
        response.setContentType(Problems.MEDIA_TYPE);
        response
            .getOutputStream()
            .write(Problems.body(rejection).toString().getBytes(StandardCharsets.UTF_8));
        response.finishResponse();
      } catch (IOException e) {
        LOG.atDebug().addKeyValue("reason", e.toString()).log("client did not take the refusal");
      }
    }
  }
}

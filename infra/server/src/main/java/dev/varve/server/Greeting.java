package dev.varve.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * What happens when the server serves: the pid file, in development the shop and the samples, and a
 * word to the user.
 */
final class Greeting implements ApplicationListener<ApplicationReadyEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);
  private static final List<String> SAMPLES =
      List.of("hello", "order", "parallel", "retry", "delay");

  private final ServerSettings settings;
  private final @Nullable String demoClassPath;

  Greeting(ServerSettings settings, @Nullable String demoClassPath) {
    this.settings = settings;
    this.demoClassPath = demoClassPath;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    try {
      PidFile.write(settings.dataDir());
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("pid file not written");
    }
    String address = address(event);
    if (settings.dev()) {
      DemoShop.startIfAbsent(settings.dataDir(), demoClassPath);
      publishSamples(address);
    }
    LOG.atInfo().addKeyValue("address", address).log("Varve serves");
  }

  private String address(ApplicationReadyEvent event) {
    int port =
        event.getApplicationContext() instanceof ServletWebServerApplicationContext web
                && web.getWebServer() != null
            ? web.getWebServer().getPort()
            : settings.port();
    return "http://" + settings.host() + ":" + port;
  }

  private void publishSamples(String address) {
    if (demoClassPath == null) {
      return;
    }
    try (var samples = new URLClassLoader(urls(demoClassPath), null);
        var http = HttpClient.newHttpClient()) {
      for (String name : SAMPLES) {
        try (InputStream sample = samples.getResourceAsStream("samples/" + name + ".yaml")) {
          if (sample != null) {
            publish(http, address, name, sample.readAllBytes());
          }
        }
      }
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("samples not published");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void publish(HttpClient http, String address, String name, byte[] source)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(address + "/api/v1/definitions"))
            .header("Content-Type", "application/yaml")
            .POST(HttpRequest.BodyPublishers.ofByteArray(source));
    if (settings.apiKey() != null) {
      request.header("Authorization", "Bearer " + settings.apiKey());
    }
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      LOG.atWarn()
          .addKeyValue("sample", name)
          .addKeyValue("answer", answer.body())
          .log("sample not published");
    }
  }

  private static URL[] urls(String classPath) throws MalformedURLException {
    String[] parts = classPath.split(java.io.File.pathSeparator, -1);
    URL[] urls = new URL[parts.length];
    for (int i = 0; i < parts.length; i++) {
      urls[i] = Path.of(parts[i]).toUri().toURL();
    }
    return urls;
  }
}

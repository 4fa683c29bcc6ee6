package dev.varve.server.doors;

import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads the whole feed by pages. */
public final class FeedPages {
  private FeedPages() {}

  /** Returns the positions of all events there are now, in order. */
  public static List<String> positions(Http http) throws IOException, InterruptedException {
    List<String> positions = new ArrayList<>();
    String after = "";
    while (true) {
      JsonNode page = http.get("/api/v1/events?limit=1000&data=false" + after).body();
      page.path("items").forEach(item -> positions.add(item.path("position").asString()));
      if (page.path("items").isEmpty()) {
        return positions;
      }
      after = "&after=" + page.path("next").asString();
    }
  }
}

package dev.varve.demo;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a caller gets.
 *
 * @param status HTTP status
 * @param body a JSON object
 * @param headers beyond the content type
 * @param drop cut the connection instead
 */
record Answer(int status, JsonNode body, Map<String, String> headers, boolean drop) {

  static Answer of(int status, JsonNode body) {
    return new Answer(status, body, Map.of(), false);
  }

  static Answer problem(int status, String code, String detail) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.put("code", code);
    body.put("detail", detail);
    return of(status, body);
  }

  Answer with(Map<String, String> more) {
    return new Answer(status, body, more, drop);
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }
}

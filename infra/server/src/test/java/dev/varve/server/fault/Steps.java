package dev.varve.server.fault;

/** The small workflows of the scenarios; each scenario runs a copy under a name of its own. */
final class Steps {
  private Steps() {}

  /** Two calls of the shop with a task between them. */
  static String order(String name, String shopUrl) {
    return """
    name: %s
    timeout: PT1H
    nodes:
      - id: reserve
        type: http
        with: { method: POST, url: "%s/stock", body: { sku: pen, n: 1 } }
        timeout: PT30S
        retry: { maxAttempts: 20, backoff: { initial: PT0.2S, factor: 2, max: PT2S } }
      - { id: work, type: task, handler: echo, with: { n: "${input.n}" } }
      - id: ship
        type: http
        with: { method: POST, url: "%s/shipments" }
        timeout: PT30S
        retry: { maxAttempts: 20, backoff: { initial: PT0.2S, factor: 2, max: PT2S } }
    edges:
      - { from: reserve, to: work }
      - { from: work, to: ship }
    """
        .formatted(name, shopUrl, shopUrl);
  }

  /** Three tasks in a row, without effects. */
  static String three(String name) {
    return """
    name: %s
    timeout: PT1H
    nodes:
      - { id: one, type: task, handler: echo, with: { n: "${input.n}" } }
      - { id: two, type: task, handler: echo, with: { n: "${input.n}" } }
      - { id: three, type: task, handler: echo, with: { n: "${input.n}" } }
    edges:
      - { from: one, to: two }
      - { from: two, to: three }
    """
        .formatted(name);
  }

  /** The body that starts an execution of {@code name}. */
  static String start(String name, int number) {
    return "{\"definition\":\"%s\",\"input\":{\"n\":%d}}".formatted(name, number);
  }
}

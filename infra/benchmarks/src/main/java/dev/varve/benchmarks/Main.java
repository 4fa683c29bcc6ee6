package dev.varve.benchmarks;

/** The program {@code varve bench}. */
public final class Main {
  private static final int USAGE = 2;

  private Main() {}

  /** Runs the benchmark named first. */
  public static void main(String[] args) throws Exception {
    String name = args.length == 0 ? "" : args[0];
    switch (name) {
      case "sequential" -> SequentialReport.run(new BenchArguments(args, 1));
      default -> {
        System.err.println(
            "usage: varve bench sequential [--in-flight 64] [--seconds 10] [--warmup 10] [--runs 3]"
                + " [--storage ephemeral]");
        System.exit(USAGE);
      }
    }
  }
}

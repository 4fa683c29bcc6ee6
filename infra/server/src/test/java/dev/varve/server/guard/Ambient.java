package dev.varve.server.guard;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;

/** Calls that bring in what is not an argument: time, randomness, environment, console. */
final class Ambient {
  static final DescribedPredicate<JavaMethodCall> CALLS =
      DescribedPredicate.describe("reads clock, dice or environment", Ambient::isAmbient);

  static final DescribedPredicate<JavaMethodCall> CONSOLE_WRITES =
      DescribedPredicate.describe(
          "writes to the console",
          call ->
              call.getTargetOwner().isAssignableTo(PrintStream.class)
                  || (call.getName().equals("printStackTrace")
                      && call.getTarget().getRawParameterTypes().isEmpty()));

  private static final Set<String> AMBIENT =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.lang.System.getenv",
          "java.lang.System.getProperty",
          "java.lang.System.identityHashCode",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID",
          "java.util.Locale.getDefault",
          "java.util.Collections.shuffle",
          "java.util.TimeZone.getDefault",
          "java.time.ZoneId.systemDefault");

  private Ambient() {}

  private static boolean isAmbient(JavaCall<MethodCallTarget> call) {
    String owner = call.getTargetOwner().getName();
    boolean now =
        owner.startsWith("java.time.")
            && List.of("now", "systemUTC", "systemDefaultZone").contains(call.getName());
    return now || AMBIENT.contains(owner + "." + call.getName());
  }
}

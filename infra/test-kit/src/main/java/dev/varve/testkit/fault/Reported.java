package dev.varve.testkit.fault;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that shows what happens under a fault and counts nothing itself: its verdict is a line of
 * the report all the same. On a class it stands for every test of the class.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Reported.Line.class)
public @interface Reported {
  /** Id or ids of the catalogue, such as A03. */
  String id();

  /** What happens; the name of the test when empty. */
  String what() default "";

  /** Writes the line. */
  final class Line implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
        ExtensionContext.Namespace.create(Reported.class);

    @Override
    public void beforeEach(ExtensionContext context) {
      Reported reported =
          context
              .getTestMethod()
              .map(method -> method.getAnnotation(Reported.class))
              .orElseGet(() -> context.getRequiredTestClass().getAnnotation(Reported.class));
      String name = context.getRequiredTestMethod().getName().replace('_', ' ');
      String which = context.getDisplayName().replace('|', '/');
      String what = reported.what().isEmpty() ? name : reported.what();
      boolean plain = which.startsWith(name) || which.contains("()");
      context
          .getStore(NAMESPACE)
          .put(
              context.getUniqueId(),
              new FaultRun(reported.id(), plain ? what : what + " " + which));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
      FaultRun run = context.getStore(NAMESPACE).remove(context.getUniqueId(), FaultRun.class);
      Throwable failure = context.getExecutionException().orElse(null);
      if (run == null) {
        return;
      }
      FaultRun.Verdict wrong =
          failure instanceof Inconclusive ? FaultRun.Verdict.INCONCLUSIVE : FaultRun.Verdict.FAIL;
      run.write(failure == null ? FaultRun.Verdict.PASS : wrong);
    }
  }
}

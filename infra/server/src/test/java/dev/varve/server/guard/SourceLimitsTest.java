package dev.varve.server.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What no longer fits on a few screens is split before it grows further. */
class SourceLimitsTest {
  private static final int FILE_LINES_MAX = 400;
  private static final int TEST_FILE_LINES_MAX = 500;
  private static final int METHOD_LINES_MAX = 60;
  private static final int FILES_MIN = 200;
  private static final int METHODS_MIN = 1_000;

  @Test
  void no_file_is_longer_than_its_limit() {
    List<Path> files = SourceTree.javaFiles();
    List<String> tooLong = new ArrayList<>();
    for (Path file : files) {
      long lines = SourceTree.text(file).lines().count();
      int max = SourceTree.isTest(file) ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
      if (lines > max) {
        tooLong.add(SourceTree.relative(file) + ": " + lines + " lines, at most " + max);
      }
    }

    assertThat(files).as("files looked at").hasSizeGreaterThan(FILES_MIN);
    assertThat(tooLong).isEmpty();
  }

  @Test
  void no_method_is_longer_than_its_limit() throws IOException {
    MethodLengths lengths = new MethodLengths();
    lengths.measure(SourceTree.javaFiles());

    assertThat(lengths.methods).as("methods looked at").isGreaterThan(METHODS_MIN);
    assertThat(lengths.tooLong).isEmpty();
  }

  /** Asks the compiler's own parser where methods begin and end; Javadoc does not count. */
  private static final class MethodLengths {
    private final List<String> tooLong = new ArrayList<>();
    private int methods;

    void measure(List<Path> files) throws IOException {
      var compiler = ToolProvider.getSystemJavaCompiler();
      try (var manager =
          compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
        var task =
            (JavacTask)
                compiler.getTask(
                    null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        for (CompilationUnitTree unit : task.parse()) {
          unit.accept(new Visitor(unit, positions), null);
        }
      }
    }

    private final class Visitor extends TreeScanner<@Nullable Void, @Nullable Void> {
      private final CompilationUnitTree unit;
      private final SourcePositions positions;

      Visitor(CompilationUnitTree unit, SourcePositions positions) {
        this.unit = unit;
        this.positions = positions;
      }

      @Override
      public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
        long start = positions.getStartPosition(unit, method);
        long end = positions.getEndPosition(unit, method);
        if (start >= 0 && end >= 0) {
          methods++;
          long first = unit.getLineMap().getLineNumber(start);
          long lines = unit.getLineMap().getLineNumber(end) - first + 1;
          if (lines > METHOD_LINES_MAX) {
            tooLong.add(
                SourceTree.relative(Path.of(unit.getSourceFile().toUri()))
                    + ":"
                    + first
                    + " "
                    + method.getName()
                    + ": "
                    + lines
                    + " lines, at most "
                    + METHOD_LINES_MAX);
          }
        }
        return super.visitMethod(method, null);
      }
    }
  }
}

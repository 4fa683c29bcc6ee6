package dev.varve.server.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The Java sources of the whole repository, not of one module. */
final class SourceTree {
  private static final Set<String> NOT_SOURCES = Set.of("target", ".git", ".varve", "node_modules");

  private SourceTree() {}

  /** Returns the directory that holds the build's wrapper. */
  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (here != null && !Files.exists(here.resolve("mvnw"))) {
      here = here.getParent();
    }
    if (here == null) {
      throw new IllegalStateException(
          "Expected to run inside the repository, but found no mvnw above " + Path.of(""));
    }
    return here;
  }

  /** Returns every Java file, in a stable order. */
  static List<Path> javaFiles() {
    Path root = root();
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(
                Path directory, BasicFileAttributes attributes) {
              return !directory.equals(root)
                      && NOT_SOURCES.contains(directory.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.toString().endsWith(".java")) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(null);
    return found;
  }

  /** Tells whether a file is compiled as test code: tests and the kit they share. */
  static boolean isTest(Path file) {
    String path = relative(file);
    return path.contains("/src/test/") || path.startsWith("infra/test-kit/");
  }

  static String relative(Path file) {
    return root().relativize(file).toString().replace('\\', '/');
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

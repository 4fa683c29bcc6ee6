package dev.varve.postgres;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** An initialised directory, made once per JVM and copied, since initialising takes seconds. */
final class Prepared {

  private static final class Holder {
    static final Path HOME = make();
  }

  private Prepared() {}

  /** Fills an empty directory as if a server had run there and stopped. */
  static Path in(Path directory) throws IOException {
    Path from = Holder.HOME;
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path source, BasicFileAttributes attributes)
              throws IOException {
            Path target = directory.resolve(from.relativize(source).toString());
            if (!Files.isDirectory(target)) {
              Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path source, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                source,
                directory.resolve(from.relativize(source).toString()),
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
    return directory;
  }

  private static Path make() {
    try {
      Path home = Files.createTempDirectory("varve-prepared-");
      EmbeddedPostgres.start(EmbeddedPostgres.Options.in(home)).close();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                try {
                  FileTrees.delete(home);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }));
      return home;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

package dev.varve.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every call, one JSON line each, on disk before it is answered. Lines that wait together are
 * written and flushed together, so that thousands of calls per second cost a few hundred flushes.
 */
final class Journal implements AutoCloseable {

  private static final int GROUP_MAX = 4096;
  private static final JsonMapper JSON = JsonMapper.shared();

  private sealed interface Work {
    record Append(Call call, CompletableFuture<Long> written) implements Work {}

    record Stop() implements Work {}
  }

  private final FileChannel channel;
  private final JournalIndex index = new JournalIndex();
  private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
  private final Thread writer;
  private long end;
  private volatile @Nullable IOException broken;

  private Journal(FileChannel channel) throws IOException {
    this.channel = channel;
    load();
    this.writer = Thread.ofPlatform().name("shop-journal").daemon(true).unstarted(this::write);
  }

  /**
   * Opens a journal and reads what is there; half a line at the end, left by a crash, is cut off.
   *
   * @param file the file, made when absent
   * @throws IOException when it cannot be written, or another shop has it open
   */
  static Journal open(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new IOException("another shop is using the journal " + file);
      }
      Journal journal = new Journal(channel);
      journal.writer.start();
      return journal;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException("another shop is using the journal " + file, e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void load() throws IOException {
    // Not closed: that would close the channel.
    InputStream lines = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = lines.read(); next >= 0; next = lines.read()) {
      if (next != '\n') {
        line.write(next);
        continue;
      }
      index.add(parse(line.toString(UTF_8), end), end);
      end += line.size() + 1L;
      line.reset();
    }
    if (channel.size() > end) {
      channel.truncate(end);
      channel.force(true);
    }
  }

  private static Call parse(String line, long offset) throws IOException {
    try {
      return Call.fromJson(JSON.readTree(line));
    } catch (JacksonException | DateTimeException e) {
      throw new IOException("the journal is damaged at byte " + offset, e);
    }
  }

  /** Appends a call; the future completes with its offset when it is on disk. */
  CompletableFuture<Long> append(Call call) {
    CompletableFuture<Long> written = new CompletableFuture<>();
    IOException failure = broken;
    if (failure != null) {
      written.completeExceptionally(failure);
    } else {
      queue.add(new Work.Append(call, written));
    }
    return written;
  }

  private void write() {
    List<Work> group = new ArrayList<>();
    boolean stopped = false;
    while (!stopped) {
      group.clear();
      try {
        group.add(queue.take());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      queue.drainTo(group, GROUP_MAX);
      List<Work.Append> appends = new ArrayList<>();
      for (Work work : group) {
        switch (work) {
          case Work.Append append -> appends.add(append);
          case Work.Stop() -> stopped = true;
        }
      }
      writeGroup(appends);
    }
  }

  private void writeGroup(List<Work.Append> group) {
    if (group.isEmpty()) {
      return;
    }
    List<Long> offsets = new ArrayList<>();
    try {
      IOException earlier = broken;
      if (earlier != null) {
        throw earlier;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      long sequence = index.size();
      for (Work.Append append : group) {
        offsets.add(end + bytes.size());
        sequence++;
        bytes.writeBytes(JSON.writeValueAsBytes(append.call().toJson(sequence)));
        bytes.write('\n');
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      long position = end;
      while (buffer.hasRemaining()) {
        position += channel.write(buffer, position);
      }
      channel.force(false);
      end = position;
    } catch (IOException e) {
      // After a failed flush nobody knows what is on disk: nothing is accepted any more.
      broken = e;
      group.forEach(append -> append.written().completeExceptionally(e));
      return;
    }
    for (int i = 0; i < group.size(); i++) {
      index.add(group.get(i).call(), offsets.get(i));
    }
    for (int i = 0; i < group.size(); i++) {
      group.get(i).written().complete(offsets.get(i));
    }
  }

  /** Reads the line at an offset. */
  JsonNode read(long offset) throws IOException {
    int size = 4096;
    while (true) {
      ByteBuffer buffer = ByteBuffer.allocate(size);
      int count = Math.max(channel.read(buffer, offset), 0);
      String text = new String(buffer.array(), 0, count, UTF_8);
      int lineEnd = text.indexOf('\n');
      if (lineEnd >= 0) {
        return JSON.readTree(text.substring(0, lineEnd));
      }
      if (count < size) {
        throw new IOException("the journal has no line at byte " + offset);
      }
      size *= 4;
    }
  }

  /** A page of calls in order: all, or those with a key. */
  ObjectNode page(@Nullable String key, long after, int limit) throws IOException {
    long[] offsets = key == null ? index.after(after, limit) : index.ofKey(key, limit);
    ObjectNode page = JSON.createObjectNode();
    var items = page.putArray("items");
    for (long offset : offsets) {
      items.add(read(offset));
    }
    if (key == null && offsets.length == limit) {
      page.put("next", after + limit);
    }
    return page;
  }

  JournalIndex index() {
    return index;
  }

  /** Writes what waits, then closes the file. */
  @Override
  public void close() throws IOException {
    queue.add(new Work.Stop());
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    channel.close();
  }
}

package dev.varve.eventstore.axon;

import dev.varve.eventstore.EventLog;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.jspecify.annotations.Nullable;

/**
 * Builds the processors that follow the log: one per projection and partition, each with one token,
 * two threads of its own, and errors that stop it (it tries again with growing pauses) instead of
 * being logged and skipped.
 *
 * <p>A processor has exactly one segment: more speed comes from larger batches and from partitions.
 */
public final class ProjectionProcessors implements AutoCloseable {
  /** Longest pause after failures, however many there were. */
  private static final long PAUSE_MILLIS_MAX = 3_000;

  private final EventLog log;
  private final TransactionManager transactions;
  private final TokenStore tokens;
  private final ProcessorSettings settings;
  private final ScheduledThreadPoolExecutor timer;
  private volatile @Nullable BatchObserver observer;

  /**
   * Makes a builder of processors.
   *
   * @param log what they follow
   * @param transactions opens the transaction of each batch, on the connection that {@code tokens}
   *     writes to
   * @param tokens where they are
   * @param settings how they run
   */
  public ProjectionProcessors(
      EventLog log,
      TransactionManager transactions,
      TokenStore tokens,
      ProcessorSettings settings) {
    this.log = log;
    this.transactions = transactions;
    this.tokens = tokens;
    this.settings = settings;
    this.timer = executor("projection-wake-up");
  }

  /**
   * Returns the name of {@code projection}'s processor for {@code partition}: plain for 0, with
   * {@code @p} otherwise.
   */
  public static String nameOf(String projection, int partition) {
    return partition == 0 ? projection : projection + "@" + partition;
  }

  /**
   * Returns the source that processors of {@code partition} read, for those who need tokens of it.
   */
  public PartitionSource source(int partition) {
    return new PartitionSource(log, partition, settings.batchEvents(), settings.linger(), timer);
  }

  /**
   * Builds a processor; the caller starts it and shuts it down. It begins at the first event unless
   * its token says otherwise.
   *
   * @param projection name of the projection
   * @param partition which partition it follows
   * @param invoker called per event; the events of a batch share one unit of work and one
   *     transaction
   */
  public PooledStreamingEventProcessor build(
      String projection, int partition, EventHandlerInvoker invoker) {
    String name = nameOf(projection, partition);
    long claimMillis = settings.claimInterval().toMillis();
    return PooledStreamingEventProcessor.builder()
        .name(name)
        .eventHandlerInvoker(new PagingInvoker(projection, invoker, this::tell))
        .errorHandler(PropagatingErrorHandler.instance())
        .messageSource(source(partition))
        .tokenStore(tokens)
        .transactionManager(transactions)
        .coordinatorExecutor(each -> executor("projection-" + each + "-coordinator"))
        .workerExecutor(each -> executor("projection-" + each))
        .initialSegmentCount(1)
        .initialToken(source -> source.createTailToken())
        .tokenClaimInterval(claimMillis)
        .claimExtensionThreshold(Math.max(1, settings.claimTimeout().toMillis() / 3))
        .batchSize(1) // of pages
        .build();
  }

  /** Has {@code other} told of every batch of every processor, from now on. */
  public void observe(BatchObserver other) {
    observer = other;
  }

  private void tell(String projection, int events, long nanos) {
    BatchObserver told = observer;
    if (told != null) {
      told.committed(projection, events, nanos);
    }
  }

  /** Stops the wake-ups; processors must have been shut down before. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  private static ScheduledThreadPoolExecutor executor(String name) {
    var number = new AtomicInteger();
    ThreadFactory factory =
        task ->
            Thread.ofPlatform()
                .daemon(true)
                .name(name + "-" + number.getAndIncrement())
                .unstarted(task);
    return new CappedTimer(factory, PAUSE_MILLIS_MAX);
  }
}

package dev.varve.replay;

import java.util.List;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds a read model again in place: stops its processors, empties its tables and sets its tokens
 * back in one transaction, and starts the processors. Until they have caught up, the read model
 * shows an earlier state; {@code asOfPosition} tells which.
 */
public final class ProjectionReset {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectionReset.class);

  private final TokenStore tokens;
  private final TransactionManager transactions;

  /**
   * Makes it.
   *
   * @param tokens where the processors are
   * @param transactions opens transactions on the connection that tokens and rows are written to
   */
  public ProjectionReset(TokenStore tokens, TransactionManager transactions) {
    this.tokens = tokens;
    this.transactions = transactions;
  }

  /**
   * Builds a projection again. If that is refused, its rows stay as they were and its processors
   * run on.
   *
   * @param name for the log
   * @param projection empties its tables when it is reset
   * @param processors all processors of the projection, one per partition
   * @throws org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException when another
   *     node runs one of them
   */
  public void rebuild(
      String name,
      EventHandlerInvoker projection,
      List<? extends StreamingEventProcessor> processors) {
    LOG.atInfo().addKeyValue("projection", name).log("rebuild begins");
    processors.forEach(StreamingEventProcessor::shutDown);
    try {
      transactions.executeInTransaction(() -> {
        processors.forEach(processor -> toTheStart(processor.getName()));
        projection.performReset();
      });
    } finally {
      processors.forEach(StreamingEventProcessor::start);
    }
  }

  private void toTheStart(String processor) {
    for (int segment : tokens.fetchSegments(processor)) {
      tokens.fetchToken(processor, segment); // claims it, or is refused
      tokens.storeToken(null, processor, segment);
      tokens.releaseClaim(processor, segment);
    }
  }
}

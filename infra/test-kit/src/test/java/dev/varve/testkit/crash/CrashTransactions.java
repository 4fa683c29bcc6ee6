package dev.varve.testkit.crash;

import java.util.function.Consumer;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;

/** Says when a transaction has been committed. */
record CrashTransactions(TransactionManager transactions, Consumer<CrashPlace> at)
    implements TransactionManager {
  @Override
  public Transaction startTransaction() {
    Transaction started = transactions.startTransaction();
    return new Transaction() {
      @Override
      public void commit() {
        started.commit();
        at.accept(CrashPlace.AFTER_PAGE);
      }

      @Override
      public void rollback() {
        started.rollback();
      }
    };
  }
}

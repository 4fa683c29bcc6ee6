package dev.varve.testkit.log;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A pool on which something happens right before one query: what a reader of several statements
 * meets when others write between them, made at each place on purpose.
 */
final class BeforeQuery implements DataSource {
  private final DataSource pool;
  private final int query;
  private final Runnable action;
  private final AtomicInteger asked = new AtomicInteger();

  /** Runs {@code action} before the {@code query}th prepared query, counted from 1. */
  BeforeQuery(DataSource pool, int query, Runnable action) {
    this.pool = pool;
    this.query = query;
    this.action = action;
  }

  /** Returns how many queries were asked so far. */
  int asked() {
    return asked.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    return around(Connection.class, pool.getConnection());
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return around(Connection.class, pool.getConnection(user, password));
  }

  private <T> T around(Class<T> type, T inner) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call(inner, method, arguments)));
  }

  private Object call(Object inner, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("executeQuery") && asked.incrementAndGet() == query) {
      action.run();
    }
    try {
      Object result = method.invoke(inner, arguments);
      return result instanceof PreparedStatement statement
          ? around(PreparedStatement.class, statement)
          : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return pool.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    pool.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    pool.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return pool.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return pool.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return pool.isWrapperFor(type);
  }
}

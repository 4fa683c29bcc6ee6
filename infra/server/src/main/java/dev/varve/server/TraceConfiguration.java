package dev.varve.server;

import dev.varve.command.mailbox.Mailbox;
import dev.varve.command.port.Commands;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.Tracing;
import dev.varve.server.tracing.OtlpTracing;
import dev.varve.server.tracing.TraceFilter;
import dev.varve.server.tracing.TracedCommands;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Spans, when a collector is named. Without one commands go straight to the mailbox and not a class
 * of OpenTelemetry is loaded.
 */
@Configuration(proxyBeanMethods = false)
class TraceConfiguration {
  /**
   * What the rest is given.
   *
   * @param tracing null when it is off
   * @param end sends what is queued
   */
  record Spans(@Nullable Tracing tracing, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  /** Holds when a collector is named. */
  static final class Named implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !context.getEnvironment().getProperty("varve.trace-endpoint", "").isBlank();
    }
  }

  @Bean(destroyMethod = "close")
  Spans spans(TraceSettings settings, Incarnation self) {
    if (!settings.on()) {
      return new Spans(null, () -> {});
    }
    var tracing =
        new OtlpTracing(
            URI.create(settings.traceEndpoint()), settings.tracePercent(), self.node(), self.id());
    return new Spans(tracing, tracing::close);
  }

  @Bean
  @Primary
  Commands commands(Mailbox mailbox, Spans spans) {
    Tracing tracing = spans.tracing();
    return tracing == null ? mailbox : new TracedCommands(mailbox, tracing);
  }

  @Bean
  @Conditional(Named.class)
  FilterRegistrationBean<TraceFilter> traceFilter(Spans spans) {
    Tracing tracing = spans.tracing();
    if (tracing == null) {
      throw new IllegalStateException("Expected spans when a collector is named");
    }
    var filter = new FilterRegistrationBean<>(new TraceFilter(tracing));
    filter.setOrder(4);
    return filter;
  }
}

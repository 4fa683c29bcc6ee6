package dev.varve.server.tracing;

import dev.varve.command.port.Tracing;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Exports spans by OTLP over HTTP. Spans are queued and sent in batches by a thread of its own;
 * when the collector is away or too slow they are dropped, never waited for.
 */
public final class OtlpTracing implements Tracing, AutoCloseable {
  private static final String DEFAULT_PATH = "/v1/traces";
  private static final String HEADER = "traceparent";
  private static final int QUEUE_SPANS_MAX = 8_192;
  private static final Duration EXPORT_EVERY = Duration.ofSeconds(1);
  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /**
   * Makes it.
   *
   * @param endpoint the collector, {@code http} or {@code https}; without a path {@code /v1/traces}
   * @param percent share of the traces that begin here which is exported, 0 to 100; who calls with
   *     a trace of its own decides for that one
   * @param node name of this node
   * @param incarnation id of this process
   */
  public OtlpTracing(URI endpoint, int percent, String node, String incarnation) {
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(withPath(endpoint).toString())
            .setTimeout(EXPORT_TIMEOUT)
            .build();
    var queue =
        BatchSpanProcessor.builder(exporter)
            .setMaxQueueSize(QUEUE_SPANS_MAX)
            .setScheduleDelay(EXPORT_EVERY)
            .build();
    var who =
        Attributes.builder()
            .put("service.name", "varve")
            .put("service.instance.id", incarnation)
            .put("varve.node", node)
            .build();
    this.provider =
        SdkTracerProvider.builder()
            .setResource(Resource.getDefault().merge(Resource.create(who)))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(percent / 100.0)))
            .addSpanProcessor(queue)
            .build();
    this.tracer = provider.get("dev.varve");
  }

  private static URI withPath(URI endpoint) {
    String path = endpoint.getPath();
    return path == null || path.isEmpty() || path.equals("/")
        ? endpoint.resolve(DEFAULT_PATH)
        : endpoint;
  }

  @Override
  public Tracing.Span begin(Kind kind, String name, @Nullable String traceparent) {
    Context parent = Context.root();
    if (traceparent != null) {
      parent =
          W3CTraceContextPropagator.getInstance().extract(parent, traceparent, OneHeader.INSTANCE);
    }
    return new Recorded(
        tracer.spanBuilder(name).setParent(parent).setSpanKind(kind(kind)).startSpan());
  }

  private static SpanKind kind(Kind kind) {
    return switch (kind) {
      case REQUEST -> SpanKind.SERVER;
      case COMMAND -> SpanKind.INTERNAL;
      case ATTEMPT -> SpanKind.CONSUMER;
      case CALL -> SpanKind.CLIENT;
    };
  }

  /** Sends what is queued, for a few seconds at most. */
  @Override
  public void close() {
    provider.shutdown().join(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The carrier is the header's value itself; there is nothing else that we keep of a trace. */
  private enum OneHeader implements TextMapGetter<String> {
    INSTANCE;

    @Override
    public Iterable<String> keys(String traceparent) {
      return List.of(HEADER);
    }

    @Override
    public @Nullable String get(@Nullable String traceparent, String key) {
      return key.equals(HEADER) ? traceparent : null;
    }
  }

  /** A span that is being recorded. */
  private static final class Recorded implements Tracing.Span {
    private final io.opentelemetry.api.trace.Span span;
    private final String traceparent;

    Recorded(io.opentelemetry.api.trace.Span span) {
      this.span = span;
      var carrier = new String[1];
      W3CTraceContextPropagator.getInstance()
          .inject(
              Context.root().with(span),
              carrier,
              (into, key, value) -> {
                if (into != null && key.equals(HEADER)) {
                  into[0] = value;
                }
              });
      this.traceparent = carrier[0];
    }

    @Override
    public String traceparent() {
      return traceparent;
    }

    @Override
    public void rename(String name) {
      span.updateName(name);
    }

    @Override
    public void note(String key, String value) {
      span.setAttribute(key, value);
    }

    @Override
    public void note(String key, long value) {
      span.setAttribute(key, value);
    }

    @Override
    public void failed(String code) {
      span.setStatus(StatusCode.ERROR, code);
      span.setAttribute("error.type", code);
    }

    @Override
    public void close() {
      span.end();
    }
  }
}

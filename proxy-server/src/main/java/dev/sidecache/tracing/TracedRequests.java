package dev.sidecache.tracing;

import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.exchange.ExchangeRecord;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.Traceparent;
import dev.sidecache.message.Service;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The spans of requests: begun before the cache is asked, ended by what observers are told of the
 * exchange, which names the span as the parent in its trace.
 */
final class TracedRequests implements ExchangeObserver {
  /** Of more requests at once the spans end without what the cache did. */
  private static final int MOST_OPEN = 1 << 16;

  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<String> VERSION =
      AttributeKey.stringKey("network.protocol.version");
  private static final AttributeKey<String> HTTP_ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("sidecache.route");
  private static final AttributeKey<String> CACHE = AttributeKey.stringKey("sidecache.cache");
  private static final AttributeKey<String> TIER = AttributeKey.stringKey("sidecache.tier");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("sidecache.reason");
  private static final AttributeKey<Long> AGE = AttributeKey.longKey("sidecache.age_s");

  private final Tracer tracer;
  private final Supplier<RuleSet> rules;
  private final ConcurrentMap<String, Span> open = new ConcurrentHashMap<>();
  private volatile @Nullable Patterns patterns;

  TracedRequests(Tracer tracer, Supplier<RuleSet> rules) {
    this.tracer = tracer;
    this.rules = rules;
  }

  /** The patterns of routes by name, as long as these rules are in force. */
  private record Patterns(RuleSet rules, Map<String, String> byName) {
    static Patterns of(RuleSet rules) {
      Map<String, String> byName = new HashMap<>();
      for (Route route : rules.routes()) {
        byName.put(route.name(), route.match().path().text());
      }
      return new Patterns(rules, byName);
    }
  }

  Service before(Service service) {
    return (request, responder) -> {
      RequestHead head = request.head();
      Span span = begin(head);
      service.serve(
          request.withHead(
              head.withFields(Tracing.withParent(head.fields(), span.getSpanContext()))),
          responder);
    };
  }

  private Span begin(RequestHead head) {
    Span span =
        tracer
            .spanBuilder(Tracing.method(head.method()))
            .setSpanKind(SpanKind.SERVER)
            .setParent(Tracing.parent(Traceparent.of(head.fields())))
            .startSpan();
    if (span.isRecording()) {
      span.setAttribute(Tracing.METHOD, Tracing.method(head.method()));
      span.setAttribute(PATH, head.path());
      span.setAttribute(SCHEME, head.scheme());
      span.setAttribute(VERSION, head.version());
      ServerAddress.of(head.authority()).tell(span);
      if (open.size() < MOST_OPEN) {
        open.put(span.getSpanContext().getSpanId(), span);
      } else {
        span.end();
      }
    }
    return span;
  }

  @Override
  public void completed(ExchangeRecord exchange) {
    Traceparent trace = exchange.trace();
    Span span = trace == null ? null : open.remove(trace.parentId());
    if (span == null) {
      return;
    }
    String pattern = pattern(exchange.route());
    if (pattern != null) {
      span.updateName(Tracing.method(exchange.method()) + " " + pattern);
      span.setAttribute(HTTP_ROUTE, pattern);
    }
    span.setAttribute(ROUTE, exchange.route());
    span.setAttribute(CACHE, exchange.cache().word());
    if (exchange.tier() != null) {
      span.setAttribute(TIER, exchange.tier());
    }
    if (exchange.reason() != null) {
      span.setAttribute(REASON, exchange.reason());
    }
    if (exchange.ageSeconds() >= 0) {
      span.setAttribute(AGE, exchange.ageSeconds());
    }
    outcome(span, exchange);
    span.end();
  }

  /** NB: a request that the client got wrong is no failure of the server. */
  private static void outcome(Span span, ExchangeRecord exchange) {
    int status = exchange.status();
    if (status == 0) {
      span.setAttribute(Tracing.ERROR, "client_gone");
      span.setStatus(StatusCode.ERROR);
      return;
    }
    span.setAttribute(Tracing.STATUS, status);
    if (status >= 500) {
      String reason = exchange.reason();
      span.setAttribute(Tracing.ERROR, reason == null ? Integer.toString(status) : reason);
      span.setStatus(StatusCode.ERROR);
    }
  }

  private @Nullable String pattern(String route) {
    RuleSet current = rules.get();
    Patterns known = patterns;
    if (known == null || known.rules() != current) {
      known = Patterns.of(current);
      patterns = known;
    }
    return known.byName().get(route);
  }

  /** Spans whose exchange is not over. */
  int openSpans() {
    return open.size();
  }
}

package dev.sidecache.tracing;

import dev.sidecache.http.RequestHead;
import dev.sidecache.http.Traceparent;
import dev.sidecache.message.ForwardingResponder;
import dev.sidecache.message.ProblemException;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.message.Tunnel;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.net.URI;

/**
 * The origin with a span of each request to it, which ends with the head of the answer. One that
 * belongs to no trace (a warm-up, a probe) begins none.
 */
final class TracedOrigin implements Service {
  private static final AttributeKey<String> URL = AttributeKey.stringKey("url.full");

  private final Tracer tracer;
  private final Service origin;
  private final String base;
  private final ServerAddress address;

  TracedOrigin(Tracer tracer, Service origin, URI url) {
    this.tracer = tracer;
    this.origin = origin;
    this.base = url.getScheme() + "://" + url.getRawAuthority();
    this.address =
        ServerAddress.of(url.getRawAuthority()).orPort(url.getScheme().equals("https") ? 443 : 80);
  }

  @Override
  public void serve(Request request, Responder responder) {
    RequestHead head = request.head();
    Traceparent trace = Traceparent.of(head.fields());
    if (trace == null) {
      origin.serve(request, responder);
      return;
    }
    Span span = begin(head, trace);
    RequestHead child = head.withFields(Tracing.withParent(head.fields(), span.getSpanContext()));
    origin.serve(
        request.withHead(child), span.isRecording() ? new Told(responder, span) : responder);
  }

  private Span begin(RequestHead head, Traceparent trace) {
    String method = Tracing.method(head.method());
    Span span =
        tracer
            .spanBuilder(method)
            .setSpanKind(SpanKind.CLIENT)
            .setParent(Tracing.parent(trace))
            .startSpan();
    if (span.isRecording()) {
      span.setAttribute(Tracing.METHOD, method);
      // NB: without the query, which may be a secret
      span.setAttribute(URL, base + head.path());
      address.tell(span);
    }
    return span;
  }

  /** Passes the answer on, and ends the span by it. */
  private static final class Told extends ForwardingResponder {
    private final Span span;

    Told(Responder responder, Span span) {
      super(responder);
      this.span = span;
    }

    @Override
    public void respond(Response response) {
      answered(response.status());
      super.respond(response);
    }

    @Override
    public void tunnel(Tunnel tunnel) {
      answered(tunnel.switched().status());
      super.tunnel(tunnel);
    }

    private void answered(int status) {
      span.setAttribute(Tracing.STATUS, status);
      if (status >= 400) {
        span.setAttribute(Tracing.ERROR, Integer.toString(status));
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }

    @Override
    public void fail(Throwable cause) {
      span.setAttribute(
          Tracing.ERROR,
          cause instanceof ProblemException known
              ? known.problem().reason()
              : cause.getClass().getName());
      span.setStatus(StatusCode.ERROR);
      span.end();
      super.fail(cause);
    }

    @Override
    public void onGone(Runnable action) {
      super.onGone(
          () -> {
            span.setAttribute(Tracing.ERROR, "cancelled");
            span.end();
            action.run();
          });
    }
  }
}

package dev.sidecache.tracing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A collector that takes OTLP over HTTP, in the messages of its own definition. */
public final class SpanReceiver implements AutoCloseable {
  private final HttpServer server;
  private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();

  private SpanReceiver(HttpServer server) {
    this.server = server;
  }

  public static SpanReceiver start() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SpanReceiver receiver = new SpanReceiver(HttpServer.create(any, 0));
    receiver.server.createContext("/v1/traces", receiver::take);
    receiver.server.start();
    return receiver;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-collector-key")));
      received.addAll(
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()).getResourceSpansList());
      exchange.sendResponseHeaders(200, -1);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The values of X-Collector-Key. */
  public List<String> keys() {
    return keys;
  }

  /** What tells of the service. */
  public Map<String, String> resource() {
    return texts(received.get(0).getResource().getAttributesList());
  }

  /** All spans so far. */
  public List<Span> spans() {
    return received.stream()
        .flatMap(one -> one.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  /** The spans, once there are as many. */
  public List<Span> await(int number) {
    Awaitility.await("spans")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> spans().size() >= number);
    return spans();
  }

  public static Map<String, String> attributes(Span span) {
    return texts(span.getAttributesList());
  }

  private static Map<String, String> texts(List<KeyValue> attributes) {
    Map<String, String> texts = new TreeMap<>();
    for (KeyValue one : attributes) {
      boolean text = one.getValue().hasStringValue();
      texts.put(
          one.getKey(), text ? one.getValue().getStringValue() : "" + one.getValue().getIntValue());
    }
    return texts;
  }

  public static String hex(com.google.protobuf.ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package dev.sidecache;

import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Service;
import org.jspecify.annotations.Nullable;

/**
 * What of the admin port is on the traffic port too, for platforms with one port: the metrics, or
 * all of it under a prefix. Either needs the admin token.
 */
final class TrafficAdmin implements Service {
  private final Settings settings;
  private final Service admin;
  private final Service next;

  /**
   * What is served.
   *
   * @param metricsPath where the metrics are; null: nowhere
   * @param prefix under which all is; null: nowhere
   */
  record Settings(@Nullable String metricsPath, @Nullable String prefix) {}

  TrafficAdmin(Settings settings, Service admin, Service next) {
    this.settings = settings;
    this.admin = admin;
    this.next = next;
  }

  @Override
  public void serve(Request request, Responder responder) {
    String path = request.head().path();
    String prefix = settings.prefix();
    if (path.equals(settings.metricsPath())) {
      forward(request, "/metrics", responder);
    } else if (prefix != null && path.startsWith(prefix + "/")) {
      forward(request, path.substring(prefix.length()), responder);
    } else {
      next.serve(request, responder);
    }
  }

  private void forward(Request request, String path, Responder responder) {
    RequestHead head = request.head();
    String query = head.target().query();
    RequestTarget target = RequestTarget.parse(query == null ? path : path + "?" + query);
    if (target == null) {
      next.serve(request, responder);
    } else {
      admin.serve(request.withHead(head.withTarget(target)), responder);
    }
  }
}

package dev.sidecache.origin;

import dev.sidecache.message.ForwardingResponder;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many connections to the origin have left HTTP, or are about to. Thread-safe. */
final class Tunnels {
  private final int most;
  private final AtomicInteger taken = new AtomicInteger();

  Tunnels(int most) {
    this.most = most;
  }

  /**
   * Takes a place for a request that offers another protocol; null if there is none. The place is
   * returned with any answer but a tunnel; that returns it when it closes.
   */
  @Nullable Responder admit(Responder responder) {
    if (taken.incrementAndGet() > most) {
      release();
      return null;
    }
    return new Counted(responder);
  }

  void release() {
    taken.decrementAndGet();
  }

  private final class Counted extends ForwardingResponder {

    Counted(Responder responder) {
      super(responder);
    }

    @Override
    public void respond(Response response) {
      release();
      super.respond(response);
    }

    @Override
    public void fail(Throwable cause) {
      release();
      super.fail(cause);
    }
  }
}

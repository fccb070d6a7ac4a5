package dev.sidecache.exchange;

import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.Validation;
import dev.sidecache.json.SensitiveFields;
import io.netty.buffer.ByteBuf;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the content of a response means for its storing, once all of it is there. */
final class StoredContent {
  private static final System.Logger LOG = System.getLogger(StoredContent.class.getName());

  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /**
   * Why content must not be stored: it has a sensitive member, or cannot be looked through. A
   * route's first case is logged with the member's name.
   */
  @Nullable Refusal refusal(Plan plan, Storability.Store verdict, ByteBuf content) {
    if (!verdict.scanForSensitiveFields()) {
      return null;
    }
    String coding = verdict.stored().head().fields().combined("Content-Encoding");
    SensitiveFields.Result result =
        SensitiveFields.find(content.nioBuffer(), coding, plan.match().never().responseFields());
    return switch (result.finding()) {
      case NONE -> null;
      case FOUND -> {
        warn(plan.routeName(), "has the field \"" + result.name() + "\"");
        yield Refusal.SENSITIVE_FIELD;
      }
      case UNREADABLE -> {
        warn(plan.routeName(), "is no readable JSON, so it cannot be searched for secrets");
        yield Refusal.UNREADABLE;
      }
    };
  }

  private void warn(String route, String what) {
    if (warned.add(route)) {
      LOG.log(
          Level.WARNING,
          "Not stored: a response of route {0} {1}; see never_cache.response_fields",
          route,
          what);
    }
  }

  /** The verdict with an entity tag of our own where the origin gave none. */
  static Storability.Store withEtag(Storability.Store verdict, ByteBuf content) {
    return verdict.withStored(Validation.withEtag(verdict.stored(), content.nioBuffers()));
  }
}

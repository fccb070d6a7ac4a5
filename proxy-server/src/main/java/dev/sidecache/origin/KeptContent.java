package dev.sidecache.origin;

import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The content of a request that may have to be sent twice. */
final class KeptContent {
  private @Nullable ByteBuf kept;

  /**
   * The content if it is in memory, else null; the caller owns it.
   *
   * @param again whether to keep it, too
   */
  @Nullable ByteBuf of(Body body, boolean again) {
    ByteBuf before = kept;
    ByteBuf whole = before == null ? body.whole() : before;
    kept = whole != null && again ? whole.retainedDuplicate() : null;
    return whole;
  }

  void letGo() {
    ByteBuf unused = kept;
    kept = null;
    if (unused != null) {
      unused.release();
    }
  }
}

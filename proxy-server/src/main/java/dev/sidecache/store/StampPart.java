package dev.sidecache.store;

import dev.sidecache.caching.Stamp;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The stamp of a stored response, read from the beginning of its form: enough to tell what makes it
 * invalid, without its content. The form is not checked for damage.
 *
 * @param stamp null if there is none, or none of a response
 * @param cutShort whether a longer beginning would tell
 */
public record StampPart(@Nullable Stamp stamp, boolean cutShort) {
  /** A beginning of so many bytes holds the stamp of most forms. */
  public static final int USUAL_BYTES = 1 << 10;

  /** A beginning of so many bytes holds that of all. */
  public static final int MOST_BYTES = 1 << 16;

  /** What the beginning of a form tells; empty: nothing lies there. */
  public static StampPart of(byte[] beginning) {
    try {
      return new StampPart(
          beginning.length == 0 ? null : FormReader.stampOf(Unpooled.wrappedBuffer(beginning)),
          false);
    } catch (IndexOutOfBoundsException tooShort) {
      return new StampPart(null, true);
    }
  }
}

package dev.sidecache.caching;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as far as the cache may know.
 *
 * @param digest keyed hash of the caller's credentials or verified claim, base64url; null: the
 *     request carries none
 * @param expires when the credential ends; it may only shorten a lifetime; null if it does not tell
 * @param source where it was found, such as {@code header Authorization}; for people
 */
public record Identity(@Nullable String digest, @Nullable Instant expires, String source) {
  public static final Identity NONE = new Identity(null, null, "none");

  public boolean isKnown() {
    return digest != null;
  }

  /** No part of the digest: it identifies a person. */
  @Override
  public String toString() {
    return isKnown() ? "Identity[known]" : "Identity[none]";
  }
}

package dev.sidecache.caching;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions under which a fetch began: pairs of tag and uid, the epoch included. A stored
 * response is valid as long as each of its pairs still is the current one. Immutable. Source:
 * consistency.md, Section 3.
 */
public final class Stamp {
  private final Tag.Id[] tags;
  private final String[] uids;

  private Stamp(Tag.Id[] tags, String[] uids) {
    this.tags = tags;
    this.uids = uids;
  }

  /** A stamp of these tags with these uids (16 characters of base64url each), in this order. */
  public static Stamp of(List<Tag.Id> tags, List<String> uids) {
    if (tags.size() != uids.size()) {
      throw new IllegalArgumentException(tags.size() + " tags, " + uids.size() + " uids");
    }
    return new Stamp(tags.toArray(new Tag.Id[0]), uids.toArray(new String[0]));
  }

  public int size() {
    return tags.length;
  }

  public Tag.Id tag(int index) {
    return tags[index];
  }

  public String uid(int index) {
    return uids[index];
  }

  /** The uid of this tag, or null if the stamp lacks it. */
  public @Nullable String uidOf(Tag.Id tag) {
    for (int i = 0; i < tags.length; i++) {
      if (tags[i].equals(tag)) {
        return uids[i];
      }
    }
    return null;
  }

  /** Whether every pair equals the current version of its tag; an absent version is never equal. */
  public boolean matches(Map<Tag.Id, String> current) {
    for (int i = 0; i < tags.length; i++) {
      if (!uids[i].equals(current.get(tags[i]))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Stamp that
        && Arrays.equals(tags, that.tags)
        && Arrays.equals(uids, that.uids);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tags) + Arrays.hashCode(uids);
  }

  @Override
  public String toString() {
    return "Stamp" + Arrays.toString(uids);
  }
}

package dev.sidecache.caching;

import dev.sidecache.rule.TagTemplate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A name whose change of version makes every stored response that carries it invalid.
 *
 * @param kind which of the namespaces of names
 * @param name within the kind; empty for {@link Kind#ALL} and {@link Kind#ANY_MUTATION}
 */
public record Tag(Kind kind, String name) {

  /** Carried by everything: its version is the epoch. */
  public static final Tag ALL = new Tag(Kind.ALL, "");

  /** Touched by every mutation; carried by nothing, read to see whether one began. */
  public static final Tag ANY_MUTATION = new Tag(Kind.ANY_MUTATION, "");

  /** The namespaces of names; the word is part of the stored hash, so it never changes. */
  public enum Kind {
    ALL("all"),
    ANY_MUTATION("w"),
    ROUTE("route"),
    URL("url"),
    UNDER("under"),
    TAG("tag"),
    FAMILY("family"),
    GROUP("group");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** The tag that a configured or declared name means as carried by a response. */
  public static Tag named(String name) {
    return new Tag(Kind.TAG, name);
  }

  /**
   * The family of a name: what stands before its first colon, so {@code a:b:c} is in {@code a:*}
   * only; null if it has no colon.
   */
  public static @Nullable Tag familyOf(String name) {
    int colon = name.indexOf(':');
    return colon < 0 ? null : new Tag(Kind.FAMILY, name.substring(0, colon));
  }

  /**
   * The tag for people: {@code students}, {@code student:*}, {@code route:NAME}, {@code url:/x}.
   */
  public String text() {
    return switch (kind) {
      case TAG -> name;
      case FAMILY -> name + TagTemplate.FAMILY;
      case ALL -> "all";
      case ANY_MUTATION -> "any-mutation";
      default -> kind.word + ":" + name;
    };
  }

  /** The hash that stands for this tag in stamps and key names. */
  public Id id() {
    return RecentIds.OF_THREAD.get().of(this);
  }

  private Id hashed() {
    MessageDigest digest = Digests.sha256();
    digest.update(kind.word.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8)));
    return new Id(hash.getLong(), hash.getLong());
  }

  /**
   * The ids that one thread made last: most requests have the tags of one shortly before them. A
   * tag's place is given by its hash code; the later of two in one place stays.
   */
  private static final class RecentIds {
    static final ThreadLocal<RecentIds> OF_THREAD = ThreadLocal.withInitial(RecentIds::new);
    private static final int PLACES = 512;

    /** Of longer names a client could make this large. */
    private static final int LONGEST_NAME = 256;

    private final @Nullable Tag[] tags = new Tag[PLACES];
    private final @Nullable Id[] ids = new Id[PLACES];

    Id of(Tag tag) {
      if (tag.name.length() > LONGEST_NAME) {
        return tag.hashed();
      }
      int hash = tag.hashCode();
      int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
      Id known = ids[place];
      if (known != null && tag.equals(tags[place])) {
        return known;
      }
      Id made = tag.hashed();
      tags[place] = tag;
      ids[place] = made;
      return made;
    }
  }

  /**
   * The first 16 bytes of SHA-256 over a tag's kind, a zero byte and its name.
   *
   * @param high the first 8 bytes, big endian
   * @param low the next 8
   */
  public record Id(long high, long low) {
    /** 22 characters of base64url. */
    public String text() {
      byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public int hashCode() {
      return (int) (high ^ (high >>> 32));
    }
  }
}

package dev.sidecache.redis;

import java.util.List;

/**
 * What an error reply means for those who sent the command. Texts are looked for anywhere in it:
 * Redis 6 wraps what a script met into a text of its own. Sources: the servers' and providers' own
 * texts, as listed in redis.md, Section 3.
 */
enum ErrorMeaning {
  /** Its memory is full: reads and deletes still work. */
  FULL("OOM command not allowed", "DB capacity quota exceeded"),
  /** It refuses all writes, deletes too. */
  WRITES_REFUSED("NOREPLICAS", "MISCONF"),
  /** The provider's quota is used up. */
  QUOTA("max requests limit", "max daily request limit"),
  /** It cannot answer yet. */
  NOT_READY("LOADING", "MASTERDOWN", "BUSY Redis", "BUSY Valkey"),
  /** No node of the cluster has this key's slot. */
  SLOT_UNSERVED("Hash slot not served"),
  /** The cluster has lost too many nodes to answer. */
  CLUSTER_DOWN("CLUSTERDOWN"),
  /** The keys' slot is being moved: some lie on one node and some on another. */
  KEYS_APART("TRYAGAIN"),
  /** It is no master any more. */
  DEMOTED("READONLY"),
  /** It does not know us. */
  UNAUTHORISED(
      "NOAUTH", "WRONGPASS", "invalid password", "without any password", "no password is set"),
  /** We may not do this. */
  NO_PERMISSION("NOPERM"),
  /** It has enough connections. */
  TOO_MANY_CLIENTS("max concurrent connections", "max number of clients"),
  /** The keys do not lie together. */
  CROSS_SLOT("CROSSSLOT"),
  /** The key lies on another node of a cluster. */
  MOVED("MOVED ", "ASK "),
  /** It does not have the script. */
  NO_SCRIPT("NOSCRIPT"),
  /** It cannot read the script's first line. */
  SCRIPT_UNREADABLE("Error compiling script", "script shebang", "lua shebang option"),
  /** Anything else: this command has failed. */
  OTHER;

  @SuppressWarnings("ImmutableEnumChecker") // It is a List.of.
  private final List<String> texts;

  ErrorMeaning(String... texts) {
    this.texts = List.of(texts);
  }

  /** The meaning of an error's text; never throws. */
  static ErrorMeaning of(String text) {
    for (ErrorMeaning meaning : values()) {
      for (String known : meaning.texts) {
        if (text.contains(known)) {
          return meaning;
        }
      }
    }
    return OTHER;
  }
}

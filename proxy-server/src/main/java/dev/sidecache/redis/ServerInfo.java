package dev.sidecache.redis;

/**
 * What a server tells of itself by INFO. What it does not tell is {@code -}, empty or -1.
 *
 * @param identity its {@code run_id}: another process, another identity
 * @param server software and version, such as {@code redis 7.0.15}
 * @param mode such as {@code standalone} or {@code cluster}
 * @param stage whether it can serve
 * @param memory what it holds
 */
record ServerInfo(String identity, String server, String mode, Stage stage, Memory memory) {

  static final ServerInfo UNKNOWN =
      new ServerInfo("-", "redis", "", Stage.MASTER, new Memory(-1, -1, -1, ""));

  /** Whether a server can serve. */
  enum Stage {
    MASTER,
    /** It is still reading its data. */
    LOADING,
    /** It repeats what another one says, late. */
    REPLICA
  }

  /**
   * Figures of one moment.
   *
   * @param keys in the database asked for
   * @param maxBytes 0: no limit
   */
  record Memory(long keys, long usedBytes, long maxBytes, String evictionPolicy) {}

  /** Reads INFO's text; never throws. */
  static ServerInfo parse(String text, int database) {
    String valkey = value(text, "valkey_version");
    String redis = value(text, "redis_version");
    String runId = value(text, "run_id");
    String mode = value(text, "redis_mode");
    String keyspace = value(text, "db" + database);
    Memory memory =
        new Memory(
            keyspace.isEmpty() ? (redis.isEmpty() ? -1 : 0) : keys(keyspace),
            number(value(text, "used_memory")),
            number(value(text, "maxmemory")),
            value(text, "maxmemory_policy"));
    return new ServerInfo(
        // NB: an @ would end it within the epoch's value.
        runId.isEmpty() || runId.indexOf('@') >= 0 ? "-" : runId,
        valkey.isEmpty() ? ("redis " + redis).trim() : "valkey " + valkey,
        // Valkey's own name for it.
        mode.isEmpty() ? value(text, "server_mode") : mode,
        stage(text),
        memory);
  }

  private static Stage stage(String text) {
    if (value(text, "loading").equals("1")) {
      return Stage.LOADING;
    }
    return value(text, "role").equals("slave") ? Stage.REPLICA : Stage.MASTER;
  }

  /** The value of the line {@code name:value}; empty if there is none. */
  private static String value(String text, String name) {
    String start = name + ":";
    int at = text.startsWith(start) ? 0 : text.indexOf("\n" + start) + 1;
    if (at == 0 && !text.startsWith(start)) {
      return "";
    }
    int end = text.indexOf('\n', at);
    return text.substring(at + start.length(), end < 0 ? text.length() : end).trim();
  }

  /** Of {@code keys=12,expires=3,avg_ttl=0}. */
  private static long keys(String keyspace) {
    int comma = keyspace.indexOf(',');
    return keyspace.startsWith("keys=") && comma > 0 ? number(keyspace.substring(5, comma)) : -1;
  }

  private static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 18) {
      return -1;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return -1;
      }
    }
    return Long.parseLong(digits);
  }
}

package dev.sidecache.redis;

/** Is told of every command, on its event loop; returns at once. */
public interface RedisObserver {

  /** Counts nothing. */
  RedisObserver NONE = (command, outcome, nanos) -> {};

  /** How a command ended; the word is a label of a metric. */
  enum Outcome {
    OK("ok"),
    /** The server refused it. */
    ERROR("error"),
    /** No reply by its deadline. */
    TIMEOUT("timeout"),
    /** Never sent. */
    REJECTED("rejected"),
    /** The connection broke before the reply. */
    BROKEN("broken");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /**
   * A command has ended.
   *
   * @param command one of a dozen words, such as {@code mget} or {@code mark}
   * @param nanos since it was sent
   */
  void ended(String command, Outcome outcome, long nanos);

  /** A connection was greeted with so many commands, which are not told one by one. */
  default void greeted(int commands) {}

  /** A connection was made anew. */
  default void reconnected() {}
}

package dev.sidecache.redis;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command for Redis, before it is sent.
 *
 * @param label what it does, for counting: a name of a command or of a script, lower case
 * @param words name and arguments, in order
 * @param value one more argument, after {@code valueAfter} words; whoever takes the command over
 *     releases it
 * @param valueAfter how many words come before the value
 * @param formAt which of the reply's strings is a stored form, to be given as a buffer: an index
 *     into a list, 0 for a single one; -1: none
 */
record Command(
    String label, List<byte[]> words, @Nullable ByteBuf value, int valueAfter, int formAt) {

  static Command of(String label, List<byte[]> words) {
    return new Command(label, words, null, 0, -1);
  }

  static Command of(String label, byte[]... words) {
    return of(label, List.of(words));
  }

  /** A command whose reply has a stored form at this place. */
  static Command readingForm(String label, List<byte[]> words, int formAt) {
    return new Command(label, words, null, 0, formAt);
  }

  /** The first of its keys, which decides where a cluster takes it; null if it has none. */
  byte @Nullable [] key() {
    int at = isScript() ? 3 : 1;
    return words.size() > at ? words.get(at) : null;
  }

  /** EVAL or EVALSHA: source or hash, and the number of keys, come before the keys. */
  private boolean isScript() {
    byte[] name = words.get(0);
    return name.length >= 4 && name[0] == 'E' && name[1] == 'V' && name[2] == 'A';
  }

  /** Whether carrying it out twice is as good as once. */
  boolean isRepeatable() {
    return switch (new String(words.get(0), StandardCharsets.US_ASCII)) {
      case "GET", "MGET", "DEL", "INFO", "ECHO", "SCAN", "GETRANGE" -> true;
      case "SET" ->
          words.stream().noneMatch(word -> word.length == 2 && word[0] == 'N' && word[1] == 'X');
      default -> false;
    };
  }

  /** Lets go of the value, if there is one: the command will not be sent. */
  void release() {
    if (value != null) {
      value.release();
    }
  }

  /** The label only: keys and values are nobody's business. */
  @Override
  public String toString() {
    return label;
  }
}

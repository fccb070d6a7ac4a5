package dev.sidecache.redis;

import java.util.List;

/** What the HTTP transport and INFO read, for tests in other packages. */
public final class ReadAnswers {
  private static final List<Command> COMMANDS =
      List.of(
          Command.of("get", RedisKeys.ascii("GET"), RedisKeys.ascii("a")),
          Command.readingForm("mget", List.of(RedisKeys.ascii("MGET"), RedisKeys.ascii("b")), 1));

  private ReadAnswers() {}

  /** Reads an answer to one command and to two; how many replies it held for one, or -1. */
  public static int replies(int status, byte[] content) {
    int one = count(RestAnswer.read(status, content, COMMANDS.subList(1, 2)));
    int two = count(RestAnswer.read(status, content, COMMANDS));
    count(RestAnswer.readIfUnderstood(status, content, COMMANDS.subList(0, 1)));
    if (two >= 0 && two != 2) {
      throw new AssertionError(two + " replies to two commands");
    }
    return one;
  }

  private static int count(RestAnswer answer) {
    int count = answer instanceof RestAnswer.Replies told ? told.replies().size() : -1;
    answer.release();
    return count;
  }

  /** The identity that INFO's text tells. */
  public static String identity(String info) {
    return ServerInfo.parse(info, 0).identity();
  }
}

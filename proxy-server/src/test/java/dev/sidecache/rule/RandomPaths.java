package dev.sidecache.rule;

import java.util.Random;

/** Patterns and paths over few letters, so that they often meet. */
public final class RandomPaths {
  private RandomPaths() {}

  /** A pattern of up to five segments. */
  public static String pattern(Random random) {
    StringBuilder pattern = new StringBuilder();
    int size = random.nextInt(6);
    for (int i = 0; i < size; i++) {
      pattern
          .append('/')
          .append(
              switch (random.nextInt(4)) {
                case 0 -> "*";
                case 1 -> "{p" + i + "}";
                default -> letter(random);
              });
    }
    if (size == 0 || random.nextInt(3) == 0) {
      pattern.append(random.nextBoolean() ? "/**" : "/");
    }
    return pattern.toString();
  }

  /** A decoded path of up to six segments, sometimes with a slash at the end. */
  public static String path(Random random) {
    StringBuilder path = new StringBuilder();
    for (int i = random.nextInt(7); i > 0; i--) {
      path.append('/').append(letter(random));
    }
    return path.length() == 0 || random.nextInt(8) == 0 ? path + "/" : path.toString();
  }

  private static String letter(Random random) {
    return random.nextBoolean() ? "a" : "b";
  }
}

package dev.sidecache.http;

import java.util.Random;

/** Targets that some origin takes for a given path, and targets of no plan at all. */
public final class Spellings {
  private static final String JUNK = "/.%;\\aZ09-~:@ ?2eEfF5cC#";

  private Spellings() {}

  /** A random spelling of a path. */
  public static String of(String path, Random random) {
    StringBuilder spelling = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      spelling.append(c == '/' ? separator(random, i == 0) : letter(c, random));
    }
    return spelling.append(ending(random)).toString();
  }

  private static String separator(Random random, boolean first) {
    if (first) {
      return random.nextInt(8) == 0 ? "//" : "/";
    }
    return switch (random.nextInt(16)) {
      case 0 -> "//";
      case 1 -> "/./";
      case 2 -> "/x/../";
      case 3 -> "/%2e/";
      case 4 -> "/x/%2E%2e/";
      case 5 -> "/x/%252e%252e/";
      case 6 -> "%2f";
      case 7 -> "%5C";
      case 8 -> "\\";
      case 9 -> ";x=1/";
      case 10 -> "%252F";
      default -> "/";
    };
  }

  private static String letter(char c, Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> "%" + Integer.toHexString(c);
      case 1 -> "%25" + Integer.toHexString(c);
      default -> String.valueOf(c);
    };
  }

  private static String ending(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> "/";
      case 1 -> ";x";
      case 2 -> "/;x";
      case 3 -> "?";
      case 4 -> "//";
      default -> "";
    };
  }

  /** Random characters that mean something in a target, behind a slash. */
  static String junk(Random random) {
    StringBuilder junk = new StringBuilder("/");
    for (int i = random.nextInt(12); i > 0; i--) {
      junk.append(JUNK.charAt(random.nextInt(JUNK.length())));
    }
    return junk.toString();
  }
}

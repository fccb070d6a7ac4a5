package dev.sidecache.openapi;

/** English plurals, well enough for names: what counts is that equal words stay equal. */
final class Nouns {
  private Nouns() {}

  /** One of these: {@code student} for {@code students}, {@code analysis} for {@code analyses}. */
  static String singular(String plural) {
    if (plural.endsWith("yses")) {
      return cut(plural, 2) + "is";
    }
    if (plural.endsWith("ies") && plural.length() > 4) {
      return cut(plural, 3) + "y";
    }
    for (String ending : new String[] {"sses", "xes", "ches", "shes", "tuses"}) {
      if (plural.endsWith(ending)) {
        return cut(plural, 2);
      }
    }
    boolean plain = plural.length() > 3 && plural.endsWith("s");
    return plain && !plural.matches(".*[sui]s") ? cut(plural, 1) : plural;
  }

  private static String cut(String text, int letters) {
    return text.substring(0, text.length() - letters);
  }
}

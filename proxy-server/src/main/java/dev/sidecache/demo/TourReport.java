package dev.sidecache.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the tour prints, and whether all of it was as claimed. */
final class TourReport {
  private final PrintStream out;
  private final List<String> broken = new ArrayList<>();

  TourReport(PrintStream out) {
    this.out = out;
  }

  void title(String text) {
    out.println();
    out.println(text);
  }

  void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, "  " + format, values));
  }

  /** Says whether a claim held, and remembers it if it did not. */
  void claim(boolean held, String format, Object... values) {
    String text = String.format(Locale.ROOT, format, values);
    out.println((held ? "  ok    " : "  FAIL  ") + text);
    if (!held) {
      broken.add(text);
    }
  }

  /** The claims that did not hold. */
  List<String> broken() {
    return List.copyOf(broken);
  }

  static String time(double millis) {
    return millis < 10
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : String.format(Locale.ROOT, "%.0f ms", millis);
  }
}

package dev.sidecache;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a file's text must not contain; a pure function, so that {@link SourceTextTest} proves it.
 */
final class SourceText {
  private static final int MAX_LINES = 400;

  /** Tables of cases may be longer than code. */
  private static final int MAX_TEST_LINES = 550;

  private static final Pattern OBSOLETE_RFC =
      Pattern.compile("rfc[ _-]?(2616|723[0-5])\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern RFC_SPELLING =
      Pattern.compile("\\bRFC\\d|\\bRFC \\d+,? +(§|[Ss]ec\\.|section)|\\bRFC \\d+ +Section");
  private static final Pattern NOTE =
      Pattern.compile("\\b(T[O]DO|F[I]XME|X[X]X)\\b(?!\\(#\\d+\\))");
  private static final Pattern SLEEP =
      Pattern.compile("\\b(Thread|SECONDS|MILLISECONDS|TimeUnit\\.\\w+)\\s*\\.sleep\\(");

  private SourceText() {}

  /** One message a fault, each beginning with {@code path}, the file's path from the top. */
  static List<String> faults(String path, String text) {
    List<String> faults = new ArrayList<>();
    boolean java = path.endsWith(".java");
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String at = path + ":" + (i + 1) + ": ";
      String line = lines.get(i);
      if (OBSOLETE_RFC.matcher(line).find()) {
        faults.add(at + "an obsolete RFC; its successors are 9110, 9111 and 9112");
      }
      if (java && RFC_SPELLING.matcher(line).find()) {
        faults.add(at + "a section is spelt: RFC 9111, Section 4.2.3");
      }
      if (!path.endsWith(".md") && NOTE.matcher(line).find()) {
        faults.add(at + "a note for later names its issue: TODO(#12)");
      }
      if (java && path.contains("src/test/") && SLEEP.matcher(line).find()) {
        faults.add(at + "a test does not sleep; it waits for a condition, with a limit");
      }
    }
    int most = path.contains("src/test/") ? MAX_TEST_LINES : MAX_LINES;
    if (java && lines.size() > most) {
      faults.add(path + ": " + lines.size() + " lines (expected: at most " + most + ")");
    }
    return faults;
  }
}

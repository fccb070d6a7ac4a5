package dev.sidecache;

import dev.sidecache.testing.Checkout;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A table of requirements and the tests that hold them, and what is wrong with it. */
final class RfcTable {
  /** What sidecache may do with a requirement, at the beginning of the cell. */
  private static final List<String> VERDICTS =
      List.of("kept", "not applicable: ", "different: ", "heading");

  private static final List<String> FORCES =
      List.of("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "defines");

  private final Map<String, String> sections;
  private final List<String> faults = new ArrayList<>();
  private final Map<String, Integer> rows = new LinkedHashMap<>();
  private int count;
  private String section = "";

  private RfcTable(Map<String, String> sections) {
    this.sections = sections;
  }

  /** Reads a table; {@code sections} are the numbers and titles that it must have. */
  static RfcTable of(String text, Map<String, String> sections) {
    RfcTable table = new RfcTable(sections);
    text.lines().forEach(table::line);
    for (String number : sections.keySet()) {
      Integer found = table.rows.get(number);
      if (found == null || found == 0) {
        table.faults.add(number + ": " + (found == null ? "no heading" : "no row"));
      }
    }
    return table;
  }

  int count() {
    return count;
  }

  List<String> faults() {
    return faults;
  }

  private void line(String line) {
    if (line.startsWith("## ")) {
      heading(line.substring(3));
    } else if (line.startsWith("| ")
        && !line.startsWith("| force ")
        && !line.startsWith("| --- ")) {
      row(line);
    }
  }

  private void heading(String heading) {
    int space = heading.indexOf(' ');
    section = heading.substring(0, Math.max(0, space));
    rows.put(section, 0);
    if (!heading.substring(space + 1).equals(sections.get(section))) {
      faults.add(heading + ": no such section");
    }
  }

  private void row(String line) {
    rows.merge(section, 1, Integer::sum);
    count++;
    List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    String place = section + " " + (cells.size() > 2 ? cells.get(2) : line);
    if (cells.size() != 6) {
      faults.add(place + ": not four cells");
      return;
    }
    if (!FORCES.contains(cells.get(1))) {
      faults.add(place + ": " + cells.get(1) + " is no force");
    }
    if (VERDICTS.stream().noneMatch(cells.get(3)::startsWith)) {
      faults.add(place + ": " + cells.get(3) + " is no verdict");
    }
    if (cells.get(4).isEmpty()) {
      faults.add(place + ": no test");
      return;
    }
    for (String test : cells.get(4).split(", ", -1)) {
      String fault = fault(test.replace("`", ""));
      if (fault != null) {
        faults.add(place + ": " + fault);
      }
    }
  }

  /** Why this is not a test, or null. */
  private static String fault(String test) {
    int dot = test.indexOf('.');
    if (dot < 0) {
      return test + " names no method";
    }
    Class<?> type = type(test.substring(0, dot));
    if (type == null) {
      return test + ": no such class";
    }
    return hasTest(type, test.substring(dot + 1)) ? null : test + ": no such test";
  }

  private static Class<?> type(String simpleName) {
    Path tests = Checkout.root().resolve("proxy-server/src/test/java");
    try (Stream<Path> files = Files.walk(tests)) {
      Optional<Path> file = files.filter(path -> path.endsWith(simpleName + ".java")).findFirst();
      if (file.isEmpty()) {
        return null;
      }
      String path = tests.relativize(file.get()).toString();
      String name = path.substring(0, path.length() - ".java".length());
      return Class.forName(
          name.replace('/', '.').replace('\\', '.'), false, RfcTable.class.getClassLoader());
    } catch (IOException | ClassNotFoundException missing) {
      return null;
    }
  }

  private static boolean hasTest(Class<?> type, String name) {
    for (Method method : type.getDeclaredMethods()) {
      if (method.getName().equals(name) && isTest(method)) {
        return true;
      }
    }
    return Arrays.stream(type.getDeclaredClasses()).anyMatch(nested -> hasTest(nested, name));
  }

  private static boolean isTest(Method method) {
    return method.isAnnotationPresent(org.junit.jupiter.api.Test.class)
        || method.isAnnotationPresent(org.junit.jupiter.params.ParameterizedTest.class);
  }
}

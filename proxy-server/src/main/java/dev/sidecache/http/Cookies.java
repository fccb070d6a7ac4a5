package dev.sidecache.http;

import java.util.ArrayList;
import java.util.List;

/** The pairs of the Cookie field. Source: RFC 6265, Section 4.2.1 and Section 5.4. */
public final class Cookies {
  private Cookies() {}

  /**
   * The values of every cookie with this name over all Cookie lines, in the order sent, as spelt;
   * names compare with case. A pair without {@code =} is a name with an empty value. Never throws.
   */
  public static List<String> values(Fields fields, String name) {
    List<String> values = new ArrayList<>(1);
    for (int line = 0; line < fields.size(); line++) {
      if (fields.name(line).equalsIgnoreCase("Cookie")) {
        addValues(fields.value(line), name, values);
      }
    }
    return values;
  }

  private static void addValues(String cookies, String name, List<String> into) {
    int start = 0;
    while (start <= cookies.length()) {
      int end = cookies.indexOf(';', start);
      end = end < 0 ? cookies.length() : end;
      int equals = cookies.indexOf('=', start);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      if (cookies.substring(start, nameEnd).trim().equals(name)) {
        into.add(cookies.substring(Math.min(nameEnd + 1, end), end).trim());
      }
      start = end + 1;
    }
  }
}

package dev.sidecache.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Durations ({@code 500ms 30s 5m 1h 1d}, a bare number is seconds) and sizes ({@code 64KiB}). */
final class Quantities {
  /** The longest duration: as many seconds as 31 bits hold (RFC 9111, Section 1.2.2). */
  static final Duration LONGEST = Duration.ofSeconds(Integer.MAX_VALUE);

  private static final Map<String, Long> MILLIS = new LinkedHashMap<>();
  private static final Map<String, Long> BYTES = new LinkedHashMap<>();

  static {
    MILLIS.put("d", 86_400_000L);
    MILLIS.put("h", 3_600_000L);
    MILLIS.put("m", 60_000L);
    MILLIS.put("s", 1_000L);
    MILLIS.put("ms", 1L);
    BYTES.put("GiB", 1L << 30);
    BYTES.put("MiB", 1L << 20);
    BYTES.put("KiB", 1L << 10);
    BYTES.put("B", 1L);
  }

  private Quantities() {}

  /** The duration that a text spells, {@link #LONGEST} at most; null if it spells none. */
  static @Nullable Duration duration(String text) {
    int digits = leadingDigits(text);
    String unit = text.substring(digits);
    Long millis = unit.isEmpty() ? Long.valueOf(1000) : MILLIS.get(unit);
    if (digits == 0 || millis == null) {
      return null;
    }
    long number = digits > 10 ? Long.MAX_VALUE / 86_400_000L : number(text, digits);
    Duration duration = Duration.ofMillis(number * millis);
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }

  /** The size in bytes that a text spells; null if it spells none. */
  static @Nullable Long bytes(String text) {
    int digits = leadingDigits(text);
    String unit = text.substring(digits);
    Long factor = unit.isEmpty() ? Long.valueOf(1) : BYTES.get(unit);
    if (digits == 0 || digits > 9 || factor == null) {
      return digits > 9 && digits <= 15 && unit.isEmpty() ? number(text, digits) : null;
    }
    return number(text, digits) * factor;
  }

  private static int leadingDigits(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    return digits;
  }

  private static long number(String text, int digits) {
    return Long.parseLong(text.substring(0, digits));
  }

  /** A duration as it is written: the largest unit that leaves no rest. */
  static String text(Duration duration) {
    return text(duration.toMillis(), MILLIS, "0s");
  }

  /** A size as it is written: the largest unit that leaves no rest. */
  static String text(long bytes) {
    return text(bytes, BYTES, "0");
  }

  private static String text(long amount, Map<String, Long> units, String zero) {
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (amount > 0 && amount % unit.getValue() == 0) {
        return amount / unit.getValue() + unit.getKey();
      }
    }
    return zero;
  }

  /** How the duration meant by {@code 2 minutes}, {@code 1.5h} or {@code 1h30m} is written. */
  static @Nullable String suggestedDuration(String text) {
    try {
      return text(Duration.parse(text));
    } catch (DateTimeParseException e) {
      Long millis = sum(text);
      return millis == null ? null : text(Duration.ofMillis(millis));
    }
  }

  /** How the size meant by {@code 64 KB} or {@code 1m} is written. */
  static @Nullable String suggestedSize(String text) {
    String lower = text.toLowerCase(Locale.ROOT).replace(" ", "");
    int digits = leadingDigits(lower);
    String unit =
        switch (lower.substring(digits)) {
          case "b", "byte", "bytes" -> "B";
          case "k", "kb", "kib" -> "KiB";
          case "m", "mb", "mib" -> "MiB";
          case "g", "gb", "gib" -> "GiB";
          default -> "";
        };
    return digits == 0 || unit.isEmpty() ? null : lower.substring(0, digits) + unit;
  }

  /** The sum of pairs of number and unit, in milliseconds; null if the text is something else. */
  private static @Nullable Long sum(String text) {
    String rest = text.toLowerCase(Locale.ROOT).replace(" ", "");
    BigDecimal total = BigDecimal.ZERO;
    while (!rest.isEmpty()) {
      int number = span(rest, "0123456789.");
      int unit = number + span(rest.substring(number), "abcdefghijklmnopqrstuvwxyz");
      Long factor = MILLIS.get(unitOf(rest.substring(number, unit)));
      BigDecimal amount = amount(rest.substring(0, number));
      if (factor == null || amount == null) {
        return null;
      }
      total = total.add(amount.multiply(BigDecimal.valueOf(factor)));
      rest = rest.substring(unit);
    }
    boolean usable = total.signum() > 0 && total.compareTo(BigDecimal.valueOf(1L << 40)) < 0;
    return usable ? total.setScale(0, RoundingMode.HALF_UP).longValue() : null;
  }

  private static @Nullable BigDecimal amount(String digits) {
    boolean number = digits.length() < 12 && !digits.isEmpty() && !digits.startsWith(".");
    boolean onePoint = digits.indexOf('.') == digits.lastIndexOf('.') && !digits.endsWith(".");
    return number && onePoint ? new BigDecimal(digits) : null;
  }

  private static int span(String text, String characters) {
    int end = 0;
    while (end < text.length() && characters.indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    return end;
  }

  private static String unitOf(String word) {
    return switch (word) {
      case "ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds" -> "ms";
      case "s", "sec", "secs", "second", "seconds" -> "s";
      case "m", "min", "mins", "minute", "minutes" -> "m";
      case "h", "hr", "hrs", "hour", "hours" -> "h";
      case "d", "day", "days" -> "d";
      default -> "";
    };
  }
}

package dev.sidecache.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Dates as fields carry them. All three forms are read, one is written. Source: RFC 9110, Section
 * 5.6.7.
 */
public final class HttpDate {
  private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  private static final String[] LONG_DAYS = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
  };
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };
  private static final long SECONDS_OF_DAY = 86_400;

  /** The day of the week on which 1970 began. */
  private static final int THURSDAY = 3;

  private HttpDate() {}

  /**
   * The moment that a date tells, or null if it is none. Names compare without case (RFC 9111,
   * Section 4.2); a zone other than GMT makes it none; the day of the week is not held against the
   * date; second 60 is the one after 59. Never throws.
   *
   * @param now decides the century of a two-digit year: one that seems more than 50 years ahead is
   *     past
   */
  public static @Nullable Instant parse(String text, Instant now) {
    Cursor cursor = new Cursor(text.strip());
    if (cursor.name(DAYS, 3) >= 0) {
      if (cursor.literal(", ")) {
        return cursor.imfFixdate();
      }
      return cursor.literal(" ") ? cursor.asctime() : longForm(cursor, now);
    }
    return longForm(cursor, now);
  }

  private static @Nullable Instant longForm(Cursor cursor, Instant now) {
    cursor.at = 0;
    return cursor.longName(LONG_DAYS) && cursor.literal(", ") ? cursor.rfc850(now) : null;
  }

  /** A moment as IMF-fixdate, fractions of its second dropped; for years 0 to 9999. */
  public static String format(Instant moment) {
    long second = moment.getEpochSecond();
    long epochDay = Math.floorDiv(second, SECONDS_OF_DAY);
    int ofDay = (int) Math.floorMod(second, SECONDS_OF_DAY);
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    char[] out = new char[29];
    put(out, 0, DAYS[(int) Math.floorMod(epochDay + THURSDAY, 7L)]);
    put(out, 3, ", ");
    digits(out, 5, date.getDayOfMonth());
    out[7] = ' ';
    put(out, 8, MONTHS[date.getMonthValue() - 1]);
    out[11] = ' ';
    digits(out, 12, date.getYear() / 100);
    digits(out, 14, date.getYear() % 100);
    out[16] = ' ';
    digits(out, 17, ofDay / 3600);
    out[19] = ':';
    digits(out, 20, ofDay / 60 % 60);
    out[22] = ':';
    digits(out, 23, ofDay % 60);
    put(out, 25, " GMT");
    return new String(out);
  }

  private static void put(char[] out, int at, String text) {
    text.getChars(0, text.length(), out, at);
  }

  private static void digits(char[] out, int at, int value) {
    out[at] = (char) ('0' + value / 10);
    out[at + 1] = (char) ('0' + value % 10);
  }

  /** Reads a text from left to right; a failed reading leaves -1 or false behind. */
  private static final class Cursor {
    private final String text;
    private int at;

    Cursor(String text) {
      this.text = text;
    }

    @Nullable Instant imfFixdate() {
      int day = number(2);
      boolean first = literal(" ");
      int month = name(MONTHS, 3);
      boolean second = literal(" ");
      int year = number(4);
      boolean third = literal(" ");
      long time = time();
      return first && second && third && literal(" GMT") && ended()
          ? moment(year, month, day, time)
          : null;
    }

    @Nullable Instant rfc850(Instant now) {
      int day = number(2);
      boolean first = literal("-");
      int month = name(MONTHS, 3);
      boolean second = literal("-");
      int year = number(2);
      boolean third = literal(" ");
      long time = time();
      boolean complete = first && second && third && year >= 0 && literal(" GMT") && ended();
      return complete ? moment(century(year, now) + year, month, day, time) : null;
    }

    @Nullable Instant asctime() {
      int month = name(MONTHS, 3);
      boolean first = literal(" ");
      int day = literal(" ") ? number(1) : number(2);
      boolean second = literal(" ");
      long time = time();
      boolean third = literal(" ");
      int year = number(4);
      return first && second && third && ended() ? moment(year, month, day, time) : null;
    }

    private static int century(int year, Instant now) {
      int current = now.atOffset(ZoneOffset.UTC).getYear();
      int century = current - current % 100;
      return century + year > current + 50 ? century - 100 : century;
    }

    private static @Nullable Instant moment(int year, int month, int day, long secondOfDay) {
      if (year < 0 || month < 0 || day < 1 || secondOfDay < 0) {
        return null;
      }
      try {
        LocalDateTime midnight = LocalDateTime.of(year, month + 1, day, 0, 0);
        return midnight.toInstant(ZoneOffset.UTC).plusSeconds(secondOfDay);
      } catch (DateTimeException noSuchDay) {
        return null;
      }
    }

    private long time() {
      int hour = number(2);
      boolean first = literal(":");
      int minute = number(2);
      boolean second = literal(":");
      int seconds = number(2);
      boolean valid = hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
      return first && second && valid && seconds >= 0 && seconds <= 60
          ? hour * 3600L + minute * 60L + seconds
          : -1;
    }

    private int number(int digits) {
      if (at + digits > text.length()) {
        return -1;
      }
      int value = 0;
      for (int end = at + digits; at < end; at++) {
        char c = text.charAt(at);
        if (c < '0' || c > '9') {
          return -1;
        }
        value = 10 * value + c - '0';
      }
      return value;
    }

    private int name(String[] names, int length) {
      for (int i = 0; i < names.length; i++) {
        if (text.regionMatches(true, at, names[i], 0, length)) {
          at += length;
          return i;
        }
      }
      return -1;
    }

    private boolean longName(String[] names) {
      for (String name : names) {
        if (text.regionMatches(true, at, name, 0, name.length())) {
          at += name.length();
          return true;
        }
      }
      return false;
    }

    private boolean literal(String expected) {
      if (!text.regionMatches(true, at, expected, 0, expected.length())) {
        return false;
      }
      at += expected.length();
      return true;
    }

    private boolean ended() {
      return at == text.length();
    }
  }
}

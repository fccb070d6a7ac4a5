package dev.sidecache.listener;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The value of Date for responses that lack it, made once a second. Source: RFC 9110, Section
 * 5.6.7. Safe for all threads.
 */
final class DateField {
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final LongSupplier epochMillis;
  private volatile Second current = new Second(-1, "");

  private record Second(long epochSecond, String text) {}

  DateField(LongSupplier epochMillis) {
    this.epochMillis = epochMillis;
  }

  String value() {
    long second = Math.floorDiv(epochMillis.getAsLong(), 1000L);
    Second known = current;
    if (known.epochSecond != second) {
      known = new Second(second, IMF_FIXDATE.format(Instant.ofEpochSecond(second)));
      current = known;
    }
    return known.text;
  }
}

package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How lifetimes get names: four that always exist, and others. */
final class PresetsShape {
  private static final List<Key<Duration>> KNOWN =
      List.of(
          preset("short", "60", "CACHE_TTL_SHORT"),
          preset("medium", "300", "CACHE_TTL_MEDIUM"),
          preset("long", "3600", "CACHE_TTL_LONG"),
          preset("day", "86400", "CACHE_TTL_DAY"));

  private static final Shape.MapOf<String, Duration> OTHERS =
      new Shape.MapOf<>(
          Scalars.text("a name", "^[a-z][a-z0-9_-]*$", PresetsShape::name), Scalars.DURATION);

  static final Section<Map<String, Duration>> SHAPE =
      new Section<>(List.copyOf(KNOWN), OTHERS, PresetsShape::from);

  private PresetsShape() {}

  private static Key<Duration> preset(String name, String seconds, String variable) {
    return Key.of(name, Scalars.DURATION, "seconds, or with a unit")
        .orElse(seconds)
        .backendVariable(variable);
  }

  private static Map<String, Duration> from(Values values) {
    Map<String, Duration> presets = new LinkedHashMap<>();
    KNOWN.forEach(key -> presets.put(key.name(), values.get(key)));
    presets.putAll(values.others(SHAPE, OTHERS));
    return presets;
  }

  private static Parsed<String> name(String text) {
    boolean letter = !text.isEmpty() && text.charAt(0) >= 'a' && text.charAt(0) <= 'z';
    boolean valid =
        letter
            && text.chars()
                .allMatch(
                    c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-');
    if (text.equals("origin")) {
      return Parsed.not(Code.BAD_NAME, "is taken: it means as the backend says", null);
    }
    return valid
        ? Parsed.of(text)
        : Parsed.not(Code.BAD_NAME, "is not a name", "begin with a letter, use a-z 0-9 _ -");
  }
}

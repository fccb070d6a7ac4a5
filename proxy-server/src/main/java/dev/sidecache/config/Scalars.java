package dev.sidecache.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Node.Scalar.Kind;
import dev.sidecache.rule.Ttl;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The shapes of single values that any section may use. */
final class Scalars {
  private static final String DURATION_FORMS = "ms s m h d, bare number = seconds";
  private static final String DURATION_PATTERN = "^[0-9]+(ms|s|m|h|d)?$";

  /** A text of one character or more. */
  static final Scalar<String> TEXT =
      text(
          "a text",
          null,
          text ->
              text.isBlank()
                  ? Parsed.not(Code.EMPTY, "is empty", "write a text, or remove it")
                  : Parsed.of(text));

  /** A text that no message shows. */
  static final Scalar<Secret> SECRET =
      text("a text", null, text -> Parsed.of(new Secret(text))).hidden();

  /** A URL of HTTP without a user. */
  static final Scalar<URI> URL = text("a URL", "^https?://", Scalars::url);

  /** True or false. */
  static final Scalar<Boolean> BOOLEAN =
      new Scalar<>(
          EnumSet.of(Kind.BOOLEAN),
          "true or false",
          false,
          (text, reading) -> bool(text),
          schema -> schema.put("type", "boolean"));

  /** A duration of zero or more. */
  static final Scalar<Duration> DURATION = duration(Duration.ZERO, Quantities.LONGEST);

  /** A duration of a millisecond or more. */
  static final Scalar<Duration> TIMEOUT = duration(Duration.ofMillis(1), Quantities.LONGEST);

  /** A freshness lifetime: a duration, the name of a preset, {@code origin}. */
  static final Scalar<Ttl> TTL =
      new Scalar<>(
          EnumSet.of(Kind.TEXT, Kind.INTEGER),
          "a TTL such as 30s",
          false,
          Scalars::ttl,
          schema -> {
            ArrayNode choices = schema.putArray("anyOf");
            choices.addObject().put("type", "integer").put("minimum", 0);
            choices.addObject().put("type", "string").put("pattern", "^[a-z0-9_-]+$");
          });

  /** A size in bytes. */
  static final Scalar<Long> SIZE =
      new Scalar<>(
          EnumSet.of(Kind.TEXT, Kind.INTEGER),
          "a size such as 64KiB",
          false,
          (text, reading) -> size(text),
          schema -> {
            ArrayNode choices = schema.putArray("anyOf");
            choices.addObject().put("type", "integer").put("minimum", 0);
            choices.addObject().put("type", "string").put("pattern", "^[0-9]+(B|KiB|MiB|GiB)?$");
          });

  private Scalars() {}

  /** A text with a form of its own; {@code pattern} is its form in the JSON Schema. */
  static <T> Scalar<T> text(
      String wanted, @Nullable String pattern, Function<String, Parsed<T>> parser) {
    return new Scalar<>(
        EnumSet.of(Kind.TEXT),
        wanted,
        false,
        (text, reading) -> parser.apply(text),
        schema -> {
          schema.put("type", "string");
          if (pattern != null) {
            schema.put("pattern", pattern);
          }
        });
  }

  /** One of some constants, written in lower case. */
  static <E extends Enum<E>> Scalar<E> word(String noun, List<E> values) {
    List<String> words = values.stream().map(Scalars::word).toList();
    boolean booleans = words.contains("true");
    Set<Kind> kinds = booleans ? EnumSet.of(Kind.TEXT, Kind.BOOLEAN) : EnumSet.of(Kind.TEXT);
    BiFunction<String, Reading, Parsed<E>> parser =
        (text, reading) -> {
          int index = words.indexOf(text);
          return index >= 0 ? Parsed.of(values.get(index)) : notAWord(noun, text, words);
        };
    return new Scalar<>(kinds, oneOf(words), false, parser, schema -> enumeration(schema, words));
  }

  private static <E extends Enum<E>> String word(E value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static <E> Parsed<E> notAWord(String noun, String text, List<String> words) {
    String near = Spelling.didYouMean(text.toLowerCase(Locale.ROOT), words);
    String lower = text.toLowerCase(Locale.ROOT);
    String hint =
        words.contains(lower) ? "write " + lower : near == null ? "write " + oneOf(words) : near;
    return Parsed.not(Code.BAD_WORD, "is not " + noun, hint);
  }

  private static void enumeration(ObjectNode schema, List<String> words) {
    ArrayNode values = schema.putArray("enum");
    for (String word : words) {
      if (word.equals("true") || word.equals("false")) {
        values.add(Boolean.parseBoolean(word));
      } else {
        values.add(word);
      }
    }
  }

  /** {@code a, b or c}. */
  static String oneOf(List<String> words) {
    int last = words.size() - 1;
    String first = words.subList(0, last).stream().collect(Collectors.joining(", "));
    return first.isEmpty() ? words.get(last) : first + " or " + words.get(last);
  }

  private static Parsed<URI> url(String text) {
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null && url.getUserInfo() == null) {
        return Parsed.of(url);
      }
    } catch (URISyntaxException e) {
      // Told below like every other text that is no URL
    }
    return Parsed.not(Code.BAD_URL, "is not a URL", "write https://HOST/PATH");
  }

  private static Parsed<Boolean> bool(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("true") || lower.equals("false")) {
      return Parsed.of(lower.equals("true"));
    }
    String hint =
        switch (lower) {
          case "yes", "on", "y", "1" -> "write true";
          case "no", "off", "n", "0" -> "write false";
          default -> null;
        };
    return Parsed.not(Code.BAD_WORD, "is not true or false", hint);
  }

  /** A whole number within bounds. */
  static Scalar<Integer> integer(int least, int most) {
    return new Scalar<>(
        EnumSet.of(Kind.INTEGER),
        "a whole number",
        false,
        (text, reading) -> integer(text, least, most),
        schema -> schema.put("type", "integer").put("minimum", least).put("maximum", most));
  }

  private static Parsed<Integer> integer(String text, int least, int most) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits && !(text.startsWith("-") && text.length() > 1)) {
      return Parsed.not(Code.BAD_NUMBER, "is not a whole number", null);
    }
    long number = digits && text.length() < 12 ? Long.parseLong(text) : -1;
    if (number < least || number > most) {
      return Parsed.not(
          Code.OUT_OF_RANGE, "is out of range", "write a number from " + least + " to " + most);
    }
    return Parsed.of((int) number);
  }

  /** A duration within bounds. */
  static Scalar<Duration> duration(Duration least, Duration most) {
    return new Scalar<>(
        EnumSet.of(Kind.TEXT, Kind.INTEGER),
        "a duration such as 30s",
        false,
        (text, reading) -> duration(text, least, most),
        Scalars::durationSchema);
  }

  private static void durationSchema(ObjectNode schema) {
    ArrayNode choices = schema.putArray("anyOf");
    choices.addObject().put("type", "integer").put("minimum", 0);
    choices.addObject().put("type", "string").put("pattern", DURATION_PATTERN);
  }

  private static Parsed<Duration> duration(String text, Duration least, Duration most) {
    Duration duration = Quantities.duration(text);
    if (duration == null) {
      String suggestion = Quantities.suggestedDuration(text);
      String hint = suggestion == null ? null : "write " + suggestion;
      return Parsed.not(Code.BAD_DURATION, "is not a duration", hint, DURATION_FORMS);
    }
    if (duration.compareTo(least) < 0) {
      return Parsed.not(
          Code.OUT_OF_RANGE, "is too short", "write " + Quantities.text(least) + " or more");
    }
    if (duration.compareTo(most) > 0) {
      return Parsed.not(
          Code.OUT_OF_RANGE, "is too long", "write " + Quantities.text(most) + " or less");
    }
    return Parsed.of(duration);
  }

  private static Parsed<Ttl> ttl(String text, Reading reading) {
    if (text.equals("origin")) {
      return Parsed.of(new Ttl.Origin());
    }
    Duration preset = reading.presets().get(text);
    Duration lifetime = preset == null ? Quantities.duration(text) : preset;
    if (lifetime != null) {
      return Parsed.of(new Ttl.Fixed(lifetime));
    }
    String suggestion = Quantities.suggestedDuration(text);
    List<String> words = new ArrayList<>(reading.presets().keySet());
    words.add("origin");
    String hint = suggestion == null ? Spelling.didYouMean(text, words) : "write " + suggestion;
    String presets = String.join(" ", reading.presets().keySet());
    return Parsed.not(
        Code.BAD_TTL, "is not a TTL", hint, DURATION_FORMS + ", " + presets + ", origin");
  }

  private static Parsed<Long> size(String text) {
    Long bytes = Quantities.bytes(text);
    if (bytes != null) {
      return Parsed.of(bytes);
    }
    String suggestion = Quantities.suggestedSize(text);
    String hint = suggestion == null ? null : "write " + suggestion;
    return Parsed.not(Code.BAD_SIZE, "is not a size", hint, "B KiB MiB GiB, bare number = bytes");
  }
}

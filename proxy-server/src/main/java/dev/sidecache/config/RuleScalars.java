package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Node.Scalar.Kind;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.StatusSet;
import dev.sidecache.rule.TagTemplate;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The shapes of single values that rules are written with. */
final class RuleScalars {
  private static final String TOKEN_CHARACTERS =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String TOKEN_PATTERN = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

  /** The name of a route or rule. */
  static final Scalar<String> NAME =
      Scalars.text("a name such as students-list", "^[a-z0-9-]{1,60}$", RuleScalars::name);

  /** The name of a field, in lower case. */
  static final Scalar<String> FIELD_NAME =
      Scalars.text(
          "a header name", TOKEN_PATTERN, text -> token(text, "a header name", lower(text)));

  /** The name of a cookie. */
  static final Scalar<String> COOKIE_NAME =
      Scalars.text("a cookie name", TOKEN_PATTERN, text -> token(text, "a cookie name", text));

  /** A content coding in lower case. */
  static final Scalar<String> CODING =
      Scalars.text(
          "a coding such as gzip", TOKEN_PATTERN, text -> token(text, "a coding", lower(text)));

  /** A protocol to leave HTTP for, in lower case. */
  static final Scalar<String> PROTOCOL =
      Scalars.text("a protocol such as websocket", TOKEN_PATTERN, RuleScalars::protocol);

  /** A language tag. */
  static final Scalar<String> LANGUAGE =
      Scalars.text(
          "a language such as de", "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$", RuleScalars::language);

  /** A method in upper case. */
  static final Scalar<String> METHOD =
      Scalars.text("a method such as GET", "^[A-Z-]+$", RuleScalars::method);

  /** An effective host, with its port if that is not the scheme's, in lower case. */
  static final Scalar<String> HOST =
      Scalars.text("a host such as api.example.com", "^[^/@ ]+$", RuleScalars::host);

  /** A pattern of decoded paths. */
  static final Scalar<PathPattern> PATH =
      Scalars.text("a path such as /api/students", "^/", RuleScalars::path);

  /** A path prefix on a port of ours, without a final slash. */
  static final Scalar<String> PREFIX =
      Scalars.text("a path such as /-", "^/[^?#]*[^/?#]$", RuleScalars::prefix);

  /** A path, perhaps with a query, as it is requested. */
  static final Scalar<String> TARGET =
      Scalars.text("a path such as /healthz", "^/", RuleScalars::target);

  /** A tag with parameters. */
  static final Scalar<TagTemplate> TAG =
      Scalars.text("a tag such as students", null, RuleScalars::tag);

  /** A path with parameters. */
  static final Scalar<TagTemplate> PATH_TEMPLATE =
      Scalars.text("a path such as /api/students/{id}", "^/", RuleScalars::pathTemplate);

  /** A JSON pointer (RFC 6901). */
  static final Scalar<String> POINTER =
      Scalars.text("a JSON pointer such as /requestId", "^(/.*)?$", RuleScalars::pointer);

  /** A media type without parameters, in lower case. */
  static final Scalar<String> MEDIA_TYPE =
      Scalars.text("a media type such as text/html", "^[^/; ]+/[^/; ]+$", RuleScalars::mediaType);

  /** A status code or class. */
  static final Scalar<String> STATUS =
      new Scalar<>(
          EnumSet.of(Kind.TEXT, Kind.INTEGER),
          "a status such as 200 or 2xx",
          false,
          (text, reading) -> status(text),
          schema -> {
            var choices = schema.putArray("anyOf");
            choices.addObject().put("type", "integer").put("minimum", 200).put("maximum", 599);
            choices.addObject().put("type", "string").put("pattern", "^[1-5]([0-9][0-9]|xx)$");
          });

  /** A status code alone. */
  static final Scalar<Integer> STATUS_CODE =
      new Scalar<>(
          EnumSet.of(Kind.TEXT, Kind.INTEGER),
          "a status such as 404",
          false,
          (text, reading) -> statusCode(text),
          schema -> schema.put("pattern", "^[2-5][0-9][0-9]$"));

  /** Codes and classes. */
  static final Shape<StatusSet> STATUSES =
      new Shape.ListOf<>(STATUS).map(words -> StatusSet.of(words.toArray(String[]::new)));

  private RuleScalars() {}

  /** A list of what alone counts, or {@code any}. */
  static Shape<List<String>> anyOr(Scalar<String> element) {
    return new Shape.Either<>(
        Scalars.text("any or a list", "^any$", RuleScalars::any), new Shape.ListOf<>(element));
  }

  private static Parsed<List<String>> any(String text) {
    return text.equals("any")
        ? Parsed.of(List.of())
        : Parsed.not(Code.BAD_WORD, "is not any or a list", "write a list: [" + text + "]");
  }

  private static Parsed<String> language(String text) {
    boolean valid = text.matches("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*");
    return valid
        ? Parsed.of(text)
        : Parsed.not(Code.BAD_WORD, "is not a language", "write de or en-GB");
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Parsed<String> name(String text) {
    boolean valid =
        !text.isEmpty()
            && text.length() <= 60
            && text.chars().allMatch(c -> isSmallLetterOrDigit(c) || c == '-');
    if (valid) {
      return Parsed.of(text);
    }
    String hint = "use up to 60 of a-z 0-9 -";
    return Parsed.not(Code.BAD_NAME, "is not a name", hint);
  }

  private static boolean isSmallLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  /** Whether a text is a token (RFC 9110, Section 5.6.2). */
  static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> TOKEN_CHARACTERS.indexOf(c) >= 0);
  }

  private static Parsed<String> token(String text, String noun, String value) {
    return isToken(text) ? Parsed.of(value) : Parsed.not(Code.BAD_NAME, "is not " + noun, null);
  }

  /** NB: what is HTTP too would take requests past every rule. */
  private static Parsed<String> protocol(String text) {
    String lower = lower(text);
    return switch (lower) {
      case "h2c", "h2", "http", "tls" ->
          Parsed.not(Code.BAD_NAME, "would carry requests past the rules", "write websocket");
      default -> token(text, "a protocol", lower);
    };
  }

  private static Parsed<String> method(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    boolean valid = isToken(text);
    if (valid && upper.equals(text)) {
      return Parsed.of(text);
    }
    return Parsed.not(Code.BAD_METHOD, "is not a method", valid ? "write " + upper : null);
  }

  private static Parsed<String> host(String text) {
    boolean valid =
        !text.isEmpty() && text.chars().allMatch(c -> c > 0x20 && "/@*?#".indexOf(c) < 0);
    String hint = "write one host, or any";
    return valid ? Parsed.of(lower(text)) : Parsed.not(Code.BAD_ADDRESS, "is not a host", hint);
  }

  private static Parsed<PathPattern> path(String text) {
    if (text.contains("?")) {
      return Parsed.not(
          Code.BAD_PATH, "is not a path", "leave the query out; key.query chooses parameters");
    }
    try {
      return Parsed.of(PathPattern.parse(text));
    } catch (IllegalArgumentException e) {
      return Parsed.not(Code.BAD_PATH, "is not a path", e.getMessage());
    }
  }

  private static Parsed<String> prefix(String text) {
    boolean valid =
        text.length() > 1 && text.startsWith("/") && !text.endsWith("/") && isPath(text);
    String hint = "begin it with /, without a final /";
    return valid ? Parsed.of(text) : Parsed.not(Code.BAD_PATH, "is not a path", hint);
  }

  private static Parsed<String> target(String text) {
    boolean valid = text.startsWith("/") && text.indexOf('#') < 0 && text.indexOf(' ') < 0;
    return valid ? Parsed.of(text) : Parsed.not(Code.BAD_PATH, "is not a path", "begin it with /");
  }

  private static boolean isPath(String text) {
    return text.chars().allMatch(c -> c > 0x20 && c < 0x7f && "?#%".indexOf(c) < 0);
  }

  private static Parsed<TagTemplate> tag(String text) {
    String problem = tagProblem(text);
    if (problem != null) {
      return Parsed.not(Code.BAD_TAG, "is not a tag", problem);
    }
    try {
      return Parsed.of(TagTemplate.parse(text));
    } catch (IllegalArgumentException e) {
      return Parsed.not(Code.BAD_TAG, "is not a tag", e.getMessage());
    }
  }

  private static @Nullable String tagProblem(String text) {
    int star = text.indexOf('*');
    if (text.isBlank()) {
      return "write a text";
    }
    if (star >= 0 && (star != text.length() - 1 || star < 2 || text.charAt(star - 1) != ':')) {
      return "a * stands only at the end, after a colon: student:*";
    }
    return null;
  }

  private static Parsed<TagTemplate> pathTemplate(String text) {
    try {
      return Parsed.of(TagTemplate.parsePath(text));
    } catch (IllegalArgumentException e) {
      return Parsed.not(Code.BAD_PATH, "is not a path", e.getMessage());
    }
  }

  private static Parsed<String> pointer(String text) {
    if (!text.isEmpty() && !text.startsWith("/")) {
      return Parsed.not(Code.BAD_POINTER, "is not a JSON pointer", "write /" + text);
    }
    String rest = text.replace("~0", "").replace("~1", "");
    return rest.contains("~")
        ? Parsed.not(Code.BAD_POINTER, "is not a JSON pointer", "write ~0 for ~ and ~1 for /")
        : Parsed.of(text);
  }

  private static Parsed<String> mediaType(String text) {
    int slash = text.indexOf('/');
    boolean valid =
        slash > 0
            && slash == text.lastIndexOf('/')
            && slash < text.length() - 1
            && text.chars().allMatch(c -> c == '/' || TOKEN_CHARACTERS.indexOf(c) >= 0);
    String hint = text.contains(";") ? "leave its parameters out" : null;
    return valid ? Parsed.of(lower(text)) : Parsed.not(Code.BAD_WORD, "is not a media type", hint);
  }

  private static Parsed<String> status(String text) {
    try {
      StatusSet.of(text);
      return Parsed.of(text);
    } catch (IllegalArgumentException e) {
      String hint = "write a code such as 404, or a class such as 2xx";
      return Parsed.not(Code.BAD_STATUS, "is not a status", hint);
    }
  }

  private static Parsed<Integer> statusCode(String text) {
    int code = text.length() == 3 ? ListenAddress.port(text) : -1;
    if (code < 200 || code > 599) {
      return Parsed.not(Code.BAD_STATUS, "is not a status code", "write a code such as 404");
    }
    return code == 206 || code == 304
        ? Parsed.not(Code.BAD_STATUS, "is a status that is never stored", null)
        : Parsed.of(code);
  }
}

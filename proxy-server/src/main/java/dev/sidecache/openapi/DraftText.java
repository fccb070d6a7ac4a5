package dev.sidecache.openapi;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.sidecache.openapi.Draft.DraftRoute;
import dev.sidecache.openapi.Draft.DraftRule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A configuration with comments, made from an OpenAPI document: it is valid as it is, and each
 * guess says what it was made from.
 */
public final class DraftText {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z/][A-Za-z0-9_./*-]*(:[A-Za-z0-9_-]+)?");
  private static final Set<String> NOT_TEXT =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n", "none", "all");
  private static final int LONGEST_COMMENT = 140;
  private static final int COMMENT_COLUMN = 36;

  private final ApiDocument document;
  private final Draft draft;
  private final StringBuilder text = new StringBuilder();

  private DraftText(ApiDocument document) {
    this.document = document;
    this.draft = Draft.of(document);
  }

  /**
   * The text of the file.
   *
   * @param name where the document came from, for people
   * @param upstream the address of the backend, {@code http://host:port}
   */
  public static String of(ApiDocument document, String name, String upstream) {
    DraftText made = new DraftText(document);
    made.head(name, upstream);
    made.identity();
    made.never();
    made.routes();
    made.questions();
    made.rules();
    return made.text.toString();
  }

  /** How many routes are cached, and how many rules there are, for people. */
  public static String counts(ApiDocument document) {
    Draft draft = Draft.of(document);
    long cached = draft.routes().stream().filter(route -> route.read().kind().isCached()).count();
    return cached + " cached routes, " + draft.rules().size() + " invalidate rules";
  }

  private void head(String name, String upstream) {
    String title = document.title().isBlank() ? "an API" : document.title();
    text.append("# sidecache in front of ").append(comment(title)).append('\n');
    text.append("# A guess from ").append(comment(name)).append(": read it before it serves.\n");
    text.append(
        """
        #
        #   scope     each caller has entries of their own, unless nothing speaks against sharing
        #   ttl       a guess from the name; short medium long day are 1 min, 5 min, 1 h, 1 d
        #   tags      names by which writes find the answers that they change
        #
        # Check it:   sidecache validate --openapi DOCUMENT
        # Try it:     sidecache run --store memory      (no Redis, one instance)
        # Ask it:     sidecache explain GET /PATH
        version: 1

        server:
          listen: ":${PORT:-8080}"

        upstream:
        """);
    text.append("  url: \"${UPSTREAM_URL:-").append(upstream).append("}\"\n  timeout: 60s\n");
    text.append("\ncache:\n  store: redis                      # or memory\n");
    text.append("  namespace: ").append(namespace(title)).append('\n');
  }

  private static String namespace(String title) {
    String slug = new ApiPath.Segment(title, false).slug();
    String cut = slug.length() > 40 ? slug.substring(0, 40) : slug;
    return quoted(cut);
  }

  private void identity() {
    text.append("\n# Who is asking. Credentials are hashed, never stored.\nidentity:\n  from: ");
    text.append(list(draft.identity())).append('\n');
    text.append("\ndefaults:\n  scope: user\n");
  }

  private void never() {
    text.append("\nnever_cache:                        # beats every route\n");
    if (draft.never().isEmpty()) {
      text.append("  paths: []\n");
    } else {
      text.append("  paths:\n");
      for (Map.Entry<String, String> each : draft.never().entrySet()) {
        line("    - " + quoted(each.getKey()), each.getValue());
      }
    }
    text.append("  content_types: [text/event-stream]\n");
    text.append("  response_fields: [default]        # answers with passwords or tokens\n");
  }

  private void routes() {
    text.append("\n# The first that matches counts. What none matches goes to the backend.\n");
    for (String path : document.unusable()) {
      text.append("# Left out, since no rule can name it: ").append(comment(path)).append('\n');
    }
    if (draft.routes().isEmpty()) {
      text.append("# The document has no GET that may be cached.\nroutes: []\n");
      return;
    }
    text.append("routes:\n");
    boolean first = true;
    for (DraftRoute route : draft.routes()) {
      text.append(first ? "" : "\n");
      first = false;
      route(route);
    }
  }

  private void route(DraftRoute route) {
    Kind kind = route.read().kind();
    line("  - name: " + quoted(route.name()), kind.words());
    String path = quoted(route.read().path().pattern());
    text.append("    match: { path: ").append(path).append(" }\n");
    if (!kind.isCached()) {
      line("    mode: bypass", route.read().why());
      text.append("    ttl: origin\n");
      return;
    }
    line("    scope: " + (route.audience().shared() ? "shared" : "user"), route.audience().why());
    text.append("    ttl: ").append(kind.ttl()).append('\n');
    key(route.key());
    if (!route.tags().isEmpty()) {
      text.append("    tags: ").append(list(route.tags())).append('\n');
    }
  }

  private void key(KeyNames key) {
    List<String> query = key.query();
    boolean more = !key.headers().isEmpty() || !key.cookies().isEmpty();
    String counted = query == null ? "all" : query.isEmpty() ? "none" : list(query);
    if (query == null && key.declared().isEmpty() && !more) {
      return;
    }
    StringBuilder line = new StringBuilder("    key: { query: ").append(counted);
    if (!key.headers().isEmpty()) {
      line.append(", headers: ").append(list(key.headers()));
    }
    if (!key.cookies().isEmpty()) {
      line.append(", cookies: ").append(list(key.cookies()));
    }
    boolean hint = query == null && !key.declared().isEmpty();
    String which = "if the API reads no other: query: " + list(key.declared());
    line(line.append(" }").toString(), hint ? which : "");
  }

  private void questions() {
    if (draft.questions().isEmpty()) {
      return;
    }
    text.append(
        "\n  # POSTs that may only ask. If one changes nothing, take the comment signs away:\n");
    text.append("  # the same question of the same caller is then asked once a TTL. Such a POST\n");
    text.append("  # counts as a read; remove a rule below that names it.\n");
    for (DraftRoute route : draft.questions()) {
      text.append("  # - name: ").append(quoted(route.name())).append('\n');
      text.append("  #   match: { methods: [POST], path: ");
      text.append(quoted(route.read().path().pattern())).append(" }\n");
      text.append("  #   ttl: medium\n  #   key: { body: { format: json } }\n");
    }
  }

  private void rules() {
    text.append(
        "\n# A write that passes through empties what it touches, for every caller, before\n");
    text.append(
        "# its own answer goes out. Where each caller sees their own alone, write a tag as\n");
    text.append("# \"NAME:{identity}\", in the route and here: then others keep theirs.\n");
    if (draft.rules().isEmpty()) {
      text.append("invalidate: []\n");
      return;
    }
    text.append("invalidate:\n");
    boolean first = true;
    for (DraftRule rule : draft.rules()) {
      text.append(first ? "" : "\n");
      first = false;
      text.append("  - name: ").append(quoted(rule.name())).append('\n');
      text.append("    when: { methods: [").append(String.join(", ", rule.methods()));
      text.append("], path: ").append(quoted(rule.path().pattern())).append(" }\n");
      text.append("    tags: ").append(list(rule.tags())).append('\n');
    }
  }

  private void line(String yaml, String comment) {
    text.append(yaml);
    if (!comment.isEmpty()) {
      text.append(" ".repeat(Math.max(1, COMMENT_COLUMN - yaml.length())));
      text.append("# ").append(comment(comment));
    }
    text.append('\n');
  }

  private static String list(List<String> values) {
    return values.stream().map(DraftText::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /** A text as YAML reads it, whatever it holds; ${ starts no variable. */
  static String quoted(String value) {
    boolean word = NOT_TEXT.contains(value.toLowerCase(Locale.ROOT));
    if (PLAIN.matcher(value).matches() && !word) {
      return value;
    }
    StringBuilder escaped = new StringBuilder();
    String json = TextNode.valueOf(value.replace("${", "$${")).toString();
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      boolean printable = (c >= ' ' && c < 0x7f) || (c >= 0xA0 && c < 0xD800 && c != 0x2028);
      escaped.append(printable ? c : String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
    return escaped.toString();
  }

  /** A text that cannot end its comment. */
  private static String comment(String value) {
    StringBuilder safe = new StringBuilder();
    value
        .codePoints()
        .limit(LONGEST_COMMENT)
        .map(c -> Character.isLetterOrDigit(c) || (c >= ' ' && c < 0x7f) ? c : ' ')
        .forEach(safe::appendCodePoint);
    return safe.toString().strip();
  }

  /** The rule that a write lacks, as one line of YAML. */
  static String rule(String name, Set<String> methods, ApiPath path, List<String> routes) {
    return "- { name: "
        + quoted(name)
        + ", when: { methods: ["
        + String.join(", ", new TreeSet<>(methods))
        + "], path: "
        + quoted(path.pattern())
        + " }, routes: "
        + list(routes)
        + " }";
  }
}

package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.ConfigError.Severity;
import dev.sidecache.config.Findings.Problem;
import dev.sidecache.config.Node.Scalar.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A YAML 1.2 text (core schema) as nodes with paths and places. Merge keys ({@code <<}) are
 * resolved, variables replaced; root keys beginning with {@code x-} are left out.
 */
final class YamlTree {
  /** An alias inside aliases multiplies: no configuration has so many values. */
  private static final int MOST_NODES = 200_000;

  private static final int DEEPEST = 50;

  private final String source;
  private final Map<String, String> environment;
  private final Findings findings;
  private final boolean places;
  private int nodes;

  private YamlTree(
      String source, Map<String, String> environment, Findings findings, boolean places) {
    this.source = source;
    this.environment = environment;
    this.findings = findings;
    this.places = places;
  }

  /** The root mapping, empty if the text is; null if it cannot be read, which is then told. */
  static Node.@Nullable Mapping parse(
      String source, String yaml, Map<String, String> environment, Findings findings) {
    return new YamlTree(source, environment, findings, true).root(yaml);
  }

  /** The node that a default spells. */
  static Node fallback(String path, String yaml) {
    Findings none = new Findings(Position.DEFAULT);
    YamlTree tree = new YamlTree(Position.DEFAULT.source(), Map.of(), none, false);
    Node node = tree.compose(yaml).map(root -> tree.node(root, path, 0)).orElse(null);
    if (node == null || none.hasErrors()) {
      throw new IllegalStateException("default of " + path + ": " + none.all());
    }
    return node;
  }

  private Node.@Nullable Mapping root(String yaml) {
    try {
      Optional<org.snakeyaml.engine.v2.nodes.Node> composed = compose(yaml);
      if (composed.isEmpty()) {
        return new Node.Mapping("", new Position(source, 1, 1), Map.of());
      }
      Node node = node(composed.get(), "", 0);
      if (node instanceof Node.Mapping mapping) {
        return mapping;
      }
      if (node != null) {
        String message = "the file is " + node.words();
        tell(node.position(), Code.WRONG_TYPE, message, "write keys, the first is version: 1");
      }
    } catch (MarkedYamlEngineException e) {
      tell(position(e), Code.BAD_YAML, problem(e), hint(e, yaml));
    } catch (YamlEngineException e) {
      // NB: the library's text; it quotes a character, never a value
      tell(new Position(source, 1, 1), Code.BAD_YAML, firstLine(e), null);
    }
    return null;
  }

  private Optional<org.snakeyaml.engine.v2.nodes.Node> compose(String yaml) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source)
            .setSchema(new CoreSchema())
            .setAllowDuplicateKeys(true)
            .setAllowNonScalarKeys(true)
            .build();
    return new Compose(settings).composeString(yaml);
  }

  private @Nullable Node node(org.snakeyaml.engine.v2.nodes.Node node, String path, int depth) {
    Position position = position(node.getStartMark());
    if (++nodes > MOST_NODES || depth > DEEPEST || node.isRecursive()) {
      if (nodes <= MOST_NODES + 1) {
        tell(position, Code.BAD_YAML, "aliases that contain themselves or too much", null);
      }
      return null;
    }
    if (node instanceof ScalarNode scalar) {
      return scalar(scalar, path, position);
    }
    if (node instanceof SequenceNode sequence) {
      return sequence(sequence, path, position, depth);
    }
    return mapping((MappingNode) node, path, position, depth);
  }

  private Node scalar(ScalarNode node, String path, Position position) {
    Expansion expansion = Expansion.of(node.getValue(), environment);
    Problem problem = expansion.problem();
    ConfigError unresolved =
        problem == null ? null : Findings.finding(position, path, problem, Severity.ERROR);
    Kind kind = expansion.changed() ? Kind.SUPPLIED : kind(node.getTag());
    findings.place(path, position);
    return new Node.Scalar(path, position, expansion.text(), kind, expansion.hidden(), unresolved);
  }

  private static Kind kind(Tag tag) {
    if (tag.equals(Tag.INT)) {
      return Kind.INTEGER;
    }
    if (tag.equals(Tag.FLOAT)) {
      return Kind.NUMBER;
    }
    if (tag.equals(Tag.BOOL)) {
      return Kind.BOOLEAN;
    }
    return tag.equals(Tag.NULL) ? Kind.NULL : Kind.TEXT;
  }

  private Node sequence(SequenceNode node, String path, Position position, int depth) {
    findings.place(path, position);
    List<Node> items = new ArrayList<>();
    int index = 0;
    for (org.snakeyaml.engine.v2.nodes.Node child : node.getValue()) {
      Node item = node(child, path + "[" + index++ + "]", depth + 1);
      if (item != null) {
        items.add(atDash(item, node, position));
      }
    }
    return new Node.Sequence(path, position, items);
  }

  /** A block list's mapping stands where its dash does, not at its first key. */
  private Node atDash(Node item, SequenceNode list, Position position) {
    if (list.getFlowStyle() != FlowStyle.BLOCK || !(item instanceof Node.Mapping mapping)) {
      return item;
    }
    Position dash = new Position(source, mapping.position().line(), position.column());
    findings.place(item.path(), dash);
    return new Node.Mapping(mapping.path(), dash, mapping.entries());
  }

  private Node mapping(MappingNode node, String path, Position position, int depth) {
    findings.place(path, position);
    Map<String, Node.Mapping.Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Position at = position(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        tell(
            at,
            path,
            Code.WRONG_TYPE,
            "a list or mapping as a key",
            "put text with { } or [ ] in quotes");
        continue;
      }
      String name = key.getValue();
      if (path.isEmpty() && name.startsWith("x-")) {
        continue;
      }
      String below = path.isEmpty() ? name : path + "." + name;
      Node.Mapping.Entry first = entries.get(name);
      if (first != null) {
        String message = "duplicate key; first in line " + first.key().line();
        tell(at, below, Code.DUPLICATE_KEY, message, null);
        continue;
      }
      Node value = node(tuple.getValueNode(), below, depth + 1);
      if (value != null) {
        entries.put(name, new Node.Mapping.Entry(at, value));
      }
    }
    return new Node.Mapping(path, position, entries);
  }

  /** NB: a default has no place that a reader could look at. */
  private Position position(Optional<Mark> mark) {
    if (!places) {
      return Position.of(source);
    }
    return mark.map(m -> new Position(source, m.getLine() + 1, m.getColumn() + 1))
        .orElseGet(() -> new Position(source, 1, 1));
  }

  /** Where a reader looks: at the beginning of what has no end, else at the problem. */
  private Position position(MarkedYamlEngineException e) {
    boolean unfinished = e.getProblem().contains("unexpected end of stream");
    boolean context = unfinished || e.getProblemMark().isEmpty();
    return position(context ? e.getContextMark() : e.getProblemMark());
  }

  private void tell(Position position, Code code, String message, @Nullable String hint) {
    tell(position, "", code, message, hint);
  }

  private void tell(
      Position position, String path, Code code, String message, @Nullable String hint) {
    findings.error(position, path, new Problem(code, message, hint, null));
  }

  private static String problem(MarkedYamlEngineException e) {
    String context = e.getContext();
    String problem = e.getProblem();
    if (problem.startsWith("found undefined alias")) {
      // NB: what follows may be a password that begins with a star
      return "found undefined alias";
    }
    int advice = problem.indexOf(". (Do not");
    String first = advice < 0 ? problem : problem.substring(0, advice);
    return context == null || context.isBlank() ? first : context + ": " + first;
  }

  private static String firstLine(YamlEngineException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** The remedy for what people write most. */
  private static @Nullable String hint(MarkedYamlEngineException e, String yaml) {
    String problem = problem(e);
    if (problem.contains("TAB")) {
      return "indent with spaces";
    }
    if (problem.contains("alias") || problem.contains("cannot start any token")) {
      return "put a value that begins with * & @ or ` in quotes";
    }
    if (problem.contains("unexpected end of stream")) {
      return "close the quotes";
    }
    if (problem.contains("<block end>") || problem.contains("mapping values are not allowed")) {
      return "begin the keys of a mapping in one column, and put a value with \": \" in quotes";
    }
    String line = e.getProblemMark().map(mark -> line(yaml, mark.getLine())).orElse("");
    boolean braces = line.contains("{") && problem.contains("got {");
    return braces ? "put a value with { } in quotes" : null;
  }

  private static String line(String yaml, int index) {
    return yaml.lines().skip(index).findFirst().orElse("");
  }
}

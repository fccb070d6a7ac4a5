package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Findings.Problem;
import dev.sidecache.config.Node.Scalar.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The effective values of one mapping: flag, then variable, then file, then default. */
final class Values {
  private final Node.Mapping mapping;
  private final Reading reading;

  Values(Node.Mapping mapping, Reading reading) {
    this.mapping = mapping;
    this.reading = reading;
  }

  Reading reading() {
    return reading;
  }

  Findings findings() {
    return reading.findings();
  }

  /** The path of this mapping; empty for the root. */
  String path() {
    return mapping.path();
  }

  /** The path of a key in this mapping. */
  String path(Key<?> key) {
    return path().isEmpty() ? key.name() : path() + "." + key.name();
  }

  Position position() {
    return mapping.position();
  }

  /** The value of a key that has a default; the default if what is written is wrong. */
  <T> T get(Key<T> key) {
    T value = find(key);
    if (value == null) {
      value = key.shape().read(fallback(key), reading);
    }
    if (value == null) {
      throw new IllegalStateException("no default for " + path(key));
    }
    return value;
  }

  /** The value of a key; null if it is left out without a default, wrong, or a word for nothing. */
  <T> @Nullable T find(Key<T> key) {
    Node node = node(key);
    if (node == null) {
      if (key.required()) {
        missing(key);
      }
      return null;
    }
    if (isLeaf(node, key)) {
      note(node, key.shape().secret());
    }
    return key.shape().read(node, reading);
  }

  /** The value of a key, or what it inherits from another path. */
  <T> T inherit(Key<T> key, String from, T inherited) {
    T own = find(key);
    if (own == null) {
      reading.inherits(path(key), from);
      return inherited;
    }
    return own;
  }

  /** The entries beside the known keys. */
  <K, V> Map<K, V> others(Section<?> section, Shape.MapOf<K, V> shape) {
    Map<String, Node.Mapping.Entry> entries = new LinkedHashMap<>(mapping.entries());
    section.keys().forEach(key -> entries.remove(key.name()));
    entries.forEach((name, entry) -> note(entry.value(), shape.secret()));
    Map<K, V> values = shape.read(new Node.Mapping(path(), position(), entries), reading);
    return values == null ? Map.of() : values;
  }

  /** Whether a key is written, or given by a flag or variable. */
  boolean isSet(Key<?> key) {
    return above(key) != null || written(key) != null;
  }

  /** Whether a key is written as a list with at least one item, right or wrong. */
  boolean hasItems(Key<?> key) {
    return written(key) instanceof Node.Sequence sequence && !sequence.items().isEmpty();
  }

  private void missing(Key<?> key) {
    String name = path().contains("[") ? key.name() : path(key);
    StringBuilder hint = new StringBuilder("write ").append(name);
    hint.append(", ").append(key.shape().wanted());
    key.sources().variables().forEach(variable -> hint.append(", set ").append(variable.name()));
    if (key.sources().flag() != null) {
      hint.append(", or give ").append(key.sources().flag());
    }
    Problem problem = new Problem(Code.MISSING, "is missing", hint.toString(), null);
    findings().error(position(), path(key), problem);
  }

  private @Nullable Node node(Key<?> key) {
    Node above = above(key);
    Node written = written(key);
    if (above != null) {
      checkOverridden(key, written);
      findings().place(above.path(), above.position());
      return above;
    }
    if (written != null) {
      return written;
    }
    String backendVariable = key.sources().backendVariable();
    String text = backendVariable == null ? null : reading.variable(backendVariable);
    if (text != null) {
      Position position = Position.of("env " + backendVariable);
      findings().place(path(key), position);
      return Node.Scalar.supplied(path(key), position, text);
    }
    return key.fallback() == null ? null : fallback(key);
  }

  /**
   * What does not count today counts where no flag and no variable is set; but what variables fill
   * is another value there.
   */
  private <T> void checkOverridden(Key<T> key, @Nullable Node written) {
    boolean checkable =
        written instanceof Node.Scalar scalar && scalar.unresolved() == null && !scalar.hidden();
    if (written != null && checkable) {
      key.shape().read(written, reading);
    }
  }

  /** What beats the file. */
  private Node.@Nullable Scalar above(Key<?> key) {
    String flagName = key.sources().flag();
    String flag = flagName == null ? null : reading.flag(flagName);
    if (flag != null) {
      return Node.Scalar.supplied(path(key), Position.of("flag " + flagName), flag);
    }
    for (Key.Variable variable : key.sources().variables()) {
      String text = reading.variable(variable.name());
      if (text != null) {
        Position position = Position.of("env " + variable.name());
        return Node.Scalar.supplied(path(key), position, variable.text().apply(text));
      }
    }
    return null;
  }

  private @Nullable Node written(Key<?> key) {
    Node.Mapping.Entry entry = mapping.entries().get(key.name());
    if (entry == null) {
      return null;
    }
    if (entry.value() instanceof Node.Scalar scalar) {
      boolean blank = scalar.kind() == Kind.NULL && key.shape().mayBeBlank();
      boolean emptied = scalar.kind() == Kind.SUPPLIED && scalar.text().isEmpty();
      return blank || (emptied && scalar.unresolved() == null) ? null : scalar;
    }
    return entry.value();
  }

  private Node fallback(Key<?> key) {
    String yaml = key.fallback();
    if (yaml == null) {
      throw new IllegalStateException("no default for " + path(key));
    }
    if (key.shape() instanceof Section) {
      // NB: what is missing in a section that is left out is told where the section would stand
      return new Node.Mapping(path(key), findings().position(path(key)), Map.of());
    }
    return YamlTree.fallback(path(key), yaml);
  }

  private void note(Node node, boolean secret) {
    boolean kept = secret || holdsVariable(node);
    reading.effective(node.path(), new Setting(node.flow(), kept, node.position().origin()));
  }

  /** NB: whoever may write a configuration must not read this process's variables by it. */
  private static boolean holdsVariable(Node node) {
    if (node instanceof Node.Sequence sequence) {
      return sequence.items().stream().anyMatch(Values::holdsVariable);
    }
    if (node instanceof Node.Mapping mapping) {
      return mapping.entries().values().stream().anyMatch(e -> holdsVariable(e.value()));
    }
    return node instanceof Node.Scalar scalar && scalar.hidden() && node.position().line() > 0;
  }

  private static boolean isLeaf(Node node, Key<?> key) {
    if (node instanceof Node.Mapping) {
      return key.shape() instanceof Shape.MapOf;
    }
    return !(node instanceof Node.Sequence sequence)
        || sequence.items().stream().allMatch(Node.Scalar.class::isInstance);
  }
}

package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The file that shows every key. Its commented lines that begin with a key are alternatives: each
 * is tried in place of the line with the same key, or as a further line.
 */
class ReferenceFileTest {
  private static final Pattern ALTERNATIVE = Pattern.compile("( *)# ([a-z_]+:.*)");
  private static final String TEXT = Configs.file("sidecache.yaml");

  @Test
  void loadsWithoutFinding() {
    assertThat(Configs.parse(TEXT).findings()).isEmpty();
  }

  @Test
  void showsTheDefaultOfEveryKey() {
    Map<String, String> shown = new TreeMap<>();
    Configs.valid(TEXT)
        .settings()
        .forEach((path, setting) -> shown.put(path.replaceAll("\\[\\d+]", "[]"), setting.text()));

    Map<String, String> differing = new TreeMap<>();
    ProxyConfig.SHAPE.visit(
        "",
        (path, key) -> {
          String fallback = key.fallback();
          if (fallback != null && shown.containsKey(path)) {
            String expected = YamlTree.fallback(path, fallback).flow();
            if (!shown.get(path).equals(expected)) {
              differing.put(path, shown.get(path) + " (default " + expected + ")");
            }
          }
        });

    assertThat(differing)
        .containsExactly(Map.entry("invalidate[].routes", "[students-list] (default [])"));
  }

  @Test
  void hasEveryKeyThatTheLoaderKnowsAndNoOther() {
    Set<String> known = new TreeSet<>();
    ProxyConfig.SHAPE.visit("", (path, key) -> known.add(path));

    Set<String> written = new TreeSet<>();
    for (String variant : variants()) {
      assertThat(Configs.parse(variant).errors()).isEmpty();
      written.addAll(keys(variant));
    }

    assertThat(written).containsExactlyElementsOf(known);
  }

  @Test
  void namesEveryVariable() {
    ProxyConfig.SHAPE.visit(
        "",
        (path, key) -> {
          key.sources().variables().forEach(variable -> assertThat(TEXT).contains(variable.name()));
          if (key.sources().backendVariable() != null) {
            assertThat(TEXT).contains(key.sources().backendVariable());
          }
          if (key.sources().flag() != null) {
            assertThat(TEXT).contains(key.sources().flag());
          }
        });
  }

  /** The file, and the file with each of its alternatives. */
  private static List<String> variants() {
    List<String> lines = TEXT.lines().toList();
    List<String> variants = new ArrayList<>(List.of(TEXT));
    for (int i = 0; i < lines.size(); i++) {
      Matcher alternative = ALTERNATIVE.matcher(lines.get(i));
      if (alternative.matches()) {
        String line = alternative.group(1) + alternative.group(2);
        String key = line.substring(0, line.indexOf(':') + 1);
        List<String> variant = new ArrayList<>(lines);
        variant.set(i, line);
        int replaced = indexOf(lines, i, key);
        if (replaced >= 0) {
          variant.set(replaced, "");
        }
        variants.add(String.join("\n", variant));
      }
    }
    return variants;
  }

  /** The nearest line before that sets the same key at the same depth, or -1. */
  private static int indexOf(List<String> lines, int from, String key) {
    int depth = key.length() - key.stripLeading().length();
    for (int i = from - 1; i >= 0; i--) {
      String line = lines.get(i);
      if (line.startsWith(key)) {
        return i;
      }
      boolean comment = line.isBlank() || line.stripLeading().startsWith("#");
      if (!comment && line.length() - line.stripLeading().length() < depth) {
        return -1;
      }
    }
    return -1;
  }

  private static Set<String> keys(String yaml) {
    Node.Mapping root =
        YamlTree.parse("file", yaml, Configs.VARIABLES, new Findings(new Position("file", 1, 1)));
    Set<String> keys = new TreeSet<>();
    collect(root, keys);
    return keys;
  }

  private static void collect(Node node, Set<String> keys) {
    if (node instanceof Node.Sequence sequence) {
      sequence.items().forEach(item -> collect(item, keys));
    } else if (node instanceof Node.Mapping mapping) {
      mapping
          .entries()
          .values()
          .forEach(
              entry -> {
                String path = entry.value().path().replaceAll("\\[\\d+]", "[]");
                if (!path.matches(".*(headers|status_ttl)\\.[^.]+")) {
                  keys.add(path);
                }
                collect(entry.value(), keys);
              });
    }
  }
}

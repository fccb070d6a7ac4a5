package dev.sidecache.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Applies advice to a configuration file as its comment says. */
public final class Patch {
  private Patch() {}

  /** The file with the routes and rules of a patch: by name, new ones behind those there. */
  public static String apply(String file, String patch) {
    Map<String, Object> whole = load(file);
    load(patch)
        .forEach(
            (list, added) -> {
              Map<Object, Map<String, Object>> named = new LinkedHashMap<>();
              for (Object each : (List<?>) whole.getOrDefault(list, List.of())) {
                named.put(map(each).get("name"), new LinkedHashMap<>(map(each)));
              }
              for (Object each : (List<?>) added) {
                named
                    .computeIfAbsent(map(each).get("name"), name -> new LinkedHashMap<>())
                    .putAll(map(each));
              }
              whole.put(list, new ArrayList<>(named.values()));
            });
    return new Dump(DumpSettings.builder().build()).dumpToString(whole);
  }

  private static Map<String, Object> load(String yaml) {
    Object loaded = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return loaded == null ? new LinkedHashMap<>() : new LinkedHashMap<>(map(loaded));
  }

  @SuppressWarnings("unchecked") // keys of a configuration are strings
  private static Map<String, Object> map(Object node) {
    return (Map<String, Object>) node;
  }
}

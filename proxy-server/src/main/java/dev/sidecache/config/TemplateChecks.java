package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.rule.TagTemplate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether every parameter of a template has a value. */
final class TemplateChecks {
  private TemplateChecks() {}

  /**
   * Tells every parameter that the path lacks.
   *
   * @param known the names of the path's segments
   * @param identity whether {@code {identity}} has a value here
   */
  static void parameters(
      Values values, Placed<TagTemplate> template, List<String> known, boolean identity) {
    List<String> all = new ArrayList<>(known);
    if (identity) {
      all.add(TagTemplate.IDENTITY);
    }
    for (String name : template.value().parameters()) {
      if (!all.contains(name)) {
        String message = "{" + name + "} is not a parameter of the path";
        values
            .findings()
            .error(template.path(), Code.UNKNOWN_PARAMETER, message, hint(name, all, identity));
      }
    }
  }

  private static @Nullable String hint(String name, List<String> known, boolean identity) {
    if (name.equals(TagTemplate.IDENTITY) && !identity) {
      return "a path has no caller in it; use tags";
    }
    String near = Spelling.nearest(name, known);
    if (near != null) {
      return "did you mean {" + near + "}?";
    }
    List<String> written = known.stream().map(each -> "{" + each + "}").toList();
    return known.isEmpty()
        ? "name a segment of the path {" + name + "}"
        : "write " + Scalars.oneOf(written);
  }
}

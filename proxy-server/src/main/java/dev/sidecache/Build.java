package dev.sidecache;

import org.jspecify.annotations.Nullable;

/** What was built: told by the manifest of the jar. */
final class Build {
  private Build() {}

  /** Such as {@code 0.1.0}; {@code dev} outside a jar. */
  static String version() {
    return known(Build.class.getPackage().getImplementationVersion(), "dev");
  }

  /** The revision of the sources; {@code unknown} if the build was not told. */
  static String revision() {
    return known(Build.class.getPackage().getSpecificationVersion(), "unknown");
  }

  private static String known(@Nullable String value, String otherwise) {
    return value == null || value.isBlank() ? otherwise : value;
  }
}

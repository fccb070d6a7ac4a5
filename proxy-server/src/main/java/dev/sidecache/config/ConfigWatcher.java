package dev.sidecache.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a file has become another one: written, replaced, or reached through a link that was
 * swapped, as Kubernetes does with a ConfigMap. It is looked at again and again, since no
 * notification comes for all of these. What is still being written is left alone until two looks
 * see the same.
 */
public final class ConfigWatcher {
  private final Path file;
  private @Nullable Look seen;
  private @Nullable Look told;

  /** What a look sees; all null if there is no such file. */
  private record Look(@Nullable Path target, @Nullable FileTime modified, long sizeBytes) {}

  /** A watcher to which the file of now is new. */
  public ConfigWatcher(Path file) {
    this.file = file;
  }

  /** Looks; true once for each state of the file that two looks have seen. */
  public boolean isNew() {
    Look now = look();
    boolean still = now.equals(seen);
    seen = now;
    if (!still || now.equals(told)) {
      return false;
    }
    told = now;
    return true;
  }

  private Look look() {
    try {
      Path target = file.toRealPath();
      BasicFileAttributes now = Files.readAttributes(target, BasicFileAttributes.class);
      return new Look(target, now.lastModifiedTime(), now.size());
    } catch (IOException gone) {
      return new Look(null, null, -1);
    }
  }
}

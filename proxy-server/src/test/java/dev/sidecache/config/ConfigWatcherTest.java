package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatcherTest {
  @TempDir private Path directory;
  private Path file;
  private ConfigWatcher watcher;

  @BeforeEach
  void firstLookHasBeen() throws IOException {
    file = Files.writeString(directory.resolve("sidecache.yaml"), "a");
    watcher = new ConfigWatcher(file);
    assertThat(watcher.isNew()).isFalse();
    assertThat(watcher.isNew()).isTrue();
    assertThat(watcher.isNew()).isFalse();
  }

  @Test
  void fileThatIsStillBeingWrittenWaits() throws IOException {
    Files.writeString(file, "ab");
    assertThat(watcher.isNew()).isFalse();
    Files.writeString(file, "abc");
    assertThat(watcher.isNew()).isFalse();
    assertThat(watcher.isNew()).isTrue();
    assertThat(watcher.isNew()).isFalse();
  }

  /** As Kubernetes does: the file is a link through a directory that is itself a link. */
  @Test
  void swappedLinkIsSeen() throws IOException {
    Path one = Files.createDirectory(directory.resolve("..one"));
    Path two = Files.createDirectory(directory.resolve("..two"));
    Files.writeString(one.resolve("config.yaml"), "same size");
    Files.copy(
        one.resolve("config.yaml"), two.resolve("config.yaml"), StandardCopyOption.COPY_ATTRIBUTES);
    Path data = Files.createSymbolicLink(directory.resolve("..data"), one);
    Path link =
        Files.createSymbolicLink(
            directory.resolve("config.yaml"), Path.of("..data", "config.yaml"));
    ConfigWatcher links = new ConfigWatcher(link);
    links.isNew();
    assertThat(links.isNew()).isTrue();

    Path next = Files.createSymbolicLink(directory.resolve("..next"), two);
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);

    assertThat(links.isNew()).isFalse();
    assertThat(links.isNew()).isTrue();
  }

  @Test
  void vanishedFileIsNewsToo() throws IOException {
    Files.delete(file);
    assertThat(watcher.isNew()).isFalse();
    assertThat(watcher.isNew()).isTrue();
    assertThat(watcher.isNew()).isFalse();
  }
}

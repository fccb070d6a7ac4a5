package dev.sidecache.caching;

import static dev.sidecache.testing.Heads.NOW;
import static dev.sidecache.testing.Heads.after;
import static dev.sidecache.testing.Heads.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.EntityTag;
import dev.sidecache.testing.Heads;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StoredHeadTest {
  private static StoredHead stored(String... fields) {
    return new StoredHead(Heads.ok(fields), NOW, Duration.ofSeconds(5));
  }

  @Test
  void everythingIsParsedOnce() {
    StoredHead stored =
        stored("Cache-Control", "max-age=60", "ETag", "W/\"a\"", "Last-Modified", date(-100));
    assertThat(stored.directives().maxAge()).isEqualTo(Duration.ofMinutes(1));
    assertThat(stored.explicitLifetime()).isEqualTo(Duration.ofMinutes(1));
    assertThat(stored.heuristicLifetime()).isEqualTo(Duration.ofSeconds(10));
    assertThat(stored.date()).isEqualTo(NOW);
    assertThat(stored.lastModified()).isEqualTo(after(-100_000));
    assertThat(stored.etag()).isEqualTo(new EntityTag(true, "\"a\""));
    assertThat(stored.originEtag()).isEqualTo(stored.etag());
  }

  @Test
  void whatCannotBeReadIsAbsent() {
    StoredHead stored = stored("ETag", "a", "Last-Modified", "x");
    assertThat(stored.etag()).isNull();
    assertThat(stored.originEtag()).isNull();
    assertThat(stored.hasGeneratedEtag()).isFalse();
    assertThat(stored.lastModified()).isNull();
  }

  @Test
  void entityTagOfOurOwnIsKnownAgainAfterAStoreHasKeptIt() {
    StoredHead tagged = Validation.withEtag(stored());
    StoredHead read = new StoredHead(tagged.head(), NOW, Duration.ofSeconds(5));
    assertThat(read).isEqualTo(tagged);
    assertThat(read.hasGeneratedEtag()).isTrue();
    assertThat(read.originEtag()).isNull();
  }

  @Test
  void equalityIsThatOfHeadAndTimes() {
    StoredHead stored = stored("A", "1");
    assertThat(stored).isEqualTo(stored("A", "1")).hasSameHashCodeAs(stored("A", "1"));
    assertThat(stored).isNotEqualTo(stored("A", "2")).isNotEqualTo("x");
    assertThat(stored).isNotEqualTo(new StoredHead(stored.head(), after(1), Duration.ofSeconds(5)));
    assertThat(stored).isNotEqualTo(new StoredHead(stored.head(), NOW, Duration.ZERO));
  }

  @Test
  void textHasNoFieldValue() {
    assertThat(stored("A", "s3cr3t").toString()).doesNotContain("s3cr3t").contains("200");
  }
}

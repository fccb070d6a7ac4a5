package dev.sidecache.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sidecache.client.testing.AdminServer;
import dev.sidecache.client.testing.Golden;
import dev.sidecache.client.testing.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CachedIT {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final LogLines log = new LogLines();
  private final AdminServer server =
      new AdminServer().reply("/v1/purge", 200, Golden.text("purge"));
  private final SidecacheClient cache = SidecacheClient.builder().admin(server.address()).build();
  private final Repository repository = new Repository();

  /** A value. */
  record Profile(long id, String name) {}

  /** What is slow. */
  static final class Repository {
    final List<Long> loaded = new ArrayList<>();

    Profile load(long id) {
      loaded.add(id);
      if (id < 0) {
        throw new IllegalStateException("no such profile");
      }
      return id == 0 ? null : new Profile(id, "Ada");
    }

    List<Profile> loadAll(String name) {
      loaded.add(0L);
      return List.of(new Profile(1, name));
    }

    Profile save(Profile profile) {
      return profile.id() == 0 ? null : profile;
    }

    boolean delete(Long id) {
      return id > 0;
    }
  }

  @AfterEach
  void close() {
    cache.close();
    server.close();
    log.close();
  }

  @Nested
  class Loading {
    private final Function<Long, Profile> load =
        Cached.function(cache, Profile.class)
            .key(id -> "profile:" + id)
            .ttl(Duration.ofMinutes(5))
            .wrap(repository::load);

    @Test
    void secondCallIsAnsweredFromTheCache() {
      assertThat(load.apply(7L)).isEqualTo(new Profile(7, "Ada"));
      assertThat(load.apply(7L)).isEqualTo(new Profile(7, "Ada"));
      assertThat(load.apply(8L)).isEqualTo(new Profile(8, "Ada"));
      assertThat(repository.loaded).containsExactly(7L, 8L);
      assertThat(server.lines())
          .startsWith("GET /v1/values/profile:7", "PUT /v1/values/profile:7?ttl=300");
    }

    @Test
    void nothingIsNotKept() {
      assertThat(load.apply(0L)).isNull();
      assertThat(load.apply(0L)).isNull();
      assertThat(repository.loaded).hasSize(2);
    }

    @Test
    void exceptionOfTheFunctionPasses() {
      assertThatThrownBy(() -> load.apply(-1L)).hasMessage("no such profile");
    }

    @Test
    void cacheThatIsAwayIsCalledThrough() {
      server.close();
      assertThat(load.apply(7L)).isEqualTo(new Profile(7, "Ada"));
      assertThat(load.apply(7L)).isEqualTo(new Profile(7, "Ada"));
      assertThat(repository.loaded).containsExactly(7L, 7L);
      assertThat(log.lines()).hasSize(1);
    }

    @Test
    void typedKeysGenericValuesAndTagsAreWritten() {
      Function<String, List<Profile>> loadAll =
          Cached.function(cache, new TypeReference<List<Profile>>() {})
              .key((String name) -> "named:" + name.length())
              .ttl(MINUTE)
              .tags(profiles -> List.of("profiles", "profile:" + profiles.get(0).id()))
              .wrap(repository::loadAll);
      assertThat(loadAll.apply("Ada")).isEqualTo(loadAll.apply("Ada"));
      assertThat(repository.loaded).hasSize(1);
      assertThat(server.lines())
          .contains("PUT /v1/values/named:3?ttl=60&tags=profiles%2Cprofile:1");
    }

    @Test
    void sameTagsForEachValueAreWrittenShorter() {
      Function<Long, Profile> tagged =
          Cached.function(cache, Profile.class)
              .key(id -> "p:" + id)
              .ttl(MINUTE)
              .tags("profiles")
              .wrap(repository::load);
      assertThat(tagged.apply(7L)).isNotNull();
      assertThat(server.lines()).contains("PUT /v1/values/p:7?ttl=60&tags=profiles");
    }

    @Test
    void keyAndTtlAreRequired() {
      Cached<Object, Profile> nothing = Cached.function(cache, Profile.class);
      assertThatIllegalStateException().isThrownBy(() -> nothing.ttl(MINUTE).wrap(any -> null));
      assertThatIllegalStateException().isThrownBy(() -> nothing.key(id -> "a").wrap(any -> null));
      assertThatThrownBy(() -> nothing.ttl(Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Changing {
    private final Function<Profile, Profile> save =
        CacheInvalidate.function(cache)
            .tags((Profile saved) -> List.of("profile:" + saved.id()))
            .wrap(repository::save);

    private List<String> purgedTags() {
      List<String> tags = new ArrayList<>();
      Golden.parse(server.lastContent()).get("tags").forEach(tag -> tags.add(tag.asText()));
      return tags;
    }

    @Test
    void tagsOfTheResultArePurged() {
      assertThat(save.apply(new Profile(7, "Ada"))).isEqualTo(new Profile(7, "Ada"));
      assertThat(server.lines()).containsExactly("POST /v1/purge");
      assertThat(purgedTags()).containsExactly("profile:7");
    }

    @Test
    void withoutTagsNothingIsPurged() {
      assertThat(save.apply(new Profile(0, ""))).isNull();
      assertThat(server.asked()).isEmpty();
    }

    @Test
    void tagsMayComeFromTheArgumentAndBeConstant() {
      Function<Long, Boolean> delete =
          CacheInvalidate.function(cache)
              .tags("profiles")
              .argumentTags((Long id) -> List.of("profile:" + id))
              .wrap(repository::delete);
      assertThat(delete.apply(7L)).isTrue();
      assertThat(purgedTags()).containsExactly("profiles", "profile:7");
    }

    @Test
    void classOfTheResultSparesItsName() {
      Function<Profile, Profile> same =
          CacheInvalidate.function(cache, Profile.class)
              .tags(saved -> List.of("named:" + saved.name()))
              .wrap(repository::save);
      assertThat(same.apply(new Profile(7, "Ada"))).isNotNull();
      assertThat(purgedTags()).containsExactly("named:Ada");
    }

    @Test
    void purgeThatFailsIsToldAndTheResultComesBack() {
      server.reply("/v1/purge", 403, "{\"title\":\"Forbidden\",\"detail\":\"no token\"}");
      assertThat(save.apply(new Profile(7, "Ada"))).isEqualTo(new Profile(7, "Ada"));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("the proxy answered 403: Forbidden; no token");
    }

    @Test
    void exceptionOfTheFunctionPassesAndNothingIsPurged() {
      Function<Long, Profile> failing =
          CacheInvalidate.function(cache).tags("profiles").wrap(repository::load);
      assertThatThrownBy(() -> failing.apply(-1L)).hasMessage("no such profile");
      assertThat(server.asked()).isEmpty();
    }
  }
}

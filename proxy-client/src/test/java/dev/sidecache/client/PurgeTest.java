package dev.sidecache.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.client.PurgeResult.Item;
import dev.sidecache.client.PurgeResult.Removed;
import dev.sidecache.client.testing.Golden;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurgeTest {
  private static JsonNode document(Purge purge) {
    return Golden.parse(new String(purge.toJson(), UTF_8));
  }

  @Nested
  class Requests {
    @Test
    void areTheDocumentsOfTheServer() {
      assertThat(document(Purge.tags("students", "student:*")))
          .isEqualTo(Golden.json("purge-request-tags"));
      assertThat(document(Purge.urls("/api/students/7").dryRun()))
          .isEqualTo(Golden.json("purge-request-urls"));
      assertThat(document(Purge.prefixes("/api/students/")))
          .isEqualTo(Golden.json("purge-request-prefixes"));
      assertThat(document(Purge.routes("students-list").count()))
          .isEqualTo(Golden.json("purge-request-routes"));
      assertThat(document(Purge.all())).isEqualTo(Golden.json("purge-request-all"));
    }

    @Test
    void withoutItemsAreWrongUse() {
      assertThatThrownBy(Purge::tags)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("purge: no tags (expected: at least one)");
      assertThatThrownBy(() -> Purge.urls("/a", " "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("purge: blank item among urls");
    }
  }

  @Nested
  class Results {
    private PurgeResult result(String text) {
      return PurgeResult.of(new AdminApi.Reply(200, text));
    }

    @Test
    void areReadFromTheDocumentsOfTheServer() {
      assertThat(result(Golden.text("purge")))
          .isEqualTo(
              new PurgeResult(
                  "p-7f3a",
                  false,
                  List.of(
                      new Item("tag", "students", true, List.of()),
                      new Item("tag", "student:a:*", true, List.of("student:*"))),
                  new Removed(5, null),
                  false,
                  null));
      assertThat(result(Golden.text("purge-pending")))
          .isEqualTo(
              new PurgeResult(
                  "p-7f3b",
                  false,
                  List.of(new Item("route", "student-list", false, List.of())),
                  new Removed(0, 3L),
                  true,
                  "did you mean students-list?"));
    }

    @ParameterizedTest
    @CsvSource({
      "false, 0, null, true",
      "true, 0, null, false",
      "false, 1, null, false",
      "false, 0, 1, false",
      "false, 0, 0, true"
    })
    void areEmptyIfNothingWasKnownOrCounted(
        boolean known, long memory, String redis, boolean empty) {
      String text =
          "{\"items\":[{\"tag\":\"a\",\"known\":%s}],\"removed\":{\"l1\":%d,\"redis\":%s}}"
              .formatted(known, memory, redis);
      assertThat(result(text).isEmpty()).isEqualTo(empty);
    }

    @Test
    void ofSomebodyElseAreNone() {
      assertThatThrownBy(() -> result("<html>"))
          .isInstanceOf(SidecacheException.class)
          .hasMessage("the answer is not sidecache's; check the admin address");
    }
  }
}

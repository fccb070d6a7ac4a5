package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.KeyParts.BodyKey;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import dev.sidecache.testing.Rules;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CacheKeyPropertyTest {

  /** What a key is meant to tell apart, as values that compare by themselves. */
  private record Meaning(
      String method,
      String authority,
      String path,
      List<String> query,
      Map<String, List<String>> chosen,
      String identity,
      List<Byte> content) {}

  @Test
  void differentInputsNeverShareAKeyAndEqualOnesDo() {
    Random random = new Random(4);
    Map<CacheKey, Meaning> seen = new HashMap<>();
    Map<Meaning, CacheKey> keys = new HashMap<>();
    for (int i = 0; i < 30_000; i++) {
      RandomRequest request = new RandomRequest(random);
      CacheKey key = request.key();
      Meaning meaning = request.meaning();
      Meaning earlier = seen.putIfAbsent(key, meaning);
      assertThat(earlier == null || earlier.equals(meaning)).as("%s %s", earlier, meaning).isTrue();
      CacheKey other = keys.putIfAbsent(meaning, key);
      assertThat(other == null || other.equals(key)).as(meaning.toString()).isTrue();
    }
    assertThat(seen.size()).isBetween(5000, 29_000);
  }

  private static final class RandomRequest {
    private static final Route ROUTE =
        Rules.changing("r", "/**")
            .key(
                new KeyParts(
                    new KeyParts.Query.All(),
                    List.of("x", "y"),
                    List.of("c"),
                    true,
                    new BodyKey(BodyKey.Format.JSON, List.of(), List.of(), 1000)))
            .methods("GET", "POST")
            .build();

    private final Random random;
    private final RequestHead head;
    private final Identity identity;
    private final byte[] content;

    RandomRequest(Random random) {
      this.random = random;
      String path = "/" + text() + (random.nextInt(3) == 0 ? "/" + text() : "");
      String query = random.nextBoolean() ? "" : "?" + parameter() + "&" + parameter();
      Fields.Builder fields = Fields.builder();
      for (String name : List.of("X", "Y", "X")) {
        if (random.nextInt(4) == 0) {
          fields.add(name, text());
        }
      }
      if (random.nextInt(4) == 0) {
        fields.add("Cookie", "c=" + text() + (random.nextBoolean() ? "" : "; c=" + text()));
      }
      this.head =
          new RequestHead(
              random.nextBoolean() ? "GET" : "POST",
              "http",
              random.nextBoolean() ? "a" : "aa",
              RequestTarget.parse(path + query),
              "1.1",
              fields.build());
      this.identity =
          random.nextBoolean() ? Identity.NONE : new Identity(text(), null, "header Authorization");
      boolean hasContent = head.method().equals("POST") && random.nextInt(3) == 0;
      this.content = hasContent ? new byte[random.nextInt(3)] : null;
    }

    private String text() {
      return "aab".substring(random.nextInt(3), 3).repeat(random.nextInt(2));
    }

    private String parameter() {
      return "pq".charAt(random.nextInt(2)) + (random.nextBoolean() ? "" : "=" + text());
    }

    CacheKey key() {
      Match match = new Match(ROUTE, Map.of(), null, List.of());
      return CacheKey.of(match, head, identity, content);
    }

    Meaning meaning() {
      List<Byte> bytes =
          content == null
              ? null
              : HexFormat.of().formatHex(content).chars().mapToObj(c -> (byte) c).toList();
      return new Meaning(
          head.method(),
          head.authority(),
          head.path(),
          query(head.target().query()),
          Map.of(
              "x", head.fields().all("x"),
              "y", head.fields().all("y"),
              "c", head.fields().all("Cookie")),
          identity.digest(),
          bytes);
    }

    /** Two parameters: in the order of their first letters, as sent where these are equal. */
    private static List<String> query(String query) {
      if (query == null) {
        return null;
      }
      String[] parameters = query.split("&", -1);
      Arrays.sort(parameters, (one, other) -> one.charAt(0) - other.charAt(0));
      return List.of(parameters);
    }
  }
}

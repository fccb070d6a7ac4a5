package dev.sidecache.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request made once after start.
 *
 * @param url path and query
 * @param headers fields to send, by name in lower case; never shown
 */
public record WarmRequest(String url, Map<String, Secret> headers) {

  public WarmRequest {
    headers = Map.copyOf(headers);
  }

  private static final Key<String> URL =
      Key.of("url", RuleScalars.TARGET, "path and query").mandatory();
  private static final Key<Map<String, Secret>> HEADERS =
      Key.of("headers", new Shape.MapOf<>(RuleScalars.FIELD_NAME, Scalars.SECRET), "fields to send")
          .orElse("{}");

  /** A path alone, or a mapping. */
  static final Shape<WarmRequest> SHAPE =
      new Shape.Either<>(
          RuleScalars.TARGET.as(url -> new WarmRequest(url, Map.of())),
          new Section<>(List.of(URL, HEADERS), WarmRequest::from));

  private static @Nullable WarmRequest from(Values values) {
    String url = values.find(URL);
    Map<String, Secret> headers = values.get(HEADERS);
    return url == null ? null : new WarmRequest(url, headers);
  }
}

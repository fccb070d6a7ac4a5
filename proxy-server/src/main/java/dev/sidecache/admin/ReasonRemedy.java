package dev.sidecache.admin;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each reason means and what can be done about it: in {@code /v1/doctor} and in
 * docs/troubleshooting.md, in the same words.
 *
 * @param meaning one sentence without a full stop
 * @param remedy what to do; empty where nothing is wrong
 */
public record ReasonRemedy(String meaning, String remedy) {
  private static final Map<String, ReasonRemedy> ALL = all();

  /** Of a reason's word; null if there is no such reason. */
  public static @Nullable ReasonRemedy of(String word) {
    return ALL.get(word);
  }

  private static Map<String, ReasonRemedy> all() {
    Map<String, ReasonRemedy> all = new HashMap<>();
    for (Bypass bypass : Bypass.values()) {
      all.put(bypass.word(), of(bypass));
    }
    for (Refusal refusal : Refusal.values()) {
      all.put(refusal.word(), of(refusal));
    }
    return Map.copyOf(all);
  }

  static ReasonRemedy of(Bypass bypass) {
    return switch (bypass) {
      case NEVER_CACHE ->
          new ReasonRemedy(
              "never_cache names its path or a field of the request",
              "take it out of never_cache if it may be cached");
      case METHOD -> new ReasonRemedy("no route caches its method, which is right for a write", "");
      case NO_ROUTE ->
          new ReasonRemedy(
              "no route matches its path, method and host",
              "add a route, or correct match.path; sidecache explain shows what is compared");
      case ROUTE_BYPASS ->
          new ReasonRemedy("its route has mode: bypass", "set mode: serve to cache it");
      case OBSERVE -> new ReasonRemedy("its route only observes", "set mode: serve to cache it");
      case SHADOW -> new ReasonRemedy("its route only compares", "set mode: serve to cache it");
      case UPGRADE -> new ReasonRemedy("it asks for another protocol, which its route allows", "");
      case UPGRADE_REFUSED ->
          new ReasonRemedy(
              "it asks for another protocol, and was forwarded without that",
              "set upgrade: [websocket] on its route");
      case RANGE ->
          new ReasonRemedy(
              "it asks for a part, and the whole is not stored", "ask for the whole once");
      case CLIENT_NO_STORE ->
          new ReasonRemedy(
              "its client sends Cache-Control: no-store", "have the client leave it out");
      case BODY_TOO_LARGE ->
          new ReasonRemedy(
              "its content is larger than what the key may be made of", "raise key.body.max_size");
      case IN_FLIGHT_LIMIT ->
          new ReasonRemedy(
              "as much is held for requests in flight as may be",
              "raise server.max_in_flight, and the heap with it");
      case DISABLED ->
          new ReasonRemedy(
              "the Redis cache is switched off", "set REDIS_URL, or run with --store memory");
      case REDIS_DOWN ->
          new ReasonRemedy(
              "Redis does not answer; everything is forwarded", "run sidecache doctor");
      case REDIS_QUOTA ->
          new ReasonRemedy(
              "the provider's quota is used up", "wait for the next period, or take a larger plan");
      case REDIS_SETTLING -> new ReasonRemedy("Redis is back, and is used a second from now", "");
    };
  }

  static ReasonRemedy of(Refusal refusal) {
    return switch (refusal) {
      case NO_STORE ->
          new ReasonRemedy(
              "the backend sends Cache-Control: no-store",
              "have the backend leave it out; override_origin does not cover it");
      case PRIVATE ->
          new ReasonRemedy(
              "the backend sends private, and the entry would be for everybody",
              "set scope: user, or have the backend leave it out");
      case AUTHORIZATION ->
          new ReasonRemedy(
              "with ttl: origin, an answer to Authorization needs public or s-maxage",
              "set scope: user or a TTL, or have the backend send it");
      case NO_LIFETIME ->
          new ReasonRemedy(
              "the backend gives no lifetime, or none is left",
              "set a TTL on the route, or have the backend send max-age");
      case SET_COOKIE ->
          new ReasonRemedy(
              "the answer sets a cookie", "have the backend set cookies on other paths only");
      case STATUS -> new ReasonRemedy("the route does not name its status", "name it in statuses");
      case TOO_LARGE ->
          new ReasonRemedy("it is larger than an entry may be", "raise max_entry_size");
      case STREAMING -> new ReasonRemedy("it is a stream of events", "");
      case PARTIAL -> new ReasonRemedy("it is a part, or was cut off", "");
      case VARY_STAR ->
          new ReasonRemedy(
              "the backend sends Vary: *", "have the backend name the fields that it reads");
      case CLIENT_NO_STORE ->
          new ReasonRemedy(
              "its client sends Cache-Control: no-store", "have the client leave it out");
      case SENSITIVE_FIELD ->
          new ReasonRemedy(
              "its JSON has a field of never_cache.response_fields",
              "have the backend leave the field out, or shorten that list");
      case UNREADABLE ->
          new ReasonRemedy(
              "it claims to be JSON and is none, or is packed in a way that is not read",
              "correct the backend's Content-Type or Content-Encoding");
      case TOO_MANY_TAGS ->
          new ReasonRemedy(
              "it has more than 64 tags, or one of over 128 bytes",
              "have the backend send fewer; families such as student:* spare many");
      case INVALIDATED -> new ReasonRemedy("a write or a purge came while it was fetched", "");
      case STORE_FAILED -> new ReasonRemedy("Redis did not take it", "run sidecache doctor");
      case IN_FLIGHT_LIMIT ->
          new ReasonRemedy(
              "as much is held for requests in flight as may be",
              "raise server.max_in_flight, and the heap with it");
    };
  }
}

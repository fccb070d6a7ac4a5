package dev.sidecache.exchange;

import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Preferences;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.identity.Credentials;
import dev.sidecache.json.JsonKey;
import dev.sidecache.message.Body;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request that somebody asks about, as a client would send it. */
public final class Question {
  private final RequestHead head;
  private final byte @Nullable [] content;

  private Question(RequestHead head, byte @Nullable [] content) {
    this.head = head;
    this.content = content;
  }

  /** What is wrong with a question. */
  public static final class Unaskable extends Exception {
    private static final long serialVersionUID = 1;

    private final String member;
    private final String hint;

    Unaskable(String member, String message, String hint) {
      super(message, null, false, false);
      this.member = member;
      this.hint = hint;
    }

    /** {@code method}, {@code url} or {@code headers}. */
    public String member() {
      return member;
    }

    /** What is wrong, without the value, which may be a secret. */
    public String problem() {
      return String.valueOf(getMessage());
    }

    /** What to write. */
    public String hint() {
      return hint;
    }
  }

  /**
   * The question about a request.
   *
   * @param url path with query, or a whole URL
   * @param headers fields as given; a Host among them counts for a path
   * @param authority of a path without Host
   * @throws Unaskable if such a request would be refused unread
   */
  public static Question of(
      String method, String url, Fields headers, byte @Nullable [] content, String authority)
      throws Unaskable {
    if (!isToken(method)) {
      throw new Unaskable("method", "is no method", "write GET");
    }
    int scheme = url.indexOf("://");
    int slash = url.indexOf('/', scheme < 0 ? 0 : scheme + 3);
    RequestTarget target =
        RequestTarget.parse(slash < 0 ? "/" : scheme < 0 ? url : url.substring(slash));
    if (target == null || (scheme < 0 && slash != 0)) {
      throw new Unaskable(
          "url", "is no request target and would be answered 400", "write /path?query");
    }
    check(headers);
    String named = headers.first("Host");
    String host =
        scheme >= 0
            ? url.substring(scheme + 3, slash < 0 ? url.length() : slash)
            : named == null ? authority : named;
    RequestHead head =
        new RequestHead(
            method.toUpperCase(Locale.ROOT),
            scheme < 0 ? "http" : url.substring(0, scheme).toLowerCase(Locale.ROOT),
            host.toLowerCase(Locale.ROOT),
            target,
            "1.1",
            completed(headers.with("Host", host), content));
    return new Question(head, content);
  }

  /** The question about a request that was once sent, as it is recorded. */
  public static Question recorded(RequestHead head, byte @Nullable [] content) {
    return new Question(head, content);
  }

  RequestHead head() {
    return head;
  }

  Body body() {
    byte[] bytes = content;
    return bytes == null ? Body.empty() : Body.of(bytes);
  }

  private static void check(Fields headers) throws Unaskable {
    for (int i = 0; i < headers.size(); i++) {
      if (!isToken(headers.name(i))) {
        throw new Unaskable("headers", "a name is none of a field", "write 'Name: value'");
      }
      String value = headers.value(i);
      for (int at = 0; at < value.length(); at++) {
        char c = value.charAt(at);
        if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
          throw new Unaskable(
              "headers", headers.name(i) + " has a character that no field may", "leave it out");
        }
      }
    }
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** As a client would send it: with the length of its content. */
  private static Fields completed(Fields headers, byte @Nullable [] content) {
    boolean framed = headers.contains("Content-Length") || headers.contains("Transfer-Encoding");
    return content == null || framed
        ? headers
        : headers.plus("Content-Length", Integer.toString(content.length));
  }

  /** What is decided from the request alone, as the request path decides it. */
  public Plan plan(RuleSet rules, Credentials credentials, Instant now) {
    Match match = rules.match(head);
    RequestHead asked = reduced(match);
    return plan(match, asked, credentials.identify(asked, now));
  }

  /** The same for a caller who is known by other means. */
  public Plan plan(RuleSet rules, Identity caller) {
    Match match = rules.match(head);
    return plan(match, reduced(match), caller);
  }

  private Plan plan(Match match, RequestHead asked, Identity caller) {
    return Plan.of(match, asked, caller, keyed(Plan.bodyKey(match, asked)));
  }

  private RequestHead reduced(Match match) {
    Route route = match.route();
    return route == null || match.neverCache() != null || !route.policy().negotiation().reduces()
        ? head
        : Preferences.reduced(head, route.policy().negotiation());
  }

  private byte @Nullable [] keyed(KeyParts.@Nullable BodyKey key) {
    byte[] bytes = content;
    return key == null || bytes == null || bytes.length == 0 || bytes.length > key.maxSizeBytes()
        ? null
        : JsonKey.of(bytes, key);
  }
}

package dev.sidecache.openapi;

import dev.sidecache.openapi.ApiOperation.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * For whom an answer may be kept. In doubt for its caller alone: what is wrongly kept for each
 * costs a hit, what is wrongly kept for all is a leak.
 *
 * @param shared whether for all callers
 * @param why for people
 */
record Audience(boolean shared, String why) {
  private static final Set<String> TELLING =
      Set.of("user", "tenant", "org", "organization", "account", "token", "session", "auth");

  static Audience of(Read read, ApiDocument document) {
    ApiOperation operation = read.operation();
    if (operation.security() == Security.REQUIRED) {
      return new Audience(false, "asks for a credential");
    }
    String doubt = doubt(read, document);
    return doubt == null
        ? new Audience(true, "asks for no credential")
        : new Audience(false, doubt);
  }

  private static @Nullable String doubt(Read read, ApiDocument document) {
    ApiOperation operation = read.operation();
    if (operation.security() == Security.OPTIONAL) {
      return "a credential counts if it is sent";
    }
    String telling = telling(operation);
    if (telling != null) {
      return "no security is declared, but " + telling;
    }
    if (operation.statuses().contains("401") || operation.statuses().contains("403")) {
      return "no security is declared, but an answer that refuses";
    }
    boolean personal =
        read.path().segments().stream()
            .anyMatch(segment -> Words.PERSONAL.in(segment) || Words.OWN.is(segment));
    if (personal) {
      return "no security is declared, but the name speaks of one caller";
    }
    if (operation.security() == Security.UNSAID && hasSecuredKin(operation, document)) {
      return "no security is declared, but for others under " + operation.path().resource();
    }
    boolean harmless = read.kind() == Kind.HEALTH || read.kind() == Kind.REFERENCE;
    boolean silent =
        document.credentials().isEmpty()
            && document.operations().stream()
                .noneMatch(other -> other.security() == Security.REQUIRED);
    return silent && !harmless ? "the document says nothing of security" : null;
  }

  /** What of its parameters tells callers apart, or null. */
  private static @Nullable String telling(ApiOperation operation) {
    for (String header : operation.parameters().headers()) {
      if (isTelling(header)) {
        return "the header " + header;
      }
    }
    return operation.parameters().cookies().isEmpty() ? null : "a cookie";
  }

  /** Whether a header's name says that it tells callers apart. */
  static boolean isTelling(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    boolean credential = name.equals("authorization") || name.contains("api-key");
    return credential || Stream.of(name.split("[^a-z]+", -1)).anyMatch(TELLING::contains);
  }

  private static boolean hasSecuredKin(ApiOperation operation, ApiDocument document) {
    String resource = operation.path().resource();
    return document.operations().stream()
        .anyMatch(
            other ->
                other.security() == Security.REQUIRED && other.path().resource().equals(resource));
  }

  /** Where requests carry what tells callers apart: what identity.from should name. */
  static List<String> identity(ApiDocument document, boolean doubtful) {
    List<String> from = new ArrayList<>();
    for (ApiDocument.Credential credential : document.credentials()) {
      if (!credential.in().equals("query") && KeyNames.isToken(credential.name())) {
        add(from, credential.in() + ":" + credential.name());
      }
    }
    for (ApiOperation operation : document.withMethod("GET")) {
      for (String header : operation.parameters().headers()) {
        String name = header.toLowerCase(Locale.ROOT);
        if (name.equals("authorization") || name.contains("api-key")) {
          add(from, "header:" + header);
        }
      }
    }
    if (doubtful || from.isEmpty()) {
      List.of("header:Authorization", "header:X-API-Key", "header:Cookie")
          .forEach(each -> add(from, each));
    }
    boolean whole = from.stream().anyMatch("header:cookie"::equalsIgnoreCase);
    return from.stream().filter(each -> !whole || !each.startsWith("cookie:")).toList();
  }

  private static void add(List<String> into, String source) {
    if (into.stream().noneMatch(source::equalsIgnoreCase)) {
      into.add(source);
    }
  }
}

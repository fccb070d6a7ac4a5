package dev.sidecache.openapi;

import dev.sidecache.openapi.ApiDocument.Credential;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What distinguishes two requests of one route, beside path and caller.
 *
 * @param query the parameters that alone count; null: all do
 * @param declared the parameters of the document, for people
 */
record KeyNames(
    @Nullable List<String> query,
    List<String> declared,
    List<String> headers,
    List<String> cookies) {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "accept|content-type|if-.*|range|cookie|user-agent|traceparent|tracestate|"
              + "x-request-id|x-correlation-id|idempotency-key|authorization|host|connection|"
              + "cache-control");

  static KeyNames of(ApiOperation operation, ApiDocument document, List<String> identity) {
    ApiOperation.Parameters parameters = operation.parameters();
    List<String> headers = new ArrayList<>();
    for (String header : parameters.headers()) {
      String name = header.toLowerCase(Locale.ROOT);
      boolean counted = identity.stream().anyMatch(("header:" + name)::equalsIgnoreCase);
      if (!counted && isToken(name) && !ELSEWHERE.matcher(name).matches()) {
        headers.add(name);
      }
    }
    List<String> cookies = parameters.cookies().stream().filter(KeyNames::isToken).toList();
    List<String> query = new ArrayList<>(parameters.query());
    for (Credential credential : document.credentials()) {
      if (credential.in().equals("query") && !query.contains(credential.name())) {
        query.add(credential.name());
      }
    }
    boolean known = document.fromCode() && parameters.complete();
    return new KeyNames(known ? query : null, parameters.query(), headers, cookies);
  }

  /** Source: RFC 9110, Section 5.6.2. */
  static boolean isToken(String name) {
    return TOKEN.matcher(name).matches();
  }
}

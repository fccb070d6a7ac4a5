package dev.sidecache;

import java.util.ArrayList;
import java.util.List;

/** What has been used against caches; each case with its source. */
final class PoisoningCases {
  private PoisoningCases() {}

  /** Comes back only if something of an attack has reached the victim's answer. */
  static final String MARK = "evil7";

  /** One way of asking. */
  record Case(String name, String source, String request) {
    /** Its request for one path. */
    String at(String path) {
      return request.replace("$P", path);
    }

    @Override
    public String toString() {
      return name + " (" + source + ")";
    }
  }

  private static final String PRACTICAL = "Practical Web Cache Poisoning, 2018";
  private static final String ENTANGLEMENT = "Web Cache Entanglement, 2020";
  private static final String CPDOS = "Your Cache Has Fallen, CPDoS, 2019";
  private static final String DECEPTION = "Web Cache Deception, 2017";
  private static final String GOTTA = "Gotta cache 'em all, 2024";
  private static final String CONNECTION = "Abusing HTTP hop-by-hop request headers, 2019";

  /** GET for the path with further lines. */
  private static String get(String... lines) {
    return request("GET $P HTTP/1.1", lines);
  }

  private static String request(String start, String... lines) {
    StringBuilder text = new StringBuilder(start).append("\r\n");
    boolean named = false;
    for (String line : lines) {
      text.append(line).append("\r\n");
      named |= line.regionMatches(true, 0, "Host:", 0, 5);
    }
    return named
        ? text.append("\r\n").toString()
        : text.insert(start.length() + 2, "Host: a.example\r\n").append("\r\n").toString();
  }

  private static void fields(List<Case> into, String source, String... lines) {
    for (String line : lines) {
      String value = line.endsWith(":") ? line + " " + MARK + ".example" : line;
      into.add(new Case(line, source, get(value)));
    }
  }

  /**
   * Requests that an origin may answer differently from the victim's {@code GET $P} with Host
   * a.example.
   */
  static List<Case> poison() {
    List<Case> cases = new ArrayList<>();
    fields(
        cases,
        PRACTICAL,
        "X-Forwarded-Host:",
        "X-Forwarded-Server:",
        "X-Forwarded-Scheme:",
        "X-Forwarded-Prefix:",
        "X-Forwarded-Port:",
        "X-Forwarded-Proto:",
        "X-Forwarded-For:",
        "X-Host:",
        "X-HTTP-Host-Override:",
        "X-Original-Host:",
        "X-Scheme:",
        "X-Url-Scheme:",
        "Front-End-Https:",
        "X-Original-URL: /" + MARK,
        "X-Rewrite-URL: /" + MARK,
        "Forwarded: for=1.2.3.4;host=" + MARK);
    fields(
        cases,
        "GHSA-hc5x-x2vx-497g",
        "X_Forwarded_Host:",
        "X-Forwarded_Host:",
        "X_Host:",
        "X_Original_URL: /" + MARK,
        "X_Rewrite_URL: /" + MARK);
    fields(
        cases,
        CPDOS,
        "X-HTTP-Method-Override: " + MARK,
        "X-HTTP-Method: " + MARK,
        "X-Method-Override: " + MARK,
        "X_HTTP_Method_Override: " + MARK);
    cases.add(new Case("port of the scheme", ENTANGLEMENT, get("Host: a.example:80")));
    cases.add(new Case("port left empty", ENTANGLEMENT, get("Host: a.example:")));
    cases.add(new Case("case of Host", ENTANGLEMENT, get("Host: A.EXAMPLE")));
    cases.add(new Case("another port", ENTANGLEMENT, get("Host: a.example:1337")));
    cases.add(new Case("another host", "CVE-2026-2836", get("Host: " + MARK + ".example")));
    cases.add(new Case("a final dot", "RFC 3986, Section 3.2.2", get("Host: a.example.")));
    cases.add(new Case("content of a GET", ENTANGLEMENT, get("Content-Length: 5") + MARK));
    cases.add(
        new Case(
            "chunked content of a GET",
            ENTANGLEMENT,
            get("Transfer-Encoding: chunked") + "5\r\n" + MARK + "\r\n0\r\n\r\n"));
    cases.add(new Case("a query", "CVE-2026-30246", request("GET $P?" + MARK + " HTTP/1.1")));
    cases.add(new Case("an empty query", "RFC 3986, Section 3.4", request("GET $P? HTTP/1.1")));
    cases.add(
        new Case(
            "a query parameter twice",
            ENTANGLEMENT,
            request("GET $P?a=1&a=" + MARK + " HTTP/1.1")));
    cases.add(new Case("a final slash", GOTTA, request("GET $P/ HTTP/1.1")));
    cases.add(new Case("path parameters", GOTTA, request("GET $P;" + MARK + " HTTP/1.1")));
    cases.add(new Case("another method", "RFC 9111, Section 2", request(MARK + " $P HTTP/1.1")));
    cases.add(
        new Case(
            "a range",
            "RFC 9111, Section 3.3",
            get("Range: bytes=0-3", "If-Range: \"" + MARK + "\"")));
    cases.add(
        new Case("a precondition", "RFC 9110, Section 13.1.1", get("If-Match: \"" + MARK + "\"")));
    cases.add(
        new Case(
            "a nominated key field", CONNECTION, get("X-Tenant: blue", "Connection: X-Tenant")));
    cases.add(
        new Case(
            "a nominated Vary field",
            CONNECTION,
            get("Accept-Language: de", "Connection: accept-language")));
    cases.add(
        new Case(
            "several nominated",
            CONNECTION,
            get("X-Tenant: blue", "Connection: close, X-Foo,X-Tenant")));
    cases.add(
        new Case(
            "nominated on a second line",
            CONNECTION,
            get("X-Tenant: blue", "Connection: close", "Connection: X-Tenant")));
    cases.add(
        new Case("a key field with underscore", "GHSA-hc5x-x2vx-497g", get("X_Tenant: " + MARK)));
    cases.add(
        new Case(
            "a key field twice", "RFC 9110, Section 5.3", get("X-Tenant: a", "X-Tenant: " + MARK)));
    cases.add(
        new Case(
            "an upgrade", "h2c smuggling, 2020", get("Connection: Upgrade", "Upgrade: " + MARK)));
    cases.add(
        new Case(
            "HTTP/1.0 without Host",
            "RFC 9112, Section 3.2",
            "GET $P HTTP/1.0\r\nX-Host: " + MARK + "\r\n\r\n"));
    return cases;
  }

  /** Requests that are refused before anything looks at them. */
  static List<Case> refused() {
    List<Case> cases = new ArrayList<>();
    String host = "RFC 9112, Section 3.2";
    cases.add(new Case("two Hosts", host, get("Host: a.example", "Host: " + MARK)));
    cases.add(new Case("space before colon", "RFC 9112, Section 5.1", get("X-Foo : " + MARK)));
    cases.add(new Case("obs-fold", "RFC 9112, Section 5.2", get("X-Foo: a", " " + MARK)));
    cases.add(new Case("control in a value", CPDOS, get("X-Foo: " + MARK + "\u0007\u0000")));
    cases.add(new Case("oversized field", CPDOS, get("X-Foo: " + MARK.repeat(20_000))));
    cases.add(new Case("user in Host", host, get("Host: " + MARK + "@a.example")));
    cases.add(new Case("path in Host", host, get("Host: a.example/" + MARK)));
    cases.add(
        new Case("other absolute-form", "VSV00018", request("GET http://" + MARK + "$P HTTP/1.1")));
    cases.add(new Case("a fragment", GOTTA, request("GET $P#" + MARK + " HTTP/1.1")));
    cases.add(new Case("dot segments", GOTTA, request("GET $P/../" + MARK + " HTTP/1.1")));
    cases.add(
        new Case("escaped dot segments", GOTTA, request("GET $P/%2e%2E/" + MARK + " HTTP/1.1")));
    cases.add(
        new Case("dot segments after %2F", GOTTA, request("GET $P%2f..%2f" + MARK + " HTTP/1.1")));
    cases.add(
        new Case("dot segments after %5C", GOTTA, request("GET $P%5c..%5c" + MARK + " HTTP/1.1")));
    cases.add(
        new Case("dot segment with parameter", GOTTA, request("GET $P/..;/" + MARK + " HTTP/1.1")));
    cases.add(new Case("escaped NUL", GOTTA, request("GET $P%00" + MARK + " HTTP/1.1")));
    cases.add(
        new Case(
            "escaped line end",
            "RFC 9112, Section 11.1",
            request("GET $P%0d%0a" + MARK + " HTTP/1.1")));
    cases.add(
        new Case(
            "malformed escape",
            "RFC 3986, Section 2.1",
            request("GET $P%zz" + MARK + " HTTP/1.1")));
    cases.add(
        new Case(
            "two lengths",
            "RFC 9112, Section 6.3",
            get("Content-Length: 5", "Content-Length: 6") + MARK));
    cases.add(
        new Case(
            "length and coding",
            "RFC 9112, Section 6.1",
            get("Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n"));
    cases.add(
        new Case(
            "TRACE", "RFC 9110, Section 9.3.8", request("TRACE $P HTTP/1.1", "X-Foo: " + MARK)));
    return cases;
  }

  /** Spellings of a path under {@code /api/auth/**}, which is never cached. */
  static List<Case> dodges() {
    List<Case> cases = new ArrayList<>();
    String[] paths = {
      "/api/auth/me",
      "/API/auth/me",
      "/api/Auth/Me",
      "/api/%61uth/me",
      "/api/%41uth/me",
      "/api//auth/me",
      "//api/auth/me",
      "/api/auth//me",
      "/api/auth/me/",
      "/api/auth;x=1/me",
      "/api;x/auth/me",
      "/api/auth%2Fme",
      "/api%2Fauth%2fme",
      "/api/auth%5Cme",
      "/api\\auth\\me",
      "/api%5Cauth/me",
      "/api/%2561uth/me",
      "/api/auth%252Fme",
      "/api/auth%3Bx/me",
      "/api/auth/me?x=1",
      "/api/auth/me.css",
      "/api/auth/me;.js",
      "/api/auth/me%3F.css",
      "/api/auth/%6D%65",
      "/api/auth",
      "/api/auth/",
      "/api/x%2F%2Fauth/me",
    };
    for (String path : paths) {
      boolean other = path.startsWith("/api/x");
      if (!other) {
        cases.add(new Case(path, GOTTA, request("GET " + path + " HTTP/1.1")));
      }
    }
    cases.add(
        new Case(
            "absolute-form", "VSV00018", request("GET http://a.example/api/auth/me HTTP/1.1")));
    cases.add(
        new Case(
            "X-Original-URL",
            PRACTICAL,
            request("GET /shared/x HTTP/1.1", "X-Original-URL: /api/auth/me")));
    cases.add(
        new Case(
            "X-Rewrite-URL",
            PRACTICAL,
            request("GET /shared/x HTTP/1.1", "X-Rewrite-URL: /api/auth/me")));
    cases.add(new Case("HEAD", "RFC 9110, Section 9.3.2", request("HEAD /api/auth/me HTTP/1.1")));
    cases.add(
        new Case(
            "a field that is never cached",
            "RFC 9111, Section 3",
            request("GET /shared/y HTTP/1.1", "x-no-cache:")));
    return cases;
  }

  /** How alice's browser may be led to ask for what is hers in scope user. */
  static List<Case> deceptions() {
    List<Case> cases = new ArrayList<>();
    String[] paths = {
      "$P",
      "$P/a.css",
      "$P;a.css",
      "$P%2Fa.css",
      "$P%3Fa.css",
      "$P%23a.css",
      "$P?a.css",
      "$P//a.css",
      "$P%0Aa.css",
      "$P/..%2fstatic/a.css",
      "$P%5Ca.css",
      "$P/.css",
    };
    String[] credentials = {
      "Authorization: Bearer alice7", "Cookie: sid=alice7", "X-API-Key: alice7"
    };
    for (int i = 0; i < paths.length; i++) {
      for (int j = 0; j < credentials.length; j++) {
        if (i == 0 || j == i % credentials.length) {
          String credential = credentials[j];
          cases.add(
              new Case(
                  paths[i] + ", " + credential,
                  DECEPTION,
                  request("GET " + paths[i] + " HTTP/1.1", credential)));
        }
      }
    }
    cases.add(
        new Case(
            "a second Cookie line",
            "RFC 9113, Section 8.2.3",
            get("Cookie: a=b", "Cookie: sid=alice7")));
    cases.add(new Case("lower case", "RFC 9110, Section 5.1", get("aUTHORIZATION: Bearer alice7")));
    cases.add(
        new Case(
            "nominated credential",
            CONNECTION,
            get("Authorization: Bearer alice7", "Connection: authorization")));
    cases.add(
        new Case(
            "nominated API key", CONNECTION, get("X-API-Key: alice7", "Connection: x-api-key")));
    cases.add(
        new Case(
            "two API keys", "RFC 9110, Section 5.3", get("X-API-Key: x", "X-API-Key: alice7")));
    cases.add(new Case("underscored API key", "GHSA-hc5x-x2vx-497g", get("X_API_Key: alice7")));
    return cases;
  }

  /** Queries in which some origin would find a parameter {@code page} that is MARK. */
  static List<Case> cloaked() {
    List<Case> cases = new ArrayList<>();
    String[] queries = {
      "x=1;page=evil7",
      "page=1;page=evil7",
      "x;page=evil7",
      "page[]=evil7",
      "Page=evil7",
      "%70age=evil7",
      "page%00=evil7",
      "page=1&page=evil7",
      "page=evil7&page=1",
      "+page=evil7",
      "page.=1&page=evil7",
      "page[x]=evil7",
    };
    for (String query : queries) {
      cases.add(new Case(query, ENTANGLEMENT, request("GET $P?" + query + " HTTP/1.1")));
    }
    return cases;
  }
}

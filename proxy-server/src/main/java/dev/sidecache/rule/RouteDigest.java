package dev.sidecache.rule;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * 16 bytes that differ where a route's name, pattern, key rules or tag templates do: names that a
 * configuration produces are only good under it, so this is part of every cache key. Within a set
 * of rules they also differ where that does which decided whether a response was stored, and for
 * whom: no reuse asks it again. Source: consistency.md, Section 4.
 *
 * @param high the first 8 bytes of SHA-256 over those, big endian
 * @param low the next 8
 */
public record RouteDigest(long high, long low) {

  static RouteDigest of(Route route) {
    MessageDigest digest = sha256();
    addNames(digest, route);
    return of(digest);
  }

  /**
   * The digest of a route among the rules that it belongs to.
   *
   * @param never what keeps responses from being stored, whatever the route says
   * @param identity who counts as one caller, in any spelling that differs where that does
   */
  static RouteDigest of(Route route, NeverCache never, String identity) {
    MessageDigest digest = sha256();
    addNames(digest, route);
    add(digest, route.scope().name());
    add(digest, route.ttl() instanceof Ttl.Origin ? "origin" : "fixed");
    String host = route.match().host();
    add(digest, host == null ? "" : host);
    addList(digest, route.policy().targets());
    addList(digest, never.requestHeaders().stream().sorted().toList());
    addList(digest, never.contentTypes().stream().sorted().toList());
    addList(digest, never.responseFields().stream().sorted().toList());
    add(digest, identity);
    return of(digest);
  }

  private static RouteDigest of(MessageDigest digest) {
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
    return new RouteDigest(bytes.getLong(), bytes.getLong());
  }

  private static void addNames(MessageDigest digest, Route route) {
    add(digest, route.name());
    add(digest, route.match().path().text());
    addKey(digest, route.key());
    addList(digest, route.tags().stream().map(TagTemplate::text).toList());
  }

  private static void addKey(MessageDigest digest, KeyParts key) {
    if (key.query() instanceof KeyParts.Query.Names names) {
      add(digest, "names");
      addList(digest, names.names());
    } else {
      add(digest, key.query() instanceof KeyParts.Query.All ? "all" : "none");
    }
    addList(digest, key.headers());
    addList(digest, key.cookies());
    add(digest, key.host() ? "host" : "");
    KeyParts.BodyKey body = key.body();
    add(digest, body == null ? "" : body.format().name());
    addList(digest, body == null ? List.of() : body.only());
    addList(digest, body == null ? List.of() : body.ignore());
  }

  private static void addList(MessageDigest digest, List<String> parts) {
    addNumber(digest, parts.size());
    parts.forEach(part -> add(digest, part));
  }

  private static void add(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    addNumber(digest, bytes.length);
    digest.update(bytes);
  }

  private static void addNumber(MessageDigest digest, int number) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

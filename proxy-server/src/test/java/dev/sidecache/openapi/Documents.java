package dev.sidecache.openapi;

import dev.sidecache.testing.Checkout;
import java.nio.file.Path;

/** OpenAPI documents for tests. */
public final class Documents {
  private Documents() {}

  /** Made by FastAPI 0.142 from an application with the paths of PropIQ. */
  public static Path propIq() {
    return file("propiq-fastapi.json");
  }

  /** Made by swagger-jsdoc 6.3 from comments in an Express application, some incomplete. */
  public static Path crm() {
    return file("crm-swagger-jsdoc.yaml");
  }

  private static Path file(String name) {
    return Checkout.root().resolve("proxy-server/src/test/resources/dev/sidecache/openapi/" + name);
  }
}

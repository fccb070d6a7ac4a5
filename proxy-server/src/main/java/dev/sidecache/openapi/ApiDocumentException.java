package dev.sidecache.openapi;

/** A text that is no OpenAPI document of a version that is read; the message says what to do. */
public final class ApiDocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  ApiDocumentException(String problem, String remedy) {
    super(problem + "; " + remedy);
  }
}

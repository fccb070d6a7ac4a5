package dev.sidecache.http1;

/** Tells what two readers could understand differently. */
final class MalformedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  MalformedException(String where) {
    super("malformed " + where);
  }
}

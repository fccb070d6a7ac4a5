package dev.sidecache.rule;

/** For whom a stored response is: each identity for itself, or everybody. */
public enum Scope {
  USER,
  SHARED
}

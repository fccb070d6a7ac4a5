package dev.sidecache.config;

import java.util.List;

/** A value and the path where it stands, such as {@code routes[0]}. */
record Placed<T>(String path, T value) {

  /** The values alone. */
  static <T> List<T> values(List<Placed<T>> placed) {
    return placed.stream().map(Placed::value).toList();
  }
}

package dev.sidecache.metrics;

/**
 * How long requests of a route take, in milliseconds since the start, as the histograms tell; -1
 * where nothing was seen.
 *
 * @param hitP50 half of the answers from the cache took at most so long
 * @param hitP99 99 in a hundred of them
 * @param originP50 the same of the origin, to its response's head
 */
public record RouteTimes(double hitP50, double hitP99, double originP50, double originP99) {
  public static final RouteTimes NONE = new RouteTimes(-1, -1, -1, -1);
}

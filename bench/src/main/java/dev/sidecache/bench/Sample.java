package dev.sidecache.bench;

/**
 * One measured run of one peer in one case.
 *
 * @param cpu of the peer's processes, microseconds per request
 * @param redisCpu of its Redis, microseconds per request; 0 without one
 * @param memoryKib of the peer's processes after the run
 * @param toOrigin requests that the origin saw, for each request made
 */
record Sample(Load.Seen seen, double cpu, double redisCpu, long memoryKib, double toOrigin) {

  double perSecond() {
    return seen.perSecond();
  }
}

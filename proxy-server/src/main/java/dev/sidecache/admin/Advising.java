package dev.sidecache.admin;

import dev.sidecache.advice.Advice;
import dev.sidecache.advice.Evidence;
import dev.sidecache.advice.Observatory;

/** Who observes, and advises from it. */
public interface Advising {
  /** The mode of the process. */
  String mode();

  /** What was observed until now. */
  Evidence evidence();

  /** What was compared in mode shadow. */
  Observatory.Compared compared();

  /** The advice from evidence, by the configuration in force. */
  Advice advice(Evidence evidence, long minRequests);
}

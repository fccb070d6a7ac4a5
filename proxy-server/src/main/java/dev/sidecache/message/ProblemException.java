package dev.sidecache.message;

import org.jspecify.annotations.Nullable;

/** A failure that knows what to answer with. */
public class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  /** A failure without a stack trace: it tells of the network, not of this program. */
  public ProblemException(Problem problem, String message) {
    this(problem, message, null);
  }

  /** The same, with what led to it. */
  public ProblemException(Problem problem, String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}

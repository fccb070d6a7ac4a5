package dev.sidecache.admin;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** What was found out about the things that a proxy needs, and what to do. */
public final class Diagnosis {
  private Diagnosis() {}

  /** How a thing is; told in lower case. */
  public enum State {
    PASSED,
    WARNING,
    FAILED,
    SKIPPED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One finding.
   *
   * @param name of the thing: {@code config}, {@code backend}, {@code redis}, {@code cache}…
   * @param state a word of {@link State}
   * @param detail what was found
   * @param remedy what to do; empty where nothing is to be done
   */
  public record Check(String name, String state, String detail, String remedy) {
    /** All is well. */
    public static Check passed(String name, String detail) {
      return new Check(name, State.PASSED.word(), detail, "");
    }

    /** It does not work. */
    public static Check failed(String name, String detail, String remedy) {
      return new Check(name, State.FAILED.word(), detail, remedy);
    }

    /** It works, and could be better. */
    public static Check warning(String name, String detail, String remedy) {
      return new Check(name, State.WARNING.word(), detail, remedy);
    }

    /** It is not in use. */
    public static Check skipped(String name, String detail, String remedy) {
      return new Check(name, State.SKIPPED.word(), detail, remedy);
    }
  }

  /** All findings, and how many of which kind there are. */
  public record Report(List<Check> checks, long passed, long warnings, long failed) {
    public static Report of(List<Check> checks) {
      return new Report(
          List.copyOf(checks),
          count(checks, State.PASSED),
          count(checks, State.WARNING),
          count(checks, State.FAILED));
    }

    private static long count(List<Check> checks, State state) {
      return checks.stream().filter(check -> check.state.equals(state.word())).count();
    }
  }

  /** Looks at a running proxy. */
  @FunctionalInterface
  public interface Source {
    /** Called on {@code loop}; the handler is called on it too, exactly once. */
    void look(ScheduledExecutorService loop, Consumer<List<Check>> handler);
  }
}

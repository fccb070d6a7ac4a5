package dev.sidecache.client.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a verb sees of the world.
 *
 * @param environment variables of the process
 * @param out where results go
 * @param err where errors and questions go
 * @param people whether a person reads and answers
 */
public record Terminal(
    Map<String, String> environment, PrintWriter out, PrintWriter err, People people) {
  public Terminal {
    environment = Map.copyOf(environment);
  }

  /** The person before the screen, if there is one. */
  public interface People {
    /** Whether there is one. */
    boolean present();

    /** The answer to a question; empty if there is none. */
    String ask(String question);

    /** Waits before the next picture; false: there is none. */
    boolean waitForNext();

    /** Waits before what takes a while is asked about again; false: it is given up. */
    boolean waitShortly();
  }

  /** The terminal of this process. */
  public static Terminal ofProcess() {
    // NB: before JDK 18, the default charset is not the terminal's.
    Charset charset = Charset.forName(System.getProperty("stdout.encoding", nativeEncoding()));
    return new Terminal(
        System.getenv(),
        new PrintWriter(System.out, true, charset),
        new PrintWriter(System.err, true, charset),
        new Somebody());
  }

  private static String nativeEncoding() {
    return System.getProperty("native.encoding", Charset.defaultCharset().name());
  }

  /** Whoever sits before this process's console. */
  private static final class Somebody implements People {
    private static final long PICTURE_MILLIS = 2_000;
    private static final long SHORTLY_MILLIS = 200;

    @Override
    public boolean present() {
      Console console = console();
      if (console == null) {
        return false;
      }
      try {
        return (boolean) Console.class.getMethod("isTerminal").invoke(console);
      } catch (ReflectiveOperationException beforeJdk22) {
        return true;
      }
    }

    @Override
    public String ask(String question) {
      Console console = console();
      String answer = console == null ? null : console.readLine("%s ", question);
      return answer == null ? "" : answer.trim().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean waitForNext() {
      return sleeps(PICTURE_MILLIS);
    }

    @Override
    public boolean waitShortly() {
      return sleeps(SHORTLY_MILLIS);
    }

    private static boolean sleeps(long millis) {
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
        return true;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    @SuppressWarnings("SystemConsoleNull") // it is null before JDK 22 and asked further after
    private static @org.jspecify.annotations.Nullable Console console() {
      return System.console();
    }
  }
}

package dev.sidecache.cli;

import dev.sidecache.config.ConfigReader;
import dev.sidecache.config.ProxyConfig;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the proxy in the foreground until it is told to stop. */
@Command(name = "run", description = "Runs the proxy until it is told to stop.")
public final class RunCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  private final Foreground foreground;
  private final Map<String, String> environment;

  /** Runs one proxy as the process. */
  @FunctionalInterface
  public interface Foreground {
    /** Starts the proxy, with the log where the configuration wants it. */
    ProxyStarter.Running start(ProxyConfig config, ConfigReader source)
        throws IOException, InterruptedException;
  }

  public RunCommand(Foreground foreground) {
    this(foreground, System.getenv());
  }

  /** A command that takes its configuration from other variables than those of the process. */
  public RunCommand(Foreground foreground, Map<String, String> environment) {
    this.foreground = foreground;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws InterruptedException {
    ConfigReader source = options.reader(environment);
    ProxyConfig config = ConfigOptions.told(source.read());
    if (config == null) {
      return ExitCodes.USAGE;
    }
    // NB: before the start, or a hang-up that comes early would end the process.
    AtomicReference<ProxyStarter.@Nullable Running> started = new AtomicReference<>();
    Signals.onHangup(() -> reload(started.get()));
    ProxyStarter.Running proxy;
    try {
      proxy = foreground.start(config, source);
    } catch (IOException failed) {
      System.err.println("sidecache: " + failed.getMessage());
      return ExitCodes.START_FAILED;
    }
    started.set(proxy);
    return new Stop(proxy).await();
  }

  private static void reload(ProxyStarter.@Nullable Running proxy) {
    if (proxy != null) {
      proxy.reload("SIGHUP");
    }
  }

  /** Waits for the signal to stop, drains, and cuts what is left at a second signal. */
  private static final class Stop {
    private final ProxyStarter.Running proxy;
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch drained = new CountDownLatch(1);
    private final AtomicBoolean second = new AtomicBoolean();

    Stop(ProxyStarter.Running proxy) {
      this.proxy = proxy;
    }

    int await() throws InterruptedException {
      // NB: a handler instead of a shutdown hook, so that the exit code is ours: a JVM that ends by
      // SIGTERM exits with 143 however clean its end was.
      Signals.onTermination(this::signalled);
      proxy.onDrainAsked(told::countDown);
      told.await();
      proxy.drain();
      drained.countDown();
      return second.get() ? ExitCodes.TERMINATED : ExitCodes.DONE;
    }

    private void signalled() {
      if (told.getCount() == 0) {
        second.set(true);
        proxy.cut();
      }
      told.countDown();
    }
  }
}

package dev.sidecache.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** The signals to a process. */
final class Signals {
  private Signals() {}

  /**
   * Runs the action at each SIGTERM and SIGINT, instead of ending the process. Where this JVM has
   * no such handlers, a shutdown hook runs it, once.
   *
   * <p>NB: the class is reached by reflection, since the compiler warns of its name for ever.
   */
  static void onTermination(Runnable action) {
    try {
      handle(action, "TERM", "INT");
    } catch (ReflectiveOperationException none) {
      Runtime.getRuntime().addShutdownHook(new Thread(action, "sidecache-stop"));
    }
  }

  /** Runs the action at each SIGHUP; where this JVM has no such handler, nothing does. */
  static void onHangup(Runnable action) {
    try {
      handle(action, "HUP");
    } catch (ReflectiveOperationException none) {
      System.err.println("sidecache: SIGHUP is not heard here; reload by sidecache reload");
    }
  }

  private static void handle(Runnable action, String... names) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Method handle = signal.getMethod("handle", signal, handler);
    Object runs =
        Proxy.newProxyInstance(
            Signals.class.getClassLoader(),
            new Class<?>[] {handler},
            (self, method, arguments) -> answer(self, method, arguments, action));
    for (String name : names) {
      handle.invoke(null, signal.getConstructor(String.class).newInstance(name), runs);
    }
  }

  private static Object answer(Object self, Method method, Object[] arguments, Runnable action) {
    switch (method.getName()) {
      case "handle" -> action.run();
      case "hashCode" -> {
        return System.identityHashCode(self);
      }
      case "equals" -> {
        return self == arguments[0];
      }
      default -> {
        return "signal";
      }
    }
    return action;
  }
}

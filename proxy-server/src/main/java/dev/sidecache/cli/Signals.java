package dev.sidecache.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** The signals that end a process. */
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
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handler);
      Object runs =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> answer(self, method, arguments, action));
      for (String name : new String[] {"TERM", "INT"}) {
        handle.invoke(null, signal.getConstructor(String.class).newInstance(name), runs);
      }
    } catch (ReflectiveOperationException none) {
      Runtime.getRuntime().addShutdownHook(new Thread(action, "sidecache-stop"));
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
        return "termination";
      }
    }
    return action;
  }
}

package dev.sidecache.testing;

import io.netty.buffer.ByteBufAllocator;
import java.util.Queue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the class of tests after which Netty tells of a buffer that was never released. In force in
 * every test: JUnit finds it as a service, and Netty finds {@link LeakDetector} by a property.
 */
public final class LeakWatch implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) {
    if (context.getTestClass().map(Class::isMemberClass).orElse(true)) {
      return;
    }
    assertNone();
  }

  /** Fails if a buffer was collected unreleased until now, with where it went. */
  static void assertNone() {
    System.gc();
    // A leak is told when the next buffer is made.
    ByteBufAllocator.DEFAULT.buffer(1).release();
    Queue<String> leaks = LeakDetector.LEAKS;
    String first = leaks.poll();
    if (first != null) {
      int others = leaks.size();
      leaks.clear();
      throw new AssertionError("Never released, like " + others + " others: " + first);
    }
  }
}

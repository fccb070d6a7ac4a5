package dev.sidecache.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LogWriterTest {
  private static final long ROOM = 10_000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An output whose reader has stopped reading, until told to go on. */
  private final class Stalled extends OutputStream {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch goesOn = new CountDownLatch(1);

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      reached.countDown();
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      out.write(bytes, offset, length);
    }
  }

  @Test
  void linesAreWrittenInOrderAndFlushedAtTheEnd() {
    LogWriter writer = new LogWriter(out, ROOM, n -> n + " dropped");
    writer.write("first");
    writer.write("zwölf");
    writer.close();
    assertThat(out.toString(UTF_8)).isEqualTo("first\nzwölf\n");
    assertThat(writer.dropped()).isZero();
  }

  @Test
  void linesAreWrittenWithoutAnEnd() throws Exception {
    CountDownLatch flushed = new CountDownLatch(2);
    OutputStream told =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            flushed.countDown();
          }
        };
    LogWriter writer = new LogWriter(told, ROOM, n -> n + " dropped");
    writer.write("first");
    while (flushed.getCount() > 1) {
      Thread.onSpinWait();
    }
    writer.write("second");
    flushed.await();
    assertThat(told).hasToString("first\nsecond\n");
    writer.close();
  }

  @Test
  void slowReaderStopsNobodyAndIsTold() throws Exception {
    Stalled stalled = new Stalled();
    LogWriter writer = new LogWriter(stalled, 1_000, n -> n + " dropped");
    writer.write("first");
    stalled.reached.await();
    // Each line counts as 64 characters and its own: 13 lines of 10 fit into 1000.
    for (int i = 0; i < 20; i++) {
      writer.write("0123456789");
    }
    assertThat(writer.dropped()).isEqualTo(7);
    stalled.goesOn.countDown();
    writer.close();
    assertThat(out.toString(UTF_8))
        .isEqualTo("first\n" + "0123456789\n".repeat(13) + "7 dropped\n");
  }

  @Test
  void dropsAreToldOnce() throws Exception {
    Stalled stalled = new Stalled();
    LogWriter writer = new LogWriter(stalled, 100, n -> n + " dropped");
    writer.write("first");
    stalled.reached.await();
    writer.write("second");
    writer.write("third");
    stalled.goesOn.countDown();
    writer.close();
    writer.write("late");
    assertThat(out.toString(UTF_8)).isEqualTo("first\nsecond\n1 dropped\nlate\n");
  }

  @Test
  void lineAfterTheEndIsWrittenAtOnce() {
    LogWriter writer = new LogWriter(out, ROOM, n -> n + " dropped");
    writer.close();
    writer.write("late");
    assertThat(out.toString(UTF_8)).isEqualTo("late\n");
  }

  @Test
  void linesFromManyThreadsStayWhole() throws Exception {
    LogWriter writer = new LogWriter(out, 10_000_000, n -> n + " dropped");
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      String line = String.valueOf((char) ('a' + t)).repeat(100);
      threads[t] = new Thread(() -> repeat(1_000, () -> writer.write(line)));
      threads[t].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    writer.close();
    assertThat(out.toString(UTF_8).lines())
        .hasSize(4_000)
        .allMatch(l -> l.matches("([abcd])\\1{99}"));
  }

  private static void repeat(int times, Runnable action) {
    for (int i = 0; i < times; i++) {
      action.run();
    }
  }

  @Test
  void closedOutputIsNoError() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    LogWriter writer = new LogWriter(broken, ROOM, n -> n + " dropped");
    writer.write("first");
    writer.close();
    writer.write("late");
    assertThat(writer.dropped()).isZero();
  }
}

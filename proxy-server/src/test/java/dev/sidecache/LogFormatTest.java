package dev.sidecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFormatTest {
  private final LogFormat json = LogFormat.of("json");
  private final LogFormat text = LogFormat.of("text");

  private static LogRecord event(Level level, String message) {
    LogRecord event = new LogRecord(level, message);
    event.setInstant(Instant.parse("2026-03-01T09:30:00.123456Z"));
    event.setLoggerName("dev.sidecache.redis");
    return event;
  }

  @Test
  void eventIsOneJsonObject() {
    assertThat(json.format(event(Level.WARNING, "Redis cache disabled: \"off\"")))
        .isEqualTo(
            "{\"ts\":\"2026-03-01T09:30:00.123Z\",\"level\":\"warn\","
                + "\"msg\":\"Redis cache disabled: \\\"off\\\"\","
                + "\"logger\":\"dev.sidecache.redis\"}");
  }

  @Test
  void eventIsOneLineOfText() {
    assertThat(text.format(event(Level.INFO, "Redis cache enabled")))
        .isEqualTo("09:30:00.123 info  Redis cache enabled");
  }

  @Test
  void errorIsAMemberOrFurtherLines() {
    LogRecord event = event(Level.SEVERE, "failed");
    event.setThrown(new IllegalStateException("first\nsecond"));
    assertThat(json.format(event))
        .contains(",\"error\":\"java.lang.IllegalStateException: first\\nsecond\\n\\tat ")
        .doesNotContain("\n");
    assertThat(text.format(event))
        .startsWith("09:30:00.123 error failed\njava.lang.IllegalStateException: first\nsecond");
  }

  @Test
  void messageCannotPretendToBeTwo() {
    LogRecord event = event(Level.INFO, "a\n09:30:00.124 error forged\u0085\u2028");
    assertThat(text.format(event))
        .isEqualTo("09:30:00.123 info  a\\n09:30:00.124 error forged\\u0085\\u2028");
  }

  @Test
  void parametersAreFilledIn() {
    LogRecord event = event(Level.INFO, "{0} of {1}");
    event.setParameters(new Object[] {3, "four"});
    assertThat(text.format(event)).endsWith(" info  3 of four");
  }

  @ParameterizedTest
  @CsvSource({
    "SEVERE, error",
    "WARNING, warn",
    "INFO, info",
    "CONFIG, info",
    "FINE, debug",
    "FINER, trace",
    "FINEST, trace"
  })
  void levelsHaveTheWordsOfTheConfiguration(String level, String word) {
    assertThat(LogFormat.word(Level.parse(level))).isEqualTo(word);
  }

  @Test
  void droppedLinesAreAnEventToo() {
    assertThat(json.dropped(7))
        .contains(
            "\"level\":\"warn\",\"msg\":\"7 log lines dropped: the output is read too slowly\"");
  }

  @Nested
  class Output {
    private final Logger root = Logger.getLogger("");
    private final Logger own = Logger.getLogger("dev.sidecache.some");
    private final Logger library = Logger.getLogger("io.netty.some");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Handler[] before;
    private Level levelBefore;

    @BeforeEach
    void remember() {
      before = root.getHandlers();
      levelBefore = root.getLevel();
    }

    @AfterEach
    void restore() {
      for (Handler handler : root.getHandlers()) {
        root.removeHandler(handler);
      }
      for (Handler handler : before) {
        root.addHandler(handler);
      }
      root.setLevel(levelBefore);
      Logger.getLogger("dev.sidecache").setLevel(null);
    }

    @Test
    void eventsAndAccessLinesShareOneOutput() {
      LogOutput output = LogOutput.install("text", "info", out);
      own.info("first");
      output.lines().accept("a line");
      own.warning("last");
      output.close();
      assertThat(out.toString(UTF_8).lines())
          .satisfiesExactly(
              line -> assertThat(line).endsWith(" info  first"),
              line -> assertThat(line).isEqualTo("a line"),
              line -> assertThat(line).endsWith(" warn  last"));
    }

    @Test
    void debugIsOursAlone() {
      LogOutput output = LogOutput.install("text", "debug", out);
      own.fine("ours");
      library.fine("theirs");
      output.close();
      assertThat(out.toString(UTF_8)).contains("debug ours").doesNotContain("theirs");
    }

    @Test
    void levelCanBeChanged() {
      LogOutput output = LogOutput.install("text", "info", out);
      own.fine("unseen");
      output.level("debug");
      own.fine("seen");
      output.level("error");
      own.warning("too little");
      library.warning("too little");
      output.close();
      assertThat(out.toString(UTF_8)).contains("seen").doesNotContain("unseen", "too little");
    }

    /**
     * CWE-779: Netty tells of each frame after GOAWAY or a reset, so a client could fill the log.
     */
    @Test
    void framesOfClientsWriteNoLines() {
      LogOutput output = LogOutput.install("text", "debug", out);
      Logger frames =
          Logger.getLogger("io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder");
      frames.info("ignoring HEADERS frame");
      frames.warning("seen");
      output.close();
      assertThat(out.toString(UTF_8)).contains("seen").doesNotContain("ignoring");
    }

    @Test
    void unknownLevelIsRefused() {
      LogOutput output = LogOutput.install("text", "info", out);
      assertThatThrownBy(() -> output.level("loud"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("log.level: loud (expected: error, warn, info, debug or trace)");
      output.close();
    }
  }
}

package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.ManualLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AutoTransportTest {
  private final ManualClock clock = new ManualClock();
  private final ManualLoop loop = new ManualLoop(clock);
  private final List<Scripted> resps = new ArrayList<>();
  private final List<Scripted> rests = new ArrayList<>();
  private final AtomicInteger changes = new AtomicInteger();
  private AutoTransport auto;

  /** A transport whose state is set by the test. */
  private static final class Scripted implements RedisTransport {
    private final String word;
    private final List<Runnable> listeners = new ArrayList<>();
    private State state = State.CONNECTING;
    private boolean started;
    private boolean closed;

    Scripted(String word) {
      this.word = word;
    }

    void becomes(State other) {
      state = other;
      listeners.forEach(Runnable::run);
    }

    @Override
    public Line line(ScheduledExecutorService on) {
      return new Line() {
        @Override
        public void send(Command command, long timeoutNanos, ReplyHandler handler) {
          handler.replied(new Reply.Bytes(word.getBytes(StandardCharsets.UTF_8)), word);
        }

        @Override
        public void sendBy(Command command, long deadlineNanos, ReplyHandler handler) {
          send(command, 0, handler);
        }

        @Override
        public boolean ordered() {
          return true;
        }

        @Override
        public String server() {
          return word;
        }
      };
    }

    @Override
    public Line largeLine(ScheduledExecutorService on) {
      return line(on);
    }

    @Override
    public Availability availability() {
      return new Availability(state, "", false);
    }

    @Override
    public ServerInfo info() {
      return ServerInfo.UNKNOWN;
    }

    @Override
    public String word() {
      return word;
    }

    @Override
    public String endpoint() {
      return word + "://";
    }

    @Override
    public void onChange(Runnable listener) {
      listeners.add(listener);
    }

    @Override
    public void start() {
      started = true;
    }

    @Override
    public void close() {
      closed = true;
      becomes(State.OFF);
    }
  }

  @BeforeEach
  void start() {
    auto =
        new AutoTransport(
            () -> made(resps, "resp"), () -> made(rests, "rest"), loop, clock::nanoTime);
    auto.onChange(changes::incrementAndGet);
    auto.start();
    loop.runDue();
  }

  private static Scripted made(List<Scripted> list, String word) {
    Scripted transport = new Scripted(word);
    list.add(transport);
    return transport;
  }

  private void resp(int number, State state) {
    resps.get(number).becomes(state);
    loop.runDue();
  }

  private void pass(Duration time) {
    loop.runFor(clock, time);
  }

  private String sentBy(Line line) {
    return line.server();
  }

  @ParameterizedTest
  @EnumSource(names = {"UP", "QUOTA"})
  void protocolThatWorksStaysForGood(State state) {
    resp(0, state);
    pass(Duration.ofHours(1));
    resp(0, State.DOWN);
    pass(Duration.ofHours(1));

    assertThat(auto.word()).isEqualTo("resp");
    assertThat(rests).isEmpty();
    assertThat(resps).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"DOWN, 2", "AUTH, 1"})
  void refusedProtocolGivesWayToHttpAndIsTriedAgainUnlessForItsCredentials(
      State state, int trials) {
    Line line = auto.line(loop);
    assertThat(sentBy(line)).isEqualTo("resp");
    resp(0, state);

    assertThat(auto.word()).isEqualTo("rest");
    assertThat(sentBy(line)).isEqualTo("rest");
    assertThat(rests.get(0).started).isTrue();
    assertThat(resps.get(0).closed).isTrue();
    pass(Duration.ofMinutes(10).minusMillis(1));
    assertThat(resps).hasSize(1);
    pass(Duration.ofMillis(1));
    assertThat(resps).hasSize(trials);
  }

  @Test
  void unansweredProtocolGivesWayAfterTwoSeconds() {
    pass(Duration.ofMillis(1_999));
    assertThat(auto.word()).isEqualTo("resp");
    pass(Duration.ofMillis(1));

    assertThat(auto.word()).isEqualTo("rest");
  }

  @Test
  void httpServesWhileTheProtocolIsTriedAgainAndUntilItWorks() {
    resp(0, State.DOWN);
    rests.get(0).becomes(State.UP);
    pass(Duration.ofMinutes(10));
    assertThat(resps).hasSize(2);
    assertThat(auto.availability().state()).isEqualTo(State.UP);
    int before = changes.get();

    resp(1, State.UP);

    assertThat(auto.word()).isEqualTo("resp");
    assertThat(rests.get(0).closed).isTrue();
    assertThat(changes.get()).isGreaterThan(before);
  }

  @Test
  void orderIsNeverPromised() {
    assertThat(auto.line(loop).ordered()).isFalse();
  }

  @Test
  void closedOnesAreNotTriedAgain() {
    resp(0, State.DOWN);
    auto.close();
    loop.runDue();
    pass(Duration.ofHours(1));

    assertThat(resps).hasSize(1);
    assertThat(rests.get(0).closed).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://x.upstash.io, AUTO, AUTO",
    "https://x.upstash.io, RESP, RESP",
    "https://x.upstash.io, REST, REST",
    "https://redis.example, AUTO, REST",
    "http://127.0.0.1:8079, AUTO, REST",
    "https://x.upstash.io.example, AUTO, REST",
    "rediss://x.upstash.io, AUTO, RESP",
    "redis://127.0.0.1, REST, RESP",
  })
  void protocolIsTriedOnlyWhereItIsKnownToBeTheSameDatabase(
      String url, RestAccess.Preference preference, RestAccess.Preference way) {
    RedisAddress address =
        ((RedisAddress.Configured)
                RedisAddress.of(Map.of("REDIS_URL", url, "UPSTASH_REDIS_REST_TOKEN", "t")))
            .address();
    RestAccess access =
        new RestAccess(preference, RestAccess.NONE.once(), RestAccess.NONE.repeating());

    assertThat(access.to(address)).isEqualTo(way);
  }
}

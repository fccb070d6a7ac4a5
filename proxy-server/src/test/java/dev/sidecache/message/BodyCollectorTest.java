package dev.sidecache.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyCollectorTest {
  private final FeedBody source = new FeedBody(-1);
  private final ByteBudget budget = new ByteBudget(2_000);
  private final ReadSink reader = new ReadSink();
  private final Collected collected = new Collected();

  private static final class Collected implements BodyCollector.Handler {
    String outcome = "none";
    @Nullable Body unread;

    @Override
    public void collected(ByteBuf content, Fields trailers) {
      outcome = content.toString(StandardCharsets.US_ASCII);
      content.release();
    }

    @Override
    public void tooLarge(Body body) {
      outcome = "too large";
      unread = body;
    }

    @Override
    public void overBudget(Body body) {
      outcome = "over budget";
      unread = body;
    }

    @Override
    public void failed(Throwable cause) {
      outcome = "failed: " + cause.getMessage();
    }

    Body unread() {
      assertThat(unread).isNotNull();
      return unread;
    }
  }

  @AfterEach
  void budgetIsGivenBack() {
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void collectsWhatFits() {
    BodyCollector.collect(source, 10, budget, collected);
    source.feed("hello");
    source.feed("world");
    source.end();

    assertThat(collected.outcome).isEqualTo("helloworld");
    assertThat(source.demanded).isEqualTo(3);
  }

  @Test
  void doesNotReadWhatSaysItIsTooLarge() {
    FeedBody large = new FeedBody(11);
    BodyCollector.collect(large, 10, budget, collected);

    assertThat(collected.outcome).isEqualTo("too large");
    assertThat(collected.unread).isSameAs(large);
    assertThat(large.demanded).isZero();
  }

  @Test
  void losesNothingOverTheLimit() {
    BodyCollector.collect(source, 9, budget, collected);
    source.feed("hello");
    source.feed("world");
    assertThat(collected.outcome).isEqualTo("too large");

    Body unread = collected.unread();
    unread.open(reader);
    assertThat(reader.text).isEmpty();
    unread.request(1);
    assertThat(reader.text).hasToString("hello");
    unread.request(2);
    assertThat(reader.text).hasToString("helloworld");
    source.feed("!");
    source.end();
    assertThat(reader.text).hasToString("helloworld!");
    assertThat(reader.end).isEqualTo("ended");
  }

  @Test
  void tellsTheEndAfterWhatWasRead() {
    BodyCollector.collect(source, 4, budget, collected);
    source.feed("hello");
    Body unread = collected.unread();
    unread.open(reader);
    source.end();
    assertThat(reader.end).isEqualTo("open");

    unread.request(1);
    assertThat(reader.text).hasToString("hello");
    assertThat(reader.end).isEqualTo("ended");
  }

  @Test
  void tellsThatTheContentWasCutOff() {
    BodyCollector.collect(source, 10, budget, collected);
    source.feed("hel");
    source.fail(new IllegalStateException("reset"));

    assertThat(collected.outcome).isEqualTo("failed: reset");
  }

  @Test
  void losesNothingOverTheBudget() {
    assertThat(budget.tryTake(1_900)).isTrue();
    BodyCollector.collect(source, 1_000, budget, collected);
    source.feed("hello");
    budget.giveBack(1_900);
    assertThat(collected.outcome).isEqualTo("over budget");

    Body unread = collected.unread();
    unread.open(reader);
    unread.request(1);
    source.end();
    assertThat(reader.text).hasToString("hello");
    assertThat(reader.end).isEqualTo("ended");
  }

  /** Pieces of one octet cost what they hold, not what they came in. */
  @Test
  void crumbsCostLittle() {
    BodyCollector.collect(source, 1_000, budget, collected);
    for (int i = 0; i < 1_000; i++) {
      source.feed("x");
    }
    assertThat(budget.takenBytes()).isBetween(1_000L, 2_000L);
    source.end();

    assertThat(collected.outcome).isEqualTo("x".repeat(1_000));
  }

  @Test
  void cancellingTheRestLetsAllGo() {
    BodyCollector.collect(source, 4, budget, collected);
    source.feed("hello");
    collected.unread().cancel();

    assertThat(source.cancelled).isTrue();
    source.feed("late");
  }
}

package dev.sidecache.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyTeeTest {
  private final FeedBody source = new FeedBody(-1);
  private final ByteBudget budget = new ByteBudget(1_000);
  private final ReadSink reader = new ReadSink();
  private final Kept kept = new Kept();

  private static final class Kept implements BodyTee.Keeper {
    String outcome = "none";
    boolean wanted = true;

    @Override
    public void complete(ByteBuf content, Fields trailers) {
      assertThat(content.isDirect() || !content.isReadable()).isTrue();
      outcome = "complete: " + content.toString(StandardCharsets.US_ASCII);
      content.release();
    }

    @Override
    public void tooLarge() {
      outcome = "too large";
    }

    @Override
    public void overBudget() {
      outcome = "over budget";
    }

    @Override
    public void broken(Throwable cause) {
      outcome = "broken";
    }

    @Override
    public boolean wantedWithoutReader() {
      return wanted;
    }
  }

  private BodyTee tee(long limitBytes) {
    return tee(source, limitBytes);
  }

  private BodyTee tee(Body body, long limitBytes) {
    return Objects.requireNonNull(BodyTee.of(body, limitBytes, budget, kept));
  }

  @AfterEach
  void budgetIsGivenBack() {
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void keepsWhatItsReaderReads() {
    BodyTee tee = tee(10);
    tee.open(reader);
    tee.request(2);
    source.feed("hello");
    source.feed("world");
    source.end();

    assertThat(source.demanded).isEqualTo(2);
    assertThat(reader.text).hasToString("helloworld");
    assertThat(reader.end).isEqualTo("ended");
    assertThat(kept.outcome).isEqualTo("complete: helloworld");
  }

  @Test
  void givesNothingWithoutDemand() {
    tee(10).open(reader);

    assertThat(source.demanded).isZero();
    source.end();
  }

  @Test
  void letsTheCopyGoOverTheLimitAndStreamsOn() {
    BodyTee tee = tee(9);
    tee.open(reader);
    source.feed("hello");
    source.feed("world");

    assertThat(kept.outcome).isEqualTo("too large");
    source.feed("!");
    source.end();
    assertThat(reader.text).hasToString("helloworld!");
    assertThat(kept.outcome).isEqualTo("too large");
  }

  @Test
  void letsTheCopyGoOverTheBudgetOfAll() {
    assertThat(budget.tryTake(900)).isTrue();
    BodyTee tee = tee(1000);
    tee.open(reader);
    source.feed("hello");
    budget.giveBack(900);

    assertThat(kept.outcome).isEqualTo("over budget");
    source.end();
    assertThat(reader.text).hasToString("hello");
  }

  @Test
  void takesTheWholeLengthOfTheBudgetBeforeItBegins() {
    FeedBody known = new FeedBody(600);
    BodyTee tee = tee(known, 1000);
    assertThat(budget.takenBytes()).isEqualTo(600);

    assertThat(BodyTee.of(new FeedBody(600), 1000, budget, kept)).isNull();
    assertThat(budget.takenBytes()).isEqualTo(600);

    tee.open(reader);
    known.feed("x".repeat(600));
    assertThat(budget.takenBytes()).isEqualTo(600);
    known.end();
    assertThat(kept.outcome).isEqualTo("complete: " + "x".repeat(600));
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void keepsNoBufferOfARead() {
    ByteBuf read = Unpooled.directBuffer(60_000).writeBytes(new byte[] {'h', 'i'});
    BodyTee tee = tee(new FeedBody(-1), 10);
    tee.open(reader);
    tee.chunk(read.retain());

    assertThat(read.refCnt()).isEqualTo(1);
    read.release();
    tee.end(Fields.empty());
    assertThat(kept.outcome).isEqualTo("complete: hi");
  }

  @Test
  void readsOnWhenTheReaderLeavesAndTheCopyIsWanted() {
    BodyTee tee = tee(10);
    tee.open(reader);
    tee.request(1);
    source.feed("hello");
    tee.cancel();

    assertThat(source.cancelled).isFalse();
    assertThat(source.demanded).isEqualTo(2);
    source.feed("world");
    source.end();
    assertThat(reader.text).hasToString("hello");
    assertThat(kept.outcome).isEqualTo("complete: helloworld");
  }

  @Test
  void stopsWhenTheReaderLeavesAndTheCopyIsNotWanted() {
    kept.wanted = false;
    BodyTee tee = tee(10);
    tee.open(reader);
    source.feed("hello");
    tee.cancel();

    assertThat(source.cancelled).isTrue();
    assertThat(kept.outcome).isEqualTo("broken");
  }

  @Test
  void stopsWhenTheCopyOutgrowsTheLimitAfterTheReaderLeft() {
    BodyTee tee = tee(6);
    tee.open(reader);
    source.feed("hello");
    tee.cancel();
    source.feed("world");

    assertThat(kept.outcome).isEqualTo("too large");
    assertThat(source.cancelled).isTrue();
  }

  @Test
  void tellsKeeperAndReaderWhenTheContentIsCutOff() {
    BodyTee tee = tee(10);
    tee.open(reader);
    source.feed("hel");
    source.fail(new IllegalStateException("reset"));

    assertThat(reader.end).isEqualTo("failed: reset");
    assertThat(kept.outcome).isEqualTo("broken");
  }

  @Test
  void keepsWhatIsInMemoryAtOnce() {
    Body memory = Body.of(Unpooled.directBuffer().writeBytes(new byte[] {'h', 'i'}));
    BodyTee tee = tee(memory, 10);
    ByteBuf whole = tee.whole();

    assertThat(whole).isNotNull();
    assertThat(whole.toString(StandardCharsets.US_ASCII)).isEqualTo("hi");
    whole.release();
    assertThat(kept.outcome).isEqualTo("complete: hi");
  }

  @Test
  void keepsEmptyContent() {
    BodyTee tee = tee(Body.empty(), 10);
    tee.open(reader);

    assertThat(reader.end).isEqualTo("ended");
    assertThat(kept.outcome).isEqualTo("complete: ");
  }

  @Test
  void drainsForTheKeeperAlone() {
    BodyTee tee = tee(10);
    tee.drain();
    source.feed("hello");
    source.end();

    assertThat(source.demanded).isEqualTo(2);
    assertThat(kept.outcome).isEqualTo("complete: hello");
  }
}

package dev.sidecache.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SpanQueueTest {
  /** Takes nothing until it is told what to answer. */
  private static final class Held implements SpanExporter {
    final CountDownLatch called = new CountDownLatch(1);
    final CompletableResultCode result = new CompletableResultCode();
    final AtomicInteger spans = new AtomicInteger();

    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
      spans.addAndGet(batch.size());
      called.countDown();
      return result;
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private final Held exporter = new Held();
  private final SpanQueue queue = new SpanQueue(exporter, "http://collector.example");
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(queue).build();

  private void end(int spans) {
    for (int i = 0; i < spans; i++) {
      provider.get("test").spanBuilder("one").startSpan().end();
    }
  }

  @Test
  void whatFindsNoPlaceIsCountedAndWhatWaitsIsExported() throws Exception {
    end(1);
    exporter.called.await();
    end(SpanQueue.CAPACITY + 7);

    assertThat(queue.droppedAtQueue()).isEqualTo(7);
    assertThat(queue.exported()).isZero();

    exporter.result.succeed();
    queue.close();

    assertThat(queue.exported()).isEqualTo(1.0 + SpanQueue.CAPACITY);
    assertThat(exporter.spans).hasValue(1 + SpanQueue.CAPACITY);
  }

  @Test
  void whatIsNotTakenIsCountedOnce() {
    exporter.result.fail();
    end(3);

    Awaitility.await("dropped")
        .atMost(Duration.ofSeconds(10))
        .until(() -> queue.droppedAtExport() == 3);
    assertThat(queue.droppedAtQueue() + queue.exported()).isZero();
    queue.close();
  }
}

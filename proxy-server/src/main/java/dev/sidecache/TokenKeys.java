package dev.sidecache;

import dev.sidecache.identity.Credentials;
import dev.sidecache.identity.JwksKeys;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of tokens, fetched from {@code identity.jwt.jwks_url} on a thread of its own: at
 * start, each hour, sooner after a failure, and when a token names a key that is not among them. As
 * long as there are none, callers are told apart by their credentials. Source: RFC 7517.
 */
final class TokenKeys implements AutoCloseable {
  private static final Logger LOG = System.getLogger(TokenKeys.class.getName());
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long LOOK_MILLIS = 1_000;
  private static final int MOST_BYTES = 256 << 10;

  private final Times times;
  private final LongAdder fetched = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicBoolean unknownKey = new AtomicBoolean();
  private volatile @Nullable Followed followed;

  /** A process that needs no keys has no such thread. */
  private @Nullable ScheduledExecutorService thread;

  /**
   * When keys are fetched.
   *
   * @param usual after the last time
   * @param least between two times, whatever happens
   */
  record Times(Duration usual, Duration least) {
    static final Times STANDARD = new Times(Duration.ofHours(1), Duration.ofSeconds(30));

    /**
     * Whether it is time.
     *
     * @param soon whether they failed last time, or one is missing
     * @param sinceNanos the last time; negative: there was none
     */
    boolean areDue(boolean soon, long sinceNanos) {
      return sinceNanos < 0 || sinceNanos >= (soon ? least : usual).toNanos();
    }
  }

  /** Who is given which keys, and when they were last fetched; used on the thread but for a URL. */
  private static final class Followed {
    final URI url;
    final HttpClient http;
    volatile Credentials credentials;
    volatile @Nullable JwksKeys keys;
    long lastNanos;
    boolean asked;
    boolean failing;

    Followed(URI url, Credentials credentials) {
      this.url = url;
      this.credentials = credentials;
      this.http =
          HttpClient.newBuilder()
              .connectTimeout(TIMEOUT)
              .followRedirects(HttpClient.Redirect.NEVER)
              .build();
    }
  }

  TokenKeys(Times times) {
    this.times = times;
  }

  /** Fetches that brought a set of keys. */
  double fetched() {
    return fetched.sum();
  }

  /** Fetches that did not; the keys before them stay. */
  double failed() {
    return failed.sum();
  }

  /**
   * From now on these credentials are given the keys.
   *
   * @param url where they are; null: they need none
   * @return the credentials
   */
  synchronized Credentials follow(Credentials credentials, @Nullable URI url) {
    if (url == null) {
      followed = null;
      return credentials;
    }
    credentials.onUnknownKey(this::unknownKey);
    Followed now = followed;
    if (now == null || !now.url.equals(url)) {
      followed = new Followed(url, credentials);
    } else {
      now.credentials = credentials;
      give(now);
    }
    if (thread == null) {
      thread = Executors.newSingleThreadScheduledExecutor(TokenKeys::daemon);
      Future<?> unused =
          thread.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
    return credentials;
  }

  private static void give(Followed to) {
    JwksKeys known = to.keys;
    if (known != null) {
      to.credentials.verifyBy(known);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "sidecache-token-keys");
    thread.setDaemon(true);
    return thread;
  }

  /** NB: called on event loops, for each token that may be a stranger's invention. */
  private void unknownKey() {
    ScheduledExecutorService on = thread;
    if (on != null && unknownKey.compareAndSet(false, true)) {
      try {
        on.execute(this::look);
      } catch (RejectedExecutionException closed) {
        // The process ends.
      }
    }
  }

  private void look() {
    Followed now = followed;
    if (now == null) {
      return;
    }
    long since = now.asked ? System.nanoTime() - now.lastNanos : -1;
    if (times.areDue(now.failing || unknownKey.get(), since)) {
      now.asked = true;
      now.lastNanos = System.nanoTime();
      fetch(now);
      unknownKey.set(false);
    }
  }

  private void fetch(Followed from) {
    HttpRequest request =
        HttpRequest.newBuilder(from.url)
            .timeout(TIMEOUT)
            .header("Accept", "application/jwk-set+json, application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> asked =
        from.http.sendAsync(request, head -> new BoundedContent(MOST_BYTES));
    try {
      HttpResponse<byte[]> answer = asked.get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      JwksKeys keys = answer.statusCode() == 200 ? JwksKeys.parse(answer.body()) : null;
      if (keys == null || keys.size() == 0) {
        failed(from, "it answers " + answer.statusCode() + ", and no key that may verify");
      } else {
        from.keys = keys;
        give(from);
        succeeded(from, keys.size());
      }
    } catch (ExecutionException e) {
      failed(from, String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      asked.cancel(true);
      failed(from, "its answer does not end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void succeeded(Followed from, int keys) {
    if (from.failing || fetched.sum() == 0) {
      LOG.log(Level.INFO, "Token keys come from {0}: {1}", from.url, keys);
    }
    from.failing = false;
    fetched.increment();
  }

  private void failed(Followed from, String problem) {
    if (!from.failing) {
      LOG.log(
          Level.WARNING,
          "Token keys cannot be fetched from {0}: {1}; as long as a token''s key is missing its"
              + " caller is told apart by the token itself -> check identity.jwt.jwks_url",
          from.url,
          problem);
    }
    from.failing = true;
    failed.increment();
  }

  @Override
  public synchronized void close() {
    followed = null;
    ScheduledExecutorService on = thread;
    if (on != null) {
      on.shutdownNow();
    }
  }
}

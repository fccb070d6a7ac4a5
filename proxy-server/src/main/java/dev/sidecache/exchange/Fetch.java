package dev.sidecache.exchange;

import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Validation;
import dev.sidecache.consistency.CheckedStore;
import dev.sidecache.consistency.FetchStamp;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.BodyTee;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.store.StoredResponse;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request to the origin for a response that may be stored: sends it, decides what its answer is
 * worth, keeps it while it streams to whoever asked, and ends the collapsing of those who wait for
 * it.
 *
 * <p>Whoever asked may leave; the fetch goes on as long as its response can be stored, unless it
 * might never end: content of unknown length that nobody waits for is given up. Source: RFC 9111,
 * Sections 3 and 4.3.
 */
final class Fetch implements Responder, BodyTee.Keeper {
  private final GatewayParts parts;
  private final Receiver receiver;
  private Order order;
  private Instant requestTime;
  private Runnable cancelOrigin = () -> {};
  private Runnable ended = () -> {};
  private Storability.@Nullable Store storing;
  private @Nullable FetchTurn turn;
  private boolean receiverGone;
  private boolean answered;
  private boolean lengthKnown;

  /**
   * What to fetch.
   *
   * @param plan of the request
   * @param request to the origin
   * @param stamp the versions read before; the response is stored under it
   * @param validating the stored response that the request asks to confirm, or null; the fetch owns
   *     a reference
   * @param collapsing what waiters know it by, or null
   */
  record Order(
      Plan plan,
      Request request,
      FetchStamp stamp,
      @Nullable StoredResponse validating,
      RequestCollapser.@Nullable Fetching collapsing) {}

  /** Whoever asked. */
  interface Receiver {
    void informational(ResponseHead head);

    /** Whether a stored response is to be used instead of an answer with this status. */
    boolean prefersStored(int status);

    /** The origin's answer, streaming. */
    void answered(Response response, Fate fate);

    /**
     * The origin confirmed the stored response; the receiver owns one reference to its new form.
     *
     * @param by what it said so with, for whoever asked alone
     */
    void confirmed(StoredResponse freshened, ResponseHead by, Fate fate);

    /**
     * Another instance has fetched and stored it meanwhile; the receiver owns one reference, and
     * the order's body is already let go.
     */
    void filled(StoredResponse response);

    /** The origin gave no answer, or one instead of which a stored response is preferred. */
    void failed(Throwable cause);
  }

  Fetch(GatewayParts parts, Order order, Receiver receiver) {
    this.parts = parts;
    this.order = order;
    this.receiver = receiver;
    this.requestTime = parts.clock().instant();
  }

  void start() {
    requestTime = parts.clock().instant();
    parts.origin().serve(order.request(), this);
  }

  /** Fetches unless another instance is about to store what is asked for. */
  void startInTurn() {
    if (order.collapsing() == null) {
      start();
    } else {
      turn = new FetchTurn(parts, order, this);
      turn.ask();
    }
  }

  /** Fetches for the store alone: nobody receives the answer. */
  void startUnattended(Runnable whenEnded) {
    ended = whenEnded;
    receiverGone = true;
    startInTurn();
  }

  /** Another instance has fetched it. */
  void filled(StoredResponse response) {
    answered = true;
    releaseValidating();
    completeShared(response);
    if (receiverGone) {
      response.release();
    } else {
      receiver.filled(response);
    }
  }

  /** Tells that whoever asked is gone before the answer. */
  void receiverGone() {
    receiverGone = true;
    if (!answered && !isAwaited()) {
      answered = true;
      releaseValidating();
      if (turn != null) {
        turn.abandon();
      }
      complete(new RequestCollapser.Outcome.NotShared());
      cancelOrigin.run();
    }
  }

  @Override
  public void onGone(Runnable action) {
    cancelOrigin = action;
  }

  @Override
  public void informational(ResponseHead head) {
    if (!receiverGone) {
      receiver.informational(head);
    }
  }

  @Override
  public void respond(Response response) {
    if (answered) {
      response.body().cancel();
      return;
    }
    answered = true;
    StoredResponse validating = order.validating();
    if (validating != null && response.status() == 304) {
      response.body().cancel();
      confirm(validating, response.head());
      return;
    }
    boolean toHead = order.plan().head().method().equals("HEAD");
    if (validating != null && toHead && response.status() == 200) {
      compare(validating, response);
      return;
    }
    releaseValidating();
    if (response.status() >= 500 && receiver.prefersStored(response.status())) {
      response.body().cancel();
      complete(new RequestCollapser.Outcome.OriginFailed());
      receiver.failed(new OriginStatus(response.status()));
      return;
    }
    judge(response);
  }

  @Override
  public void fail(Throwable cause) {
    if (answered) {
      return;
    }
    answered = true;
    releaseValidating();
    complete(new RequestCollapser.Outcome.OriginFailed());
    receiver.failed(cause);
  }

  private void confirm(StoredResponse old, ResponseHead notModified) {
    Instant now = parts.clock().instant();
    StoredHead freshened = Validation.freshen(old.head(), notModified, requestTime, now);
    if (freshened == null) {
      old.release();
      fetchAnew();
      return;
    }
    StoredResponse response = old.freshened(freshened, old.stamp());
    Fate fate = keep(old, freshened);
    receiver.confirmed(response, notModified, fate);
    old.release();
  }

  /** What the answer to HEAD tells of the stored response. RFC 9111, Section 4.3.5. */
  private void compare(StoredResponse old, Response answer) {
    Validation.Received received = new Validation.Received(requestTime, parts.clock().instant());
    StoredHead freshened =
        Validation.freshenByHead(old.head(), measured(answer), received, old.bodyLengthBytes());
    Fate fate = Fate.refused(Refusal.PARTIAL);
    if (freshened == null) {
      parts.store().forget(old.key(), order.request().loop());
    } else if (!freshened.equals(old.head())) {
      fate = keep(old, freshened);
    }
    old.release();
    receiver.answered(answer, fate);
  }

  /** The head of an answer with its length, which the origin's side takes from the fields. */
  private static ResponseHead measured(Response answer) {
    long length = answer.body().lengthBytes();
    ResponseHead head = answer.head();
    return length < 0
        ? head
        : head.withFields(head.fields().with("Content-Length", Long.toString(length)));
  }

  /** Keeps the stored content under its new head, if that still lets it be stored. */
  private Fate keep(StoredResponse old, StoredHead freshened) {
    Storability.Verdict verdict =
        Storability.confirmed(order.plan(), freshened, old.bodyLengthBytes());
    if (verdict instanceof Storability.Store store) {
      Kept kept = new Kept(store, 0);
      parts
          .store()
          .freshened(order.plan(), order.stamp(), old, store, order.request().loop(), kept);
      return Fate.stored(store);
    }
    Refusal refusal = ((Storability.Refuse) verdict).reason();
    refused(refusal);
    return Fate.refused(refusal);
  }

  /** The 304 spoke of another response than ours: only a whole one helps. */
  private void fetchAnew() {
    Request request = order.request();
    Request whole =
        request.withHead(request.head().withFields(Validation.unconditional(request.head())));
    order = new Order(order.plan(), whole, order.stamp(), null, order.collapsing());
    answered = false;
    start();
  }

  private void judge(Response response) {
    Storability.Verdict verdict =
        Storability.decide(
            order.plan(),
            response.head(),
            requestTime,
            parts.clock().instant(),
            response.body().lengthBytes());
    if (verdict instanceof Storability.Refuse refuse) {
      passOn(response, refuse.reason());
      return;
    }
    storing = (Storability.Store) verdict;
    lengthKnown = response.body().lengthBytes() >= 0;
    BodyTee tee =
        BodyTee.of(response.body(), order.plan().maxEntrySizeBytes(), parts.budget(), this);
    if (tee == null) {
      passOn(response, Refusal.IN_FLIGHT_LIMIT);
    } else if (receiverGone) {
      tee.drain();
    } else {
      receiver.answered(response.withBody(tee), Fate.stored(storing));
    }
  }

  private void passOn(Response response, Refusal refusal) {
    refused(refusal);
    receiver.answered(response, Fate.refused(refusal));
  }

  @Override
  public void complete(ByteBuf content, Fields trailers) {
    Storability.Store store = storing;
    if (store == null) {
      content.release();
      return;
    }
    Refusal refusal = parts.content().refusal(order.plan(), store, content);
    if (refusal != null) {
      content.release();
      refused(refusal);
      return;
    }
    Storability.Store tagged = StoredContent.withEtag(store, content);
    Kept kept = new Kept(tagged, content.readableBytes());
    parts.store().put(order.plan(), order.stamp(), tagged, content, order.request().loop(), kept);
  }

  @Override
  public void tooLarge() {
    refused(Refusal.TOO_LARGE);
  }

  @Override
  public void overBudget() {
    refused(Refusal.IN_FLIGHT_LIMIT);
  }

  @Override
  public void broken(Throwable cause) {
    complete(new RequestCollapser.Outcome.NotShared());
  }

  @Override
  public boolean wantedWithoutReader() {
    return lengthKnown || isAwaited();
  }

  /** Hears what became of the response in the store. */
  private final class Kept implements CheckedStore.PutHandler {
    private final Storability.Store store;
    private final long bytes;

    Kept(Storability.Store store, long bytes) {
      this.store = store;
      this.bytes = bytes;
    }

    @Override
    public void kept(StoredResponse response) {
      completeShared(response);
    }

    @Override
    public void done(@Nullable Refusal refusal) {
      String route = order.plan().routeName();
      if (refusal == null) {
        parts.observer().stored(route, bytes, store.lifetime().toSeconds());
      } else {
        parts.observer().notStored(route, refusal);
        complete(new RequestCollapser.Outcome.NotShared());
      }
    }
  }

  private void refused(Refusal refusal) {
    if (refusal != Refusal.IN_FLIGHT_LIMIT) {
      parts.remember(order.plan(), refusal);
    }
    parts.observer().notStored(order.plan().routeName(), refusal);
    complete(new RequestCollapser.Outcome.NotShared());
  }

  private void tellEnded() {
    Runnable told = ended;
    ended = () -> {};
    told.run();
  }

  private boolean isAwaited() {
    RequestCollapser.Fetching collapsing = order.collapsing();
    return collapsing != null && parts.collapser().isAwaited(collapsing);
  }

  private void complete(RequestCollapser.Outcome outcome) {
    tellEnded();
    if (turn != null) {
      turn.notStored();
    }
    RequestCollapser.Fetching collapsing = order.collapsing();
    if (collapsing != null) {
      parts.collapser().complete(collapsing, outcome);
    }
  }

  private void completeShared(StoredResponse response) {
    tellEnded();
    RequestCollapser.Fetching collapsing = order.collapsing();
    if (collapsing != null) {
      parts.collapser().completeShared(collapsing, response);
    }
  }

  private void releaseValidating() {
    StoredResponse validating = order.validating();
    if (validating != null) {
      validating.release();
    }
  }
}

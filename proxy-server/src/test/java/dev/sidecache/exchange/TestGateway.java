package dev.sidecache.exchange;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.consistency.ConsistencyObserver;
import dev.sidecache.consistency.Environment;
import dev.sidecache.consistency.Instance;
import dev.sidecache.consistency.Settings;
import dev.sidecache.consistency.Uids;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.identity.CredentialSource;
import dev.sidecache.identity.Credentials;
import dev.sidecache.message.Body;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.store.CompressedContents;
import dev.sidecache.store.LocalSharedStore;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.ManualLoop;
import dev.sidecache.testing.Requests;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The path with a cache in memory, an origin that answers as told, and a clock that is moved. */
final class TestGateway {
  final ManualClock clock = new ManualClock();
  final ManualLoop loop = new ManualLoop(clock);
  final List<RequestHead> forwarded = new ArrayList<>();
  final List<ExchangeRecord> records = new ArrayList<>();

  /** What all exchanges may hold. */
  final ByteBudget inFlight = new ByteBudget(1 << 20);

  private final MemoryTier memory = new MemoryTier(1 << 20, clock::nanoTime);
  private final Deque<Responder> waiting = new ArrayDeque<>();
  private final CachingGateway gateway;
  private @Nullable Origin origin;

  /** What an origin answers. */
  interface Origin {
    Response to(Request request);
  }

  /** What a client received. */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(
      int status, Fields fields, byte[] bytes, long lengthBytes, @Nullable Throwable failure) {
    String body() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    String field(String name) {
      String value = fields.combined(name);
      return value == null ? "" : value;
    }

    String cacheStatus() {
      return field("Cache-Status");
    }
  }

  /** One that runs these rules, written from {@code routes:} on. */
  TestGateway(String rules) {
    this(rules, 8);
  }

  TestGateway(String rules, int backgroundFetches) {
    this(rules, backgroundFetches, null);
  }

  TestGateway(String rules, int backgroundFetches, @Nullable CompressedContents compressed) {
    ProxyConfig config = config(rules);
    Instance instance =
        new Instance(
            Settings.memory(),
            new Instance.Tiers(new LocalSharedStore(clock::nanoTime), memory, null),
            new Environment(
                clock::nanoTime,
                clock::millis,
                Uids.random(),
                () -> 0,
                List.of(loop),
                ConsistencyObserver.NONE));
    instance.start();
    loop.runDue();
    GatewayParts.Settings settings =
        new GatewayParts.Settings(
            List.of(), Duration.ofSeconds(60), Duration.ofSeconds(10), backgroundFetches);
    List<CredentialSource> from = List.of(CredentialSource.parse("header:Authorization"));
    gateway =
        new CachingGateway(
            new GatewayParts(
                this::forward,
                instance.checkedStore(),
                instance.mutations(),
                new Credentials(new Credentials.Settings(from, null, true), "test"),
                new Recording(),
                clock::now,
                clock::nanoTime,
                settings,
                new GatewayParts.Shared(settings, inFlight, compressed)),
            config.rules());
  }

  static ProxyConfig config(String rules) {
    String yaml = "version: 1\nupstream: { url: \"http://origin\" }\ncache: { store: memory }\n";
    ConfigLoader.Surroundings none = new ConfigLoader.Surroundings(Map.of(), Map.of(), 1L << 30);
    ConfigLoader.Result result = ConfigLoader.parse("test.yaml", yaml + rules, none);
    if (result instanceof ConfigLoader.Result.Valid valid) {
      return valid.config();
    }
    throw new AssertionError(result.findings());
  }

  private final class Recording implements ExchangeObserver {
    @Override
    public void completed(ExchangeRecord record) {
      records.add(record);
    }
  }

  /** From now on the origin answers so; null: answers are held until {@link #release}. */
  TestGateway origin(@Nullable Origin answers) {
    origin = answers;
    return this;
  }

  /** From now on the origin answers with this status, text and fields, and a Date. */
  TestGateway origin(int status, String text, String... fields) {
    return origin(request -> response(status, text, fields));
  }

  /** From now on the origin cannot be reached. */
  TestGateway originFails() {
    return origin(
        request -> {
          throw new IllegalStateException("unreachable");
        });
  }

  /** A response of this moment. */
  Response response(int status, String text, String... fields) {
    Fields.Builder all = Fields.builder();
    all.add("Date", HttpDate.format(clock.now()));
    all.addAll(Fields.of(fields));
    Body body = text.isEmpty() ? Body.empty() : Body.of(text.getBytes(StandardCharsets.UTF_8));
    return Response.of(new ResponseHead(status, all.build()), body);
  }

  /** Answers the request that was held the longest. */
  void release(Response response) {
    waiting.remove().respond(response);
    loop.runDue();
  }

  /** Answers the request that was held at this place, the longest held first, from 0. */
  void release(int place, Response response) {
    List<Responder> all = new ArrayList<>(waiting);
    Responder chosen = all.remove(place);
    waiting.clear();
    waiting.addAll(all);
    chosen.respond(response);
    loop.runDue();
  }

  /** Fails the request that was held the longest. */
  void fail(Throwable cause) {
    waiting.remove().fail(cause);
    loop.runDue();
  }

  int held() {
    return waiting.size();
  }

  private void forward(Request request, Responder responder) {
    forwarded.add(request.head());
    request.body().cancel();
    Origin answers = origin;
    if (answers == null) {
      waiting.add(responder);
      return;
    }
    Response response;
    try {
      response = answers.to(request);
    } catch (IllegalStateException unreachable) {
      responder.fail(unreachable);
      return;
    }
    boolean head = request.head().method().equals("HEAD");
    responder.respond(head ? withoutContent(response) : response);
  }

  private static Response withoutContent(Response response) {
    long length = response.body().lengthBytes();
    response.body().cancel();
    return response.withBody(Body.absent(length));
  }

  /** The last request that the origin got. */
  RequestHead lastForwarded() {
    return forwarded.get(forwarded.size() - 1);
  }

  /** The answer to a GET, with fields as name, value, … */
  Answer get(String target, String... fields) {
    return ask(Requests.get(target, fields), "");
  }

  /** The answer to a request, which there must be at once. */
  Answer ask(RequestHead head, String content) {
    Client client = start(head, content);
    if (client.answer == null) {
      throw new AssertionError("no answer");
    }
    return client.answer;
  }

  /** Begins a request. */
  Client start(RequestHead head, String content) {
    Body body =
        content.isEmpty() ? Body.empty() : Body.of(content.getBytes(StandardCharsets.UTF_8));
    Client client = new Client();
    gateway.serve(new Request(head, body, Request.Peer.NONE, loop), client);
    loop.runDue();
    return client;
  }

  TestGateway advance(Duration by) {
    loop.runFor(clock, by);
    return this;
  }

  /** Lets go of what is stored. */
  void close() {
    memory.clear();
  }

  /** Whoever asked, reading all of the answer. */
  static final class Client implements Responder {
    @Nullable Answer answer;
    private Runnable whenGone = () -> {};

    void leave() {
      whenGone.run();
    }

    @Override
    public void informational(ResponseHead head) {}

    @Override
    public void respond(Response response) {
      Reader reader = new Reader(response);
      ByteBuf whole = response.body().whole();
      if (whole == null) {
        reader.tell(null);
        response.body().open(reader);
        response.body().request(Integer.MAX_VALUE);
      } else {
        reader.chunk(whole);
        reader.tell(null);
      }
    }

    @Override
    public void fail(Throwable cause) {
      answer = new Answer(0, Fields.empty(), new byte[0], 0, cause);
    }

    @Override
    public void onGone(Runnable action) {
      whenGone = action;
    }

    /** Collects what streams. */
    private final class Reader implements Body.Sink {
      private final Response response;
      private final ByteArrayOutputStream content = new ByteArrayOutputStream();

      Reader(Response response) {
        this.response = response;
      }

      void tell(@Nullable Throwable failure) {
        Fields fields = response.head().fields().plus(response.tail());
        long length = response.body().lengthBytes();
        answer = new Answer(response.status(), fields, content.toByteArray(), length, failure);
      }

      @Override
      public void chunk(ByteBuf owned) {
        content.writeBytes(ByteBufUtil.getBytes(owned));
        owned.release();
      }

      @Override
      public void end(Fields trailers) {
        tell(null);
      }

      @Override
      public void fail(Throwable cause) {
        tell(cause);
      }
    }
  }
}

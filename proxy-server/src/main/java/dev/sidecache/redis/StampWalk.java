package dev.sidecache.redis;

import static dev.sidecache.redis.RedisKeys.ascii;

import dev.sidecache.caching.Stamp;
import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.StampsHandler;
import dev.sidecache.store.StampPart;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the stamps of all entries, server after server: SCAN for some names, then the beginning of
 * each of those. A name may come twice in one answer of SCAN and is taken once; one that comes
 * again in a later answer, which only happens while the server changes the size of its table,
 * counts twice. Confined to the loop of its lines.
 */
final class StampWalk {
  /** So many names at once: their beginnings make an answer of half a megabyte. */
  private static final String NAMES = "500";

  private static final String START = "0";

  private final RedisSharedStore store;
  private final List<Line> servers;
  private final long timeoutNanos;
  private final StampsHandler handler;
  private int server;
  private String cursor = START;

  StampWalk(RedisSharedStore store, List<Line> servers, long timeoutNanos, StampsHandler handler) {
    this.store = store;
    this.servers = servers;
    this.timeoutNanos = timeoutNanos;
    this.handler = handler;
  }

  void start() {
    scan();
  }

  private void scan() {
    if (server == servers.size()) {
      handler.all();
      return;
    }
    Command scan =
        Command.of(
            "scan",
            ascii("SCAN"),
            ascii(cursor),
            ascii("MATCH"),
            store.keys().entries(),
            ascii("COUNT"),
            ascii(NAMES));
    servers
        .get(server)
        .send(
            scan,
            timeoutNanos,
            new ReplyHandler() {
              @Override
              public void replied(Reply reply, String from) {
                scanned(reply);
                reply.release();
              }

              @Override
              public void failed(Failure failure) {
                handler.failed(failure);
              }
            });
  }

  /** A cursor, and names. */
  private void scanned(Reply reply) {
    if (!(reply instanceof Reply.Many both)
        || both.elements().size() != 2
        || !(both.elements().get(0) instanceof Reply.Bytes next)
        || !(both.elements().get(1) instanceof Reply.Many found)) {
      handler.failed(RedisSession.failure(reply));
      return;
    }
    Set<String> names = new HashSet<>();
    for (Reply name : found.elements()) {
      if (name instanceof Reply.Bytes text) {
        names.add(new String(text.bytes(), StandardCharsets.ISO_8859_1));
      }
    }
    Line line = servers.get(server);
    cursor = new String(next.bytes(), StandardCharsets.US_ASCII);
    server += cursor.equals(START) ? 1 : 0;
    read(line, List.copyOf(names), StampPart.USUAL_BYTES, new ArrayList<>());
  }

  private void read(Line line, List<String> names, int bytes, List<Stamp> stamps) {
    if (names.isEmpty()) {
      handler.some(stamps, this::scan);
      return;
    }
    Batch batch =
        new Batch(
            line,
            store.nanoTime().getAsLong() + timeoutNanos,
            (replies, from) -> parse(line, names, replies, new Beginnings(bytes, stamps)),
            handler::failed);
    for (String name : names) {
      batch.addDispensable(
          Command.of(
              "getrange",
              ascii("GETRANGE"),
              name.getBytes(StandardCharsets.ISO_8859_1),
              ascii("0"),
              ScriptCalls.number(bytes - 1)));
    }
    batch.send();
  }

  /** How long the beginnings are that were asked for, and what they told so far. */
  private record Beginnings(int bytes, List<Stamp> stamps) {}

  /** One that has gone since, or has moved to another server, is none. */
  private void parse(Line line, List<String> names, List<Reply> replies, Beginnings beginnings) {
    List<String> cutShort = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (replies.get(i) instanceof Reply.Bytes beginning) {
        StampPart part = StampPart.of(beginning.bytes());
        if (part.stamp() != null) {
          beginnings.stamps.add(part.stamp());
        } else if (part.cutShort() && beginnings.bytes < StampPart.MOST_BYTES) {
          cutShort.add(names.get(i));
        }
      }
      replies.get(i).release();
    }
    read(line, cutShort, StampPart.MOST_BYTES, beginnings.stamps);
  }
}

package dev.sidecache.consistency;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.VersionTable;
import dev.sidecache.testing.ManualClock;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A shared store that answers at once, or when told, or not at all; it notes every command. Forms
 * lie as buffers of their own; {@link #close} returns them.
 */
final class TestStore implements SharedStore, SharedStore.Session {
  private final ManualClock clock;
  private final List<String> commands = new ArrayList<>();
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private final Map<CacheKey, ByteBuf> forms = new HashMap<>();
  private final List<Object> sent = new ArrayList<>();

  /** Who has claimed the fetch of a key; claims do not end by themselves. */
  final Map<CacheKey, String> claims = new HashMap<>();

  private VersionTable table = new VersionTable("run-1", 10_000);
  private Availability availability = new Availability(State.CONNECTING, "not yet", false);
  private ChangeListener listener = now -> {};
  private @Nullable Failure failure;
  private boolean holding;
  private boolean ordered = true;

  TestStore(ManualClock clock) {
    this.clock = clock;
  }

  /** Forgets which commands were noted, and returns them. */
  List<String> takeCommands() {
    List<String> taken = List.copyOf(commands);
    commands.clear();
    sent.clear();
    return taken;
  }

  /** The arguments of the commands noted. */
  <T> List<T> sent(Class<T> type) {
    return sent.stream().filter(type::isInstance).map(type::cast).toList();
  }

  VersionTable table() {
    return table;
  }

  /** Another server answers from now on, which has the same data. */
  void anotherServer(String server) {
    VersionTable other = new VersionTable(server, 10_000);
    table = other;
  }

  void become(State state, String reason) {
    availability = new Availability(state, reason, false);
    listener.changed(availability);
  }

  void storesPaused(boolean paused) {
    availability = new Availability(availability.state(), availability.reason(), paused);
    listener.changed(availability);
  }

  /** The same state as before, by another connection. */
  void connectionRenewed() {
    listener.changed(availability);
  }

  /** From now on commands fail so; null: they are carried out. */
  void failWith(@Nullable Failure with) {
    failure = with;
  }

  /** From now on commands are carried out, but their replies wait. */
  void holdReplies() {
    holding = true;
  }

  /** Delivers the replies that wait, and holds none any more. */
  void deliverAll() {
    holding = false;
    while (!held.isEmpty()) {
      held.removeFirst().run();
    }
  }

  /** Delivers the oldest reply that waits. */
  void deliverNext() {
    held.removeFirst().run();
  }

  void unordered() {
    ordered = false;
  }

  int forms() {
    return forms.size();
  }

  private long nowMillis() {
    return clock.nanoTime() / 1_000_000;
  }

  private void answer(String name, Object what, Consumer<Failure> failed, Runnable reply) {
    commands.add(name);
    sent.add(what);
    Failure with = failure;
    Runnable answer = with == null ? reply : () -> failed.accept(with);
    if (holding) {
      held.add(answer);
    } else {
      answer.run();
    }
  }

  @Override
  public Session session(ScheduledExecutorService loop) {
    return this;
  }

  @Override
  public Availability availability() {
    return availability;
  }

  @Override
  public void onChange(ChangeListener added) {
    listener = added;
  }

  @Override
  public void close() {
    forms.values().forEach(ByteBuf::release);
    forms.clear();
  }

  @Override
  public boolean ordered() {
    return ordered;
  }

  @Override
  public void lookup(
      List<Tag.Id> tags, @Nullable CacheKey entry, long timeoutNanos, LookupHandler handler) {
    Versions versions = table.read(tags, nowMillis());
    ByteBuf form = entry == null ? null : forms.get(entry);
    ByteBuf copy = form == null || failure != null ? null : form.copy();
    answer(
        entry == null ? "MGET" : "MGET entry",
        tags,
        handler::failed,
        () -> handler.found(versions, copy));
  }

  @Override
  public void store(CacheKey key, ByteBuf form, long ttlMillis, AckHandler handler) {
    if (failure == null) {
      ByteBuf before = forms.put(key, form);
      if (before != null) {
        before.release();
      }
    } else {
      form.release();
    }
    answer("SET", key, handler::failed, handler::acknowledged);
  }

  @Override
  public void init(List<Tag.Id> tags, Init init, long timeoutNanos, LookupHandler handler) {
    Versions versions =
        failure == null ? table.init(tags, init, nowMillis()) : table.read(tags, nowMillis());
    answer("init", init, handler::failed, () -> handler.found(versions, null));
  }

  @Override
  public void mark(Mark mark, long timeoutNanos, MarkHandler handler) {
    if (failure != null) {
      answer("mark", mark, handler::failed, () -> {});
      return;
    }
    VersionTable.Marked marked = table.mark(mark, nowMillis());
    answer(
        "mark",
        mark,
        handler::failed,
        () -> handler.marked(marked.gap(), marked.leastMillis(), marked.epoch()));
  }

  @Override
  public void finish(Finish finish, long timeoutNanos, FinishHandler handler) {
    if (failure != null) {
      answer("finish", finish, handler::failed, () -> {});
      return;
    }
    VersionTable.Finished finished = table.finish(finish, nowMillis());
    answer(
        "finish",
        finish,
        handler::failed,
        () -> handler.finished(finished.gap(), finished.epoch()));
  }

  @Override
  public void claim(
      CacheKey key, String holder, long leaseMillis, long timeoutNanos, ClaimHandler handler) {
    String before = failure == null ? claims.putIfAbsent(key, holder) : null;
    answer(
        "claim",
        leaseMillis,
        handler::failed,
        () -> {
          if (before == null) {
            handler.claimed();
          } else {
            handler.held(before);
          }
        });
  }

  @Override
  public void disclaim(CacheKey key, long timeoutNanos) {
    commands.add("disclaim");
    claims.remove(key);
  }

  @Override
  public void delete(Collection<CacheKey> keys, long timeoutNanos, AckHandler handler) {
    for (CacheKey key : keys) {
      ByteBuf form = forms.remove(key);
      if (form != null) {
        form.release();
      }
    }
    answer("DEL", keys, handler::failed, handler::acknowledged);
  }

  /** Damages what is stored under a key. */
  void damage(CacheKey key) {
    ByteBuf form = forms.get(key);
    if (form != null) {
      form.setByte(form.readableBytes() / 2, form.getByte(form.readableBytes() / 2) ^ 1);
    }
  }

  @Override
  public void info(long timeoutNanos, InfoHandler handler) {
    handler.failed(Failure.REFUSED);
  }
}

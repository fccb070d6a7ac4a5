package dev.sidecache.consistency;

import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.LookupHandler;
import dev.sidecache.store.SharedStore.StampsHandler;
import dev.sidecache.store.SharedStore.Versions;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Counts the responses in the shared store that a purge makes invalid: those that carry one of its
 * tags in the version from before it, and are valid by all their others. So it may run after the
 * purge, and what was stored anew meanwhile does not count.
 */
public final class PurgeCount {
  /** For each command: nobody's request waits for it, and it may read much. */
  private static final long COMMAND_NANOS = Duration.ofSeconds(5).toNanos();

  private final Instance instance;
  private final ScheduledExecutorService loop;
  private final Set<Tag.Id> tags;
  private final Reading before;

  private PurgeCount(
      Instance instance, ScheduledExecutorService loop, Set<Tag.Id> tags, Reading before) {
    this.instance = instance;
    this.loop = loop;
    this.tags = tags;
    this.before = before;
  }

  /** Takes the number. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Called once, on the loop of the question.
     *
     * @param responses null: the shared store could not be asked, or cannot list what it holds
     */
    void counted(@Nullable Long responses);
  }

  /** Takes what is needed to count. */
  @FunctionalInterface
  interface Ready {
    /**
     * Called once, on the loop, before the purge may begin.
     *
     * @param count null: the versions of before could not be read
     */
    void ready(@Nullable PurgeCount count);
  }

  /** Reads the versions that the tags have before the purge. */
  static void prepare(
      Instance instance, Set<Tag.Id> tags, ScheduledExecutorService loop, Ready ready) {
    read(
        instance,
        loop,
        tags,
        before ->
            ready.ready(before == null ? null : new PurgeCount(instance, loop, tags, before)));
  }

  private interface Read {
    void read(@Nullable Reading reading);
  }

  private static void read(
      Instance instance, ScheduledExecutorService loop, Set<Tag.Id> tags, Read handler) {
    List<Tag.Id> asked = new ArrayList<>(tags);
    asked.remove(Reading.ALL);
    instance
        .session(loop)
        .lookup(
            asked,
            null,
            COMMAND_NANOS,
            new LookupHandler() {
              @Override
              public void found(Versions versions, @Nullable ByteBuf none) {
                handler.read(Reading.of(asked, versions, instance.rules()));
              }

              @Override
              public void failed(Failure failure) {
                handler.read(null);
              }
            });
  }

  /** Goes through all that is stored; called on the loop. */
  public void count(Handler handler) {
    instance.session(loop).stamps(COMMAND_NANOS, new Walk(handler));
  }

  /** Whether the purge made it invalid, if it was valid. */
  private boolean isPurged(Stamp stamp) {
    for (int i = 0; i < stamp.size(); i++) {
      if (tags.contains(stamp.tag(i)) && stamp.uid(i).equals(before.uid(stamp.tag(i)))) {
        return true;
      }
    }
    return false;
  }

  private final class Walk implements StampsHandler {
    private final Handler handler;
    private long responses;

    Walk(Handler handler) {
      this.handler = handler;
    }

    @Override
    public void some(List<Stamp> stamps, Runnable next) {
      List<Stamp> purged = stamps.stream().filter(PurgeCount.this::isPurged).toList();
      if (purged.isEmpty()) {
        next.run();
        return;
      }
      Set<Tag.Id> others = new HashSet<>();
      for (Stamp stamp : purged) {
        for (int i = 0; i < stamp.size(); i++) {
          others.add(stamp.tag(i));
        }
      }
      others.removeAll(tags);
      read(instance, loop, others, now -> add(purged, now, next));
    }

    private void add(List<Stamp> purged, @Nullable Reading now, Runnable next) {
      if (now == null) {
        handler.counted(null);
        return;
      }
      // NB: of the tags that are purged, and of the epoch, what counts is how they were.
      Reading valid = now.then(before);
      responses += purged.stream().filter(s -> valid.matches(s, instance.rules())).count();
      next.run();
    }

    @Override
    public void all() {
      handler.counted(responses);
    }

    @Override
    public void failed(Failure failure) {
      handler.counted(null);
    }
  }
}

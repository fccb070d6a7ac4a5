package dev.sidecache.consistency.checker;

import dev.sidecache.consistency.MutationGuard;
import java.util.ArrayList;
import java.util.List;

/** One mutation on its way through a process. */
final class SimulatedMutation implements MutationGuard.Marked, MutationGuard.Released {
  private final SimulatedProxy proxy;
  private final World world;
  private final Resource.Mutation mutation;
  private final List<SimulatedOrigin.Changed> changed = new ArrayList<>();
  private final MutationGuard guard;
  private final double fate;
  private boolean inDoubt;

  SimulatedMutation(SimulatedProxy proxy, Resource.Mutation mutation) {
    this.proxy = proxy;
    this.world = proxy.world();
    this.mutation = mutation;
    this.guard = proxy.guard(mutation);
    this.fate = world.fraction();
  }

  void begin() {
    world.step(proxy.name(), "mutation begins:", mutation.name());
    guard.mark(this);
  }

  @Override
  public void rejected() {
    world.step(proxy.name(), "mutation rejected:", mutation.name());
  }

  @Override
  public void proceed() {
    if (fate < 0.06) {
      // The origin refuses it: nothing changes.
      proxy.origin().get(0, value -> proxy.whileAlive(this::kept).run());
      return;
    }
    proxy
        .origin()
        .change(
            mutation.changes(),
            effect -> {
              world.step(proxy.name(), "changes", effect);
              // What takes effect after the 504 is beyond what the protocol promises.
              List<SimulatedOrigin.Changed> promised = inDoubt ? List.of() : effect;
              changed.addAll(promised);
              if (mutation.more().isEmpty()) {
                // What only the answer would have told is in no mark, and dies with the process.
                proxy.unanswered().addAll(promised);
              }
            },
            proxy.whileAlive(fate < 0.1 ? () -> {} : this::answered));
    if (fate < 0.1) {
      // The origin's answer does not come in time.
      world.after(world.between(5, 60), proxy.whileAlive(this::timedOut));
    }
  }

  private void kept() {
    guard.finish(MutationGuard.Outcome.KEPT, List.of(), this);
  }

  private void timedOut() {
    world.step(proxy.name(), "mutation in doubt:", mutation.name());
    inDoubt = true;
    guard.finish(MutationGuard.Outcome.IN_DOUBT, mutation.more(), this);
  }

  private void answered() {
    if (fate > 0.97) {
      guard.clientGone();
    }
    guard.finish(MutationGuard.Outcome.CHANGED, mutation.more(), this);
  }

  @Override
  public void release() {
    world.step(proxy.name(), "released:", mutation.name(), changed);
    proxy.release(changed);
  }

  @Override
  public void breakOff() {
    world.step(proxy.name(), "broken off:", mutation.name());
  }
}

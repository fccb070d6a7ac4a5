package dev.sidecache.consistency.checker;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The backend: reads what it has written, slowly, and forgets nothing. */
final class SimulatedOrigin {
  private final World world;
  private final Oracle oracle;
  private final boolean slow;

  SimulatedOrigin(World world, Oracle oracle, boolean slow) {
    this.world = world;
    this.oracle = oracle;
    this.slow = slow;
  }

  /** What a mutation has made of one resource. */
  record Changed(int resource, long value) {}

  private long leg() {
    if (slow && world.chance(0.3)) {
      return world.between(20, 700);
    }
    return world.chance(0.05) ? world.between(10, 120) : world.between(0.5, 12);
  }

  /** Answers with what the resource is at some moment of the way. */
  void get(int resource, LongConsumer answer) {
    world.after(
        leg(),
        () -> {
          long generated = oracle.value(resource);
          world.after(leg(), () -> answer.accept(generated));
        });
  }

  /** Changes the resources at some moment of the way; then answers. */
  void change(List<Integer> resources, Consumer<List<Changed>> effect, Runnable answer) {
    world.after(
        leg(),
        () -> {
          effect.accept(resources.stream().map(r -> new Changed(r, oracle.change(r))).toList());
          world.after(leg(), answer);
        });
  }
}

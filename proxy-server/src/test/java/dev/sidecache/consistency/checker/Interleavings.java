package dev.sidecache.consistency.checker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Walks through every order in which the steps of a small model can happen, each state once. A
 * state is reached by making its model anew and repeating the choices that lead to it.
 */
final class Interleavings {
  private final Supplier<StepModel> models;
  private final Set<Long> seen = new HashSet<>();
  private final ArrayDeque<int[]> open = new ArrayDeque<>();
  private final Random random = new Random(1);
  private List<String> violation = List.of();
  private boolean complete = true;

  Interleavings(Supplier<StepModel> models) {
    this.models = models;
  }

  /** Explores all states, up to this many, or until one is wrong. */
  Interleavings explore(int mostStates) {
    open.push(new int[0]);
    while (!open.isEmpty() && violation.isEmpty()) {
      if (seen.size() >= mostStates) {
        complete = false;
        break;
      }
      follow(open.pop());
    }
    return this;
  }

  private void follow(int[] choices) {
    StepModel model = models.get();
    for (int choice : choices) {
      model.enabled().get(choice).run();
    }
    int[] path = choices;
    while (seen.add(model.fingerprint())) {
      List<StepModel.Step> enabled = model.enabled();
      if (enabled.isEmpty()) {
        break;
      }
      // A violation is found sooner by going deep in any direction than always in the same.
      int first = random.nextInt(enabled.size());
      for (int i = 0; i < enabled.size(); i++) {
        if (i != first) {
          open.push(longer(path, i));
        }
      }
      enabled.get(first).run();
      path = longer(path, first);
      if (model.isStale()) {
        violation = model.steps();
        break;
      }
    }
    model.end();
  }

  private static int[] longer(int[] path, int choice) {
    int[] longer = Arrays.copyOf(path, path.length + 1);
    longer[path.length] = choice;
    return longer;
  }

  int states() {
    return seen.size();
  }

  /** Whether no state was left out. */
  boolean isComplete() {
    return complete;
  }

  /** The steps that lead to a stale answer; empty if none does. */
  List<String> violation() {
    return new ArrayList<>(violation);
  }
}

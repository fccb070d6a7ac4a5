package dev.sidecache;

import dev.sidecache.consistency.Environment;
import dev.sidecache.consistency.Instance;
import dev.sidecache.consistency.Settings;
import java.time.InstantSource;

/**
 * What a proxy takes from outside its configuration, so that a test can run one with a clock of its
 * own, or with a rule of the protocol switched off.
 *
 * @param clock the wall clock
 * @param instances makes the protocol's side of the process
 */
record Outside(InstantSource clock, Instances instances) {
  static final Outside REAL = new Outside(InstantSource.system(), Instance::new);

  /** Makes the protocol's side of the process. */
  interface Instances {
    Instance of(Settings settings, Instance.Tiers tiers, Environment environment);
  }
}

package dev.sidecache;

import dev.sidecache.config.ConfigReader;
import dev.sidecache.consistency.Environment;
import dev.sidecache.consistency.Instance;
import dev.sidecache.consistency.Settings;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy takes from outside its configuration, so that a test can run one with a clock of its
 * own, or with a rule of the protocol switched off.
 *
 * @param clock the wall clock
 * @param instances makes the protocol's side of the process
 * @param source where the configuration is read again; null: nowhere
 */
record Outside(InstantSource clock, Instances instances, @Nullable ConfigReader source) {
  static final Outside REAL = new Outside(InstantSource.system(), Instance::new);

  /** Without a source. */
  Outside(InstantSource clock, Instances instances) {
    this(clock, instances, null);
  }

  Outside withSource(ConfigReader reader) {
    return new Outside(clock, instances, reader);
  }

  /** Makes the protocol's side of the process. */
  interface Instances {
    Instance of(Settings settings, Instance.Tiers tiers, Environment environment);
  }
}

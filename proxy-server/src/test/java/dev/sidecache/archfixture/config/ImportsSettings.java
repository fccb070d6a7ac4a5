package dev.sidecache.archfixture.config;

import dev.sidecache.archfixture.store.Component.Settings;

/** Only the settings of a component. */
interface ImportsSettings {
  Settings settings();

  Settings.Kind kind();
}

package dev.sidecache.archfixture.config;

import dev.sidecache.archfixture.store.Component;

/** A whole component. */
interface ImportsComponent {
  Component component();
}

package dev.sidecache.archfixture.config;

import dev.sidecache.archfixture.redis.Component;

/** A whole component. */
interface ImportsComponent {
  Component component();
}

/**
 * What operators see of the path without asking it: meters for Prometheus and the access log. All
 * of it can be removed without changing behaviour.
 */
@NullMarked
package dev.sidecache.metrics;

import org.jspecify.annotations.NullMarked;

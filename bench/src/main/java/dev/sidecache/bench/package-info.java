/** Measures the proxy and the caches installed beside it: the same load, in turns, core by core. */
@NullMarked
package dev.sidecache.bench;

import org.jspecify.annotations.NullMarked;

/**
 * The shared tier in Redis: addresses, connections, keys, scripts, and a server of our own for
 * demonstration and tests.
 */
@NullMarked
package dev.sidecache.redis;

import org.jspecify.annotations.NullMarked;

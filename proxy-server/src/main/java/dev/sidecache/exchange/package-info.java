/**
 * The path: one request from its head to the last byte of its answer. Read {@code CachingGateway}
 * first.
 */
@NullMarked
package dev.sidecache.exchange;

import org.jspecify.annotations.NullMarked;

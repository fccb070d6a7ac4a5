/**
 * Heads with bodies, in motion: what listener, origin and the cache between them hand to one
 * another.
 *
 * <p>A {@link dev.sidecache.message.Service} answers a request through a responder. The origin is
 * one, the cache is one around it, the admin API is one.
 */
@NullMarked
package dev.sidecache.message;

import org.jspecify.annotations.NullMarked;

/**
 * JSON as rules see it: content that is part of a key, member names that must not be stored. Pure;
 * no clock, no I/O.
 */
@NullMarked
package dev.sidecache.json;

import org.jspecify.annotations.NullMarked;

/**
 * Where responses lie: the stored response and its bytes, the memory tier, and the interface of the
 * shared tier with the versions of tags.
 */
@NullMarked
package dev.sidecache.store;

import org.jspecify.annotations.NullMarked;

/**
 * The decisions of an HTTP cache, one file per section of RFC 9111. All pure: values in, a value
 * out; {@code now} is an argument.
 */
@NullMarked
package dev.sidecache.caching;

import org.jspecify.annotations.NullMarked;

/**
 * The admin API: health, statistics, purges and values by key, as JSON. It watches and calls the
 * path; the path does not know it.
 */
@NullMarked
package dev.sidecache.admin;

import org.jspecify.annotations.NullMarked;

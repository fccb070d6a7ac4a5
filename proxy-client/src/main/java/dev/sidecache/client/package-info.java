/**
 * The Java client of the admin API: values by key, purges, statistics, and the command line over
 * them. It runs alone and imports nothing of the server.
 */
@NullMarked
package dev.sidecache.client;

import org.jspecify.annotations.NullMarked;

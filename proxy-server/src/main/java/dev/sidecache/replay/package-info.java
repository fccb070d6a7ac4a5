/**
 * Recorded traffic, from HAR files and access logs, put before a configuration: what serving would
 * have made of it, without sending anything.
 */
@NullMarked
package dev.sidecache.replay;

import org.jspecify.annotations.NullMarked;

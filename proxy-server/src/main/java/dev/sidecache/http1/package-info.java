/**
 * HTTP/1.1 as bytes: what listener and origin share when they read and write it. Strict decoding on
 * demand, the framing of messages, bodies against channels, event loops and their deadlines.
 */
@NullMarked
package dev.sidecache.http1;

import org.jspecify.annotations.NullMarked;

/**
 * The words of HTTP: immutable message heads and the syntax of their fields. No I/O, no clock, no
 * library.
 */
@NullMarked
package dev.sidecache.http;

import org.jspecify.annotations.NullMarked;

/**
 * The operator's will: rules as data. Immutable, numbered in file order, free of I/O; first match
 * wins.
 */
@NullMarked
package dev.sidecache.rule;

import org.jspecify.annotations.NullMarked;

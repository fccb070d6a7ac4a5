/** The process: its entry point, and the one place that wires the packages below together. */
@NullMarked
package dev.sidecache;

import org.jspecify.annotations.NullMarked;

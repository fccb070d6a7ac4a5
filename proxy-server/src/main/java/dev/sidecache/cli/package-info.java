/** The command line of the server's own verbs: what they ask, print and exit with. */
@NullMarked
package dev.sidecache.cli;

import org.jspecify.annotations.NullMarked;

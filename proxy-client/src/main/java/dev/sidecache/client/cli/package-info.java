/**
 * The verbs that ask a running proxy, on the command line. Standard streams and exit codes live
 * here; what is asked, in the package above.
 */
@NullMarked
package dev.sidecache.client.cli;

import org.jspecify.annotations.NullMarked;

/**
 * Who asks: credentials as keyed hashes, tokens as verified claims. Nothing here keeps or tells a
 * credential.
 */
@NullMarked
package dev.sidecache.identity;

import org.jspecify.annotations.NullMarked;

/**
 * What traffic that is only observed would have become, and what to configure because of it. An
 * imagined cache decides by the functions of the real one and keeps no content; evidence and advice
 * are values made from it.
 */
@NullMarked
package dev.sidecache.advice;

import org.jspecify.annotations.NullMarked;

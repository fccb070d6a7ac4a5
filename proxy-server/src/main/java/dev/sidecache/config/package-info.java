/**
 * The configuration: one declarative description of every key, from which the loader, the JSON
 * Schema and the check of the reference file follow; sections as plain values; errors with position
 * and remedy. Nobody else reads files or the environment.
 */
@NullMarked
package dev.sidecache.config;

import org.jspecify.annotations.NullMarked;

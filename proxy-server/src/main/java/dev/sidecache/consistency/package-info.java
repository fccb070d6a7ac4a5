/**
 * What may be believed: lookups checked against the versions of their tags, and mutations that
 * change those versions before their answers are released. Source: consistency.md.
 */
@NullMarked
package dev.sidecache.consistency;

import org.jspecify.annotations.NullMarked;

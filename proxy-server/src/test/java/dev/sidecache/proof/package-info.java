/**
 * The promise of consistency.md, Section 1, checked over real processes: sidecars, a redis-server,
 * sockets, and faults from a seed. Start with {@link dev.sidecache.proof.ProofIT}.
 */
package dev.sidecache.proof;

/**
 * OpenAPI documents, and what a cache may guess from one: which answers to keep, for whom and how
 * long, and which write changes which answer.
 */
@NullMarked
package dev.sidecache.openapi;

import org.jspecify.annotations.NullMarked;

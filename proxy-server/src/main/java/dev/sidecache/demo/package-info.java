/**
 * The demonstration: a real Redis, two sample backends as slow as the real ones, a proxy before
 * each, and a tour that shows what the proxy does and checks that it did. Nothing of the product
 * depends on it.
 */
@NullMarked
package dev.sidecache.demo;

import org.jspecify.annotations.NullMarked;

/**
 * The origin as a {@link dev.sidecache.message.Service}: pooled HTTP/1.1 connections to the server
 * behind the proxy.
 */
@NullMarked
package dev.sidecache.origin;

import org.jspecify.annotations.NullMarked;

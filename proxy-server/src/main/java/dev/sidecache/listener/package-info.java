/**
 * From clients: sockets, and the HTTP/1.1 spoken on them, turned into calls of a {@link
 * dev.sidecache.message.Service}.
 */
@NullMarked
package dev.sidecache.listener;

import org.jspecify.annotations.NullMarked;

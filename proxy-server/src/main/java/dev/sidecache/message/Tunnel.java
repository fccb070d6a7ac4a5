package dev.sidecache.message;

import java.util.function.Consumer;

/**
 * What follows a response of 101: octets of another protocol, both ways, as they come. Source: RFC
 * 9110, Section 7.8.
 *
 * @param protocol spoken from now on, as Upgrade names it
 * @param switched the response; its body is what the origin sends, until the origin ends its
 *     output. Cancelling it ends the tunnel
 * @param toOrigin takes what the client sends, its end likewise; called at most once
 */
public record Tunnel(String protocol, Response switched, Consumer<Body> toOrigin) {

  public Tunnel withSwitched(Response other) {
    return new Tunnel(protocol, other, toOrigin);
  }
}

package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Node;

/** One server, which takes all commands. */
final class SingleServer implements Topology {
  private final RespTransport transport;
  private final NodeLinks server;

  SingleServer(RespTransport transport, Node node) {
    this.transport = transport;
    this.server = new NodeLinks(transport, this, node);
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public LoopLine.Target target(int place) {
    return server.link(place);
  }

  @Override
  public LoopLine.Target large() {
    return server.large();
  }

  @Override
  public NodeLinks home() {
    return server;
  }

  @Override
  public LinkCondition condition() {
    return server.condition();
  }

  @Override
  public void changed(NodeLinks changed) {
    transport.changed();
  }

  @Override
  public void giveUpSurplus() {
    server.giveUpSurplus();
  }
}

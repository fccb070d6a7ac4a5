package dev.sidecache.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/**
 * Looks at the first octets of a connection without TLS: HTTP/2 begins with its preface, everything
 * else is HTTP/1.1. Source: RFC 9113, Section 3.3.
 */
final class PriorKnowledge extends ByteToMessageDecoder {
  private final Connections connections;
  private final Http1Connection http1;

  PriorKnowledge(Connections connections, Http1Connection http1) {
    this.connections = connections;
    this.http1 = http1;
  }

  /** Whether the channel waits for the rest of what may be a preface. */
  static boolean isUndecided(Channel channel) {
    PriorKnowledge looking = channel.pipeline().get(PriorKnowledge.class);
    return looking != null && looking.internalBuffer().isReadable();
  }

  /** Looks no more: the connection is about to end, and what still comes is of no interest. */
  static void giveUp(Channel channel) {
    PriorKnowledge looking = channel.pipeline().get(PriorKnowledge.class);
    if (looking != null) {
      looking.internalBuffer().skipBytes(looking.internalBuffer().readableBytes());
      ChannelPipeline unused = channel.pipeline().remove(looking);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    try {
      int seen = Math.min(in.readableBytes(), preface.readableBytes());
      boolean same = in.slice(in.readerIndex(), seen).equals(preface.slice(0, seen));
      if (!same) {
        context.pipeline().remove(this);
      } else if (seen == preface.readableBytes()) {
        connections.closed(http1);
        context.pipeline().remove(http1.decoder());
        context.pipeline().remove(http1);
        Protocols.beginHttp2(connections, context.channel());
        context.pipeline().remove(this);
      }
    } finally {
      preface.release();
    }
  }

  /** NB: not the inherited one, which asks for more input by itself. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    ChannelHandlerContext unused = context.fireChannelReadComplete();
  }
}

package dev.sidecache.listener;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Netty's HTTP/2 codec with every limit set, none left to its default. */
final class Http2Setup
    extends AbstractHttp2ConnectionHandlerBuilder<Http2ClientConnection, Http2Setup> {
  static final int STREAM_WINDOW = 64 * 1024;

  /**
   * NB: several times a stream's, so that one upload that nobody reads does not stop the others.
   */
  static final int CONNECTION_WINDOW = 4 * STREAM_WINDOW;

  private static final int MOST_STREAMS = 100;
  private static final int MOST_QUEUED_CONTROL_FRAMES = 1_000;
  private static final int MOST_EMPTY_DATA_FRAMES = 2;
  private static final int MOST_SMALL_CONTINUATIONS = 16;
  private static final int MOST_RESETS = 200;
  private static final int RESET_WINDOW_SECONDS = 30;

  private final Connections connections;
  private final Channel channel;
  private final Http2Frames frames;
  private final FrameMeter meter;

  private Http2Setup(Connections connections, Channel channel) {
    this.connections = connections;
    this.channel = channel;
    this.frames = new Http2Frames();
    this.meter = new FrameMeter();
  }

  /** A connection to be put into the channel's pipeline. */
  static Http2ClientConnection connection(Connections connections, Channel channel) {
    int headerBytes = connections.settings().sizes().headerSectionBytes();
    return new Http2Setup(connections, channel)
        .connection(inTurns())
        .initialSettings(
            Http2Settings.defaultSettings()
                .maxConcurrentStreams(MOST_STREAMS)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(headerBytes))
        .encoderEnforceMaxQueuedControlFrames(MOST_QUEUED_CONTROL_FRAMES)
        .decoderEnforceMaxConsecutiveEmptyDataFrames(MOST_EMPTY_DATA_FRAMES)
        .decoderEnforceMaxSmallContinuationFrames(MOST_SMALL_CONTINUATIONS)
        .decoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESET_WINDOW_SECONDS)
        .encoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESET_WINDOW_SECONDS)
        .headerSensitivityDetector((name, value) -> "set-cookie".contentEquals(name))
        .start();
  }

  private Http2ClientConnection start() {
    frameListener(frames);
    frameLogger(meter);
    return build();
  }

  /**
   * NB: streams take turns, whatever the client says of priorities: with those it could let a
   * stream starve. Source: RFC 9113, Section 5.3.2; CVE-2019-9513.
   */
  private static Http2Connection inTurns() {
    Http2Connection connection = new DefaultHttp2Connection(true);
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    return connection;
  }

  @Override
  protected Http2ClientConnection build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    Http2ClientConnection connection =
        new Http2ClientConnection(connections, channel, decoder, encoder, settings);
    frames.belongTo(connection);
    meter.belongTo(connection);
    return connection;
  }
}

package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.message.Network;
import dev.sidecache.message.Request;
import dev.sidecache.message.RequestId;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Who is at the other end of a connection.
 *
 * @param peer its address
 * @param trusted whether it is a proxy whose X-Forwarded fields are believed
 */
record Client(Request.Peer peer, boolean trusted) {

  static Client of(Channel channel, List<Network> trustedProxies) {
    boolean tls = channel.pipeline().get(SslHandler.class) != null;
    String address = "";
    if (channel.remoteAddress() instanceof InetSocketAddress remote && !remote.isUnresolved()) {
      String text = remote.getAddress().getHostAddress();
      int zone = text.indexOf('%');
      address = zone < 0 ? text : text.substring(0, zone);
    }
    boolean trusted = Network.anyContains(trustedProxies, address);
    return new Client(new Request.Peer(address, tls), trusted);
  }

  /** The scheme by which these fields' request was made, as the user sees it. */
  String scheme(Fields fields) {
    String told = trusted ? fields.first("X-Forwarded-Proto") : null;
    if (told != null && (told.equals("https") || told.equals("http"))) {
      return told;
    }
    return peer.tls() ? "https" : "http";
  }

  /** The head with exactly one fit request identifier. */
  static RequestHead identified(RequestHead head) {
    Fields fields = head.fields();
    int given = fields.count(RequestId.FIELD);
    if (given == 1 && RequestId.isFit(fields.first(RequestId.FIELD))) {
      return head;
    }
    Fields others = given == 0 ? fields : fields.without(RequestId.FIELD);
    return head.withFields(others.plus(RequestId.FIELD, RequestId.next()));
  }
}

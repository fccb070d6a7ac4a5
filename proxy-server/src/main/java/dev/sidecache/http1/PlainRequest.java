package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** A request of HTTP/1.1 without content, as {@link PlainRequestReader} gives it. */
final class PlainRequest extends DefaultHttpRequest {
  private final Fields fields;
  private @Nullable HttpHeaders headers;

  PlainRequest(HttpMethod method, String target, Fields fields) {
    super(HttpVersion.HTTP_1_1, method, target, EmptyHttpHeaders.INSTANCE);
    this.fields = fields;
  }

  Fields fields() {
    return fields;
  }

  /** The fields in the decoder's words; nobody asks for them on the path of a request. */
  @Override
  public HttpHeaders headers() {
    HttpHeaders made = headers;
    if (made == null) {
      made = new DefaultHttpHeaders();
      for (int i = 0; i < fields.size(); i++) {
        HttpHeaders unused = made.add(fields.name(i), fields.value(i));
      }
      headers = made;
    }
    return made;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PlainRequest that && fields.equals(that.fields) && super.equals(other);
  }

  @Override
  public int hashCode() {
    return 31 * fields.hashCode() + uri().hashCode();
  }
}

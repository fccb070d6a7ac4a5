package dev.sidecache.redis;

import dev.sidecache.store.SharedStore.State;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a connection could not be made, in words for people. */
final class ConnectFailure {
  static final String UNKNOWN_ISSUER = "certificate from an unknown issuer";
  static final String OTHER_HOST = "certificate for another host";
  static final String NO_TLS = "the server does not speak TLS";
  static final String NO_HANDSHAKE = "no answer to the TLS handshake";
  static final String CLOSED_EARLY = "connection closed before any answer";
  private static final int MAX_CAUSES = 10;

  private ConnectFailure() {}

  /** What a failed attempt means; never contains a secret. */
  static LinkCondition of(Throwable failure) {
    String refused = text(failure);
    return refused.isEmpty() ? new LinkCondition(State.DOWN, reason(failure)) : refused(refused);
  }

  /** What the server said when it refused; empty if it did not. */
  private static String text(Throwable failure) {
    RedisCommandExecutionException refused = cause(failure, RedisCommandExecutionException.class);
    return refused == null ? "" : String.valueOf(refused.getMessage());
  }

  static ErrorMeaning meaning(Throwable failure) {
    return ErrorMeaning.of(text(failure));
  }

  /** What a server's refusal means. */
  static LinkCondition refused(String text) {
    return switch (ErrorMeaning.of(text)) {
      case UNAUTHORISED, NO_PERMISSION -> new LinkCondition(State.AUTH, "wrong user or password");
      case NOT_READY -> new LinkCondition(State.DOWN, "cannot answer yet");
      default -> new LinkCondition(State.DOWN, "refused: " + firstWords(text));
    };
  }

  /** Enough to know the error by; later words may repeat what was sent. */
  private static String firstWords(String text) {
    int end = 0;
    for (int words = 0; words < 4 && end >= 0; words++) {
      end = text.indexOf(' ', end + 1);
    }
    return end < 0 ? text : text.substring(0, end);
  }

  private static String reason(Throwable failure) {
    if (cause(failure, ConnectTimeoutException.class) != null) {
      return "connect timed out";
    }
    if (cause(failure, ConnectException.class) != null) {
      return "connection refused";
    }
    if (cause(failure, UnknownHostException.class) != null) {
      return "unknown host";
    }
    if (cause(failure, NoRouteToHostException.class) != null) {
      return "no route to host";
    }
    SSLException tls = cause(failure, SSLException.class);
    if (tls != null || cause(failure, CertificateException.class) != null) {
      return secured(failure, tls);
    }
    boolean late =
        cause(failure, TimeoutException.class) != null
            || cause(failure, RedisCommandTimeoutException.class) != null;
    return late ? "no reply" : CLOSED_EARLY;
  }

  private static String secured(Throwable failure, @Nullable SSLException tls) {
    if (cause(failure, CertPathBuilderException.class) != null
        || cause(failure, CertPathValidatorException.class) != null) {
      return UNKNOWN_ISSUER;
    }
    CertificateException certificate = cause(failure, CertificateException.class);
    String detail = certificate == null ? "" : String.valueOf(certificate.getMessage());
    if (detail.startsWith("No subject alternative") || detail.startsWith("No name matching")) {
      return OTHER_HOST;
    }
    if (certificate != null) {
      return "certificate not trusted: " + detail;
    }
    if (cause(failure, NotSslRecordException.class) != null) {
      return NO_TLS;
    }
    return cause(failure, SslHandshakeTimeoutException.class) != null
        ? NO_HANDSHAKE
        : "TLS failed: " + (tls == null ? "" : tls.getMessage());
  }

  private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
      cause = cause.getCause();
    }
    return null;
  }
}
